//! Every tree of the vectors is written byte for byte as the reference writes it.
//!
//! `vectors/yaml-writing.jsonl` was recorded by running the reference's library on our own inputs:
//! one JSON value and its exact text (without the final newline) a line.

use firesteel::document::Value;
use firesteel::document::yaml::{KeyOrder, Style, write};
use pretty_assertions::assert_eq;

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is worth showing with --nocapture")]
fn the_reference_style_is_the_references() {
    let vectors = include_str!("vectors/yaml-writing.jsonl");
    let mut cases = 0;
    for line in vectors.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a vector is JSON");
        let expected = format!("{}\n", case["yaml"].as_str().expect("a vector has its text"));
        assert_eq!(write(&tree(&case["value"]), Style::Reference, KeyOrder::Natural), expected, "{line}");
        cases += 1;
    }
    println!("{cases} cases");
    assert_eq!(cases, 247);
}

fn tree(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().expect("a number is a float at least")),
        },
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => Value::Sequence(items.iter().map(tree).collect()),
        serde_json::Value::Object(entries) => {
            Value::Mapping(entries.iter().map(|(key, value)| (key.clone(), tree(value))).collect())
        }
    }
}
