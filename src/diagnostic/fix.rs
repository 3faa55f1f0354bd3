//! Puts fixes into a text: what they replace changes, every other byte stays.

use crate::document::Span;

/// A change of one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// `text` with the edits that do not touch each other, and how many those are. Of two that overlap the one that begins
/// first is made, of two that begin together the first of the list; the same edit twice is made once and counts twice.
pub fn splice(text: &str, edits: &[Edit]) -> (String, usize) {
    let mut ordered: Vec<&Edit> = edits.iter().filter(|edit| text.get(edit.span.range()).is_some()).collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let windows = has_windows_lines(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut made = 0;
    let mut last: Option<&Edit> = None;
    for edit in ordered {
        let range = edit.span.range();
        if last == Some(edit) {
            made += 1;
            continue;
        }
        // Two insertions at one place would depend on their order.
        let together = last.is_some_and(|last| range.start == last.span.start as usize);
        if range.start < at || together {
            continue;
        }
        out.push_str(&text[at..range.start]);
        match windows {
            true => out.push_str(&edit.replacement.replace("\r\n", "\n").replace('\n', "\r\n")),
            false => out.push_str(&edit.replacement),
        }
        at = range.end;
        made += 1;
        last = Some(edit);
    }
    out.push_str(&text[at..]);
    (out, made)
}

/// Whether most lines end as they do on Windows.
fn has_windows_lines(text: &str) -> bool {
    text.matches("\r\n").count() * 2 > text.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits() {
        let edit = |start, end, text: &str| Edit { span: Span::new(start, end), replacement: text.to_owned() };
        for (text, edits, expected, made) in [
            ("abcdef", vec![edit(4, 5, "E"), edit(0, 1, "AA")], "AAbcdEf", 2),
            // The second overlaps, the third begins where the first ends.
            ("abcdef", vec![edit(1, 3, "X"), edit(2, 4, "Y"), edit(3, 4, "Z")], "aXZef", 2),
            ("abc", vec![edit(1, 1, "1"), edit(1, 1, "2")], "a1bc", 1),
            ("abc", vec![edit(1, 2, "X"), edit(1, 2, "X")], "aXc", 2),
            // Nothing is cut in the middle of a character, or behind the end.
            ("\u{e9}", vec![edit(1, 2, "X"), edit(9, 12, "Y")], "\u{e9}", 0),
            ("a\r\nb\r\n", vec![edit(0, 1, "x\ny")], "x\r\ny\r\nb\r\n", 1),
            ("a\nb\n", vec![edit(0, 1, "x\ny")], "x\ny\nb\n", 1),
        ] {
            assert_eq!(splice(text, &edits), (expected.to_owned(), made), "{text:?} {edits:?}");
        }
    }
}
