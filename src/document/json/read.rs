//! Reads JSON as Go's reader does, with the place of every key and value.
//!
//! What Go tolerates is tolerated: repeated keys (kept in order), lone surrogates and bytes that are not UTF-8
//! (each becomes U+FFFD). A byte order mark is a fault, as it is there.

use super::JsonError;
use crate::document::node::{CollectionStyle, Document, Kind, Node, NodeId, ScalarStyle, Span, Syntax, Text};
use crate::document::utf8::{repair, unrepaired_offset};
use std::sync::Arc;

/// How many levels of lists and maps a text may have, the same limit as Go's.
pub const MAX_DEPTH: usize = 10_000;

/// Reads one JSON value, with nothing but blanks around it.
///
/// # Errors
/// When the text is not well-formed, is nested deeper than [`MAX_DEPTH`] or is larger than 4 GiB.
pub fn read(bytes: &[u8]) -> Result<Document, JsonError> {
    let text: Arc<str> = repair(bytes).into();
    if u32::try_from(text.len()).is_err() {
        return Err(JsonError { offset: 0, message: "text is larger than 4 GiB".into() });
    }
    let mut reader = Reader { bytes, text: &text, at: 0, nodes: Vec::new(), open: Vec::new() };
    reader.run()?;
    let nodes = reader.nodes;
    Ok(Document::new(text, Syntax::Json, nodes, Some(NodeId(0))))
}

/// What may stand next.
enum Expect {
    Value,
    ItemOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    EndOfText,
}

/// A list or map whose closing bracket has not been read yet.
struct Open {
    node: NodeId,
    key: Option<NodeId>,
}

