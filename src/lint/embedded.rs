//! Texts inside of values: units, scripts, the contents of files.

use crate::diagnostic::SourceId;
use crate::document::{Document, Kind, Offsets, Path, ScalarStyle, Span};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;
use std::sync::Arc;

/// A text inside of a value.
#[derive(Clone, PartialEq, Eq)]
pub struct Embedded {
    /// The text itself.
    pub text: Arc<str>,
    /// What it is, for people: `contents of /etc/hostname`.
    pub title: String,
    /// The source it stands in.
    pub source: SourceId,
    /// The value it stands in; the root where it is a source of its own.
    pub path: Path,
    /// How it stands there.
    pub carrier: Carrier,
}

// The text may hold secrets.
impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Embedded({:?}, {} bytes)", self.title, self.text.len())
    }
}

/// How a text stands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// It is a source of its own.
    Source,
    /// It is the value.
    Value,
    /// It is percent-encoded in a `data:` URL, from that byte of the URL on.
    Percent(usize),
    /// It is encoded in a way that has no place for a single character: base64, gzip, or made from something else.
    Encoded,
}

impl Embedded {
    /// The bytes of the source that `range` of the text stands for; `None` where there are no such.
    pub fn span(&self, document: Option<&Document>, range: Range<usize>) -> Option<Span> {
        let value = || {
            let document = document?;
            let found = document.find(&self.path);
            let node = found.value.filter(|_| found.depth == self.path.segments().len())?;
            Some((Offsets::of(document, node)?, document.value(node)?))
        };
        match self.carrier {
            Carrier::Source => Some(Span::new(u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?)),
            Carrier::Value => {
                let (outer, text) = value()?;
                // What was changed on its way here has no such place.
                (text == &*self.text).then(|| outer.span(range))?
            }
            Carrier::Percent(start) => {
                let (outer, url) = value()?;
                let inner = Offsets::percent_decoded(url.get(start..)?, start as u32).span(range)?;
                outer.span(inner.range())
            }
            Carrier::Encoded => None,
        }
    }

    /// What has to change in the source so that `replacement` stands in place of `range` of the text: the bytes, and
    /// what stands there afterwards, quoted, escaped and indented as the value asks for. `None` where that cannot be
    /// written in a small change.
    pub fn edit(&self, document: Option<&Document>, range: Range<usize>, replacement: &str) -> Option<(Span, String)> {
        let span = self.span(document, range.clone())?;
        match self.carrier {
            Carrier::Source => Some((span, replacement.to_owned())),
            // Letters, digits and `%` mean themselves, however the URL is quoted.
            Carrier::Percent(_) => Some((span, utf8_percent_encode(replacement, NON_ALPHANUMERIC).to_string())),
            Carrier::Encoded => None,
            Carrier::Value => {
                let document = document?;
                let node = document.find(&self.path).value?;
                let node = document.node(document.resolve(node));
                let Kind::Scalar { style, .. } = &node.kind else { return None };
                let has_lines = replacement.contains(['\n', '\r']);
                match style {
                    ScalarStyle::DoubleQuoted => {
                        let quoted = serde_json::to_string(replacement).ok()?;
                        Some((span, quoted[1..quoted.len() - 1].to_owned()))
                    }
                    ScalarStyle::SingleQuoted => (!has_lines).then(|| (span, replacement.replace('\'', "''"))),
                    ScalarStyle::Plain => {
                        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=@+".contains(c);
                        let stays = !replacement.is_empty() && replacement.chars().all(plain);
                        (stays && range.start > 0).then(|| (span, replacement.to_owned()))
                    }
                    ScalarStyle::Folded => {
                        let is_one_line = !has_lines && !self.text.get(range)?.contains('\n');
                        is_one_line.then(|| (span, replacement.to_owned()))
                    }
                    ScalarStyle::Literal => self.edit_lines(document, node.span, (range, span), replacement),
                }
            }
        }
    }

    /// The same in a literal block, where every line is indented.
    fn edit_lines(
        &self,
        document: &Document,
        node: Span,
        (range, span): (Range<usize>, Span),
        replacement: &str,
    ) -> Option<(Span, String)> {
        let source = document.text();
        let indent = self.indent(source, node)?;
        let starts_line = |at: usize| at == 0 || self.text[..at].ends_with('\n');
        // Whole lines go and come with their indentation.
        if starts_line(range.start) && starts_line(range.end) && (replacement.is_empty() || replacement.ends_with('\n'))
        {
            // The break that ends the block is no part of its scalar.
            let behind = |at: usize| source[at..].find('\n').map_or(source.len(), |length| at + length + 1);
            let is_last = range.end == self.text.len();
            let end = span.end as usize;
            let end = if is_last && !source[..end].ends_with('\n') { behind(end) } else { end };
            let start = if range.is_empty() && is_last { end } else { span.start as usize };
            let line = source[..start].rfind('\n').map_or(0, |end| end + 1);
            let is_blank = source[line..start].bytes().all(|byte| byte == b' ');
            // What comes in between two lines leaves the indentation of the second alone.
            let end = if range.is_empty() { line } else { end };
            let lines = replacement.split_inclusive('\n');
            let lines: String =
                lines.map(|text| if text == "\n" { text.to_owned() } else { format!("{indent}{text}") }).collect();
            return is_blank.then(|| (Span::new(line as u32, end as u32), lines));
        }
        // A line that is cut in the middle goes on behind the indentation of the next.
        Some((span, replacement.replace('\n', &format!("\n{indent}"))))
    }

