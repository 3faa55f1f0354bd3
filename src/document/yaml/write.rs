//! Writes a tree as YAML, either byte for byte as the reference does or so that everything reads back.
//!
//! Both ways share the layout: block style, indented by two, lists indented below their key, no line folded.

use super::key_order::natural;
use super::style::{Quoting, choose};
use crate::document::decimal;
use crate::document::value::Value;

/// Whose text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// That of the reference, defects included: numbers as floats (`1e+06`), characters above U+FFFF as escapes,
    /// `<<` without quotes, one newline lost where a text starts with newlines, newlines at the end trimmed.
    Reference,
    /// Our own: whatever reader of YAML 1.1 or 1.2 gets the same values and types back.
    /// The one exception is [`Value::Octal`], which is octal to YAML 1.1 alone, as in every Butane text.
    Faithful,
}

/// In which order the entries of a map are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrder {
    /// Sorted, runs of digits by their value (`a9` before `a10`).
    Natural,
    /// As they stand in the value.
    AsGiven,
}

/// The text of `value`, with exactly one newline at the end and no comment.
pub fn write(value: &Value, style: Style, order: KeyOrder) -> String {
    let mut writer = Writer { out: String::new(), style, order, open: Vec::new(), kept: None };
    writer.run(value);
    writer.finish()
}

/// The longest key that stands before its colon on one line; a longer one gets a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

struct Writer<'v> {
    out: String,
    style: Style,
    order: KeyOrder,
    open: Vec<Open<'v>>,
    /// The last block text that ends in several newlines, and where it begins in `out`.
    kept: Option<(usize, &'v str)>,
}

/// A list or map that is being written.
struct Open<'v> {
    entries: Entries<'v>,
    indent: usize,
    /// Whether the next entry starts in the middle of a line, right behind a dash or colon.
    inline: bool,
}

