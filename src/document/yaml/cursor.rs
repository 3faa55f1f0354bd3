//! Walks over the decoded text byte by byte and keeps count of lines and columns.

use std::cell::Cell;

/// A place in the text. Lines and columns start at 0 here; columns count characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) offset: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Spaces, tabs and the ASCII line breaks.
pub(super) const WHITE: u8 = 1;
/// First bytes of the line breaks that are not ASCII; most often they begin something else.
const WIDE_BREAK: u8 = 2;
/// What ends a plain scalar inside brackets.
pub(super) const FLOW: u8 = 4;
/// `:`
pub(super) const COLON: u8 = 8;
/// `'`
pub(super) const SINGLE: u8 = 16;
/// `"` and `\`
pub(super) const DOUBLE: u8 = 32;
/// The ASCII line breaks alone.
pub(super) const NEWLINE: u8 = 64;

/// What each byte can end.
static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    class[b' ' as usize] = WHITE;
    class[b'\t' as usize] = WHITE;
    class[b'\r' as usize] = WHITE | NEWLINE;
    class[b'\n' as usize] = WHITE | NEWLINE;
    class[0xC2] = WIDE_BREAK;
    class[0xE2] = WIDE_BREAK;
    let mut at = 0;
    while at < 6 {
        class[b",?[]{}"[at] as usize] = FLOW;
        at += 1;
    }
    class[b':' as usize] = COLON;
    class[b'\'' as usize] = SINGLE;
    class[b'"' as usize] = DOUBLE;
    class[b'\\' as usize] = DOUBLE;
    class
};

/// The reading position. Past the end it shows zero bytes, which cannot occur in a decoded text.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    line: u32,
    line_start: usize,
    /// Bytes of the current line before `pos` that continue a character.
    continued: usize,
    starved: Cell<bool>,
}

impl<'t> Cursor<'t> {
    /// A cursor over `text[start..limit]`.
    pub(super) fn new(text: &'t str, start: usize, limit: usize) -> Self {
        let bytes = &text.as_bytes()[..limit];
        Self { text, bytes, pos: start, line: 0, line_start: start, continued: 0, starved: Cell::new(false) }
    }

    /// Whether anything past the end was asked for.
    pub(super) fn starved(&self) -> bool {
        self.starved.get()
    }

    /// Declares that the next `count` characters are needed, whether or not they will be looked at.
    pub(super) fn demand(&self, count: usize) {
        // More than four bytes per character are never there, so most calls end at this test.
        if self.bytes.len() - self.pos < count * 4 && self.text[self.pos..self.bytes.len()].chars().count() < count {
            self.starved.set(true);
        }
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    pub(super) fn column(&self) -> u32 {
        (self.pos - self.line_start - self.continued) as u32
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { offset: self.pos as u32, line: self.line, column: self.column() }
    }

    /// The byte `ahead` bytes from here, 0 behind the end.
    #[inline]
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or_else(|| {
            self.starved.set(true);
            0
        })
    }

    pub(super) fn at_end(&self) -> bool {
        self.peek(0) == 0
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    /// The bytes of the line break `ahead` bytes from here; 0 when there is none.
    pub(super) fn break_len(&self, ahead: usize) -> usize {
        match self.peek(ahead) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.peek(ahead + 1) == b'\n'),
            0xC2 if self.peek(ahead + 1) == 0x85 => 2,
            0xE2 if self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub(super) fn is_break(&self) -> bool {
        self.break_len(0) > 0
    }

    /// A line break or the end.
    pub(super) fn is_line_end(&self) -> bool {
        self.at_end() || self.is_break()
    }

    /// A blank, a line break or the end.
    pub(super) fn is_gap(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t' | 0) || self.break_len(ahead) > 0
    }

    /// Whether `---` or `...` stands here at the start of a line.
    pub(super) fn at_document_marker(&self) -> bool {
        self.pos == self.line_start && {
            self.demand(4);
            let first = self.peek(0);
            matches!(first, b'-' | b'.') && self.peek(1) == first && self.peek(2) == first && self.is_gap(3)
        }
    }

    /// Steps over `count` ASCII characters that are no line breaks.
    pub(super) fn skip(&mut self, count: usize) {
        self.pos += count;
    }

    /// Steps over blanks.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.pos += 1;
        }
    }

    /// Steps over characters up to a byte of the classes `stops`, or up to a line break beyond ASCII if there is one.
    pub(super) fn run(&mut self, stops: u8) {
        loop {
            let rest = &self.bytes[self.pos..];
            let mut length = rest.len();
            for (at, &byte) in rest.iter().enumerate() {
                if CLASS[byte as usize] & (stops | WIDE_BREAK) != 0 {
                    length = at;
                    break;
                }
                self.continued += usize::from(byte & 0xC0 == 0x80);
            }
            self.pos += length;
            let width = match rest.get(length) {
                Some(0xC2) if self.break_len(0) == 0 => 2,
                Some(0xE2) if self.break_len(0) == 0 => 3,
                _ => return,
            };
            self.pos += width;
            self.continued += width - 1;
        }
    }

    /// Steps over the rest of the line, not over its break.
    pub(super) fn run_to_line_end(&mut self) {
        self.run(NEWLINE);
    }

    /// Steps over the line break that stands here and tells where it stood.
    pub(super) fn skip_break(&mut self) -> (usize, usize) {
        let start = self.pos;
        self.pos += self.break_len(0);
        self.next_line();
        (start, self.pos)
    }

    /// Takes what follows for a new line, as the end of a text counts even without a line break.
    pub(super) fn next_line(&mut self) {
        self.line += 1;
        self.line_start = self.pos;
        self.continued = 0;
    }
}