    /// The blanks before each line of the block: what its first line has in the source and not in the text.
    fn indent(&self, source: &str, node: Span) -> Option<String> {
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = self.text.lines().find(|line| !line.trim().is_empty()).map(blanks)?;
        let written = source.get(node.range())?.lines().skip(1).find(|line| !line.trim().is_empty()).map(blanks)?;
        Some(" ".repeat(written.checked_sub(own)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::diagnostic::fix::{Edit, splice};
    use crate::document::{json, yaml};

    /// The value under `a` after a change of its text, if the change can be written.
    fn changed(source: &str, text: &str, range: Range<usize>, replacement: &str) -> Option<String> {
        let read = |source: &str| match source.starts_with('{') {
            true => json::read(source.as_bytes()).expect("JSON"),
            false => yaml::read(source.as_bytes()).expect("YAML"),
        };
        let value = |document: &Document| {
            let node = document.get(document.root().expect("a tree"), "a").expect("the key");
            document.value(node).expect("a scalar").to_owned()
        };
        let document = read(source);
        let carrier = match value(&document).strip_prefix("data:,") {
            Some(_) => Carrier::Percent("data:,".len()),
            None => Carrier::Value,
        };
        let id = Sources::default().add_text("x", "");
        let path = Path::root().join("a");
        let embedded = Embedded { text: text.into(), title: String::new(), source: id, path, carrier };
        let (span, replacement) = embedded.edit(Some(&document), range, replacement)?;
        let (after, made) = splice(source, &[Edit { span, replacement }]);
        assert_eq!(made, 1);
        let after = value(&read(&after));
        let decoded = after
            .strip_prefix("data:,")
            .map(|data| percent_encoding::percent_decode_str(data).decode_utf8().expect("a text").into_owned());
        Some(decoded.unwrap_or(after))
    }

    #[test]
    fn changes_mean_the_same_in_every_style() {
        const TEXT: &str = "[Unit]\nA=b\n\n  c=\"d\"\nE=f\n";
        for source in [
            "a: |\n  [Unit]\n  A=b\n\n    c=\"d\"\n  E=f\nz: 1\n",
            "x: 1\na: |2\n    [Unit]\n    A=b\n\n      c=\"d\"\n    E=f\n",
            "a: |\r\n   [Unit]\r\n   A=b\r\n\r\n     c=\"d\"\r\n   E=f\r\nz: 1\r\n",
            "a: \"[Unit]\\nA=b\\n\\n  c=\\\"d\\\"\\nE=f\\n\"\n",
            "{\"a\": \"[Unit]\\nA=b\\n\\n  c=\\u0022d\\\"\\nE=f\\n\"}",
            "{\"a\": \"data:,%5BUnit%5D%0AA=b%0A%0A%20%20c=%22d%22%0AE=f%0A\"}",
        ] {
            let text = if source.contains("|2") {
                TEXT.replace("[Unit]\nA=b\n\n  c=\"d\"\nE=f", "  [Unit]\n  A=b\n\n    c=\"d\"\n  E=f")
            } else {
                TEXT.to_owned()
            };
            let at = |part: &str| text.find(part).expect("it is there");
            let line = text.find("A=b").map(|at| text[..at].rfind('\n').map_or(0, |end| end + 1)).expect("a line");
            for (range, replacement) in [
                (at("A=b")..at("A=b") + 1, "Lo\"ng'%er"),
                (at("A=b")..at("A=b") + 3, ""),
                // A line goes, and one comes.
                (line..at("A=b") + 4, ""),
                (line..line, "N=1\n"),
                (line..at("A=b") + 4, "N=1\n\nM=2\n"),
                // The last line, and behind it.
                (at("E=f") - (text.len() - text.trim_start().len())..text.len(), ""),
                (text.len()..text.len(), "[Install]\nX=y\n"),
                // A line is parted.
                (at("=b")..at("=b") + 1, "=1\nB="),
            ] {
                let expected = format!("{}{replacement}{}", &text[..range.start], &text[range.end..]);
                assert_eq!(changed(source, &text, range.clone(), replacement), Some(expected), "{source:?} {range:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_written_is_no_change() {
        assert_eq!(changed("a: 'it''s'\n", "it's", 0..2, "that'").as_deref(), Some("that''s"));
        assert_eq!(changed("a: 'it''s'\n", "it's", 0..2, "a\nb"), None);
        assert_eq!(changed("a: x=one\n", "x=one", 2..5, "two").as_deref(), Some("x=two"));
        assert_eq!(changed("a: x=one\n", "x=one", 2..5, "a: b"), None);
        assert_eq!(changed("a: >\n  one\n  two\n", "one two\n", 4..7, "2").as_deref(), Some("one 2\n"));
        assert_eq!(changed("a: >\n  one\n  two\n", "one two\n", 4..7, "2\n"), None);
    }
}
