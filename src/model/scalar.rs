//! Scalars as fields want them, by the rules of the dialect.

use super::decode::{BAD_MERGE, Decoder, Dialect, REPEATED_KEY, WRONG_TYPE};
use crate::diagnostic::Severity;
use crate::document::json::{self, JsonScalar};
use crate::document::yaml::mapping::{MappingFault, effective_entries};
use crate::document::yaml::scalar::{self, ScalarError, WholeOrigin};
use crate::document::yaml::{self, Resolved};
use crate::document::{Document, Kind, NodeId, ScalarStyle, Syntax};
use std::borrow::Cow;
use std::collections::HashMap;

/// Whether the value at `node` is null, which is the same as absent.
pub(super) fn is_null(document: &Document, node: NodeId) -> bool {
    match document.syntax() {
        Syntax::Yaml => scalar::is_null(document, node),
        Syntax::Json => json::scalar(document, node) == Some(JsonScalar::Null),
    }
}

/// What a scalar is whose tag is a lie.
pub(super) const CONTRADICTS_TAG: &str = "a value that contradicts its tag";

/// What the scalar at `node` is, in words that never repeat it: it could be secret.
pub(super) fn describe(document: &Document, node: NodeId) -> &'static str {
    match document.syntax() {
        Syntax::Json => json::scalar(document, node).map_or("a list or map", |scalar| match scalar {
            JsonScalar::Null => "null",
            JsonScalar::Bool(_) => "true or false",
            JsonScalar::Int(_) => "a whole number",
            JsonScalar::HugeInt(_) => "a number beyond 64 bits",
            JsonScalar::Float(_) => "a number with a fraction or exponent",
            JsonScalar::String(_) => "a text",
        }),
        Syntax::Yaml => match scalar::resolved(document, node) {
            Ok(Resolved::Null) => "null",
            Ok(Resolved::Bool(_)) => "true or false",
            Ok(Resolved::Int(_)) => "a whole number",
            Ok(Resolved::Unsigned(_)) => "a number beyond 64 bits",
            Ok(Resolved::Float(_)) => match document.value(node) {
                Some(text) if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'_')) => {
                    "a number beyond 64 bits"
                }
                _ => "a number with a fraction or exponent",
            },
            Ok(Resolved::Timestamp) => "a date",
            Ok(Resolved::Binary(_)) => "binary data",
            Ok(Resolved::String | Resolved::Tagged) => "a text",
            Err(ScalarError::NotScalar) => "a list or map",
            Err(_) => CONTRADICTS_TAG,
        },
    }
}

pub(super) fn string(decoder: &mut Decoder<'_>, node: NodeId) -> Option<String> {
    let document = decoder.document();
    let text = match document.syntax() {
        Syntax::Json => match json::scalar(document, node) {
            Some(JsonScalar::String(text)) => Some(text.to_owned()),
            _ => None,
        },
        Syntax::Yaml if is_converted(decoder) && !is_text_in_json(document, node) => None,
        Syntax::Yaml => scalar::as_string(document, node).ok().flatten().map(Cow::into_owned),
    };
    if text.is_none() {
        decoder.wrong_type("a text", node);
    }
    text.filter(|_| !is_other_in_spec(decoder, node))
}

/// Whether the YAML becomes JSON before anything looks at its types, as Kubernetes does with every object: what a field
/// wants then changes nothing about what a scalar is.
fn is_converted(decoder: &Decoder<'_>) -> bool {
    decoder.dialect() == Dialect::Ignition && decoder.document().syntax() == Syntax::Yaml
}

/// Whether a scalar is a text once it is JSON. That reader knows the switches of YAML 1.1, `y` and `n` among them.
fn is_text_in_json(document: &Document, node: NodeId) -> bool {
    let is_text = matches!(
        scalar::resolved(document, node),
        Ok(Resolved::String | Resolved::Tagged | Resolved::Timestamp | Resolved::Binary(_))
    );
    is_text && !is_old_switch(document, node)
}

/// A plain word that YAML 1.1 takes for true or false.
fn is_old_switch(document: &Document, node: NodeId) -> bool {
    let is_plain = matches!(document.node(document.resolve(node)).kind, Kind::Scalar { style: ScalarStyle::Plain, .. });
    is_plain && document.value(node).is_some_and(|word| yaml::old_bool(word).is_some())
}

