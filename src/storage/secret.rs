//! Secrets in a spec: where they come from, how they are read, and what no output may show.

use crate::diagnostic::suggest::nearest;
use crate::document::yaml::Resolved;
use crate::document::yaml::scalar;
use crate::document::{Document, Kind, NodeId, Span, Value};
use crate::files::{FileError, Files};
use crate::model::{Decoder, Emitter, Field, FieldInfo, SchemaContext};
use zeroize::Zeroizing;

crate::problem! {
    /// A secret that stands in the spec itself.
    ///
    /// Whoever reads the repository reads the secret, and so does everyone who ever copies its history.
    ///
    /// Bad: `password: hunter2hunter2`. Good: `password: {file: secrets/master-0}` with that file kept out of the
    /// repository, `password: {env: CHAP_MASTER_0}`, or best `password: {node_file: /etc/chap/password}`, which keeps
    /// it out of the MachineConfig too.
    pub INLINE_SECRET = "FS1301", "inline-secret", Warning;

    /// The place of a secret is not named in a way that can be used.
    ///
    /// A secret is one of `{file: …}`, `{env: …}`, `{node_file: …}`.
    pub BAD_SECRET = "FS1302", "bad-secret", Error;

    /// A secret cannot be read.
    ///
    /// The file does not exist or cannot be read, or the variable is not set. Paths are relative to the spec.
    pub MISSING_SECRET = "FS1303", "missing-secret", Error;
}

/// Where a secret is.
#[derive(Clone, Default, PartialEq)]
pub enum SecretRef {
    /// Nowhere: the key is missing or was refused.
    #[default]
    None,
    /// In the spec.
    Inline(Zeroizing<String>),
    /// In a file beside the spec.
    File(String),
    /// In a variable of the environment.
    Env(String),
    /// In a file on the node; it never reaches the assets.
    NodeFile(String),
}

// The inline form is the secret.
impl std::fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Inline(_) => f.write_str("Inline(…)"),
            Self::File(path) => write!(f, "File({path:?})"),
            Self::Env(name) => write!(f, "Env({name:?})"),
            Self::NodeFile(path) => write!(f, "NodeFile({path:?})"),
        }
    }
}

const SOURCES: [(&str, &str); 3] = [
    ("file", "A file beside the spec, whose first line is the secret."),
    ("env", "A variable of the environment."),
    ("node_file", "A file that is put on the node by other means; the secret never reaches the assets."),
];

impl Field for SecretRef {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        let document = decoder.document();
        let node = document.resolve(node);
        let is_null = decoder.is_null(node);
        let good = "write `{file: PATH}`, `{env: NAME}` or `{node_file: PATH}`";
        let mut refuse = |message: &str| {
            let finding = BAD_SECRET.at(decoder.place(), message).help(good);
            decoder.push(finding);
        };
        match &document.node(node).kind {
            Kind::Scalar { .. } if is_null => refuse("the secret is empty"),
            Kind::Scalar { .. } if !matches!(scalar::resolved(document, node), Ok(Resolved::String)) => {
                refuse("a secret is a text: a number or switch needs quotes");
            }
            Kind::Scalar { .. } => match document.value(node) {
                Some(text) if !text.is_empty() => *self = Self::Inline(Zeroizing::new(text.to_owned())),
                _ => refuse("the secret is empty"),
            },
            Kind::Mapping { entries, .. } if entries.len() == 1 => {
                let (key, value) = entries[0];
                match (document.value(key), document.value(value)) {
                    (Some("<<"), _) => refuse("the place of a secret cannot be merged in"),
                    (Some(key), _) if !SOURCES.iter().any(|(source, _)| *source == key) => {
                        refuse("the place of the secret is of no known kind");
                    }
                    (_, None | Some("")) => refuse("the place of the secret is empty or no text"),
                    (Some("file"), Some(path)) => *self = Self::File(path.to_owned()),
                    (Some("env"), Some(name)) => *self = Self::Env(name.to_owned()),
                    (Some("node_file"), Some(path)) => *self = Self::NodeFile(path.to_owned()),
                    _ => refuse("the place of the secret is of no known kind"),
                }
            }
            _ => refuse("a secret has exactly one place"),
        }
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        // Specs are never written, and a secret least of all.
        None
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(_: &mut SchemaContext) -> Value {
        let forms = SOURCES.iter().map(|(key, doc)| {
            let mut text = SchemaContext::of_type("string");
            text.set("description", (*doc).into());
            text.set("minLength", Value::Int(1));
            let mut form = SchemaContext::of_type("object");
            form.set("properties", Value::Mapping(vec![((*key).to_owned(), text)]));
            form.set("required", Value::Sequence(vec![(*key).into()]));
            form.set("additionalProperties", false.into());
            form
        });
        let inline = SchemaContext::of_type("string");
        Value::Mapping(vec![("oneOf".into(), Value::Sequence(forms.chain([inline]).collect()))])
    }

    fn is_absent(&self) -> bool {
        *self == Self::None
    }
}

