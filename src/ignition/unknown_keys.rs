//! Keys that no field has, found as the reference finds them: by walking the config and its text side by side.
//!
//! Where both do not fit together, because a map is null, the reference says so and looks no further. Of repeated keys
//! the text has only the last, and keys in another letter case are not followed.

use crate::diagnostic::{Place, Report, Severity, SourceId};
use crate::document::{Document, NodeId, Path};
use crate::model::ignition::Config;
use crate::model::{NULL_MAP, Naming, UNKNOWN_KEY, Unused, find_unused};
use crate::spec::Gates;

pub(super) fn check(
    document: &Document,
    config: &Config,
    gates: &Gates,
    (source, (node, path)): (SourceId, (Option<NodeId>, &Path)),
    report: &mut Report,
) {
    let Some(node) = node else { return };
    find_unused(config, (document, node, path), (Naming::Camel, gates), &mut |unused| {
        report.push(match &unused {
            Unused::Opaque(path) => {
                let place = Place::value(source, (*path).clone());
                let message = "this map is null, so unknown keys in it are not found";
                NULL_MAP.at(place, message).help("leave the key out; that is the same")
            }
            Unused::Key { key, name, path, .. } => {
                let place = Place { path: path.join(*name), ..Place::bytes(source, document.node(*key).span) };
                let finding = UNKNOWN_KEY.at(place, format!("unknown key `{name}`")).severity(Severity::Warning);
                if unused.is_of_another_version(Naming::Camel) {
                    finding.note("the key exists, but not in the version this text names")
                } else if let Some(near) = unused.nearest(Naming::Camel, gates) {
                    finding.help(format!("did you mean `{near}`?"))
                } else {
                    finding
                }
            }
        });
    });
}
