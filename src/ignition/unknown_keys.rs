//! Keys that no field has, found as the reference finds them: by walking the config and its text side by side.
//!
//! Where both do not fit together, because a map is null, the reference says so and looks no further. Of repeated keys
//! the text has only the last, and keys in another letter case are not followed.

use crate::diagnostic::{Place, Report, SourceId};
use crate::document::{Document, Kind, NodeId, Path};
use crate::model::ignition::Config;
use crate::model::{NULL_MAP, Naming, NodeView, UNKNOWN_KEY, View};
use crate::spec::{Gate, Gates};
use std::collections::HashMap;

pub(super) fn check(
    document: &Document,
    config: &Config,
    gates: &Gates,
    (source, (node, path)): (SourceId, (Option<NodeId>, &Path)),
    report: &mut Report,
) {
    let mut walker = Walker { document, gates, source, report };
    if let Some(node) = node {
        walker.node(config, node, path);
    }
}

struct Walker<'a> {
    document: &'a Document,
    gates: &'a Gates,
    source: SourceId,
    report: &'a mut Report,
}

impl Walker<'_> {
    fn node(&mut self, node: &dyn NodeView, at: NodeId, path: &Path) {
        let Kind::Mapping { entries, .. } = &self.document.node(at).kind else {
            return self.opaque(path);
        };
        let known = |name: &str| {
            let is_field = |field: &&_| known_as(field, self.gates) == Some(name);
            node.all_fields().iter().position(is_field)
        };
        let mut last = HashMap::with_capacity(entries.len());
        for (index, &(key, _)) in entries.iter().enumerate() {
            last.insert(self.document.value(key).unwrap_or_default(), index);
        }
        let mut children = Vec::new();
        for (index, &(key, value)) in entries.iter().enumerate() {
            let name = self.document.value(key).unwrap_or_default();
            if last.get(name) != Some(&index) {
                continue;
            }
            match known(name) {
                Some(index) => children.push((index, value)),
                None => self.unknown(node, key, name, path),
            }
        }
        children.sort_unstable_by_key(|&(index, _)| index);
        for (index, value) in children {
            let field = node.all_fields()[index];
            let view = node.view_field(index);
            if matches!(view, View::Scalar { .. }) {
                continue;
            }
            let path = path.join(field.name_in(Naming::Camel));
            // From some version on, a map that may be left out is no longer told from an empty one.
            let optional_map = field.kept_empty != Gate::Never && !self.gates.allow(field.kept_empty);
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
                let nodes = self.document.items(at);
                for (index, (item, &node)) in items.iter().zip(nodes).enumerate() {
                    if let View::Node { node: item, .. } = item {
                        self.node(*item, node, &path.join(index));
                    }
                }
            }
            View::Nothing | View::Scalar { .. } | View::Map { .. } => {}
        }
    }

    fn opaque(&mut self, path: &Path) {
        let place = Place::value(self.source, path.clone());
        let message = "this map is null, so unknown keys in it are not found";
        self.report.push(NULL_MAP.at(place, message).help("leave the key out; that is the same"));
    }

    fn unknown(&mut self, node: &dyn NodeView, key: NodeId, name: &str, path: &Path) {
        let place = Place { path: path.join(name), ..Place::bytes(self.source, self.document.node(key).span) };
        let finding = UNKNOWN_KEY.at(place, format!("unknown key `{name}`"));
        let finding = finding.severity(crate::diagnostic::Severity::Warning);
        let fields = node.all_fields();
        let finding = if fields.iter().any(|field| field.name_in(Naming::Camel) == name) {
            finding.note("the key exists, but not in the version this text names")
        } else {
            let known = fields.iter().filter_map(|field| known_as(field, self.gates));
            match crate::diagnostic::suggest::nearest(name, known) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            }
        };
        self.report.push(finding);
    }
}

/// The key of a field, where the version has it.
fn known_as(field: &crate::model::FieldInfo, gates: &Gates) -> Option<&'static str> {
    gates.allow(field.gate).then(|| field.name_in(Naming::Camel))
}
