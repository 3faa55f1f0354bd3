//! YAML: the reader, the rules by which plain scalars get a type, the writer.

pub mod aliases;
mod blanks;
mod block_scalars;
mod builder;
mod cursor;
mod decode;
mod error;
mod flow_scalars;
mod gather;
mod key_order;
mod keys;
pub mod mapping;
mod parser;
mod properties;
mod resolve;
pub mod scalar;
mod scanner;
mod style;
mod timestamp;
mod token;
mod write;

pub use error::YamlError;
pub(crate) use resolve::old_bool;
pub use resolve::{Resolved, resolve_plain};
pub use write::{KeyOrder, Style, write};

use super::lines::{LineBreaks, LineIndex};
use super::node::{Document, Syntax};
use std::sync::Arc;

/// Reads the first document of `bytes` as the reference's YAML library (yaml.v3 3.0.1) reads it.
///
/// The bytes are UTF-8, or UTF-16 with a byte order mark. A byte order mark stays in the text of the document.
/// A fault behind the first document is only found within the two tokens of look-ahead.
///
/// # Errors
/// When the text is not well-formed; the reader never panics and never returns half a tree.
pub fn read(bytes: &[u8]) -> Result<Document, YamlError> {
    let decoded = bounded(bytes)?;
    let text: Arc<str> = decoded.text.into();
    let cursor = cursor::Cursor::new(&text, decoded.start, decoded.limit);
    let scanner = scanner::Scanner::new(cursor, decoded.fault);
    let (nodes, root) = parser::Parser::new(&text, scanner).parse()?;
    Ok(Document::new(text, Syntax::Yaml, nodes, root))
}

/// Reads every document of `bytes`, and the fault that ends reading, if there is one. All documents share the text, so
/// their places count from its beginning.
pub fn read_all(bytes: &[u8]) -> (Vec<Document>, Option<YamlError>) {
    let decoded = match bounded(bytes) {
        Ok(decoded) => decoded,
        Err(fault) => return (Vec::new(), Some(fault)),
    };
    let text: Arc<str> = decoded.text.into();
    let cursor = cursor::Cursor::new(&text, decoded.start, decoded.limit);
    let scanner = scanner::Scanner::new(cursor, decoded.fault);
    let (trees, fault) = parser::Parser::new(&text, scanner).parse_all();
    // The lines of a text are counted once, however many documents it has.
    let lines = Arc::new(LineIndex::new(&text, LineBreaks::Yaml));
    let document = |(nodes, root)| Document::with_lines(text.clone(), Syntax::Yaml, nodes, root, lines.clone());
    (trees.into_iter().map(document).collect(), fault)
}

fn bounded(bytes: &[u8]) -> Result<decode::Decoded, YamlError> {
    // Offsets are 32 bits wide, and UTF-16 may grow by half when decoded.
    if bytes.len() > u32::MAX as usize / 2 {
        return Err(YamlError::new(0, "the text is longer than 2 GiB"));
    }
    Ok(decode::decode(bytes))
}

/// The text that [`read`] reads: what the offsets of a [`YamlError`] count in. Bytes that are no text are replaced.
pub fn decoded(bytes: &[u8]) -> String {
    decode::decode(bytes).text
}
