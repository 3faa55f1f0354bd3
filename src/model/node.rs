//! The macro that turns one line per field into everything a field needs.

use super::decode::Decoder;
use super::emit::Emitter;
use super::field::{Field, FieldInfo};
use super::origin::Origin;
use super::schema::SchemaContext;
use super::view::NodeView;
use crate::document::{NodeId, Value};
use std::collections::HashSet;

/// A struct of a model.
pub trait Node: Field + NodeView + Clone + PartialEq {
    /// The name of the struct, unique within a model; the name of its schema definition.
    const NAME: &'static str;
    /// What it is, with an article, for messages: `a partition`.
    const WHAT: &'static str;
    /// What it means.
    const DOC: &'static str;

    /// Its fields in declared order.
    fn fields() -> &'static [&'static FieldInfo];

    /// Sets where it came from.
    fn set_origin(&mut self, origin: Origin);

    /// Decodes the field of that index.
    fn decode_field(&mut self, index: usize, decoder: &mut Decoder<'_>, node: NodeId);

    /// The value to write for the field of that index.
    fn emit_field(&self, index: usize, emitter: &Emitter) -> Option<Value>;

    /// What is written for an empty field of that index that must be there.
    fn emit_empty_field(index: usize) -> Value;

    /// Whether nothing is in the field of that index.
    fn is_absent_field(&self, index: usize) -> bool;

    /// The schema of the field of that index.
    fn schema_field(index: usize, context: &mut SchemaContext) -> Value;

    /// Puts every field of a generated node under the same field of this one.
    fn merge_fields(&mut self, parent: Self);

    /// The names in the list in the field of that index.
    fn keys_in_field(&self, index: usize) -> Vec<String>;

    /// Takes the entries of these names out of the list in the field of that index.
    fn drop_keys_in_field(&mut self, index: usize, keys: &HashSet<String>);

    /// What names it among its siblings when lists are merged; `None` for nodes without a name.
    fn merge_key(&self) -> Option<String>;

    /// What the schema says about fields in their relation to each other; parts of an `allOf`.
    fn schema_rules(context: &SchemaContext) -> Vec<Value>;
}