/// Tells of a plain scalar that is a text only to a reader that asks for one. Other tools that touch a spec see a number
/// or a switch in it and write it back in another form.
fn is_other_in_spec(decoder: &mut Decoder<'_>, node: NodeId) -> bool {
    let document = decoder.document();
    if decoder.dialect() != Dialect::Spec || document.syntax() != Syntax::Yaml {
        return false;
    }
    let note = match scalar::resolved(document, node) {
        Ok(Resolved::Float(_)) if document.value(node).is_some_and(|text| text.ends_with('0')) => {
            Some("without quotes this is a number, and a number loses the 0 at its end")
        }
        Ok(Resolved::Float(_) | Resolved::Int(_) | Resolved::Unsigned(_) | Resolved::Bool(_) | Resolved::Timestamp) => {
            None
        }
        _ => return false,
    };
    let found = describe(document, node);
    let finding = WRONG_TYPE.at(decoder.place(), format!("expected a text, found {found}"));
    let finding = finding.help("put it in quotes");
    decoder.push(match note {
        Some(note) => finding.note(note),
        None => finding,
    });
    true
}

/// A count or a percentage: a number or a text.
pub(super) fn count(decoder: &mut Decoder<'_>, node: NodeId, wanted: &str) -> Option<String> {
    let document = decoder.document();
    match scalar::resolved(document, node) {
        Ok(Resolved::Int(_) | Resolved::String) => document.value(node).map(str::to_owned),
        _ => {
            decoder.wrong_type(wanted, node);
            None
        }
    }
}

pub(super) fn integer(decoder: &mut Decoder<'_>, node: NodeId) -> Option<i64> {
    let document = decoder.document();
    let number = match document.syntax() {
        Syntax::Json => match json::scalar(document, node) {
            Some(JsonScalar::Int(number)) => Some(number),
            _ => None,
        },
        Syntax::Yaml => scalar::as_int(document, node)
            .ok()
            .flatten()
            // The reference makes 420 of 420.9; we take a text at its word.
            .filter(|number| !decoder.dialect().is_own() || number.origin == WholeOrigin::Integer)
            .filter(|number| {
                !is_converted(decoder) || !matches!(number.origin, WholeOrigin::Cut | WholeOrigin::Overflow)
            })
            .map(|number| number.value),
    };
    match number {
        None => wrong_scalar(decoder, "a whole number", node, |text| text.parse::<i64>().is_ok()),
        Some(number) if is_accidental_octal(decoder, node) => {
            let finding =
                WRONG_TYPE.at(decoder.place(), format!("a number that begins with 0 is octal: this is {number}"));
            decoder.push(finding.help("write it without the 0 in front, or as `0o…` if octal is meant"));
            return None;
        }
        Some(_) => {}
    }
    number
}

fn is_accidental_octal(decoder: &Decoder<'_>, node: NodeId) -> bool {
    let text = decoder.document().value(node).unwrap_or_default();
    decoder.dialect() == Dialect::Spec
        && decoder.document().syntax() == Syntax::Yaml
        && text
            .trim_start_matches(['+', '-'])
            .strip_prefix('0')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit() || first == '_'))
}

/// Reports a scalar of another type, with advice where only its quotes are wrong.
fn wrong_scalar(decoder: &mut Decoder<'_>, wanted: &str, node: NodeId, fits: impl Fn(&str) -> bool) {
    let document = decoder.document();
    let quoted = describe(document, node) == "a text" && document.value(node).is_some_and(fits);
    if decoder.dialect().is_own() && quoted {
        let finding = WRONG_TYPE.at(decoder.place(), format!("expected {wanted}, found a text"));
        decoder.push(finding.help("write it without quotes"));
    } else {
        decoder.wrong_type(wanted, node);
    }
}

pub(super) fn boolean(decoder: &mut Decoder<'_>, node: NodeId) -> Option<bool> {
    let document = decoder.document();
    let value = match document.syntax() {
        Syntax::Json => match json::scalar(document, node) {
            Some(JsonScalar::Bool(value)) => Some(value),
            _ => None,
        },
        Syntax::Yaml if is_converted(decoder) && is_text_in_json(document, node) => None,
        Syntax::Yaml => scalar::as_bool(document, node).ok().flatten(),
    };
    if value.is_none() {
        wrong_scalar(decoder, "true or false", node, |text| matches!(text, "true" | "false"));
    }
    value
}

