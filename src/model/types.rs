//! The types that fields have.

use super::decode::{Decoder, NOT_YET, UNKNOWN_WORD};
use super::emit::Emitter;
use super::field::{Field, FieldInfo, StringMap};
use super::merge::{Sides, merge_node, merge_texts};
use super::node::{Choice, Node};
use super::origin::Origin;
use super::scalar;
use super::schema::SchemaContext;
use super::view::View;
use crate::document::{NodeId, Value};
use crate::spec::behavior::CLEVIS_MAY_BE_NULL;
use std::collections::HashSet;

/// A text that must be there; written even when empty.
impl Field for String {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        // A null leaves what an earlier key of the same name gave.
        if !decoder.is_null(node)
            && let Some(text) = scalar::string(decoder, node)
        {
            *self = text;
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        Some(Value::from(self.as_str()))
    }

    fn emit_empty() -> Value {
        Value::from("")
    }

    fn schema(context: &mut SchemaContext) -> Value {
        context.scalar("string")
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn view(&self) -> View<'_> {
        View::Scalar { text: Some(self), zero: self.is_empty(), optional: false }
    }

    fn merge_lists(child: &mut Vec<Self>, parent: Vec<Self>, field: &FieldInfo, sides: Sides<'_>) -> Option<Origin> {
        merge_texts(child, parent, field, sides)
    }

    fn list_key(&self) -> Option<String> {
        Some(self.clone())
    }
}

/// A number that is zero when absent.
impl Field for i64 {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if !decoder.is_null(node)
            && let Some(number) = scalar::integer(decoder, node)
        {
            *self = number;
        }
    }

    fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value> {
        (*self != 0).then(|| emitter.number(*self, field))
    }

    fn emit_empty() -> Value {
        Value::Int(0)
    }

    fn schema(context: &mut SchemaContext) -> Value {
        context.scalar("integer")
    }

    fn is_absent(&self) -> bool {
        *self == 0
    }

    fn view(&self) -> View<'_> {
        View::Scalar { text: None, zero: *self == 0, optional: false }
    }
}

/// A switch that is off when absent.
impl Field for bool {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if !decoder.is_null(node)
            && let Some(value) = scalar::boolean(decoder, node)
        {
            *self = value;
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        self.then_some(Value::Bool(true))
    }

    fn emit_empty() -> Value {
        Value::Bool(false)
    }

    fn schema(context: &mut SchemaContext) -> Value {
        context.scalar("boolean")
    }

    fn is_absent(&self) -> bool {
        !*self
    }

    fn view(&self) -> View<'_> {
        View::Scalar { text: None, zero: !*self, optional: false }
    }
}

/// A value that may be absent, which is not the same as empty.
macro_rules! optional {
    ($($inner:ty => $take:path),+) => {$(
        impl Field for Option<$inner> {
            fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
                if decoder.is_null(node) {
                    *self = None;
                } else if let Some(value) = $take(decoder, node) {
                    *self = Some(value);
                }
            }

            fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value> {
                self.as_ref().map(|value| match <$inner as Field>::emit(value, emitter, field) {
                    Some(value) => value,
                    None => <$inner as Field>::emit_empty(),
                })
            }

            fn emit_empty() -> Value {
                <$inner as Field>::emit_empty()
            }

            fn schema(context: &mut SchemaContext) -> Value {
                let inner = <$inner as Field>::schema(context);
                context.or_null(inner)
            }

            fn is_absent(&self) -> bool {
                self.is_none()
            }

            fn view(&self) -> View<'_> {
                match self.as_ref().map(Field::view) {
                    Some(View::Scalar { text, zero, .. }) => View::Scalar { text, zero, optional: true },
                    _ => View::Nothing,
                }
            }

            fn merge(&mut self, parent: Self, _: &FieldInfo, sides: Sides<'_>) -> Option<Origin> {
                if self.is_some() || parent.is_none() {
                    return None;
                }
                *self = parent;
                Some(sides.parent.clone())
            }
        }
    )+};
}
optional!(String => scalar::string, i64 => scalar::integer, bool => scalar::boolean);

/// A node that may be absent, which is not the same as empty.
impl<T: Node> Field for Option<T> {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if decoder.is_null(node) {
            if decoder.allows(CLEVIS_MAY_BE_NULL) {
                *self = None;
            } else {
                decoder.null_map(T::WHAT);
            }
        } else {
            self.get_or_insert_default().decode(decoder, node);
        }
    }

    fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value> {
        let node = self.as_ref()?;
        if emitter.gates.allow(field.kept_empty) { Some(emitter.node(node)) } else { node.emit(emitter, field) }
    }

    fn emit_empty() -> Value {
        Value::mapping()
    }

    fn schema(context: &mut SchemaContext) -> Value {
        let inner = T::schema(context);
        context.or_null(inner)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Nothing, |node| View::Node { node, optional: true })
    }

    fn relocate(&mut self, origin: &Origin) {
        self.iter_mut().for_each(|node| node.relocate(origin));
    }

    fn merge(&mut self, parent: Self, _: &FieldInfo, _: Sides<'_>) -> Option<Origin> {
        match (self.as_mut(), parent) {
            (Some(child), Some(parent)) => merge_node(child, parent),
            (None, Some(parent)) => *self = Some(parent),
            (_, None) => {}
        }
        None
    }
}

/// One word of a closed set; the default is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneOf<T>(pub Option<T>);

