//! Texts decoded into typed fields give the values, and the errors, of the reference's library.
//!
//! `vectors/yaml-typed.jsonl` was recorded by running that library on our own inputs. Its structure has the fields
//! `i` (integer), `b` (boolean), `s` (text), `l` (list of texts), `m` (the structure again) and `n` (a list of it).

use firesteel::document::yaml::aliases::AliasBudget;
use firesteel::document::yaml::mapping::{MappingFault, effective_entries};
use firesteel::document::yaml::scalar::{ScalarError, as_bool, as_int, as_string, is_null, short_tag};
use firesteel::document::yaml::{self};
use firesteel::document::{Document, Kind, NodeId};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is worth showing with --nocapture")]
fn typed_values_and_errors_are_the_references() {
    let vectors = include_str!("vectors/yaml-typed.jsonl");
    let (mut values, mut errors) = (0, 0);
    for line in vectors.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        let text = case["yaml"].as_str().expect("a vector has its text");
        let document = yaml::read(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        match (decode(&document), case.get("type_error")) {
            (Ok(found), None) => {
                assert_eq!(found, without_nulls(&case["typed"]), "{text:?}");
                values += 1;
            }
            (Err(error), Some(expected)) => {
                assert_eq!(error, expected.as_str().expect("an error is a text"), "{text:?}");
                errors += 1;
            }
            (found, expected) => panic!("{text:?}: {found:?} instead of {expected:?}"),
        }
    }
    println!("{values} values, {errors} errors");
    assert_eq!((values, errors), (206, 57));
}

#[test]
fn alias_bombs_are_refused_unless_nobody_decodes_them() {
    let mut bomb = String::from("x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
    for level in 1..9 {
        let items = vec![format!("*x{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("x{level}: &x{level} {{n: [{items}]}}\n"));
    }
    let unknown = yaml::read(bomb.as_bytes()).expect("well-formed");
    assert_eq!(decode(&unknown), Ok(json!({})));

    let mut bomb = String::from("m: {n: [&x0 {n: [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}]}");
    for level in 1..9 {
        let items = vec![format!("*x{}", level - 1); 10].join(", ");
        bomb.push_str(&format!(", &x{level} {{n: [{items}]}}"));
    }
    let decoded = yaml::read((bomb + "]}\n").as_bytes()).expect("well-formed");
    assert_eq!(decode(&decoded), Err("document contains excessive aliasing".to_owned()));
}

/// Objects without the fields that are null.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        _ => value.clone(),
    }
}

/// Decodes the structure of the vectors; the error is worded as the reference's, in one line.
fn decode(document: &Document) -> Result<Value, String> {
    let mut decoder = Decoder { document, budget: AliasBudget::default(), aliases: Vec::new(), errors: Vec::new() };
    let value = match document.root() {
        Some(root) => decoder.node(root, Field::Structure)?,
        None => None,
    };
    if decoder.errors.is_empty() {
        return Ok(value.unwrap_or_else(|| json!({})));
    }
    Err(format!("unmarshal errors:   {}", decoder.errors.join("   ")).replace('\n', " "))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Field {
    Int,
    Bool,
    Text,
    Texts,
    Structure,
    Structures,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "i" => Self::Int,
            "b" => Self::Bool,
            "s" => Self::Text,
            "l" => Self::Texts,
            "m" => Self::Structure,
            "n" => Self::Structures,
            _ => return None,
        })
    }

    fn type_name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Text => "string",
            Self::Texts => "[]string",
            Self::Structure => "main.T",
            Self::Structures => "[]main.T",
        }
    }
}

struct Decoder<'d> {
    document: &'d Document,
    budget: AliasBudget,
    /// The targets of the aliases on the way to the node at hand.
    aliases: Vec<NodeId>,
    errors: Vec<String>,
}

