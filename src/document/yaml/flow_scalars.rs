//! Scalars that fold: plain ones and those in quotes.

use super::super::node::ScalarStyle;
use super::cursor::{COLON, DOUBLE, FLOW, SINGLE, WHITE};
use super::error::YamlError;
use super::gather::Gather;
use super::scanner::{Result, Scanner};
use super::token::{Payload, Token, TokenKind};

/// The blanks and line breaks between two words of a scalar.
struct Gap<'t> {
    /// The blanks before the first line break.
    blanks: (usize, usize),
    /// Whether there was a line break, escaped or not.
    broken: bool,
    first: Gather<'t>,
    rest: Gather<'t>,
}

impl<'t> Gap<'t> {
    fn new(source: &'t str, at: usize) -> Self {
        Self { blanks: (at, at), broken: false, first: Gather::new(source, at), rest: Gather::new(source, at) }
    }

    /// Adds to `value` what the gap stands for, and empties it.
    fn fold_into(&mut self, value: &mut Gather<'t>) {
        if !self.broken {
            value.push(self.blanks.0, self.blanks.1);
        } else if self.first.as_str() == "\n" {
            // One line break is a space, and the first of several counts for nothing.
            match self.rest.is_empty() {
                true => value.push_str(" "),
                false => value.take(&mut self.rest),
            }
        } else {
            value.take(&mut self.first);
            value.take(&mut self.rest);
        }
        self.first.clear();
        self.rest.clear();
        self.blanks = (0, 0);
        self.broken = false;
    }
}

impl<'t> Scanner<'t> {
    pub(super) fn plain(&mut self) -> Result<Token> {
        let source = self.cursor.text;
        let start = self.cursor.mark();
        let least_column = self.indent + 1;
        let stops = if self.in_flow() { WHITE | COLON | FLOW } else { WHITE | COLON };
        let mut end = self.cursor.pos();
        let mut value = Gather::new(source, end);
        let mut gap = Gap::new(source, end);
        while !self.cursor.at_document_marker() && self.cursor.peek(0) != b'#' {
            let word = self.cursor.pos();
            self.cursor.run(stops);
            while self.cursor.peek(0) == b':' && !self.cursor.is_gap(1) {
                self.cursor.skip(1);
                self.cursor.run(stops);
            }
            if self.cursor.pos() > word {
                gap.fold_into(&mut value);
                end = self.cursor.pos();
                value.push(word, end);
            }
            if self.cursor.at_end() || !self.cursor.is_gap(0) {
                break;
            }
            self.gap(&mut gap, |scanner| {
                let tab_indents = scanner.cursor.peek(0) == b'\t' && i64::from(scanner.cursor.column()) < least_column;
                if !tab_indents {
                    return Ok(());
                }
                let here = scanner.cursor.mark();
                Err(YamlError::scan(start, here, "found a tab character that violates indentation"))
            })?;
            if !self.in_flow() && i64::from(self.cursor.column()) < least_column {
                break;
            }
        }
        if gap.broken {
            self.key_allowed = true;
            self.in_next_line = true;
        }
        Ok(Token::with(TokenKind::Scalar, start, end, Payload::Scalar(value.finish(), ScalarStyle::Plain)))
    }

    /// Reads blanks and line breaks. `check` sees each blank that follows a line break.
    fn gap(&mut self, gap: &mut Gap<'t>, check: impl Fn(&Self) -> Result<()>) -> Result<()> {
        if !gap.broken {
            gap.blanks = (self.cursor.pos(), self.cursor.pos());
        }
        loop {
            if self.cursor.is_blank(0) {
                if gap.broken {
                    check(self)?;
                }
                self.cursor.skip(1);
                if !gap.broken {
                    gap.blanks.1 = self.cursor.pos();
                }
            } else if self.cursor.is_break() {
                let place = self.cursor.skip_break();
                let breaks = if gap.broken { &mut gap.rest } else { &mut gap.first };
                breaks.push_break(place);
                gap.broken = true;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn quoted(&mut self, single: bool) -> Result<Token> {
        let source = self.cursor.text;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let mut value = Gather::new(source, self.cursor.pos());
        let mut gap = Gap::new(source, self.cursor.pos());
        let (quote, stops) = if single { (b'\'', WHITE | SINGLE) } else { (b'"', WHITE | DOUBLE) };
        loop {
            if self.cursor.at_document_marker() {
                let here = self.cursor.mark();
                return Err(YamlError::scan(start, here, "found unexpected document indicator"));
            }
            if self.cursor.at_end() {
                let here = self.cursor.mark();
                return Err(YamlError::scan(start, here, "found unexpected end of stream").at(start));
            }
            loop {
                let word = self.cursor.pos();
                self.cursor.run(stops);
                value.push(word, self.cursor.pos());
                match self.cursor.peek(0) {
                    b'\'' if single && self.cursor.peek(1) == b'\'' => {
                        value.push(self.cursor.pos(), self.cursor.pos() + 1);
                        self.cursor.skip(2);
                    }
                    b'\\' if !single && self.cursor.break_len(1) > 0 => {
                        self.cursor.skip(1);
                        self.cursor.skip_break();
                        gap.broken = true;
                        break;
                    }
                    b'\\' if !single => value.push_str(self.escape(start)?.encode_utf8(&mut [0; 4])),
                    _ => break,
                }
            }
            if self.cursor.peek(0) == quote {
                break;
            }
            self.gap(&mut gap, |_| Ok(()))?;
            gap.fold_into(&mut value);
        }
        self.cursor.skip(1);
        let style = if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        Ok(Token::with(TokenKind::Scalar, start, self.cursor.pos(), Payload::Scalar(value.finish(), style)))
    }

    /// Reads an escape sequence from its backslash on.
    fn escape(&mut self, start: super::cursor::Mark) -> Result<char> {
        let here = self.cursor.mark();
        let digits = match self.cursor.peek(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                let char = simple_escape(letter)
                    .ok_or_else(|| YamlError::scan(start, here, "found unknown escape character"))?;
                self.cursor.skip(2);
                return Ok(char);
            }
        };
        self.cursor.skip(2);
        let mut code = 0_u32;
        for at in 0..digits {
            let digit = char::from(self.cursor.peek(at)).to_digit(16).ok_or_else(|| {
                YamlError::scan(start, self.cursor.mark(), "did not find expected hexdecimal number").at(here)
            })?;
            // Eight digits fill the number exactly.
            code = code << 4 | digit;
        }
        let char = char::from_u32(code).ok_or_else(|| {
            YamlError::scan(start, self.cursor.mark(), "found invalid Unicode character escape code").at(here)
        })?;
        self.cursor.skip(digits);
        Ok(char)
    }
}

fn simple_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' | b'"' | b'\'' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
