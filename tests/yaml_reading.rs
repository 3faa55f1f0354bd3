//! Reads what the reference's YAML library read, and compares every node with what it found.
//!
//! A vector has either the reference's `error` or the nodes of its `tree` in the order of the text, one string each:
//! depth, kind (`map`, `seq`, `sc` scalar, `al` alias), line:column, style, tag, `&` and the number of its anchor,
//! `#` and the number of the anchor it stands for, `=` and the value. An empty tree is a text without a document.

use firesteel::document::{CollectionStyle, Document, Kind, NodeId, ScalarStyle, Text, yaml};
use pretty_assertions::assert_eq;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    include_str!("vectors/yaml-trees.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the vectors are JSON lines"))
        .collect()
}

/// Every node with its depth, in the order of the text.
fn walk(document: &Document) -> Vec<(usize, NodeId)> {
    let mut found = Vec::new();
    let mut open: Vec<_> = document.root().map(|root| (0, root)).into_iter().collect();
    while let Some((depth, id)) = open.pop() {
        found.push((depth, id));
        open.extend(children(document, id).into_iter().rev().map(|child| (depth + 1, child)));
    }
    found
}

fn children(document: &Document, id: NodeId) -> Vec<NodeId> {
    match &document.node(id).kind {
        Kind::Sequence { items, .. } => items.clone(),
        Kind::Mapping { entries, .. } => entries.iter().flat_map(|&(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}

/// The tree in the form of the vectors.
fn describe(document: &Document) -> Vec<String> {
    let nodes = walk(document);
    let anchored: Vec<NodeId> =
        nodes.iter().map(|&(_, id)| id).filter(|&id| document.node(id).anchor.is_some()).collect();
    let number = |id: NodeId| anchored.iter().position(|&other| other == id).map(|at| at + 1);
    let describe_node = |&(depth, id): &(usize, NodeId)| {
        let node = document.node(id);
        let kind = match &node.kind {
            Kind::Scalar { .. } => "sc",
            Kind::Sequence { .. } => "seq",
            Kind::Mapping { .. } => "map",
            Kind::Alias { .. } => "al",
        };
        let place = document.position(node.span.start);
        let mut line = format!("{depth} {kind} {}:{}", place.line, place.column);
        line += match &node.kind {
            Kind::Scalar { style, .. } => match style {
                ScalarStyle::Plain => " p",
                ScalarStyle::SingleQuoted => " s",
                ScalarStyle::DoubleQuoted => " d",
                ScalarStyle::Literal => " l",
                ScalarStyle::Folded => " f",
            },
            Kind::Sequence { style, .. } | Kind::Mapping { style, .. } => match style {
                CollectionStyle::Block => " b",
                CollectionStyle::Flow => " f",
            },
            Kind::Alias { .. } => "",
        };
        if let Some(tag) = node.tag.as_deref().filter(|&tag| tag != "!") {
            line += &format!(" {}", tag.replace("tag:yaml.org,2002:", "!!"));
        }
        if let Some(number) = number(id) {
            line += &format!(" &{number}");
        }
        match &node.kind {
            Kind::Alias { target } => line += &format!(" #{}", number(*target).expect("a target has an anchor")),
            Kind::Scalar { .. } => line += &format!(" = {}", document.value(id).expect("a scalar has a value")),
            _ => {}
        }
        line
    };
    nodes.iter().map(describe_node).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "says how many cases ran")]
fn reads_what_the_reference_reads() {
    let vectors = vectors();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let text = vector["yaml"].as_str().expect("a vector has a text");
        let (key, got) = match yaml::read(text.as_bytes()) {
            Ok(document) => ("tree", Value::from(describe(&document))),
            Err(error) => ("error", error.to_string().into()),
        };
        if vector.get(key) != Some(&got) {
            wrong.push(format!("{vector}\n  got {key} {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
    println!("{} texts read as the reference reads them", vectors.len());
    assert_eq!(vectors.len(), 308);
}

#[test]
fn the_encoding_does_not_matter() {
    for vector in vectors() {
        let text = vector["yaml"].as_str().expect("a vector has a text").trim_start_matches('\u{feff}');
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [marked, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            match yaml::read(&bytes) {
                Ok(document) => assert_eq!(vector["tree"], Value::from(describe(&document)), "{text:?}"),
                Err(error) => assert_eq!(vector["error"], error.to_string(), "{text:?}"),
            }
        }
    }
}

#[test]
fn tells_what_is_wrong_with_the_bytes() {
    for (bytes, message) in [
        (&b"a: \xE9b\n"[..], "invalid trailing UTF-8 octet"),
        (b"a: \xE9", "incomplete UTF-8 octet sequence"),
        (b"a: \x80", "invalid leading UTF-8 octet"),
        (b"a: \xFF", "invalid leading UTF-8 octet"),
        (b"a: \xC0\x80", "invalid length of a UTF-8 sequence"),
        (b"a: \xED\xA0\x80", "invalid Unicode character"),
        (b"a: \xF4\x90\x80\x80", "invalid Unicode character"),
        (b"a: \x00", "control characters are not allowed"),
        (b"a: \x1B", "control characters are not allowed"),
        (b"a: \xEF\xBF\xBF", "control characters are not allowed"),
        (b"\xFF\xFEa\0:\0 ", "incomplete UTF-16 character"),
        (b"\xFF\xFE\x00\xDC", "unexpected low surrogate area"),
        (b"\xFE\xFF\xD8\x00\x00a", "expected low surrogate area"),
        (b"\xFE\xFF\xD8\x00", "incomplete UTF-16 surrogate pair"),
    ] {
        let error = yaml::read(bytes).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn faults_behind_the_first_document_count_only_when_near() {
    let distant = |fault: &str, blanks: usize| format!("a: 1\n---\nb: 2\n{}{fault}", "#\n".repeat(blanks));
    // The reader works in pieces of 512 bytes, so a forbidden character is found some way ahead.
    for (text, good) in [
        (distant("\0", 10), false),
        (distant("\0", 1000), true),
        (distant("'", 0), true),
        ("a: 1\n---\n\tb: 2\n".to_owned(), false),
        ("a: 1\n...\n}\n".to_owned(), true),
        (format!("a: 1\n{}'", "#\n".repeat(1000)), false),
    ] {
        assert_eq!(yaml::read(text.as_bytes()).is_ok(), good, "{text:?}");
    }
}

#[test]
fn values_are_copied_only_when_they_must_be() {
    let text = "plain: a b\nsingle: 'x y'\ndouble: \"x y\"\nlines: a\n  b\nescaped: \"\\n\"\none: |\n  line\ntwo: |\n  l\n  m\n";
    let document = yaml::read(text.as_bytes()).expect("the text is good");
    let root = document.root().expect("there is a document");
    let owned: Vec<_> = document
        .entries(root)
        .iter()
        .filter(|&&(_, value)| matches!(document.node(value).kind, Kind::Scalar { text: Text::Owned(_), .. }))
        .filter_map(|&(key, _)| document.value(key))
        .collect();
    assert_eq!(owned, ["lines", "escaped", "two"]);
}

#[test]
fn spans_end_behind_the_last_own_character() {
    let text = "a: &x !!str 'b c'  # d\nlist:\n- one\n- [two , three ]\nmap: {k: v}\ntext: |\n  lines\n\nkeep: |+\n  k\n\nfolded: >-  # c\n  f\nnone:\nalias: *x\n";
    let document = yaml::read(text.as_bytes()).expect("the text is good");
    let root = document.root().expect("there is a document");
    let spans: Vec<_> =
        document.entries(root).iter().map(|&(_, value)| &text[document.node(value).span.range()]).collect();
    assert_eq!(
        spans,
        ["&x !!str 'b c'", "- one\n- [two , three ]", "{k: v}", "|\n  lines", "|+\n  k\n", ">-  # c\n  f", "", "*x"]
    );
    assert_eq!(&text[document.node(root).span.range()], text.trim_end());
}
