//! The reference's search for keys that nothing reads: config and text are walked side by side.

use super::field::FieldInfo;
use super::origin::Naming;
use super::view::{NodeView, View};
use crate::document::{Document, Kind, NodeId, Path, Syntax};
use crate::spec::{Gate, Gates};
use std::collections::HashMap;

/// What the search comes upon.
pub enum Unused<'a> {
    /// A map that is null or stands behind an alias: nothing is looked for in it.
    Opaque(&'a Path),
    /// A key that no field has.
    Key {
        /// The node that was made of the map.
        node: &'a dyn NodeView,
        /// The key.
        key: NodeId,
        /// Its text.
        name: &'a str,
        /// The path of the map.
        path: &'a Path,
    },
}

impl Unused<'_> {
    /// Whether the map has a field of that name in another version.
    pub fn is_of_another_version(&self, naming: Naming) -> bool {
        match self {
            Self::Opaque(_) => false,
            Self::Key { node, name, .. } => node.all_fields().iter().any(|field| field.name_in(naming) == *name),
        }
    }

    /// The key that was probably meant.
    pub fn nearest(&self, naming: Naming, gates: &Gates) -> Option<&'static str> {
        let Self::Key { node, name, .. } = self else { return None };
        let known = node.all_fields().iter().filter_map(|field| known_as(field, naming, gates));
        crate::diagnostic::suggest::nearest(name, known)
    }
}

/// Walks the part of `document` that `node` was made of, and tells `tell` what it comes upon.
pub fn find_unused(
    node: &dyn NodeView,
    (document, at, path): (&Document, NodeId, &Path),
    (naming, gates): (Naming, &Gates),
    tell: &mut dyn FnMut(Unused<'_>),
) {
    Walker { document, naming, gates, tell }.node(node, at, path);
}

struct Walker<'a> {
    document: &'a Document,
    naming: Naming,
    gates: &'a Gates,
    tell: &'a mut dyn FnMut(Unused<'_>),
}

impl Walker<'_> {
    fn node(&mut self, node: &dyn NodeView, at: NodeId, path: &Path) {
        let Kind::Mapping { entries, .. } = &self.document.node(at).kind else {
            return (self.tell)(Unused::Opaque(path));
        };
        let known = |name: &str| {
            let fields = node.all_fields();
            fields.iter().position(|field| known_as(field, self.naming, self.gates) == Some(name))
        };
        // JSON may repeat a key, and the last is what counts; YAML that does so is refused before.
        let mut last = HashMap::new();
        if self.document.syntax() == Syntax::Json {
            let names = entries.iter().map(|&(key, _)| self.document.value(key).unwrap_or_default());
            last.extend(names.enumerate().map(|(index, name)| (name, index)));
        }
        let mut children = Vec::new();
        for (index, &(key, value)) in entries.iter().enumerate() {
            let name = self.document.value(key).unwrap_or_default();
            if last.get(name).is_some_and(|last| *last != index) {
                continue;
            }
            match known(name) {
                Some(index) => children.push((index, value)),
                None => (self.tell)(Unused::Key { node, key, name, path }),
            }
        }
        children.sort_by_key(|&(index, _)| index);
        for (index, value) in children {
            let field = node.all_fields()[index];
            let view = node.view_field(index);
            if matches!(view, View::Scalar { .. }) {
                continue;
            }
            let path = path.join(field.name_in(self.naming));
            // From some version on, a map that may be left out is no longer told from an empty one.
            let optional_map = field.kept_empty != Gate::Never && !self.gates.allow(field.kept_empty);
            let is_map = matches!(self.document.node(value).kind, Kind::Mapping { .. });
            if matches!(view, View::Nothing) && optional_map && !is_map {
                (self.tell)(Unused::Opaque(&path));
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
                    if let View::Node { node: item, .. } = item {
                        self.node(*item, node, &path.join(index));
                    }
                }
            }
            View::Nothing | View::Scalar { .. } | View::Map { .. } => {}
        }
    }
}

/// The key of a field, where the version has it.
fn known_as(field: &FieldInfo, naming: Naming, gates: &Gates) -> Option<&'static str> {
    gates.allow(field.gate).then(|| field.name_in(naming))
}
