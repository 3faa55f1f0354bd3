//! What stands before a node or a document: anchors, aliases, tags and directives.

use super::super::node::Span;
use super::cursor::Mark;
use super::error::YamlError;
use super::scanner::{Result, Scanner};
use super::token::{Payload, Token, TokenKind};

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

impl Scanner<'_> {
    fn fail<T>(&self, start: Mark, message: &str) -> Result<T> {
        Err(YamlError::scan(start, self.cursor.mark(), message))
    }

    /// Steps over letters, digits, `_` and `-`, and gives the place of the word.
    fn word(&mut self) -> (usize, usize) {
        let start = self.cursor.pos();
        while is_word(self.cursor.peek(0)) {
            self.cursor.skip(1);
        }
        (start, self.cursor.pos())
    }

    /// An anchor or alias.
    pub(super) fn name(&mut self, kind: TokenKind) -> Result<Token> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let (start, end) = self.word();
        let follows = self.cursor.is_gap(0)
            || matches!(self.cursor.peek(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if start == end || !follows {
            return self.fail(mark, "did not find expected alphabetic or numeric character");
        }
        Ok(Token::with(kind, mark, end, Payload::Name(Span::new(start as u32, end as u32))))
    }

    /// `!<uri>`, `!handle!suffix`, `!suffix` or `!`.
    pub(super) fn tag(&mut self) -> Result<Token> {
        let mark = self.cursor.mark();
        let (handle, suffix) = if self.cursor.peek(1) == b'<' {
            self.cursor.skip(2);
            let (uri, _) = self.tag_uri(mark)?;
            if uri.is_empty() {
                return self.fail(mark, "did not find expected tag URI");
            }
            if self.cursor.peek(0) != b'>' {
                return self.fail(mark, "did not find the expected '>'");
            }
            self.cursor.skip(1);
            ("".into(), uri)
        } else {
            let handle = self.tag_handle(mark, false)?;
            let named = handle.len() > 1 && handle.ends_with('!');
            let (uri, any) = self.tag_uri(mark)?;
            if named {
                if !any {
                    return self.fail(mark, "did not find expected tag URI");
                }
                (handle, uri)
            } else {
                // What looked like a handle was the beginning of the suffix.
                let suffix = format!("{}{uri}", &handle[1..]);
                if suffix.is_empty() { ("".into(), "!".to_owned()) } else { ("!".to_owned(), suffix) }
            }
        };
        if !self.cursor.is_gap(0) {
            return self.fail(mark, "did not find expected whitespace or line break");
        }
        Ok(Token::with(TokenKind::Tag, mark, self.cursor.pos(), Payload::Tag(handle.into(), suffix.into())))
    }

    /// `!`, `!!` or `!word!`; in a tag also `!word`, which then is no handle.
    fn tag_handle(&mut self, mark: Mark, directive: bool) -> Result<String> {
        let start = self.cursor.pos();
        if self.cursor.peek(0) != b'!' {
            return self.fail(mark, "did not find expected '!'");
        }
        self.cursor.skip(1);
        let (from, to) = self.word();
        if self.cursor.peek(0) == b'!' {
            self.cursor.skip(1);
        } else if directive && from != to {
            return self.fail(mark, "did not find expected '!'");
        }
        Ok(self.cursor.text[start..self.cursor.pos()].to_owned())
    }

    /// The characters of a URI, `%XX` decoded, and whether there were any.
    fn tag_uri(&mut self, mark: Mark) -> Result<(String, bool)> {
        let start = self.cursor.pos();
        let mut uri = Vec::new();
        loop {
            let byte = self.cursor.peek(0);
            if byte == b'%' {
                self.escaped_octets(mark, &mut uri)?;
            } else if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) {
                uri.push(byte);
                self.cursor.skip(1);
            } else {
                break;
            }
        }
        // The octets are checked only roughly; whatever they are, the tag is one nobody knows.
        Ok((String::from_utf8_lossy(&uri).into_owned(), self.cursor.pos() > start))
    }

    /// One character written as `%XX` octets.
    fn escaped_octets(&mut self, mark: Mark, uri: &mut Vec<u8>) -> Result<()> {
        let mut left = None;
        while left != Some(0) {
            let digit = |ahead| char::from(self.cursor.peek(ahead)).to_digit(16);
            let octet = match (self.cursor.peek(0), digit(1), digit(2)) {
                (b'%', Some(high), Some(low)) => (high << 4 | low) as u8,
                _ => return self.fail(mark, "did not find URI escaped octet"),
            };
            left = match (left, octet) {
                (None, 0x00..=0x7F) => Some(0),
                (None, 0xC0..=0xDF) => Some(1),
                (None, 0xE0..=0xEF) => Some(2),
                (None, 0xF0..=0xF7) => Some(3),
                (None, _) => return self.fail(mark, "found an incorrect leading UTF-8 octet"),
                (Some(left), 0x80..=0xBF) => Some(left - 1),
                (Some(_), _) => return self.fail(mark, "found an incorrect trailing UTF-8 octet"),
            };
            uri.push(octet);
            self.cursor.skip(3);
        }
        Ok(())
    }

    /// A line that begins with `%`.
    pub(super) fn directive(&mut self) -> Result<Token> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let (start, end) = self.word();
        if start == end {
            return self.fail(mark, "could not find expected directive name");
        }
        if !self.cursor.is_gap(0) {
            return self.fail(mark, "found unexpected non-alphabetical character");
        }
        let (kind, payload) = match &self.cursor.text[start..end] {
            "YAML" => {
                self.cursor.skip_blanks();
                let major = self.version_number(mark)?;
                if self.cursor.peek(0) != b'.' {
                    return self.fail(mark, "did not find expected digit or '.' character");
                }
                self.cursor.skip(1);
                (TokenKind::VersionDirective, Payload::Version(major, self.version_number(mark)?))
            }
            "TAG" => (TokenKind::TagDirective, self.tag_directive(mark)?),
            _ => return self.fail(mark, "found unknown directive name"),
        };
        let end = self.cursor.pos();
        self.cursor.skip_blanks();
        if self.cursor.peek(0) == b'#' {
            self.cursor.run_to_line_end();
        }
        if !self.cursor.is_line_end() {
            return self.fail(mark, "did not find expected comment or line break");
        }
        if self.cursor.is_break() {
            self.cursor.skip_break();
        }
        Ok(Token::with(kind, mark, end, payload))
    }

    fn version_number(&mut self, mark: Mark) -> Result<u8> {
        let mut number = None;
        for digits in 1.. {
            let digit = self.cursor.peek(0);
            if !digit.is_ascii_digit() {
                break;
            }
            if digits > 2 {
                return self.fail(mark, "found extremely long version number");
            }
            number = Some(number.unwrap_or(0) * 10 + (digit - b'0'));
            self.cursor.skip(1);
        }
        match number {
            Some(number) => Ok(number),
            None => self.fail(mark, "did not find expected version number"),
        }
    }

    fn tag_directive(&mut self, mark: Mark) -> Result<Payload> {
        self.cursor.skip_blanks();
        let handle = self.tag_handle(mark, true)?;
        if !self.cursor.is_blank(0) {
            return self.fail(mark, "did not find expected whitespace");
        }
        self.cursor.skip_blanks();
        let (prefix, any) = self.tag_uri(mark)?;
        if !any {
            return self.fail(mark, "did not find expected tag URI");
        }
        if !self.cursor.is_gap(0) {
            return self.fail(mark, "did not find expected whitespace or line break");
        }
        Ok(Payload::Tag(handle.into(), prefix.into()))
    }
}
