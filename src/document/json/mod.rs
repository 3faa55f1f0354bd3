//! JSON: the reader and the writer.

use super::node::Document;
use std::fmt;

/// A fault in the form of a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset of the first byte that does not belong there; the length of the text when it ends too early.
    pub offset: u32,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

/// Reads one JSON value, with nothing but blanks around it.
///
/// # Errors
/// When the text is not well-formed.
pub fn read(bytes: &[u8]) -> Result<Document, JsonError> {
    let _ = bytes;
    Err(JsonError { offset: 0, message: "reader not there yet".into() })
}
