//! Where the characters of a scalar's value stand in the text it was read from.
//!
//! A unit or a script lies inside a scalar that is indented, folded or full of escapes. A finding in it has to point at
//! the characters that its author typed.

use super::node::{Document, Kind, NodeId, ScalarStyle, Span, Text};
use std::ops::Range;

/// The way back from bytes of a value to bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offsets {
    /// Runs that are the same in value and text: where each begins in the value, in the text, and its length.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    value: u32,
    text: u32,
    value_len: u32,
    text_len: u32,
}

impl Offsets {
    /// Those of a text that is its own value, from `start` on.
    pub fn identity(start: u32, length: usize) -> Self {
        Self { runs: vec![Run { value: 0, text: start, value_len: length as u32, text_len: length as u32 }] }
    }

    /// Those of the scalar at `node`, aliases followed; `None` when it is none, or its value cannot be found in the
    /// text again.
    pub fn of(document: &Document, node: NodeId) -> Option<Self> {
        let node = document.node(document.resolve(node));
        let Kind::Scalar { text, style } = &node.kind else { return None };
        match text {
            Text::Slice(span) => Some(Self::identity(span.start, span.range().len())),
            Text::Owned(value) => align(document.text(), node.span, value, *style),
        }
    }

    /// Those of percent-encoded data, whose first byte stands at `start`.
    pub fn percent_decoded(data: &str, start: u32) -> Self {
        let mut offsets = Self { runs: Vec::new() };
        let (mut value, mut at) = (0, 0);
        while at < data.len() {
            let length = if data.as_bytes()[at] == b'%' { 3.min(data.len() - at) } else { 1 };
            offsets.push(Run { value, text: start + at as u32, value_len: 1, text_len: length as u32 });
            value += 1;
            at += length;
        }
        offsets
    }

    /// The bytes of the text that `range` of the value stands for. Blanks between two runs belong to the run before.
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let start = self.locate(range.start)?;
        if range.is_empty() {
            return Some(Span::new(start.0, start.0));
        }
        let last = self.locate(range.end - 1)?;
        Some(Span::new(start.0, last.1.max(start.0)))
    }

    /// Where the byte at `at` of the value begins in the text, and where it ends there.
    fn locate(&self, at: usize) -> Option<(u32, u32)> {
        let at = u32::try_from(at).ok()?;
        let index = self.runs.partition_point(|run| run.value <= at).checked_sub(1)?;
        let run = self.runs[index];
        let within = at - run.value;
        if within < run.value_len && run.value_len == run.text_len {
            return Some((run.text + within, run.text + within + 1));
        }
        // An escape is one piece; a blank that folding made has no place of its own.
        let end = run.text + run.text_len;
        Some(if within < run.value_len { (run.text, end) } else { (end, end) })
    }

    fn push(&mut self, run: Run) {
        if let Some(last) = self.runs.last_mut() {
            let same = last.value_len == last.text_len && run.value_len == run.text_len;
            if same && last.value + last.value_len == run.value && last.text + last.text_len == run.text {
                last.value_len += run.value_len;
                last.text_len += run.text_len;
                return;
            }
        }
        self.runs.push(run);
    }
}

/// Walks value and text side by side. Blanks and line breaks are where the two may differ, and so are escapes;
/// everything else stands in both in the same order.
fn align(text: &str, span: Span, value: &str, style: ScalarStyle) -> Option<Offsets> {
    let mut at = body_start(text, span, style);
    let end = span.end as usize;
    let mut offsets = Offsets { runs: Vec::new() };
    let mut chars = value.char_indices().peekable();
    while let Some(&(value_at, wanted)) = chars.peek() {
        let blank = wanted.is_whitespace() || matches!(wanted, '\u{85}' | '\u{feff}');
        let Some((found, length)) = piece(text, at, end, style) else {
            // What folding and chomping made at the end stands nowhere.
            return blank.then_some(offsets);
        };
        if found == Some(wanted) {
            let run = Run {
                value: value_at as u32,
                text: at as u32,
                value_len: wanted.len_utf8() as u32,
                text_len: length as u32,
            };
            offsets.push(run);
            chars.next();
            at += length;
        } else if found.is_none_or(char::is_whitespace) {
            at += length;
        } else if blank {
            chars.next();
        } else {
            return None;
        }
    }
    Some(offsets)
}

/// Where the scalar's own characters begin: behind anchor and tag, quote or the header of a block.
fn body_start(text: &str, span: Span, style: ScalarStyle) -> usize {
    let written = &text[span.range()];
    let skipped = match style {
        ScalarStyle::Plain => properties(written),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => properties(written) + 1,
        ScalarStyle::Literal | ScalarStyle::Folded => written.find('\n').map_or(written.len(), |line| line + 1),
    };
    (span.start as usize + skipped).min(span.end as usize)
}

