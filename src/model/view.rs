//! Nodes seen without knowing their types: what passes that treat every field alike walk over.

use super::field::FieldInfo;
use super::origin::Origin;

/// The value of a field as a walker sees it.
pub enum View<'a> {
    /// A field that may be absent, and is.
    Nothing,
    /// A single value.
    Scalar {
        /// The text, if it is one.
        text: Option<&'a str>,
        /// Whether it is the empty text, zero or false.
        zero: bool,
        /// Whether the field could be absent, so that even an empty value was given on purpose.
        optional: bool,
    },
    /// A node.
    Node {
        /// The node.
        node: &'a dyn NodeView,
        /// Whether the field could be absent, so that even an empty node was given on purpose.
        optional: bool,
    },
    /// A list.
    List(Vec<View<'a>>),
    /// A map with names of the author's choice.
    Map {
        /// Whether nothing is in it.
        empty: bool,
    },
}

impl View<'_> {
    /// Whether there is nothing at all: no value given, no entry, no field of a node.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Scalar { zero, optional, .. } => *zero && !optional,
            Self::Node { node, optional } => !optional && is_empty(*node),
            Self::List(items) => items.is_empty(),
            Self::Map { empty } => *empty,
        }
    }
}

/// A node of any type.
pub trait NodeView {
    /// Its fields in declared order.
    fn all_fields(&self) -> &'static [&'static FieldInfo];

    /// Where it came from.
    fn origin(&self) -> &Origin;

    /// The value of the field of that index.
    fn view_field(&self, index: usize) -> View<'_>;
}

/// Whether nothing is in any field of the node.
pub fn is_empty(node: &dyn NodeView) -> bool {
    (0..node.all_fields().len()).all(|index| node.view_field(index).is_empty())
}
