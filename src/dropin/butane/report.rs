//! The report of the `butane` drop-in: one line a finding, or each with an excerpt of the input.
//!
//! Editors and scripts read both forms, so each byte but the messages is as they know it from Butane 0.29.

use super::contract::Entry;
use crate::diagnostic::Severity;
use std::io::{self, Write};

/// Lines shown before and after the one that a finding is about.
const CONTEXT: usize = 2;
const BLUE: &str = "\x1b[1;34m";
const RESET: &str = "\x1b[0m";

/// Writes one line a finding: `error at $.storage.files.0.path, line 5 col 13: message`.
///
/// # Errors
/// When `out` cannot be written.
pub fn raw(entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    entries.iter().try_for_each(|entry| raw_line(entry, out))
}

/// Writes each finding with the lines around it and an underline, an empty line between findings.
/// A finding whose place is not in `source` has its raw form.
///
/// # Errors
/// When `out` cannot be written.
pub fn pretty(entries: &[Entry], name: &str, source: &[u8], color: bool, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<&[u8]> = source.split(|&byte| byte == b'\n').collect();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        match place(entry, &lines) {
            Some(place) => excerpt(entry, name, &lines, place, color, out)?,
            None => raw_line(entry, out)?,
        }
    }
    Ok(())
}

fn raw_line(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", entry.kind.word())?;
    let place = entry.line.zip(entry.column);
    match (entry.path.is_root(), place) {
        (false, Some((line, column))) => write!(out, " at {}, line {line} col {column}", entry.path)?,
        (true, Some((line, column))) => write!(out, " at line {line} col {column}")?,
        (false, None) => write!(out, " at {}", entry.path)?,
        (true, None) => (),
    }
    writeln!(out, ": {}", entry.message)
}

/// Line and column of a finding, from 0, when the text has them.
///
/// The column counts characters, yet is taken for a count of bytes from here on; the underline of Butane sits there.
fn place(entry: &Entry, lines: &[&[u8]]) -> Option<(usize, usize)> {
    let line = usize::try_from(entry.line?).ok()?.checked_sub(1)?;
    let column = usize::try_from(entry.column?).ok()?.checked_sub(1)?;
    (column < lines.get(line)?.len()).then_some((line, column))
}

fn excerpt(
    entry: &Entry,
    name: &str,
    lines: &[&[u8]],
    (line, column): (usize, usize),
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    paint(entry.kind.word(), kind_color(entry.kind), color, out)?;
    if !entry.path.is_root() {
        write!(out, "[{}]", entry.path)?;
    }
    out.write_all(b":\n  ")?;
    paint("-->", BLUE, color, out)?;
    writeln!(out, " {name}:{}:{}", line + 1, column + 1)?;

    let end = lines.len().min(line + CONTEXT + 1);
    let gutter = end.to_string().len();
    writeln!(out, " {:gutter$} |", "")?;
    for (index, text) in lines.iter().enumerate().take(end).skip(line.saturating_sub(CONTEXT)) {
        out.write_all(b" ")?;
        paint(&format!("{:gutter$}", index + 1), BLUE, color, out)?;
        out.write_all(b" | ")?;
        out.write_all(text)?;
        out.write_all(b"\n")?;
        if index == line {
            // Formatted widths end at 65,535; columns do not.
            write!(out, " {:gutter$} | {}", "", " ".repeat(column))?;
            paint(&"^".repeat(until_white_space(&text[column..])), BLUE, color, out)?;
            writeln!(out, " {}", entry.message)?;
        }
    }
    writeln!(out, " {:gutter$} |", "")
}

/// The bytes of `text` before its first white space. Bytes that are not text are none.
fn until_white_space(text: &[u8]) -> usize {
    let mut before = 0;
    for chunk in text.utf8_chunks() {
        if let Some(at) = chunk.valid().find(char::is_whitespace) {
            return before + at;
        }
        before += chunk.valid().len() + chunk.invalid().len();
    }
    before
}

fn kind_color(kind: Severity) -> &'static str {
    match kind {
        Severity::Error => "\x1b[1;31m",
        Severity::Warning => "\x1b[1;33m",
        Severity::Info => "\x1b[1;36m",
    }
}

