//! What we write as YAML reads back as the same tree.

use firesteel::document::yaml::scalar::resolved;
use firesteel::document::yaml::{self, KeyOrder, Resolved, Style, write};
use firesteel::document::{Document, Kind, NodeId, Value};
use proptest::prelude::*;

/// Reads a tree without its order of keys being touched; octal numbers come back as plain ones.
fn tree(document: &Document, id: NodeId) -> Value {
    match &document.node(id).kind {
        Kind::Alias { .. } => panic!("the writer makes no aliases"),
        Kind::Sequence { items, .. } => Value::Sequence(items.iter().map(|&item| tree(document, item)).collect()),
        Kind::Mapping { entries, .. } => {
            let entry = |&(key, value): &(NodeId, NodeId)| {
                assert_eq!(resolved(document, key), Ok(Resolved::String), "a key is a text");
                (document.value(key).expect("a key is a scalar").to_owned(), tree(document, value))
            };
            Value::Mapping(entries.iter().map(entry).collect())
        }
        Kind::Scalar { .. } => match resolved(document, id).expect("the writer makes no tags") {
            Resolved::Null => Value::Null,
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Int(number) => Value::Int(number),
            Resolved::Float(number) => Value::Float(number),
            Resolved::String => Value::String(document.value(id).expect("a scalar has a value").to_owned()),
            other => panic!("the writer makes no {other:?}"),
        },
    }
}

fn check(value: &Value) -> Result<(), TestCaseError> {
    let text = write(value, Style::Faithful, KeyOrder::AsGiven);
    prop_assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "one newline at the end: {:?}", text);
    let document = match yaml::read(text.as_bytes()) {
        Ok(document) => document,
        Err(error) => return Err(TestCaseError::fail(format!("{error}: {text:?}"))),
    };
    let found = tree(&document, document.root().expect("there is a value"));
    // Values do not show their texts when they are printed, so the text we wrote has to do.
    prop_assert!(found == *value, "{:?}", text);
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[a-c \\n\\t#:?-]{0,12}",
        "[-+.0-9xobe_:, ]{1,8}",
        "[\\x00-\\x20\\x7f-\\xa0a\\n]{0,6}",
        "[a \\n\u{85}\u{2028}\u{2029}\u{feff}\u{ffff}\u{e000}é中😀]{0,8}",
        proptest::sample::select(vec!["", "~", "null", "yes", "<<", "=", "---", "...", "--- a", "2001-01-01", "1:30"])
            .prop_map(str::to_owned),
        "[a: -]{120,140}",
        any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("not a number equals nothing", |number| !number.is_nan()).prop_map(Value::Float),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let pairs = proptest::collection::btree_map(text(), inner.clone(), 0..5);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::Sequence),
            pairs.prop_map(|pairs| Value::Mapping(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_read_back(text in text()) {
        check(&Value::String(text.clone()))?;
        check(&Value::Sequence(vec![Value::String(text.clone()), Value::Null]))?;
        check(&Value::Mapping(vec![(text.clone(), Value::String(text)), ("~end".into(), Value::Null)]))?;
    }

    #[test]
    fn trees_read_back(value in value()) {
        check(&value)?;
    }
}

#[test]
fn every_character_reads_back() {
    for c in (0..=0x1_0100).filter_map(char::from_u32) {
        for text in [c.to_string(), format!("a{c}b"), format!("{c}\nb\n"), format!("a\n{c}")] {
            check(&Value::Mapping(vec![("k".into(), text.into())])).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn file_modes_read_back_as_numbers() {
    for mode in [0, 0o7, 0o10, 0o644, 0o7777, -8] {
        let text = write(&Value::Octal(mode), Style::Faithful, KeyOrder::AsGiven);
        let document = yaml::read(text.as_bytes()).expect("well-formed");
        assert!(tree(&document, document.root().expect("there is a value")) == Value::Int(mode), "{text}");
    }
}
