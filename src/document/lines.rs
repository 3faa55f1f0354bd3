//! From byte offsets to lines and columns.

use super::node::Syntax;

/// A place as people count it: both numbers start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number.
    pub line: u32,
    /// Column number; see [`Syntax`] for what it counts.
    pub column: u32,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreaks {
    /// `\n` alone, as JSON tools count.
    Newline,
    /// `\n`, `\r\n`, `\r`, U+0085, U+2028 and U+2029, as YAML 1.1 counts (section 5.4 of its specification).
    Yaml,
}

/// The byte offset at which each line starts.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Scans `text` once.
    pub fn new(text: &str, breaks: LineBreaks) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            let end = match (byte, breaks) {
                (b'\n', _) => at + 1,
                (_, LineBreaks::Newline) => continue,
                (b'\r', _) if bytes.get(at + 1) != Some(&b'\n') => at + 1,
                (0xC2, _) if bytes.get(at + 1) == Some(&0x85) => at + 2,
                (0xE2, _) if bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xA8 | 0xA9)) => {
                    at + 3
                }
                _ => continue,
            };
            starts.push(end as u32);
        }
        Self { starts }
    }

    /// The position of `offset` in `text`, the text this index was made from.
    pub fn position(&self, text: &str, offset: u32, syntax: Syntax) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let start = self.starts[line];
        let before = text.get(start as usize..offset as usize).unwrap_or_default();
        let column = match syntax {
            Syntax::Json => before.len(),
            // A byte order mark at the very start is not part of the text.
            Syntax::Yaml => before.chars().count() - usize::from(line == 0 && before.starts_with('\u{feff}')),
        };
        Position { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// The offset at which a line starts, lines counted from 1; `None` past the last line.
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The number of lines; a text that ends in a line break has an empty last line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}