/// Declares a struct of a model.
///
/// ```text
/// node! {
///     /// A partition of a disk.
///     pub struct Partition ("a partition") {
///         /// The number in the partition table.
///         number: i64 = {},
///         /// The size in MiB.
///         size_mib: Option<i64> = { json: Some("sizeMiB") },
///     }
/// }
/// ```
///
/// The part after `=` sets members of [`FieldInfo`]. `rules some::function` after the words in brackets names the
/// function behind [`Node::schema_rules`], `key some::function` that behind [`Node::merge_key`].
/// `Partition::size_mib` is the field's [`FieldInfo`], `partition.at(Partition::size_mib)` its place in the input.
macro_rules! node {
    ($($(#[doc = $doc:expr])+ pub struct $name:ident ($what:literal) $(key $key:ident)? $(rules $rules:path)? {
        $($(#[doc = $field_doc:expr])+ $field:ident : $type:ty = { $($attribute:ident : $value:expr),* $(,)? }),* $(,)?
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Default, PartialEq)]
        pub struct $name {
            /// Where in the input it came from.
            pub origin: $crate::model::Origin,
            $($(#[doc = $field_doc])+ pub $field: $type,)*
        }

        #[allow(non_upper_case_globals, reason = "a field's facts have the field's name")]
        impl $name {
            $(
                #[doc = concat!("The facts about the field `", stringify!($field), "`.")]
                pub const $field: &'static $crate::model::FieldInfo = &$crate::model::FieldInfo {
                    $($attribute: $value,)*
                    ..$crate::model::FieldInfo::new(stringify!($field), concat!($($field_doc, "\n"),+))
                };
            )*

            /// The place in the input of a field of this node.
            pub fn at(&self, field: &$crate::model::FieldInfo) -> $crate::document::Path {
                self.origin.field(field).path()
            }
        }

        // A derived form would print what may be secret.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $(
                    if Self::$field.secret {
                        out.field(stringify!($field), &"…");
                    } else {
                        out.field(stringify!($field), &self.$field);
                    }
                )*
                out.finish()
            }
        }

        impl $crate::model::Node for $name {
            const NAME: &'static str = stringify!($name);
            const WHAT: &'static str = $what;
            const DOC: &'static str = concat!($($doc, "\n"),+);

            fn fields() -> &'static [&'static $crate::model::FieldInfo] {
                &[$($name::$field),*]
            }

            fn set_origin(&mut self, origin: $crate::model::Origin) {
                self.origin = origin;
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn decode_field(
                &mut self,
                index: usize,
                decoder: &mut $crate::model::Decoder<'_>,
                node: $crate::document::NodeId,
            ) {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::decode(&mut self.$field, decoder, node);
                    }
                    at += 1;
                )*
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn emit_field(
                &self,
                index: usize,
                emitter: &$crate::model::Emitter,
            ) -> Option<$crate::document::Value> {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::emit(&self.$field, emitter, Self::$field);
                    }
                    at += 1;
                )*
                None
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn emit_empty_field(index: usize) -> $crate::document::Value {
                let mut at = 0;
                $(
                    if index == at {
                        return <$type as $crate::model::Field>::emit_empty();
                    }
                    at += 1;
                )*
                $crate::document::Value::Null
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn is_absent_field(&self, index: usize) -> bool {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::is_absent(&self.$field);
                    }
                    at += 1;
                )*
                true
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn schema_field(
                index: usize,
                context: &mut $crate::model::SchemaContext,
            ) -> $crate::document::Value {
                let mut at = 0;
                $(
                    if index == at {
                        return <$type as $crate::model::Field>::schema(context);
                    }
                    at += 1;
                )*
                $crate::document::Value::mapping()
            }

            #[allow(unused_variables, reason = "a node may have no fields")]
            fn merge_fields(&mut self, parent: Self) {
                let Self { origin, $($field,)* } = parent;
                $($crate::model::merge::merge_field(
                    &mut self.$field,
                    $field,
                    Self::$field,
                    (&mut self.origin, &origin),
                );)*
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn keys_in_field(&self, index: usize) -> Vec<String> {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::list_keys(&self.$field);
                    }
                    at += 1;
                )*
                Vec::new()
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn drop_keys_in_field(&mut self, index: usize, keys: &std::collections::HashSet<String>) {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::drop_keys(&mut self.$field, keys);
                    }
                    at += 1;
                )*
            }

            #[allow(unused_mut, unused_assignments, reason = "most nodes have the key that they declare")]
            fn merge_key(&self) -> Option<String> {
                let mut key: fn(&Self) -> Option<String> = $crate::model::merge::declared_key;
                $(key = $key;)?
                key(self)
            }

            #[allow(unused_variables, reason = "most nodes have no rules")]
            fn schema_rules(context: &$crate::model::SchemaContext) -> Vec<$crate::document::Value> {
                #[allow(unused_mut, reason = "most nodes have no rules")]
                let mut rules = Vec::new();
                $(rules.extend($rules(context));)?
                rules
            }
        }

        impl $crate::model::Field for $name {
            fn decode(&mut self, decoder: &mut $crate::model::Decoder<'_>, node: $crate::document::NodeId) {
                $crate::model::node::decode_node(self, decoder, node);
            }

            fn emit(
                &self,
                emitter: &$crate::model::Emitter,
                _: &$crate::model::FieldInfo,
            ) -> Option<$crate::document::Value> {
                // Fields that are always written do not make an empty node one that is there.
                Some(emitter.node(self)).filter(|value| !value.is_nothing() && !$crate::model::is_empty(self))
            }

            fn emit_entry(
                &self,
                emitter: &$crate::model::Emitter,
                _: &$crate::model::FieldInfo,
            ) -> $crate::document::Value {
                emitter.node(self)
            }

            fn emit_empty() -> $crate::document::Value {
                $crate::document::Value::mapping()
            }

            fn schema(context: &mut $crate::model::SchemaContext) -> $crate::document::Value {
                context.node::<Self>()
            }

            fn is_absent(&self) -> bool {
                false
            }

            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Node { node: self, optional: false }
            }

            fn list_key(&self) -> Option<String> {
                $crate::model::Node::merge_key(self)
            }

            fn relocate(&mut self, origin: &$crate::model::Origin) {
                self.origin = origin.clone();
                $($crate::model::Field::relocate(&mut self.$field, &origin.field(Self::$field));)*
            }

            fn merge(
                &mut self,
                parent: Self,
                _: &$crate::model::FieldInfo,
                _: $crate::model::merge::Sides<'_>,
            ) -> Option<$crate::model::Origin> {
                $crate::model::merge::merge_node(self, parent);
                None
            }

            fn merge_lists(
                child: &mut Vec<Self>,
                parent: Vec<Self>,
                _: &$crate::model::FieldInfo,
                sides: $crate::model::merge::Sides<'_>,
            ) -> Option<$crate::model::Origin> {
                let generated = child.is_empty() && !parent.is_empty();
                $crate::model::merge::merge_nodes(child, parent);
                generated.then(|| sides.parent.clone())
            }
        }

        impl $crate::model::NodeView for $name {
            fn all_fields(&self) -> &'static [&'static $crate::model::FieldInfo] {
                <Self as $crate::model::Node>::fields()
            }

            fn origin(&self) -> &$crate::model::Origin {
                &self.origin
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "a node may have no fields")]
            fn view_field(&self, index: usize) -> $crate::model::View<'_> {
                let mut at = 0;
                $(
                    if index == at {
                        return $crate::model::Field::view(&self.$field);
                    }
                    at += 1;
                )*
                $crate::model::View::Nothing
            }
        }
    )+};
}
pub(crate) use node;