impl Decoder<'_> {
    /// The value of a node; `None` for null and after an error that others may follow.
    fn node(&mut self, id: NodeId, field: Field) -> Result<Option<Value>, String> {
        self.budget.count(!self.aliases.is_empty()).map_err(|error| error.to_string())?;
        let document = self.document;
        match &document.node(id).kind {
            Kind::Alias { target } => {
                if self.aliases.contains(target) {
                    let name = document.node(*target).anchor.as_deref().unwrap_or_default();
                    return Err(format!("anchor '{name}' value contains itself"));
                }
                self.aliases.push(*target);
                let value = self.node(*target, field)?;
                self.aliases.pop();
                Ok(value)
            }
            Kind::Scalar { .. } => self.scalar(id, field),
            Kind::Sequence { items, .. } => {
                let inner = match field {
                    Field::Texts => Field::Text,
                    Field::Structures => Field::Structure,
                    _ => return self.wrong_type(id, field),
                };
                let mut values = Vec::new();
                for &item in items {
                    values.extend(self.node(item, inner)?);
                }
                Ok(Some(Value::Array(values)))
            }
            Kind::Mapping { .. } if field == Field::Structure => self.structure(id),
            Kind::Mapping { .. } => self.wrong_type(id, field),
        }
    }

    fn scalar(&mut self, id: NodeId, field: Field) -> Result<Option<Value>, String> {
        let decoded = match field {
            Field::Int => as_int(self.document, id).map(|value| value.map(|whole| json!(whole.value))),
            Field::Bool => as_bool(self.document, id).map(|value| value.map(|value| json!(value))),
            Field::Text => as_string(self.document, id).map(|value| value.map(|value| json!(value))),
            _ if is_null(self.document, id) => Ok(None),
            _ => return self.wrong_type(id, field),
        };
        match decoded {
            Ok(value) => Ok(value),
            Err(ScalarError::Type(_) | ScalarError::Range(_) | ScalarError::NotScalar) => self.wrong_type(id, field),
            Err(ScalarError::Tag { wanted, found }) => {
                let text = self.document.value(id).unwrap_or_default();
                Err(format!("cannot decode {} `{text}` as a {wanted}", found.tag()))
            }
            Err(error @ ScalarError::Base64) => Err(error.to_string()),
        }
    }

    fn structure(&mut self, id: NodeId) -> Result<Option<Value>, String> {
        let effective = effective_entries(self.document, id);
        let mut complete = true;
        for fault in &effective.faults {
            complete &= !matches!(fault, MappingFault::Repeated(_));
            self.mapping_fault(fault)?;
        }
        if !complete {
            return Ok(None);
        }
        let mut fields = Map::new();
        for entry in &effective.entries {
            self.budget.count(entry.through_alias || !self.aliases.is_empty()).map_err(|error| error.to_string())?;
            let Some(field) = Field::named(&entry.name) else { continue };
            if let Some(value) = self.node(entry.value, field)? {
                fields.insert(entry.name.clone().into_owned(), value);
            }
        }
        Ok(Some(Value::Object(fields)))
    }

    fn mapping_fault(&mut self, fault: &MappingFault) -> Result<(), String> {
        match fault {
            MappingFault::Repeated(keys) => {
                for (at, &first) in keys.iter().enumerate() {
                    for &again in &keys[at + 1..] {
                        let key = self.document.value(again).unwrap_or_default();
                        let (line, before) = (self.line(again), self.line(first));
                        self.errors.push(format!("line {line}: mapping key {key:?} already defined at line {before}"));
                    }
                }
                Ok(())
            }
            MappingFault::SameName { again, .. } => {
                let key = self.document.value(*again).unwrap_or_default();
                let line = self.line(*again);
                self.errors.push(format!("line {line}: field {key} already set in type main.T"));
                Ok(())
            }
            MappingFault::Key { key, .. } => self.wrong_type(*key, Field::Text).map(|_| ()),
            MappingFault::MergeValue { .. } => {
                Err("map merge requires map or sequence of maps as the value".to_owned())
            }
            MappingFault::MergeCycle { value, .. } => {
                let target = self.document.resolve(*value);
                let name = self.document.node(target).anchor.as_deref().unwrap_or_default();
                Err(format!("anchor '{name}' value contains itself"))
            }
        }
    }

    fn wrong_type(&mut self, id: NodeId, field: Field) -> Result<Option<Value>, String> {
        let tag = short_tag(self.document, id);
        let shown = match self.document.value(id) {
            Some(text) if text.len() > 10 => format!(" `{}...`", text.get(..7).unwrap_or(text)),
            Some(text) => format!(" `{text}`"),
            None => String::new(),
        };
        let line = self.line(id);
        self.errors.push(format!("line {line}: cannot unmarshal {tag}{shown} into {}", field.type_name()));
        Ok(None)
    }

    fn line(&self, id: NodeId) -> u32 {
        self.document.position(self.document.node(id).span.start).line
    }
}