/// The entries of the map at `node` that count: those merged in too, null keys left out, each name once.
/// Faults of keys and merges are reported.
pub(super) fn entries<'a>(decoder: &mut Decoder<'a>, node: NodeId) -> Vec<(Cow<'a, str>, NodeId, NodeId)> {
    let document = decoder.document();
    if document.syntax() == Syntax::Json {
        let all: Vec<(Cow<'a, str>, NodeId, NodeId)> = document
            .entries(node)
            .iter()
            .filter_map(|&(key, value)| Some((document.value(key)?.into(), key, value)))
            .collect();
        if decoder.dialect() != Dialect::Ignition {
            return last_of_each(all);
        }
        // Each of them is laid over those before it.
        if decoder.tells_repeated_keys() {
            let mut seen: HashMap<&str, NodeId> = HashMap::new();
            for (name, key, _) in &all {
                if let Some(before) = seen.insert(name, *key) {
                    laid_over(decoder, before, *key);
                }
            }
        }
        return all;
    }
    let effective = effective_entries(document, node);
    for fault in &effective.faults {
        report(decoder, fault);
    }
    effective.entries.into_iter().map(|entry| (entry.name, entry.key, entry.value)).collect()
}

fn report(decoder: &mut Decoder<'_>, fault: &MappingFault) {
    match fault {
        MappingFault::Repeated(keys) => {
            for &again in &keys[1..] {
                repeated(decoder, keys[0], again);
            }
        }
        MappingFault::SameName { first, again } => repeated(decoder, *first, *again),
        MappingFault::Key { key, .. } => {
            let finding = WRONG_TYPE.at(decoder.place_of(*key), "a key must be a text");
            decoder.push(finding);
        }
        MappingFault::MergeValue { value, .. } => {
            let finding = BAD_MERGE.at(decoder.place_of(*value), "only maps can be merged in");
            decoder.push(finding.help("write `<<: *name`, where `&name` marks a map"));
        }
        MappingFault::MergeCycle { value, .. } => {
            let finding = BAD_MERGE.at(decoder.place_of(*value), "this map is merged into itself");
            decoder.push(finding);
        }
    }
}

/// The entries with the value of the last of each name, at the place of the first.
fn last_of_each<'a>(all: Vec<(Cow<'a, str>, NodeId, NodeId)>) -> Vec<(Cow<'a, str>, NodeId, NodeId)> {
    let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
    let mut entries: Vec<(Cow<'a, str>, NodeId, NodeId)> = Vec::new();
    for entry in all {
        match places.get(&entry.0) {
            Some(&place) => entries[place] = entry,
            None => {
                places.insert(entry.0.clone(), entries.len());
                entries.push(entry);
            }
        }
    }
    entries
}

/// Tells of a key of an Ignition config that stands twice in one map, which its reader passes over in silence.
fn laid_over(decoder: &mut Decoder<'_>, first: NodeId, again: NodeId) {
    let name = decoder.document().value(again).unwrap_or_default();
    let finding = REPEATED_KEY.at(decoder.place_of(again), format!("`{name}` stands here twice"));
    let finding = finding.severity(Severity::Warning).label(decoder.place_of(first), "first here");
    let finding = finding.note("Ignition lays the second over the first: maps and lists of both become one");
    decoder.push(finding.help("keep one of the two"));
}

fn repeated(decoder: &mut Decoder<'_>, first: NodeId, again: NodeId) {
    let name = decoder.document().value(again).unwrap_or_default();
    let finding = REPEATED_KEY.at(decoder.place_of(again), format!("`{name}` stands here twice"));
    let finding = finding.label(decoder.place_of(first), "first here");
    decoder.push(finding.help("keep one of the two"));
}

/// Whether the node, aliases followed, is a map.
pub(super) fn is_map(document: &Document, node: NodeId) -> bool {
    matches!(document.node(document.resolve(node)).kind, Kind::Mapping { .. })
}
