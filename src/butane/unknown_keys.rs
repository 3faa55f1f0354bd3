//! Keys that no field has, found by walking the config and the text side by side.
//!
//! Where both do not fit together (a map given as null or by an alias) the reference says so and looks no further.

use crate::diagnostic::{Place, Problem, Report, SourceId};
use crate::document::{Document, Kind, NodeId, Path};
use crate::model::{NodeView, View, butane};
use crate::spec::{Gate, Target};

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
    let mut walker = Walker { document, target, source, report };
    if let Some(root) = document.root() {
        walker.node(config, root, &Path::root());
    }
}

struct Walker<'a> {
    document: &'a Document,
    target: &'a Target,
    source: SourceId,
    report: &'a mut Report,
}

impl Walker<'_> {
    fn node(&mut self, node: &dyn NodeView, at: NodeId, path: &Path) {
        let Kind::Mapping { entries, .. } = &self.document.node(at).kind else {
            return self.opaque(path);
        };
        let gates = self.target.gates();
        let known = |name: &str| {
            let fields = node.all_fields();
            fields.iter().position(|field| field.name == name && gates.allow(field.gate))
        };
        let mut children = Vec::new();
        for &(key, value) in entries {
            let name = self.document.value(key).unwrap_or_default();
            match known(name) {
                Some(index) => children.push((index, value)),
                None => self.unknown(node, key, name, path),
            }
        }
        children.sort_by_key(|&(index, _)| index);
        for (index, value) in children {
            let field = node.all_fields()[index];
            let path = path.join(field.name);
            let view = node.view_field(index);
            // From some version on, a map that may be left out is no longer told from an empty one.
            let optional_map = field.kept_empty != Gate::Never && !gates.allow(field.kept_empty);
            let is_map = matches!(self.document.node(value).kind, Kind::Mapping { .. });
            if matches!(view, View::Nothing) && optional_map && !is_map {
                self.opaque(&path);
            }
            self.value(&view, value, &path);
        }
    }

    fn value(&mut self, view: &View<'_>, at: NodeId, path: &Path) {
        match view {
            View::Node { node, .. } => self.node(*node, at, path),
            View::List(items) => {
                let Kind::Sequence { items: nodes, .. } = &self.document.node(at).kind else { return };
                for (index, (item, &node)) in items.iter().zip(nodes).enumerate() {
                    self.value(item, node, &path.join(index));
                }
            }
            View::Nothing | View::Scalar { .. } | View::Map { .. } => {}
        }
    }

    fn opaque(&mut self, path: &Path) {
        let place = Place::value(self.source, path.clone());
        let message = "this map is null or an alias, so unknown keys in it are not found";
        self.report.push(OPAQUE_MAP.at(place, message).help("leave it out, or write it out"));
    }

    fn unknown(&mut self, node: &dyn NodeView, key: NodeId, name: &str, path: &Path) {
        let place = Place { path: path.join(name), ..Place::bytes(self.source, self.document.node(key).span) };
        let finding = UNUSED_KEY.at(place, format!("unknown key `{name}`"));
        let gates = self.target.gates();
        let fields = node.all_fields();
        let finding = if fields.iter().any(|field| field.name == name) {
            finding.help("the key exists, but not in the version that this config names")
        } else {
            let known = fields.iter().filter(|field| gates.allow(field.gate)).map(|field| field.name);
            match crate::diagnostic::suggest::nearest(name, known) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            }
        };
        self.report.push(finding);
    }
}
