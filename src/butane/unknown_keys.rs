//! Keys that no field has, found by walking the config and the text side by side.
//!
//! Where both do not fit together (a map given as null or by an alias) the reference says so and looks no further.

use crate::diagnostic::{Place, Problem, Report, SourceId};
use crate::document::{Document, Path};
use crate::model::{Naming, Unused, butane, find_unused};
use crate::spec::Target;

crate::problem! {
    /// A key that nothing reads, in a Butane config.
    ///
    /// What stands under it has no effect. It may be misspelt, or newer than the version that the config names.
    ///
    /// Source: the field tables of the Butane specification.
    pub(super) UNUSED_KEY = "FS0622", "unused-key", Warning;

    /// A map that is null, or given by an alias.
    ///
    /// The config is taken all the same, but unknown keys below are not found, and places may be wrong.
    ///
    /// Source: the reference's search for unknown keys.
    pub(super) OPAQUE_MAP = "FS0623", "opaque-map", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[&UNUSED_KEY, &OPAQUE_MAP];

pub(super) fn check(
    document: &Document,
    config: &butane::Config,
    target: &Target,
    source: SourceId,
    report: &mut Report,
) {
    let Some(root) = document.root() else { return };
    let gates = target.gates();
    find_unused(config, (document, root, &Path::root()), (Naming::Snake, &gates), &mut |unused| {
        report.push(match &unused {
            Unused::Opaque(path) => {
                let place = Place::value(source, (*path).clone());
                let message = "this map is null or an alias, so unknown keys in it are not found";
                OPAQUE_MAP.at(place, message).help("leave it out, or write it out")
            }
            Unused::Key { key, name, path, .. } => {
                let place = Place { path: path.join(*name), ..Place::bytes(source, document.node(*key).span) };
                let finding = UNUSED_KEY.at(place, format!("unknown key `{name}`"));
                if unused.is_of_another_version(Naming::Snake) {
                    finding.help("the key exists, but not in the version that this config names")
                } else if let Some(near) = unused.nearest(Naming::Snake, &gates) {
                    finding.help(format!("did you mean `{near}`?"))
                } else {
                    finding
                }
            }
        });
    });
}
