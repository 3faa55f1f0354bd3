//! Scalars of whole lines: `|` and `>`.

use super::super::node::ScalarStyle;
use super::cursor::Mark;
use super::error::YamlError;
use super::gather::Gather;
use super::scanner::{Result, Scanner};
use super::token::{Payload, Token, TokenKind};

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    /// `-`: none stays.
    Strip,
    /// One stays.
    Clip,
    /// `+`: all stay.
    Keep,
}

impl Scanner<'_> {
    pub(super) fn block_scalar(&mut self, literal: bool) -> Result<Token> {
        let source = self.cursor.text;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let (chomp, more) = self.block_header(start)?;
        let mut end = self.cursor.pos();
        self.cursor.skip_blanks();
        if self.cursor.peek(0) == b'#' {
            self.cursor.run_to_line_end();
        }
        if !self.cursor.is_line_end() {
            let here = self.cursor.mark();
            return Err(YamlError::scan(start, here, "did not find expected comment or line break"));
        }
        if self.cursor.is_break() {
            self.cursor.skip_break();
        }

        let mut indent = if more > 0 { self.indent.max(0) + more } else { 0 };
        let at = self.cursor.pos();
        let mut value = Gather::new(source, at);
        let (mut line_break, mut empty_lines) = (Gather::new(source, at), Gather::new(source, at));
        // Whether the line before began with a blank: folding leaves such lines alone.
        let mut after_blank = false;
        let mut last_empty = self.empty_lines(&mut indent, &mut empty_lines, start)?;
        while i64::from(self.cursor.column()) == indent && !self.cursor.at_end() {
            let begins_blank = self.cursor.is_blank(0);
            if !literal && !after_blank && !begins_blank && line_break.as_str() == "\n" {
                if empty_lines.is_empty() {
                    value.push_str(" ");
                }
                line_break.clear();
            } else {
                value.take(&mut line_break);
            }
            value.take(&mut empty_lines);
            after_blank = begins_blank;
            let line = self.cursor.pos();
            self.cursor.run_to_line_end();
            end = self.cursor.pos();
            value.push(line, end);
            if self.cursor.is_break() {
                line_break.push_break(self.cursor.skip_break());
            }
            last_empty = self.empty_lines(&mut indent, &mut empty_lines, start)?;
        }
        if chomp != Chomp::Strip {
            value.take(&mut line_break);
        }
        if chomp == Chomp::Keep {
            value.take(&mut empty_lines);
            end = last_empty.unwrap_or(end);
        }
        self.in_next_line = true;
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        Ok(Token::with(TokenKind::Scalar, start, end, Payload::Scalar(value.finish(), style)))
    }

    /// Reads the indicators: how to end, and how many columns deeper than around the text is; 0 when not told.
    fn block_header(&mut self, start: Mark) -> Result<(Chomp, i64)> {
        let mut chomp = self.chomp_indicator();
        let digit = self.cursor.peek(0);
        if digit == b'0' {
            let here = self.cursor.mark();
            return Err(YamlError::scan(start, here, "found an indentation indicator equal to 0"));
        }
        if !digit.is_ascii_digit() {
            return Ok((chomp.unwrap_or(Chomp::Clip), 0));
        }
        self.cursor.skip(1);
        chomp = chomp.or_else(|| self.chomp_indicator());
        Ok((chomp.unwrap_or(Chomp::Clip), i64::from(digit - b'0')))
    }

    fn chomp_indicator(&mut self) -> Option<Chomp> {
        let chomp = match self.cursor.peek(0) {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.cursor.skip(1);
        Some(chomp)
    }

    /// Steps over indentation and empty lines, collecting their breaks, and finds the indentation if it is still 0.
    /// Gives the offset of the last of these breaks.
    fn empty_lines(&mut self, indent: &mut i64, breaks: &mut Gather<'_>, start: Mark) -> Result<Option<usize>> {
        let mut deepest = 0;
        let mut last = None;
        loop {
            let open = |column: u32, indent: i64| indent == 0 || i64::from(column) < indent;
            while self.cursor.peek(0) == b' ' && open(self.cursor.column(), *indent) {
                self.cursor.skip(1);
            }
            let column = self.cursor.column();
            deepest = deepest.max(i64::from(column));
            if open(column, *indent) && self.cursor.peek(0) == b'\t' {
                let message = "found a tab character where an indentation space is expected";
                return Err(YamlError::scan(start, self.cursor.mark(), message));
            }
            if !self.cursor.is_break() {
                break;
            }
            let place = self.cursor.skip_break();
            last = Some(place.0);
            breaks.push_break(place);
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(last)
    }
}