struct Reader<'t> {
    /// The text before its repair, for messages.
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), JsonError> {
        let mut expect = Expect::Value;
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                self.at += 1;
            }
            expect = match (expect, self.peek()) {
                (Expect::EndOfText, None) => return Ok(()),
                (Expect::EndOfText, _) => return Err(self.fault("after top-level value")),
                (Expect::ItemOrEnd, Some(b']')) | (Expect::KeyOrEnd, Some(b'}')) => self.close(),
                (Expect::Value | Expect::ItemOrEnd, _) => self.value()?,
                (Expect::Key | Expect::KeyOrEnd, Some(b'"')) => self.key()?,
                (Expect::Key | Expect::KeyOrEnd, _) => {
                    return Err(self.fault("looking for beginning of object key string"));
                }
                (Expect::Colon, Some(b':')) => {
                    self.at += 1;
                    Expect::Value
                }
                (Expect::Colon, _) => return Err(self.fault("after object key")),
                (Expect::CommaOrEnd, byte) => self.after_entry(byte)?,
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Result<Expect, JsonError> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => {
                self.open(Kind::Mapping { entries: Vec::new(), style: CollectionStyle::Flow })?;
                return Ok(Expect::KeyOrEnd);
            }
            Some(b'[') => {
                self.open(Kind::Sequence { items: Vec::new(), style: CollectionStyle::Flow })?;
                return Ok(Expect::ItemOrEnd);
            }
            Some(b'"') => {
                let text = self.string()?;
                self.scalar(start, text, ScalarStyle::DoubleQuoted);
                return Ok(self.after_value());
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return Err(self.fault("looking for beginning of value")),
        }
        self.scalar(start, Text::Slice(span(start, self.at)), ScalarStyle::Plain);
        Ok(self.after_value())
    }

    fn key(&mut self) -> Result<Expect, JsonError> {
        let start = self.at;
        let text = self.string()?;
        let key = self.push(start, Kind::Scalar { text, style: ScalarStyle::DoubleQuoted });
        self.open.last_mut().expect("bug: a key is only read inside a map").key = Some(key);
        Ok(Expect::Colon)
    }

    fn open(&mut self, kind: Kind) -> Result<(), JsonError> {
        if self.open.len() == MAX_DEPTH {
            return Err(JsonError { offset: self.at as u32, message: "exceeded max depth".into() });
        }
        let start = self.at;
        self.at += 1;
        let node = self.push(start, kind);
        self.attach(node);
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn close(&mut self) -> Expect {
        self.at += 1;
        let open = self.open.pop().expect("bug: a closing bracket is only read inside a list or map");
        self.nodes[open.node.0 as usize].span.end = self.at as u32;
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() { Expect::EndOfText } else { Expect::CommaOrEnd }
    }

    fn after_entry(&mut self, byte: Option<u8>) -> Result<Expect, JsonError> {
        let open = self.open.last().expect("bug: a comma is only read inside a list or map");
        let in_list = matches!(self.nodes[open.node.0 as usize].kind, Kind::Sequence { .. });
        match (byte, in_list) {
            (Some(b']'), true) | (Some(b'}'), false) => Ok(self.close()),
            (Some(b','), _) => {
                self.at += 1;
                Ok(if in_list { Expect::Value } else { Expect::Key })
            }
            (_, true) => Err(self.fault("after array element")),
            (_, false) => Err(self.fault("after object key:value pair")),
        }
    }

    fn scalar(&mut self, start: usize, text: Text, style: ScalarStyle) {
        let node = self.push(start, Kind::Scalar { text, style });
        self.attach(node);
    }

    fn push(&mut self, start: usize, kind: Kind) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { kind, span: span(start, self.at), tag: None, anchor: None });
        id
    }

    /// Makes `child` an entry of the innermost open list or map.
    fn attach(&mut self, child: NodeId) {
        let Some(open) = self.open.last_mut() else { return };
        match &mut self.nodes[open.node.0 as usize].kind {
            Kind::Sequence { items, .. } => items.push(child),
            Kind::Mapping { entries, .. } => {
                let key = open.key.take().expect("bug: a value in a map is only read after its key");
                entries.push((key, child));
            }
            Kind::Scalar { .. } | Kind::Alias { .. } => unreachable!("bug: only lists and maps are opened"),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), JsonError> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                return Err(self.fault(&format!("in literal {word} (expecting {:?})", char::from(expected))));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), JsonError> {
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            // A zero ends the whole part: `0644` is a zero with a fault behind it.
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn digits(&mut self, place: &str) -> Result<(), JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault(place)) } else { Ok(()) }
    }

    /// Reads from the opening quote to past the closing one.
    fn string(&mut self) -> Result<Text, JsonError> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        loop {
            let run = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..0x20)) {
                self.at += 1;
            }
            if let Some(owned) = &mut owned {
                owned.push_str(&self.text[run..self.at]);
            }
            match self.peek() {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(match owned {
                        Some(owned) => Text::Owned(owned.into()),
                        None => Text::Slice(span(start, end)),
                    });
                }
                Some(b'\\') => {
                    let before = &self.text[start..self.at];
                    let owned = owned.get_or_insert_with(|| before.to_owned());
                    let escaped = self.escape()?;
                    owned.push(escaped);
                }
                _ => return Err(self.fault("in string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        self.at += 1;
        let value = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => return Err(self.bad_escape(start)),
        };
        self.at += 1;
        Ok(value)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, JsonError> {
        self.at += 1;
        let first = self.hex4(start)?;
        if !(0xD800..0xDC00).contains(&first) {
            // A low surrogate on its own is no character.
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let behind = self.at;
        if !self.text[behind..].starts_with("\\u") {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        self.at += 2;
        let second = self.hex4(behind)?;
        if !(0xDC00..0xE000).contains(&second) {
            // What follows a lone high surrogate is read again for itself.
            self.at = behind;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        Ok(char::from_u32(joined).expect("bug: two surrogates always make a character"))
    }

    fn hex4(&mut self, start: usize) -> Result<u32, JsonError> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.bad_escape(start));
            };
            value = value << 4 | digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn bad_escape(&self, start: usize) -> JsonError {
        match self.text[self.at..].chars().next() {
            None => self.fault("in string"),
            Some(bad) => JsonError {
                offset: self.at as u32,
                message: format!("invalid escape sequence `{}{bad}` in string", &self.text[start..self.at]),
            },
        }
    }

    /// The fault that the next character stands where it may not, or that there is none.
    fn fault(&self, place: &str) -> JsonError {
        let message = match self.text[self.at..].chars().next() {
            Some(char::REPLACEMENT_CHARACTER) => {
                let rest = &self.bytes[unrepaired_offset(self.bytes, self.at)..];
                match (rest.utf8_chunks().next().is_some_and(|chunk| chunk.valid().is_empty()), rest.first()) {
                    (true, Some(byte)) => format!("invalid character '\\x{byte:02x}' {place}"),
                    _ => format!("invalid character '{}' {place}", char::REPLACEMENT_CHARACTER),
                }
            }
            Some(found) => format!("invalid character {} {place}", quoted(found)),
            None => "unexpected end of JSON input".into(),
        };
        JsonError { offset: self.at as u32, message }
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// A character as Go's messages show it.
fn quoted(found: char) -> String {
    let shown = match found {
        '\'' | '\\' => format!("\\{found}"),
        '"' => found.to_string(),
        '\u{7}' => "\\a".into(),
        '\u{8}' => "\\b".into(),
        '\u{b}' => "\\v".into(),
        '\u{c}' => "\\f".into(),
        '\n' | '\r' | '\t' => found.escape_default().to_string(),
        '\0'..' ' | '\u{7f}' => format!("\\x{:02x}", found as u32),
        _ if found.escape_debug().len() == 1 => found.to_string(),
        '\u{10000}'.. => format!("\\U{:08x}", found as u32),
        _ => format!("\\u{:04x}", found as u32),
    };
    format!("'{shown}'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::lines::Position;

    fn value(text: &[u8]) -> String {
        let document = read(text).expect("well-formed");
        document.value(document.root().expect("a value")).expect("a scalar").to_owned()
    }

    #[track_caller]
    fn fault(text: &[u8], offset: u32, message: &str) {
        assert_eq!(read(text).unwrap_err(), JsonError { offset, message: message.into() });
    }

    #[test]
    fn nodes_carry_their_spans_in_the_order_of_the_text() {
        let text = r#" {"a": [1, "b\n"], "a": {}} "#;
        let document = read(text.as_bytes()).unwrap();
        let spans: Vec<&str> =
            (0..document.len()).map(|id| &text[document.node(NodeId(id as u32)).span.range()]).collect();
        assert_eq!(spans, [text.trim(), r#""a""#, r#"[1, "b\n"]"#, "1", r#""b\n""#, r#""a""#, "{}"]);
        let root = document.root().unwrap();
        let keys: Vec<_> = document.entries(root).iter().map(|&(key, _)| document.value(key).unwrap()).collect();
        assert_eq!(keys, ["a", "a"], "repeated keys stay");
        assert_eq!(document.value(document.items(document.entries(root)[0].1)[1]), Some("b\n"));
    }

    #[test]
    fn text_is_sliced_unless_an_escape_changed_it() {
        for (text, sliced) in [(r#""plain""#, true), (r#""""#, true), (r#""a\tb""#, false), ("-0.5e+3", true)] {
            let document = read(text.as_bytes()).unwrap();
            let Kind::Scalar { text: value, .. } = &document.node(NodeId(0)).kind else { panic!("{text}") };
            assert_eq!(matches!(value, Text::Slice(_)), sliced, "{text}");
        }
    }

    #[test]
    fn escapes_and_repairs() {
        assert_eq!(value(br#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#), "\"\\/\u{8}\u{c}\n\r\té😀");
        assert_eq!(value(br#""\ud83dx\ude00\ud83d\u0041\ud83d\ud83d\ude00""#), "\u{fffd}x\u{fffd}\u{fffd}A\u{fffd}😀");
        assert_eq!(value(b"\"\xff\xe2\x82\""), "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn faults_name_the_first_byte_that_does_not_belong() {
        fault(b"", 0, "unexpected end of JSON input");
        fault(b" \n", 2, "unexpected end of JSON input");
        fault("\u{feff}1".as_bytes(), 0, r"invalid character '\ufeff' looking for beginning of value");
        fault(b"[1,]", 3, "invalid character ']' looking for beginning of value");
        fault(b"[1}", 2, "invalid character '}' after array element");
        fault(b"{'a':1}", 1, r"invalid character '\'' looking for beginning of object key string");
        fault(b"{\"a\"}", 4, "invalid character '}' after object key");
        fault(b"{\"a\":1 2}", 7, "invalid character '2' after object key:value pair");
        fault(b"{\"a\":1", 6, "unexpected end of JSON input");
        fault(b"0644", 1, "invalid character '6' after top-level value");
        fault(b"1.x", 2, "invalid character 'x' after decimal point in numeric literal");
        fault(b"1e+x", 3, "invalid character 'x' in exponent of numeric literal");
        fault(b"[1,\xc3]", 3, r"invalid character '\xc3' looking for beginning of value");
        fault("\u{fffd}".as_bytes(), 0, "invalid character '\u{fffd}' looking for beginning of value");
        fault(b"-", 1, "unexpected end of JSON input");
        fault(b"trux", 3, "invalid character 'x' in literal true (expecting 'e')");
        fault(b"\"\t\"", 1, r"invalid character '\t' in string");
        fault(br#""\x""#, 2, r"invalid escape sequence `\x` in string");
        fault(br#""\u12g4""#, 5, r"invalid escape sequence `\u12g` in string");
        fault(br#""\ud83d\u12"#, 11, "unexpected end of JSON input");
    }

    #[test]
    fn the_reported_place_is_one_past_the_fault() {
        let place = |text: &str| {
            read(text.as_bytes()).unwrap_err().position_past(text.as_bytes()).map(|at| (at.line, at.column))
        };
        let bytes = b"[\"\xff\",\n \xc3]";
        assert_eq!(read(bytes).unwrap_err().position_past(bytes), Some(Position { line: 2, column: 3 }));
        assert_eq!(place("\u{feff}{}"), Some((1, 4)));
        assert_eq!(place("[\n  x]"), Some((2, 4)));
        assert_eq!(place("[\"\n\"]"), Some((2, 1)));
        assert_eq!(place("[] x"), None);
        assert_eq!(place("["), None);
    }

    #[test]
    fn depth_is_capped() {
        let nested = |levels: usize| [vec![b'['; levels], vec![b']'; levels]].concat();
        assert_eq!(read(&nested(MAX_DEPTH)).unwrap().len(), MAX_DEPTH);
        fault(&nested(MAX_DEPTH + 1), MAX_DEPTH as u32, "exceeded max depth");
    }
}
