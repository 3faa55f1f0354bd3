//! Texts of several YAML documents: each has its own tree, and all count from the beginning of the text.

use firesteel::document::yaml;

/// The text of each document's root, and whether a fault ended reading.
fn roots(text: &str) -> (Vec<String>, bool) {
    let (documents, fault) = yaml::read_all(text.as_bytes());
    let root = |document: &firesteel::document::Document| {
        document.root().map_or(String::new(), |root| text[document.node(root).span.range()].to_owned())
    };
    (documents.iter().map(root).collect(), fault.is_some())
}

#[test]
fn every_document_is_read() {
    for (text, expected) in [
        ("", &[][..]),
        ("# nothing\n", &[]),
        ("a: 1\n", &["a: 1"]),
        ("a: 1\n---\nb: 2\n", &["a: 1", "b: 2"]),
        ("---\na: 1\n...\n---\nb: 2\n", &["a: 1", "b: 2"]),
        ("a: 1\n...\nb: 2\n", &["a: 1", "b: 2"]),
        ("---\n---\nb: 2\n", &["", "b: 2"]),
        ("%YAML 1.1\n---\na: |\n  x\n---\n[1, 2]\n", &["a: |\n  x", "[1, 2]"]),
    ] {
        assert_eq!(roots(text), (expected.iter().map(|&text| text.to_owned()).collect(), false), "{text:?}");
    }
}

#[test]
fn a_fault_keeps_the_documents_before_it() {
    assert_eq!(roots("a: 1\n---\nb: [\n"), (vec!["a: 1".to_owned()], true));
    assert_eq!(roots("a: &x 1\n---\nb: *x\n"), (vec!["a: &x 1".to_owned()], true));
    assert_eq!(roots("a: 1\n--- !e!x\nb\n"), (vec!["a: 1".to_owned()], true));
}

#[test]
fn the_first_is_what_reading_one_gives() {
    for text in ["a: 1\n---\nb: 2\n", "- x\n...\n", "%TAG !e! tag:e,2000:\n---\n!e!x y\n---\nz\n"] {
        let one = yaml::read(text.as_bytes()).expect("YAML");
        let (all, _) = yaml::read_all(text.as_bytes());
        assert_eq!(
            format!("{:?}", all[0].ids().map(|id| all[0].node(id)).collect::<Vec<_>>()),
            format!("{:?}", one.ids().map(|id| one.node(id)).collect::<Vec<_>>())
        );
    }
}