/// A secret ready for use.
#[derive(Clone, PartialEq)]
pub(crate) enum Secret {
    /// The text itself.
    Text(Zeroizing<String>),
    /// The path on the node of the file that holds it.
    OnNode(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a secret could not be had, as the end of a sentence; never with any part of it.
pub(super) fn read(secret: &SecretRef, files: &dyn Files) -> Result<Option<Secret>, String> {
    let text = match secret {
        SecretRef::None => return Ok(None),
        SecretRef::NodeFile(path) => return Ok(Some(Secret::OnNode(path.clone()))),
        SecretRef::Inline(text) => text.clone(),
        SecretRef::Env(name) => match files.variable(name) {
            Some(value) => Zeroizing::new(value),
            None => return Err(format!("the variable `{name}` is not set")),
        },
        SecretRef::File(path) => {
            let bytes = files.read(path).map_err(|error| match error {
                FileError::Missing => format!("there is no file `{path}` beside the spec"),
                other => format!("`{path}` cannot be read: {other}"),
            })?;
            let bytes = Zeroizing::new(bytes);
            let text = std::str::from_utf8(&bytes).map_err(|_| format!("`{path}` is not UTF-8 text"))?;
            Zeroizing::new(text.to_owned())
        }
    };
    // Editors and `echo` end a file with a line break that nobody means.
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    Ok(Some(Secret::Text(Zeroizing::new(line.to_owned()))))
}

/// Everything in a spec that may be a secret written inline, mistakes included: `pasword: …` hides its value too.
pub(super) fn inline_spans(document: &Document) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut stack: Vec<(NodeId, bool)> = document.root().into_iter().map(|root| (root, false)).collect();
    // Aliases are not followed while walking, so every node is seen once.
    while let Some((node, below_chap)) = stack.pop() {
        match &document.node(node).kind {
            Kind::Mapping { entries, .. } => {
                let named = |wanted: &str| entries.iter().find(|(key, _)| document.value(*key) == Some(wanted));
                let credentials = below_chap || named("username").is_some();
                // Name and secret may have changed places.
                let is_inline = named("password").is_some_and(|&(_, value)| document.value(value).is_some());
                for &(key, value) in entries {
                    let name = document.value(key).unwrap_or_default();
                    let is_chap = CHAP_SECTIONS.contains(&name) || nearest(name, CHAP_SECTIONS).is_some();
                    let misplaced = is_chap && !is_mapping(document, value);
                    let among_credentials = match name {
                        "username" if is_inline => true,
                        "username" | "mutual" => false,
                        _ => credentials,
                    };
                    if looks_secret(name) || among_credentials || misplaced {
                        hide(document, value, &mut spans);
                    }
                    // `{username: u, hunter2}` has the secret for a key.
                    if credentials && !is_key(document, name, value) {
                        hide(document, key, &mut spans);
                    }
                    stack.extend([(key, false), (value, is_chap)]);
                }
            }
            Kind::Sequence { items, .. } => stack.extend(items.iter().map(|&item| (item, false))),
            Kind::Scalar { .. } | Kind::Alias { .. } => {}
        }
    }
    spans
}

const CHAP_KEYS: [&str; 3] = ["username", "password", "mutual"];
const CHAP_SECTIONS: [&str; 2] = ["chap", "mutual"];

/// Whether a key among credentials is one, however misspelt, and not the secret itself.
fn is_key(document: &Document, name: &str, value: NodeId) -> bool {
    let is_word = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let has_value =
        document.value(value) != Some("") && !matches!(document.value(value), Some(text) if CHAP_KEYS.contains(&text));
    CHAP_KEYS.contains(&name) || looks_secret(name) || nearest(name, CHAP_KEYS).is_some() || (is_word && has_value)
}

fn is_mapping(document: &Document, node: NodeId) -> bool {
    matches!(document.node(document.resolve(node)).kind, Kind::Mapping { .. })
}

/// Whether a text under `file` or `env` may be one, and not the secret itself.
fn is_place(source: &str, text: &str) -> bool {
    match source {
        "env" => {
            let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            word && (text.contains('_') || !text.bytes().any(|byte| byte.is_ascii_lowercase()))
        }
        _ => text.contains(['/', '.']),
    }
}

/// Whether a key names a secret.
fn looks_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "pasw", "secret", "pwd", "token", "private"].iter().any(|part| key.contains(part))
}

/// Hides all scalars below `node`, but for the places of secrets.
fn hide(document: &Document, node: NodeId, spans: &mut Vec<Span>) {
    let mut stack = vec![(node, 0)];
    while let Some((node, depth)) = stack.pop() {
        let node = document.resolve(node);
        match &document.node(node).kind {
            Kind::Scalar { .. } => spans.push(document.node(node).span),
            // An anchor can make a mapping contain itself.
            _ if depth > 8 => spans.push(document.node(node).span),
            Kind::Sequence { items, .. } => stack.extend(items.iter().map(|&item| (item, depth + 1))),
            Kind::Mapping { entries, .. } => {
                let place = |(key, value): &(NodeId, NodeId)| {
                    SOURCES.iter().any(|(source, _)| {
                        document.value(*key) == Some(source)
                            && document.value(*value).is_some_and(|text| is_place(source, text))
                    })
                };
                let others = entries.iter().filter(|entry| !place(entry));
                for &(key, value) in others {
                    stack.push((value, depth + 1));
                    let name = document.value(key).unwrap_or_default();
                    if !SOURCES.iter().any(|(source, _)| *source == name) {
                        stack.push((key, depth + 1));
                    }
                }
            }
            Kind::Alias { .. } => {}
        }
    }
}
