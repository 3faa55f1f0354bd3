//! What is known of a field, and what a type must do to be one.

use super::decode::Decoder;
use super::emit::Emitter;
use super::origin::Naming;
use super::schema::SchemaContext;
use crate::document::{NodeId, Value};
use crate::spec::Gate;
use std::collections::BTreeMap;

/// One field of a node, as declared by its line in the model.
#[derive(Debug)]
pub struct FieldInfo {
    /// The name in snake case, as Butane, our spec and the Rust struct spell it.
    pub name: &'static str,
    /// The name Ignition gives it, where that is not `name` itself.
    pub json: Option<&'static str>,
    /// What it means; the description in the schemas and the reference table.
    pub doc: &'static str,
    /// When it exists.
    pub gate: Gate,
    /// When it must be given.
    pub required: Gate,
    /// When it is written even if it is empty.
    pub always: Gate,
    /// It names its node among its siblings (`path`, `name`, `device`); texts for people show it first.
    pub key: bool,
    /// Texts for people show the number in octal.
    pub octal: bool,
    /// It may hold a secret, so it is never printed for debugging.
    pub secret: bool,
    /// What the schema says about the value beyond its type.
    pub constraint: Option<Constraint>,
}

/// Gives the members a schema has beyond the type, for one target.
pub type Constraint = fn(&SchemaContext) -> Vec<(&'static str, Value)>;

impl FieldInfo {
    /// A field with nothing special about it.
    pub const fn new(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            json: None,
            doc,
            gate: Gate::Always,
            required: Gate::Never,
            always: Gate::Never,
            key: false,
            octal: false,
            secret: false,
            constraint: None,
        }
    }

    /// The key in a text of that naming.
    pub fn name_in(&self, naming: Naming) -> &'static str {
        match naming {
            Naming::Snake => self.name,
            Naming::Camel => self.json.unwrap_or(self.name),
        }
    }
}

/// A type that can stand in a node.
pub trait Field: Default {
    /// Takes the value at `node` over what is there, and reports what is wrong with it.
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId);

    /// The value to write, `None` when it is left out.
    fn emit(&self, emitter: &Emitter, field: &FieldInfo) -> Option<Value>;

    /// The value written where a field must be there although it is empty.
    fn emit_empty() -> Value;

    /// The schema of the type.
    fn schema(context: &mut SchemaContext) -> Value;

    /// Whether there is nothing in it, which a required field may not be.
    fn is_absent(&self) -> bool;
}

/// A map from text to text, such as labels.
pub type StringMap = BTreeMap<String, String>;