impl<T> Default for OneOf<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Choice> Field for OneOf<T> {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if decoder.is_null(node) {
            return;
        }
        let Some(word) = scalar::string(decoder, node) else { return };
        match T::from_word(&word) {
            Some(value) => self.0 = Some(value),
            None => {
                let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
                let diagnostic = UNKNOWN_WORD.at(decoder.place(), format!("`{word}` is not {}", T::WHAT));
                let diagnostic = match crate::diagnostic::suggest::nearest(&word, words.iter().copied()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                };
                decoder.push(diagnostic.help(format!("one of: {}", words.join(", "))));
            }
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        self.0.map(|value| Value::from(value.word()))
    }

    fn emit_empty() -> Value {
        Value::from("")
    }

    fn schema(context: &mut SchemaContext) -> Value {
        context.choice::<T>()
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

/// A number with its unit, such as `20GiB`. A bare number is read too, so that the rule for the unit can be told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure(pub Option<String>);

impl Field for Measure {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if !decoder.is_null(node) {
            self.0 = scalar::count(decoder, node, "a text");
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        self.0.as_deref().map(Value::from)
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(context: &mut SchemaContext) -> Value {
        let text = SchemaContext::of_type("string");
        context.or_null(text)
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

/// A count or a percentage, as Kubernetes has them: `1`, `"10%"`. Kept as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count(pub Option<String>);

impl Field for Count {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if !decoder.is_null(node) {
            self.0 = scalar::count(decoder, node, "a number or a percentage");
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        self.0.as_deref().map(Value::from)
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(_: &mut SchemaContext) -> Value {
        let types = ["string", "integer", "null"].into_iter().map(Value::from).collect();
        Value::Mapping(vec![("type".into(), Value::Sequence(types))])
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

/// A list; empty is the same as absent.
impl<T: Field> Field for Vec<T> {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        let mut count = 0;
        if !decoder.is_null(node) {
            // What an earlier key of the same name gave is overlaid entry by entry.
            decoder.items(node, |decoder, item| {
                if count == self.len() {
                    self.push(T::default());
                }
                self[count].decode(decoder, item);
                count += 1;
            });
        }
        self.truncate(count);
    }

    fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value> {
        (!self.is_empty()).then(|| Value::Sequence(self.iter().map(|item| item.emit_entry(emitter, field)).collect()))
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(context: &mut SchemaContext) -> Value {
        let items = T::schema(context);
        context.list_of(items)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn view(&self) -> View<'_> {
        View::List(self.iter().map(Field::view).collect())
    }

    fn relocate(&mut self, origin: &Origin) {
        self.iter_mut().enumerate().for_each(|(index, item)| item.relocate(&origin.join(index)));
    }

    fn merge(&mut self, parent: Self, field: &FieldInfo, sides: Sides<'_>) -> Option<Origin> {
        T::merge_lists(self, parent, field, sides)
    }

    fn list_keys(&self) -> Vec<String> {
        self.iter().filter_map(Field::list_key).collect()
    }

    fn drop_keys(&mut self, keys: &HashSet<String>) {
        self.retain(|item| item.list_key().is_none_or(|key| !keys.contains(&key)));
    }
}

impl Field for StringMap {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        self.clear();
        if decoder.is_null(node) {
            return;
        }
        if !scalar::is_map(decoder.document(), node) {
            return decoder.wrong_type("a map", node);
        }
        for (name, _, value) in decoder.entries(node) {
            decoder.entered(&*name, value, |decoder| {
                let mut text = String::new();
                text.decode(decoder, value);
                self.insert(name.as_ref().to_owned(), text);
            });
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        (!self.is_empty()).then(|| Emitter::strings(self))
    }

    fn emit_empty() -> Value {
        Value::mapping()
    }

    fn schema(context: &mut SchemaContext) -> Value {
        let mut schema = SchemaContext::of_type("object");
        schema.set("additionalProperties", context.scalar("string"));
        schema
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn view(&self) -> View<'_> {
        View::Map { empty: self.is_empty() }
    }
}

/// A map from names of the author's choice to nodes, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Named<T> {
    /// The node of that name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl<T: Node> Field for Named<T> {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        self.0.clear();
        if decoder.is_null(node) {
            return;
        }
        if !scalar::is_map(decoder.document(), node) {
            return decoder.wrong_shape(node, "write each entry as `NAME: {…}`");
        }
        for (name, _, value) in decoder.entries(node) {
            decoder.entered(&*name, value, |decoder| {
                let mut node = T::default();
                node.decode(decoder, value);
                self.0.push((name.as_ref().to_owned(), node));
            });
        }
    }

    fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value> {
        let entries = self.0.iter().map(|(name, node)| (name.clone(), node.emit_entry(emitter, field)));
        (!self.0.is_empty()).then(|| Value::Mapping(entries.collect()))
    }

    fn emit_empty() -> Value {
        Value::mapping()
    }

    fn schema(context: &mut SchemaContext) -> Value {
        let node = T::schema(context);
        let mut schema = SchemaContext::of_type("object");
        schema.set("additionalProperties", node);
        schema
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

/// A key whose feature is not built yet: it is in the language, so nobody is told that it is unknown, and it is
/// refused, so nobody believes that it works.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NotYet;

impl Field for NotYet {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        if !decoder.is_null(node) {
            let name = decoder.origin().path().segments().last().map(ToString::to_string).unwrap_or_default();
            let finding = NOT_YET.at(decoder.place(), format!("`{name}` is not there yet"));
            decoder.push(finding.help("leave it out; this version of Firesteel can do nothing with it"));
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        None
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(_: &mut SchemaContext) -> Value {
        // Nothing is valid here.
        Value::Mapping(vec![("not".into(), Value::mapping())])
    }

    fn is_absent(&self) -> bool {
        true
    }
}
