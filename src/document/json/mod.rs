//! JSON: the reader, the types of its scalars, the writer.

mod read;
mod scalar;
mod write;

pub use read::{MAX_DEPTH, read};
pub use scalar::{JsonScalar, scalar};
pub use write::{Layout, write};

use super::lines::{LineBreaks, LineIndex, Position};
use super::node::Syntax;
use super::utf8::repair;
use std::fmt;

/// A fault in the form of a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset of the first byte that does not belong there; the length of the text when it ends too early.
    /// Counted in the repaired text where bytes are not UTF-8.
    pub offset: u32,
    /// What is wrong.
    pub message: String,
}

impl JsonError {
    /// The place one character past the fault, where the reference reports it.
    /// `None` when that is the end of the text; the reference then says line 0, column 0.
    ///
    /// `bytes` are those that were read.
    pub fn position_past(&self, bytes: &[u8]) -> Option<Position> {
        let text = repair(bytes);
        let fault = text.get(self.offset as usize..)?.chars().next()?;
        let past = self.offset as usize + fault.len_utf8();
        (past < text.len())
            .then(|| LineIndex::new(&text, LineBreaks::Newline).position(&text, past as u32, Syntax::Json))
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}