fn paint(text: &str, code: &str, color: bool, out: &mut dyn Write) -> io::Result<()> {
    if color { write!(out, "{code}{text}{RESET}") } else { out.write_all(text.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Path, Segment};
    use pretty_assertions::assert_eq;

    fn entry(path: &[&str], line: Option<u32>, column: Option<u32>) -> Entry {
        let path = Path::new(path.iter().map(|&key| Segment::from(key)));
        Entry { kind: Severity::Warning, path, line, column, message: "wrong".to_owned() }
    }

    fn pretty_text(entry: Entry, source: impl AsRef<[u8]>, color: bool) -> String {
        let mut out = Vec::new();
        pretty(&[entry], "a.bu", source.as_ref(), color, &mut out).expect("memory can be written");
        String::from_utf8(out).expect("the report of a text is a text")
    }

    #[test]
    fn raw_lines_leave_out_what_is_not_known() {
        for (entry, line) in [
            (entry(&["a", "b"], Some(3), Some(7)), "warning at $.a.b, line 3 col 7: wrong\n"),
            (entry(&[], Some(3), Some(7)), "warning at line 3 col 7: wrong\n"),
            (entry(&["a"], None, None), "warning at $.a: wrong\n"),
            (entry(&[], None, None), "warning: wrong\n"),
        ] {
            let mut out = Vec::new();
            raw(&[entry], &mut out).expect("memory can be written");
            assert_eq!(String::from_utf8_lossy(&out), line);
        }
    }

    #[test]
    fn an_excerpt_ends_where_the_text_does() {
        for (source, line, expected) in [
            ("a", 1, "warning[$.a]:\n  --> a.bu:1:1\n   |\n 1 | a\n   | ^ wrong\n   |\n"),
            ("a\n", 1, "warning[$.a]:\n  --> a.bu:1:1\n   |\n 1 | a\n   | ^ wrong\n 2 | \n   |\n"),
            (
                "1\n2\n3\n4\n5",
                3,
                "warning[$.a]:\n  --> a.bu:3:1\n   |\n 1 | 1\n 2 | 2\n 3 | 3\n   | ^ wrong\n 4 | 4\n 5 | 5\n   |\n",
            ),
        ] {
            assert_eq!(pretty_text(entry(&["a"], Some(line), Some(1)), source, false), expected);
        }
    }

    #[test]
    fn the_gutter_is_as_wide_as_the_largest_line_number() {
        let text = pretty_text(entry(&[], Some(8), Some(1)), "x\n".repeat(9), false);
        assert_eq!(
            text,
            "warning:\n  --> a.bu:8:1\n    |\n  6 | x\n  7 | x\n  8 | x\n    | ^ wrong\n  9 | x\n 10 | \n    |\n"
        );
    }

    #[test]
    fn places_outside_of_the_text_have_the_raw_form() {
        for (line, column) in [(0, 1), (1, 0), (1, 3), (1, u32::MAX), (2, 1), (3, 1), (u32::MAX, 1)] {
            let text = pretty_text(entry(&[], Some(line), Some(column)), "ab\n", true);
            assert_eq!(text, format!("warning at line {line} col {column}: wrong\n"));
        }
        assert_eq!(pretty_text(entry(&["a"], None, None), "ab\n", true), "warning at $.a: wrong\n");
    }

    #[test]
    fn underlines_end_at_white_space_of_any_kind() {
        for (text, length) in [
            (b"abc".as_slice(), 3),
            (b"ab c", 2),
            (b" abc", 0),
            (b"ab\rc", 2),
            (b"", 0),
            ("é\u{a0}x".as_bytes(), 2),
            ("é\u{2028}x".as_bytes(), 2),
            // From the middle of a character, and through bytes that are no text.
            (&"é x".as_bytes()[1..], 1),
            (b"\xff\xfe \xff", 2),
            (b"\x00z\x00", 3),
        ] {
            assert_eq!(until_white_space(text), length, "{text:?}");
        }
    }

    #[test]
    fn colours_are_kind_arrow_numbers_and_underline() {
        assert_eq!(
            pretty_text(entry(&["a"], Some(1), Some(2)), "abc", true),
            "\x1b[1;33mwarning\x1b[0m[$.a]:\n  \x1b[1;34m-->\x1b[0m a.bu:1:2\n   |\n \x1b[1;34m1\x1b[0m | abc\n   |  \x1b[1;34m^^\x1b[0m wrong\n   |\n"
        );
    }

    #[test]
    fn far_columns_are_underlined_too() {
        let text = pretty_text(entry(&[], Some(1), Some(70_001)), format!("{}x", " ".repeat(70_000)), false);
        assert!(text.contains(&format!(" | {}^ wrong\n", " ".repeat(70_000))));
    }
}