/// The length of anchors and tags before a scalar.
fn properties(written: &str) -> usize {
    let mut at = 0;
    while written[at..].starts_with(['&', '!']) {
        let rest = &written[at..];
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        at += word + rest[word..].find(|c: char| !c.is_whitespace()).unwrap_or(rest.len() - word);
    }
    at
}

/// The next piece of the text: the character it stands for, if it stands for one, and its length in bytes.
fn piece(text: &str, at: usize, end: usize, style: ScalarStyle) -> Option<(Option<char>, usize)> {
    let rest = text.get(at..end)?;
    let first = rest.chars().next()?;
    match (style, first) {
        (ScalarStyle::SingleQuoted, '\'') => rest.starts_with("''").then_some((Some('\''), 2)),
        (ScalarStyle::DoubleQuoted, '"') => None,
        (ScalarStyle::DoubleQuoted, '\\') => Some(escape(rest)),
        _ => Some((Some(first), first.len_utf8())),
    }
}

/// An escape of YAML or JSON.
fn escape(rest: &str) -> (Option<char>, usize) {
    let hex = |from: usize, digits: usize| {
        rest.get(from..from + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let Some(letter) = rest[1..].chars().next() else { return (None, 1) };
    let simple = |c: char| (Some(c), 1 + letter.len_utf8());
    let code = |digits: usize| (Some(hex(2, digits).and_then(char::from_u32).unwrap_or('\u{fffd}')), 2 + digits);
    match letter {
        'n' => simple('\n'),
        't' | '\t' => simple('\t'),
        'r' => simple('\r'),
        '0' => simple('\0'),
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'v' => simple('\x0b'),
        'f' => simple('\x0c'),
        'e' => simple('\x1b'),
        'N' => simple('\u{85}'),
        '_' => simple('\u{a0}'),
        'L' => simple('\u{2028}'),
        'P' => simple('\u{2029}'),
        'x' => code(2),
        'U' => code(8),
        'u' => match (hex(2, 4), rest.get(6..8), hex(8, 4)) {
            (Some(high @ 0xd800..0xdc00), Some("\\u"), Some(low @ 0xdc00..0xe000)) => {
                (char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
            }
            _ => code(4),
        },
        // The line goes on: nothing is meant by it.
        '\n' | '\r' => (None, 2),
        other => simple(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{json, yaml};

    /// What each line of the value under `key` looks like in the text.
    fn lines(document: &Document, key: &str) -> Vec<String> {
        let node = document.get(document.root().expect("a tree"), key).expect("the key");
        let value = document.value(node).expect("a scalar").to_owned();
        let offsets = Offsets::of(document, node).expect("offsets");
        let mut at = 0;
        let mut shown = Vec::new();
        for line in value.split_inclusive('\n') {
            let end = at + line.trim_end().len();
            let span = offsets.span(at..end).expect("a span");
            shown.push(document.text()[span.range()].to_owned());
            at += line.len();
        }
        shown
    }

    #[test]
    fn percent_signs_are_passed_over() {
        let offsets = Offsets::percent_decoded("a%20b%0Ac", 10);
        assert_eq!(offsets.span(0..1), Some(Span::new(10, 11)));
        assert_eq!(offsets.span(1..3), Some(Span::new(11, 15)));
        assert_eq!(offsets.span(4..5), Some(Span::new(18, 19)));
    }

    #[test]
    fn lines_of_values_are_found_again() {
        for text in [
            "a: |\n    [Unit]\n    A=b\n\n      c\\\n    d\n",
            "a: |2\n    [Unit]\n  A=b\n\n      c\\\n  d\n",
            "a: |-\r\n  [Unit]\r\n  A=b\r\n\r\n    c\\\r\n  d\r\n",
            "a: &x !!str |+\n  [Unit]\n  A=b\n\n    c\\\n  d\n\n\n",
        ] {
            let document = yaml::read(text.as_bytes()).expect("YAML");
            let trimmed: Vec<String> = lines(&document, "a").iter().map(|line| line.trim().to_owned()).collect();
            assert_eq!(&trimmed[..5], ["[Unit]", "A=b", "", "c\\", "d"], "{text:?}");
        }
        let document = yaml::read(b"a: \"[Unit]\\nA=\\x41\\u0042\\\n   c\\n'\\\"\"\n").expect("YAML");
        assert_eq!(lines(&document, "a"), ["[Unit]", "A=\\x41\\u0042\\\n   c", "'\\\""]);
        let document = yaml::read(b"a: &t 'it''s\n  so'\n").expect("YAML");
        assert_eq!(lines(&document, "a"), ["it''s\n  so"]);
        let document = yaml::read(b"a: >\n  one\n  two\n\n  three\n").expect("YAML");
        assert_eq!(lines(&document, "a"), ["one\n  two", "three"]);
        let document = json::read(br#"{"a": "[Unit]\nA=\u00e9\ud83d\ude00x\n"}"#).expect("JSON");
        assert_eq!(lines(&document, "a"), ["[Unit]", "A=\\u00e9\\ud83d\\ude00x"]);
    }
}
