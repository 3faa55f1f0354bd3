//! The examples, compiled through the library with their folder held in memory.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use firesteel::document::{Document, Kind, NodeId, yaml};
use firesteel::files::MemoryFiles;
use firesteel::pipeline::{Compiled, Input, Options, Wrapping, compile};
use serde_json::Value;

/// Every folder below `examples/`, each with a spec of its own name.
pub(crate) const EXAMPLES: [&str; 3] = ["etcd-iscsi", "etcd-local-disk", "etcd-pool"];

/// In what the examples are wrapped.
pub(crate) const WRAPPINGS: [Wrapping; 3] = [Wrapping::MachineConfig, Wrapping::Ignition, Wrapping::Butane];

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Compiles the spec of an example.
pub(crate) fn compiled(name: &str, wrapping: Wrapping) -> Compiled {
    compiled_with(name, &Options { wrapping: Some(wrapping), ..Options::default() })
}

/// Compiles the spec of an example as the options say.
pub(crate) fn compiled_with(name: &str, options: &Options) -> Compiled {
    let folder = folder(name);
    let spec = folder.join(format!("{name}.yaml"));
    let bytes = fs::read(&spec).expect("every example has a spec of its name");
    let mut files = MemoryFiles::default();
    for below in ["secrets", "exported"] {
        let Ok(entries) = fs::read_dir(folder.join(below)) else { continue };
        for entry in entries {
            let entry = entry.expect("the folder can be read");
            let name = format!("{below}/{}", entry.file_name().to_string_lossy());
            files.files.insert(name, fs::read(entry.path()).expect("the file can be read"));
        }
    }
    let name = format!("{name}.yaml");
    compile(Input { name: &name, bytes: &bytes }, &files, options)
}

/// The secrets of an example: what may stand in the 0600 map and nowhere else.
pub(crate) fn secrets(name: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder(name).join("secrets")) else { return Vec::new() };
    let read = |entry: fs::DirEntry| fs::read_to_string(entry.path()).expect("a secret is a text").trim().to_owned();
    entries.map(|entry| read(entry.expect("the folder can be read"))).collect()
}

/// A YAML text as a tree whose scalars are all texts.
pub(crate) fn tree(text: &str) -> Value {
    fn value(document: &Document, node: NodeId) -> Value {
        match &document.node(node).kind {
            Kind::Mapping { .. } => {
                let entry = |&(key, of): &(NodeId, NodeId)| {
                    (document.value(key).expect("keys are texts").to_owned(), value(document, of))
                };
                Value::Object(document.entries(node).iter().map(entry).collect())
            }
            Kind::Sequence { .. } => {
                Value::Array(document.items(node).iter().map(|&item| value(document, item)).collect())
            }
            _ => Value::String(document.value(node).unwrap_or_default().to_owned()),
        }
    }
    let document = yaml::read(text.as_bytes()).expect("emitted YAML can be read");
    value(&document, document.root().expect("emitted YAML is not empty"))
}

/// The bytes a `data:` URL stands for.
pub(crate) fn data(url: &str) -> Vec<u8> {
    if let Some(encoded) = url.strip_prefix("data:;base64,") {
        return base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64 in a data URL");
    }
    let escaped = url.strip_prefix("data:,").expect("a data URL in one of the two forms that we write");
    percent_encoding::percent_decode_str(escaped).collect()
}

/// The list at a path of a tree; empty when there is none.
pub(crate) fn list<'a>(tree: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    let found = path.iter().try_fold(tree, |node, key| node.get(key));
    found.and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}

/// The text under a key.
pub(crate) fn text<'a>(tree: &'a Value, key: &str) -> &'a str {
    tree.get(key).and_then(Value::as_str).unwrap_or_default()
}
