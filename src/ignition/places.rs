//! Lines and columns as the reference counts them.

use crate::diagnostic::{At, Place};
use crate::document::{Document, Kind, LineBreaks, LineIndex, Position, Syntax};

/// Finds places in one text. Columns count the bytes of the file, also where they are not UTF-8.
pub struct Places<'a> {
    document: Option<&'a Document>,
    /// The repaired text.
    text: &'a str,
    lines: LineIndex,
    /// Where in the repaired text the stand-ins for bad bytes end.
    repaired: Vec<u32>,
}

/// By how many bytes the stand-in for a bad byte is longer than that.
const EXCESS: u32 = char::REPLACEMENT_CHARACTER.len_utf8() as u32 - 1;

impl<'a> Places<'a> {
    /// The places in `bytes`, which repair to `text` and, where they are well-formed, make up `document`.
    pub fn new(bytes: &[u8], text: &'a str, document: Option<&'a Document>) -> Self {
        let mut repaired = Vec::new();
        if bytes.len() != text.len() {
            let mut at = 0;
            for chunk in bytes.utf8_chunks() {
                at += chunk.valid().len() as u32;
                for _ in chunk.invalid() {
                    at += EXCESS + 1;
                    repaired.push(at);
                }
            }
        }
        Self { document, text, lines: LineIndex::new(text, LineBreaks::Newline), repaired }
    }

    /// Where a finding is; `None` when it is about the text as a whole.
    ///
    /// Lists and maps are placed one past their bracket, and a fault about no field one past its bytes. Past the end of
    /// the text there is no place, which the reference calls line 0, column 0.
    pub fn find(&self, place: &Place) -> Option<Position> {
        match place.at {
            At::Whole => None,
            At::Bytes(span) if !place.path.is_root() => Some(self.position(span.start)),
            At::Bytes(span) if span.end as usize >= self.text.len() => Some(Position { line: 0, column: 0 }),
            At::Bytes(span) => Some(self.position(span.end)),
            At::Key | At::Value => {
                let document = self.document?;
                let node = document.node(document.find(&place.path).value?);
                let is_open = !matches!(node.kind, Kind::Scalar { .. });
                Some(self.position(node.span.start + u32::from(is_open)))
            }
        }
    }

    fn position(&self, offset: u32) -> Position {
        let line = self.lines.position(self.text, offset, Syntax::Json).line;
        let start = self.lines.start(line).unwrap_or(0);
        Position { line, column: self.original(offset) - self.original(start) + 1 }
    }

    /// The offset in the bytes of the file.
    fn original(&self, offset: u32) -> u32 {
        offset - EXCESS * self.repaired.partition_point(|&end| end <= offset) as u32
    }
}