/// Decodes a node of any type: a mapping, or null, which is the same as absent.
pub(crate) fn decode_node<T: Node>(target: &mut T, decoder: &mut Decoder<'_>, node: NodeId) {
    target.set_origin(decoder.origin().clone());
    if decoder.is_null(node) {
        decoder.null_map(T::WHAT);
    } else {
        decoder.mapping_into(target, node);
    }
}

/// Declares a closed set of words.
///
/// ```text
/// choice! {
///     /// When the assets are applied.
///     pub enum Stage ("a stage") {
///         /// By the installer.
///         Install = "install",
///     }
/// }
/// ```
macro_rules! choice {
    ($($(#[doc = $doc:expr])+ pub enum $name:ident ($what:literal) {
        $($(#[doc = $word_doc:expr])+ $variant:ident = $word:literal),+ $(,)?
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $word_doc])+ $variant),+ }

        impl $name {
            /// Every word with what it means.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, concat!($($word_doc, "\n"),+))),+];

            /// As it stands in a text.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The variant of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl $crate::model::Choice for $name {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, &'static str)] = $name::WORDS;
            fn from_word(word: &str) -> Option<Self> { $name::from_word(word) }
            fn word(self) -> &'static str { $name::word(self) }
        }
    )+};
}
pub(crate) use choice;

/// A closed set of words; declared with `choice!`, used in fields as `Option<T>`.
pub trait Choice: Copy + PartialEq + std::fmt::Debug {
    /// What it is, with an article: `a stage`.
    const WHAT: &'static str;
    /// Every word with what it means.
    const WORDS: &'static [(&'static str, &'static str)];
    /// The variant of that word.
    fn from_word(word: &str) -> Option<Self>;
    /// As it stands in a text.
    fn word(self) -> &'static str;
}
