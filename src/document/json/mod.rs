//! JSON: the reader, the types of its scalars, the writer.

mod read;
mod scalar;
mod write;

pub use read::{MAX_DEPTH, read};
pub use scalar::{JsonScalar, scalar};
pub use write::{Layout, write};

use super::lines::Position;
use super::utf8::{repair, unrepaired_offset};
use std::fmt;

/// The text of a file as the reader takes it: each byte that is not UTF-8 becomes U+FFFD.
pub fn decoded(bytes: &[u8]) -> String {
    repair(bytes).into_owned()
}

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
        let fault = unrepaired_offset(bytes, self.offset as usize);
        let width = bytes.get(fault..)?.utf8_chunks().next()?.valid().chars().next().map_or(1, char::len_utf8);
        let before = &bytes[..fault + width];
        if before.len() == bytes.len() {
            return None;
        }
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Some(Position { line: line as u32, column: (before.len() - line_start + 1) as u32 })
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}
