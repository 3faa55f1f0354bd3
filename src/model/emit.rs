//! From typed nodes to values that a writer prints.

use super::field::{FieldInfo, StringMap};
use super::node::Node;
use super::origin::Naming;
use crate::document::Value;
use crate::spec::Gates;

/// Who the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A machine: fields in declared order, numbers in decimal.
    Machine,
    /// A person: the naming field first, file modes in octal.
    Person,
}

/// How nodes are written.
#[derive(Debug, Clone, Copy)]
pub struct Emitter {
    /// How keys are spelt.
    pub naming: Naming,
    /// Decides which empty fields are written all the same.
    pub gates: Gates,
    /// Who reads it.
    pub audience: Audience,
}

impl Emitter {
    /// Writes a node with its fields in order; empty fields are left out unless the version wants them.
    pub fn node<T: Node>(&self, node: &T) -> Value {
        let mut fields: Vec<(usize, &'static FieldInfo)> = T::fields().iter().copied().enumerate().collect();
        if self.audience == Audience::Person {
            fields.sort_by_key(|(_, field)| !field.key);
        }
        let mut entries = Vec::new();
        for (index, field) in fields {
            let value = match node.emit_field(index, self) {
                None if self.gates.allow(field.always) => T::emit_empty_field(index),
                None if self.gates.allow(field.always_null) => Value::Null,
                None => continue,
                Some(value) => value,
            };
            entries.push((field.name_in(self.naming).to_owned(), value));
        }
        Value::Mapping(entries)
    }

    pub(super) fn number(&self, number: i64, field: &FieldInfo) -> Value {
        match self.audience {
            Audience::Person if field.octal => Value::Octal(number),
            _ => Value::Int(number),
        }
    }

    pub(super) fn strings(map: &StringMap) -> Value {
        Value::Mapping(map.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect())
    }
}