enum Entries<'v> {
    Items(std::slice::Iter<'v, Value>),
    Pairs(std::vec::IntoIter<&'v (String, Value)>),
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Nothing, or a dash or colon with a blank: lists and maps start right here.
    Start,
    /// A key and its colon: lists and maps start on the next line.
    Key,
}

impl<'v> Writer<'v> {
    fn run(&mut self, root: &'v Value) {
        self.value(root, 0, 0, Before::Start);
        while let Some(innermost) = self.open.last_mut() {
            let indent = innermost.indent;
            let inline = std::mem::take(&mut innermost.inline);
            let entry = match &mut innermost.entries {
                Entries::Items(items) => items.next().map(|item| (None, item)),
                Entries::Pairs(pairs) => pairs.next().map(|(key, value)| (Some(key.as_str()), value)),
            };
            let Some((key, value)) = entry else {
                self.open.pop();
                continue;
            };
            if !inline {
                self.indent(indent);
            }
            let before = match key {
                Some(key) => self.key(key, indent),
                None => {
                    self.out.push_str("- ");
                    Before::Start
                }
            };
            self.value(value, indent, indent + 2, before);
        }
    }

    /// Writes a scalar, or begins a list or map. `indent` is that of the entry the value belongs to,
    /// `inner` that of the entries of the value itself.
    fn value(&mut self, value: &'v Value, indent: usize, inner: usize, before: Before) {
        let entries = match value {
            Value::Sequence(items) if !items.is_empty() => Entries::Items(items.iter()),
            Value::Mapping(pairs) if !pairs.is_empty() => {
                let mut pairs: Vec<_> = pairs.iter().collect();
                if self.order == KeyOrder::Natural {
                    pairs.sort_by(|a, b| natural(&a.0, &b.0));
                }
                Entries::Pairs(pairs.into_iter())
            }
            _ => return self.scalar(value, indent, before),
        };
        if before == Before::Key {
            self.out.push('\n');
        }
        self.open.push(Open { entries, indent: inner, inline: before == Before::Start });
    }

    fn key(&mut self, key: &str, indent: usize) -> Before {
        let quoting = choose(key, self.style);
        // What stands on several lines cannot stand before a colon. Ours is put on one line by its quotes.
        let (simple, quoting) = match self.style {
            Style::Reference => (!key.contains(is_break), quoting),
            Style::Faithful if quoting == Quoting::Literal => (true, Quoting::Double),
            Style::Faithful => (true, quoting),
        };
        if simple && key.len() <= LONGEST_SIMPLE_KEY {
            self.text(key, quoting, indent);
            self.out.push(':');
            return Before::Key;
        }
        self.out.push_str("? ");
        self.text(key, quoting, indent);
        self.end_line();
        self.indent(indent);
        self.out.push_str(": ");
        Before::Start
    }

    fn scalar(&mut self, value: &'v Value, indent: usize, before: Before) {
        if before == Before::Key {
            self.out.push(' ');
        }
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(number) | Value::Octal(number) if self.style == Style::Reference => {
                self.out.push_str(&decimal::general(*number as f64));
            }
            Value::Int(number) => self.out.push_str(&number.to_string()),
            Value::Octal(number) => self.out.push_str(&octal(*number)),
            Value::Float(number) => self.out.push_str(&float(*number, self.style)),
            Value::String(text) => {
                let mut quoting = choose(text, self.style);
                // Readers disagree on what an indentation digit counts from at the root.
                if self.style == Style::Faithful && self.open.is_empty() && text.starts_with(' ') {
                    quoting = if quoting == Quoting::Literal { Quoting::Double } else { quoting };
                }
                if quoting == Quoting::Literal && text.ends_with("\n\n") {
                    self.kept = Some((self.out.len(), text));
                }
                self.text(text, quoting, indent);
            }
            // Only empty ones come here.
            Value::Sequence(_) => self.out.push_str("[]"),
            Value::Mapping(_) => self.out.push_str("{}"),
        }
        self.end_line();
    }

    fn text(&mut self, text: &str, quoting: Quoting, indent: usize) {
        match quoting {
            Quoting::Plain => self.out.push_str(text),
            Quoting::Single => self.single_quoted(text, indent),
            Quoting::Double => double_quoted(&mut self.out, text, self.style),
            Quoting::Literal => self.literal(text, indent),
        }
    }

    fn single_quoted(&mut self, text: &str, indent: usize) {
        self.out.push('\'');
        let mut after_break = false;
        for c in text.chars() {
            // Only the reference comes here with breaks (U+2028, U+2029); it indents behind them, which is a defect.
            if after_break && !is_break(c) {
                self.indent(indent + 2);
            }
            after_break = is_break(c);
            if c == '\'' {
                self.out.push('\'');
            }
            self.out.push(c);
        }
        self.out.push('\'');
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
            self.out.push('2');
        }
        let mut backwards = text.chars().rev();
        match (backwards.next().is_some_and(is_break), backwards.next()) {
            (false, _) => self.out.push('-'),
            (true, None) => self.out.push('+'),
            (true, Some(previous)) if is_break(previous) => self.out.push('+'),
            (true, Some(_)) => {}
        }
        // The reference takes a newline that starts the text for the end of this line, and so loses it.
        // Ours never writes such a text as a block.
        if !text.starts_with(is_break) {
            self.out.push('\n');
        }
        for line in text.split_inclusive(is_break) {
            if !line.starts_with(is_break) {
                self.indent(indent + 2);
            }
            self.out.push_str(line);
        }
    }

    fn indent(&mut self, blanks: usize) {
        self.out.extend(std::iter::repeat_n(' ', blanks));
    }

    fn end_line(&mut self) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn finish(mut self) -> String {
        match (self.style, self.kept) {
            (Style::Reference, _) => {
                let trimmed = self.out.trim_matches('\n').len();
                let start = self.out.len() - self.out.trim_start_matches('\n').len();
                self.out.truncate(start + trimmed);
                self.out.drain(..start);
                self.out.push('\n');
            }
            // A text whose several newlines end the file is too easily trimmed on the way.
            (Style::Faithful, Some((start, text))) if self.out.ends_with("\n\n") => {
                self.out.truncate(start);
                double_quoted(&mut self.out, text, self.style);
                self.out.push('\n');
            }
            (Style::Faithful, _) => {}
        }
        self.out
    }
}

/// What the reference's writer takes for a line break in a text without other control characters.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

fn octal(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    match number.unsigned_abs() {
        0 => "0".into(),
        magnitude => format!("{sign}0{magnitude:o}"),
    }
}

