//! What is known of a field, and what a type must do to be one.

use super::decode::Decoder;
use super::emit::Emitter;
use super::merge::Sides;
use super::origin::{Naming, Origin};
use super::schema::SchemaContext;
use super::view::View;
use crate::document::{NodeId, Value};
use crate::spec::Gate;
use std::collections::{BTreeMap, HashSet};

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
    /// When it is written as null if it is empty.
    pub always_null: Gate,
    /// When a map that is there is written even if nothing is in it.
    pub kept_empty: Gate,
    /// It names its node among its siblings (`path`, `name`, `device`); texts for people show it first.
    pub key: bool,
    /// Its texts are a set: when two lists are merged, each is there once.
    pub set: bool,
    /// The names in this list and in the other lists so marked are one set: when nodes are merged, what the child has in
    /// one of them is no longer in the parent's others.
    pub shared: bool,
    /// A node without a value here removes the node of its name that it is merged over.
    pub removes: bool,
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
            always_null: Gate::Never,
            kept_empty: Gate::Never,
            key: false,
            set: false,
            shared: false,
            removes: false,
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

    /// The value to write as an entry of a list, which is there even if it is empty.
    fn emit_entry(&self, emitter: &Emitter, field: &FieldInfo) -> Value {
        self.emit(emitter, field).unwrap_or_else(Self::emit_empty)
    }

    /// The value written where a field must be there although it is empty.
    fn emit_empty() -> Value;

    /// The schema of the type.
    fn schema(context: &mut SchemaContext) -> Value;

    /// Whether there is nothing in it, which a required field may not be.
    fn is_absent(&self) -> bool;

    /// The value for those who do not know the type.
    fn view(&self) -> View<'_> {
        View::Nothing
    }

    /// Makes `origin` the place of everything in it.
    fn relocate(&mut self, origin: &Origin) {
        let _ = origin;
    }

    /// Puts the value of a generated node under this one, which wins; returns the place of the result where it is not
    /// this one's own.
    fn merge(&mut self, parent: Self, field: &FieldInfo, sides: Sides<'_>) -> Option<Origin> {
        let _ = (parent, field, sides);
        None
    }

    /// The same for lists of such values.
    fn merge_lists(child: &mut Vec<Self>, parent: Vec<Self>, field: &FieldInfo, sides: Sides<'_>) -> Option<Origin> {
        let _ = (field, sides);
        child.splice(0..0, parent);
        None
    }

    /// What names it in a list, if anything does.
    fn list_key(&self) -> Option<String> {
        None
    }

    /// The names of a list's entries.
    fn list_keys(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes the entries of these names out of a list.
    fn drop_keys(&mut self, keys: &HashSet<String>) {
        let _ = keys;
    }
}

/// A map from text to text, such as labels.
pub type StringMap = BTreeMap<String, String>;
