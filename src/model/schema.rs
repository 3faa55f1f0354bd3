//! From the field tables to JSON Schemas.

use super::decode::Dialect;
use super::node::{Choice, Node};
use crate::document::Value;
use crate::spec::{Gates, Target};

/// The state of making one schema.
pub struct SchemaContext {
    /// The language described.
    pub dialect: Dialect,
    /// The version and features described.
    pub gates: Gates,
    /// The row described, when it is a Butane target.
    pub target: Option<&'static Target>,
    definitions: Vec<(String, Value)>,
}

impl SchemaContext {
    /// Makes the whole schema of a document whose root is a `T`.
    pub fn document<T: Node>(dialect: Dialect, gates: Gates, title: &str) -> Value {
        Self { dialect, gates, target: None, definitions: Vec::new() }.finish::<T>(title)
    }

    /// Makes the whole schema of a Butane config.
    pub fn butane<T: Node>(target: &'static Target, title: &str) -> Value {
        let context =
            Self { dialect: Dialect::Butane, gates: target.gates(), target: Some(target), definitions: Vec::new() };
        context.finish::<T>(title)
    }

    fn finish<T: Node>(self, title: &str) -> Value {
        let mut context = self;
        let root = context.node::<T>();
        let mut parts = vec![root];
        parts.extend(context.target.map(super::schema_rules::refused).unwrap_or_default());
        let mut definitions = context.definitions;
        definitions.sort_by(|a, b| a.0.cmp(&b.0));
        Value::Mapping(vec![
            // Draft 7 is what every editor reads in full.
            ("$schema".into(), "http://json-schema.org/draft-07/schema#".into()),
            ("title".into(), title.into()),
            ("allOf".into(), Value::Sequence(parts)),
            ("definitions".into(), Value::Mapping(definitions)),
        ])
    }

    /// A reference to the definition of a node, which is made when it is first asked for.
    pub fn node<T: Node>(&mut self) -> Value {
        if !self.definitions.iter().any(|(name, _)| name == T::NAME) {
            // Holds the place, so that the definition is made once.
            self.definitions.push((T::NAME.to_owned(), Value::Null));
            let made = self.definition::<T>();
            if let Some((_, definition)) = self.definitions.iter_mut().find(|(name, _)| name == T::NAME) {
                *definition = made;
            }
        }
        Value::Mapping(vec![("$ref".into(), format!("#/definitions/{}", T::NAME).into())])
    }

    fn definition<T: Node>(&mut self) -> Value {
        let naming = self.dialect.naming();
        let mut properties = Vec::new();
        let mut required = Vec::new();
        for (index, field) in T::fields().iter().enumerate() {
            if !self.gates.allow(field.gate) {
                continue;
            }
            let mut schema = T::schema_field(index, self);
            if let Some(constraint) = field.constraint {
                for (key, value) in constraint(self) {
                    schema.set(key, value);
                }
            }
            schema.set("description", one_line(field.doc).into());
            let name = field.name_in(naming);
            properties.push((name.to_owned(), schema));
            if self.gates.allow(field.required) {
                required.push(Value::from(name));
            }
        }
        let mut schema = Self::of_type("object");
        schema.set("description", one_line(T::DOC).into());
        schema.set("properties", Value::Mapping(properties));
        if !required.is_empty() {
            schema.set("required", Value::Sequence(required));
        }
        schema.set("additionalProperties", false.into());
        let rules = T::schema_rules(self);
        if !rules.is_empty() {
            schema.set("allOf", Value::Sequence(rules));
        }
        schema
    }

    /// `{"type": …}`
    pub fn of_type(name: &str) -> Value {
        Value::Mapping(vec![("type".into(), name.into())])
    }

    /// A plain value that the readers of Ignition and Butane configs take as absent when it is null.
    pub fn scalar(&self, name: &str) -> Value {
        let schema = Self::of_type(name);
        if self.dialect == Dialect::Spec { schema } else { self.or_null(schema) }
    }

    /// The schema, or null: what the readers take for an absent value.
    pub fn or_null(&self, mut schema: Value) -> Value {
        if schema.get("$ref").is_some() {
            // In draft 7 nothing that stands beside a reference counts.
            return object([("anyOf", vec![schema, Self::of_type("null")].into())]);
        }
        if let Some(name) = schema.get("type").and_then(Value::as_str).map(str::to_owned) {
            schema.set("type", Value::Sequence(vec![name.into(), "null".into()]));
        }
        schema
    }

    /// A list of such, or null.
    pub fn list_of(&self, items: Value) -> Value {
        let mut schema = self.or_null(Self::of_type("array"));
        schema.set("items", items);
        schema
    }

    /// One word of a closed set.
    pub fn choice<T: Choice>(&self) -> Value {
        let words = T::WORDS.iter().map(|(word, _)| Value::from(*word)).collect::<Vec<_>>();
        let meanings = T::WORDS.iter().map(|(_, doc)| Value::from(one_line(doc))).collect::<Vec<_>>();
        // The second key is what editors show beside each word.
        Value::Mapping(vec![("enum".into(), words.into()), ("markdownEnumDescriptions".into(), meanings.into())])
    }
}

/// A map of a schema, keys in this order.
pub(super) fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A list of texts.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    texts.into_iter().map(Value::from).collect::<Vec<_>>().into()
}

/// A doc comment as one paragraph.
fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