fn float(number: f64, style: Style) -> String {
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-.inf" } else { ".inf" }.into();
    }
    let text = decimal::general(number);
    if style == Style::Reference || text.contains('.') {
        return text;
    }
    // Without a point it would read back as an integer, or in YAML 1.1 with an exponent as a text.
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}.0e{exponent}"),
        None => format!("{text}.0"),
    }
}

fn double_quoted(out: &mut String, text: &str, style: Style) {
    // The reference asks whether the text, not the character, starts with U+FEFF: then it escapes everything.
    let everything = style == Style::Reference && text.starts_with('\u{feff}');
    out.push('"');
    for c in text.chars() {
        let raw = !everything && !is_break(c) && !matches!(c, '"' | '\\') && super::style::is_printable(c, style);
        if raw {
            out.push(c);
            continue;
        }
        let short = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => c,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                out.push_str(&match c as u32 {
                    code @ ..=0xFF => format!("\\x{code:02X}"),
                    code @ ..=0xFFFF => format!("\\u{code:04X}"),
                    code => format!("\\U{code:08X}"),
                });
                continue;
            }
        };
        out.extend(['\\', short]);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn faithful(value: &Value) -> String {
        write(value, Style::Faithful, KeyOrder::AsGiven)
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Mapping(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn numbers_keep_their_type() {
        let value = map(&[
            ("mode", Value::Octal(0o644)),
            ("none", Value::Octal(0)),
            ("below", Value::Octal(-8)),
            ("big", Value::Int(i64::MAX)),
            ("whole", Value::Float(3.0)),
            ("large", Value::Float(1e6)),
            ("small", Value::Float(1.5e-7)),
            ("endless", Value::Float(f64::NEG_INFINITY)),
        ]);
        let expected = "mode: 0644\nnone: 0\nbelow: -010\nbig: 9223372036854775807\nwhole: 3.0\nlarge: 1.0e+06\n\
                        small: 1.5e-07\nendless: -.inf\n";
        assert_eq!(faithful(&value), expected);
    }

    #[test]
    fn order_is_the_callers_choice() {
        let value = map(&[("b10", true.into()), ("b9", true.into()), ("a", true.into())]);
        assert_eq!(faithful(&value), "b10: true\nb9: true\na: true\n");
        assert_eq!(write(&value, Style::Faithful, KeyOrder::Natural), "a: true\nb9: true\nb10: true\n");
    }

    #[test]
    fn texts_the_reference_damages_are_quoted() {
        let cases = [
            ("\n\nx\n", r#""\n\nx\n""#),
            ("\u{feff}a", r#""\uFEFFa""#),
            ("a\u{2028}b", r#""a\Lb""#),
            ("<<", r#""<<""#),
            ("=", r#""=""#),
            ("😀", "😀"),
            ("end\n\n", r#""end\n\n""#),
        ];
        for (text, expected) in cases {
            assert_eq!(faithful(&map(&[("k", text.into())])), format!("k: {expected}\n"));
        }
        assert_eq!(faithful(&map(&[("<<", 1.into()), ("a\nb", 2.into())])), "\"<<\": 1\n\"a\\nb\": 2\n");
        assert_eq!(faithful(&" a\nb\n".into()), "\" a\\nb\\n\"\n");
        // With something behind it, a block keeps its newlines.
        assert_eq!(faithful(&map(&[("k", "x\n\n".into()), ("l", 1.into())])), "k: |+\n  x\n\nl: 1\n");
    }

    #[test]
    fn long_keys_stand_behind_a_question_mark() {
        let long = "x".repeat(LONGEST_SIMPLE_KEY + 1);
        let value = map(&[(&long, map(&[("a", 1.into()), ("b", Value::Sequence(vec![2.into(), 3.into()]))]))]);
        assert_eq!(faithful(&value), format!("? {long}\n: a: 1\n  b:\n    - 2\n    - 3\n"));
    }

    #[test]
    fn depth_costs_no_stack() {
        let mut value = Value::Int(1);
        for _ in 0..5_000 {
            value = Value::Sequence(vec![value]);
        }
        assert_eq!(faithful(&value), format!("{}1\n", "- ".repeat(5_000)));
    }
}
