//! Merging a generated node under what the author wrote: the author wins, field by field.

use super::field::{Field, FieldInfo};
use super::node::Node;
use super::origin::Origin;
use super::view::{View, is_empty};
use std::collections::{HashMap, HashSet};

/// Where the two sides of a field came from.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// The author's.
    pub child: &'a Origin,
    /// The generated one's.
    pub parent: &'a Origin,
}

/// Puts `parent` under `child`. An empty side yields to the other; fields that come from the parent keep its origin.
pub fn merge_node<T: Node>(child: &mut T, parent: T) {
    if is_empty(&parent) {
        return;
    }
    if is_empty(child) {
        *child = parent;
        return;
    }
    let mut parent = parent;
    drop_shared(child, &mut parent);
    child.merge_fields(parent);
}

/// Takes out of each of the parent's lists what the child has in another of those that share their names.
fn drop_shared<T: Node>(child: &T, parent: &mut T) {
    let shared = || T::fields().iter().enumerate().filter(|(_, field)| field.shared).map(|(index, _)| index);
    for index in shared() {
        let elsewhere: HashSet<String> =
            shared().filter(|&other| other != index).flat_map(|other| child.keys_in_field(other)).collect();
        if !elsewhere.is_empty() {
            parent.drop_keys_in_field(index, &elsewhere);
        }
    }
}

/// Puts one field of `parent` under the same of `child`; the origin to note when the value is not the child's alone.
pub(crate) fn merge_field<F: Field>(
    child: &mut F,
    parent: F,
    field: &'static FieldInfo,
    origins: (&mut Origin, &Origin),
) {
    let (child_node, parent_node) = origins;
    let sides = Sides { child: &child_node.field(field), parent: &parent_node.field(field) };
    if let Some(origin) = child.merge(parent, field, sides) {
        child_node.place(field, origin);
    }
}

/// Merges lists of nodes by their keys: the parent's nodes first, each under the child's of the same key, then the
/// rest of the child's. Lists whose nodes have no key are put one behind the other.
pub(crate) fn merge_nodes<T: Node>(child: &mut Vec<T>, parent: Vec<T>) {
    if parent.is_empty() {
        return;
    }
    let Some(first) = parent.first() else { return };
    let keyed = first.merge_key().is_some();
    if !keyed {
        let rest = std::mem::replace(child, parent);
        child.extend(rest);
        return;
    }
    let own = std::mem::take(child);
    let by_key: HashMap<String, &T> = own.iter().filter_map(|node| Some((node.merge_key()?, node))).collect();
    // Of the child's nodes with one key that the parent has, only the last counts.
    let mut merged_keys = HashSet::new();
    for node in parent {
        merged_keys.extend(node.merge_key());
        child.push(match node.merge_key().and_then(|key| by_key.get(&key)) {
            Some(&own) if removes(own) => continue,
            Some(&own) => {
                let mut own = own.clone();
                merge_node(&mut own, node);
                own
            }
            None => node,
        });
    }
    let alone = |node: &T| node.merge_key().is_none_or(|key| !merged_keys.contains(&key));
    child.extend(own.into_iter().filter(alone));
}

/// Whether the node is there to remove the one that it is merged over.
fn removes<T: Node>(node: &T) -> bool {
    T::fields().iter().enumerate().any(|(index, field)| field.removes && node.is_absent_field(index))
}

/// Merges lists of texts: as sets where the field is one, else one behind the other; the parent's come first.
pub(crate) fn merge_texts(
    child: &mut Vec<String>,
    parent: Vec<String>,
    field: &FieldInfo,
    sides: Sides<'_>,
) -> Option<Origin> {
    if parent.is_empty() {
        return None;
    }
    if child.is_empty() {
        *child = parent;
        return Some(sides.parent.clone());
    }
    let mut origin = sides.child.clone();
    let own: HashMap<String, usize> = child.iter().enumerate().map(|(index, text)| (text.clone(), index)).collect();
    let mut merged = Vec::with_capacity(parent.len() + child.len());
    let mut taken = HashSet::new();
    for (index, text) in parent.into_iter().enumerate() {
        let from = match own.get(&text).filter(|_| field.set) {
            Some(&own) => {
                taken.insert(own);
                sides.child.join(own)
            }
            None => sides.parent.join(index),
        };
        origin.place_item(merged.len(), from);
        merged.push(text);
    }
    for (index, text) in std::mem::take(child).into_iter().enumerate() {
        if !taken.contains(&index) {
            origin.place_item(merged.len(), sides.child.join(index));
            merged.push(text);
        }
    }
    *child = merged;
    Some(origin)
}

/// The key of a node by its fields: the value of the one that names it.
pub(crate) fn declared_key<T: Node>(node: &T) -> Option<String> {
    let index = T::fields().iter().position(|field| field.key)?;
    match node.view_field(index) {
        View::Scalar { text: Some(text), .. } => Some(text.to_owned()),
        _ => None,
    }
}
