//! Reads what the reference's YAML library read, and compares every node with what it found.
//!
//! A vector has either the reference's `error` or the nodes of its `tree` in the order of the text, one string each:
//! depth, kind (`map`, `seq`, `sc` scalar, `al` alias), line:column, style, tag, `&` and the number of its anchor,
//! `#` and the number of the anchor it stands for, `=` and the value. An empty tree is a text without a document.

use firesteel::document::{CollectionStyle, Document, Kind, NodeId, ScalarStyle, yaml};
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
