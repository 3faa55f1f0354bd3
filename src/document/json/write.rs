//! Writes JSON byte for byte as Go's encoder does, HTML characters escaped.

use crate::document::decimal;
use crate::document::value::Value;

/// How the text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Without any blanks.
    Compact,
    /// One entry a line, indented by two blanks a level; empty lists and maps stay `[]` and `{}`.
    Pretty,
}

/// The text of `value`, without a final newline.
///
/// A number that is infinite or not a number becomes `null`, since JSON has no form for it.
pub fn write(value: &Value, layout: Layout) -> String {
    let mut out = String::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            match value {
                Value::Sequence(items) if !items.is_empty() => {
                    out.push('[');
                    open.push(Open { entries: Entries::Items(items.iter()), first: true });
                }
                Value::Mapping(entries) if !entries.is_empty() => {
                    out.push('{');
                    open.push(Open { entries: Entries::Pairs(entries.iter()), first: true });
                }
                _ => write_leaf(&mut out, value),
            }
        }
        let depth = open.len();
        let Some(innermost) = open.last_mut() else { return out };
        let entry = match &mut innermost.entries {
            Entries::Items(items) => items.next().map(|item| (None, item)),
            Entries::Pairs(pairs) => pairs.next().map(|(key, value)| (Some(key), value)),
        };
        let Some((key, value)) = entry else {
            break_line(&mut out, layout, depth - 1);
            out.push(if matches!(innermost.entries, Entries::Items(_)) { ']' } else { '}' });
            open.pop();
            continue;
        };
        if !std::mem::take(&mut innermost.first) {
            out.push(',');
        }
        break_line(&mut out, layout, depth);
        if let Some(key) = key {
            write_string(&mut out, key);
            out.push_str(match layout {
                Layout::Compact => ":",
                Layout::Pretty => ": ",
            });
        }
        next = Some(value);
    }
}

/// A list or map that is being written.
struct Open<'v> {
    entries: Entries<'v>,
    first: bool,
}

enum Entries<'v> {
    Items(std::slice::Iter<'v, Value>),
    Pairs(std::slice::Iter<'v, (String, Value)>),
}

fn break_line(out: &mut String, layout: Layout, depth: usize) {
    if layout == Layout::Pretty {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

fn write_leaf(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(number) | Value::Octal(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_finite() => out.push_str(&decimal::json(*number)),
        Value::Float(_) => out.push_str("null"),
        Value::String(text) => write_string(out, text),
        // Only empty ones come here.
        Value::Sequence(_) => out.push_str("[]"),
        Value::Mapping(_) => out.push_str("{}"),
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '\0'..' ' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
    {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some(special @ ('"' | '\\')) => out.extend(['\\', special]),
            Some(other) => out.push_str(&format!("\\u{:04x}", other as u32)),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json::read;
    use pretty_assertions::assert_eq;

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Mapping(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn every_character_is_escaped_or_kept_as_go_does() {
        for c in (0..=0x2FFF).filter_map(char::from_u32) {
            let expected = match c {
                '\t' => "\\t".to_owned(),
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '<' => "\\u003c".to_owned(),
                '>' => "\\u003e".to_owned(),
                '&' => "\\u0026".to_owned(),
                '\u{2028}' => "\\u2028".to_owned(),
                '\u{2029}' => "\\u2029".to_owned(),
                _ if c < ' ' => format!("\\u00{:02x}", c as u32),
                _ => c.to_string(),
            };
            let written = write(&Value::String(format!("a{c}b")), Layout::Compact);
            assert_eq!(written, format!("\"a{expected}b\""), "U+{:04X}", c as u32);
            let document = read(written.as_bytes()).unwrap();
            assert_eq!(document.value(document.root().unwrap()), Some(format!("a{c}b").as_str()));
            // Keys follow the same rules.
            let key = map(&[(&c.to_string(), Value::Null)]);
            assert_eq!(write(&key, Layout::Compact), format!("{{\"{expected}\":null}}"));
        }
    }

    #[test]
    fn layouts() {
        let value = map(&[
            ("b", Value::Octal(0o644)),
            ("a", Value::Sequence(vec![Value::Int(-1), Value::Float(1e21), Value::Float(3.0)])),
            ("empty", map(&[("list", Value::Sequence(vec![])), ("map", Value::mapping())])),
            ("t", Value::Bool(true)),
            ("nan", Value::Float(f64::NAN)),
        ]);
        assert_eq!(
            write(&value, Layout::Compact),
            r#"{"b":420,"a":[-1,1e+21,3],"empty":{"list":[],"map":{}},"t":true,"nan":null}"#
        );
        let pretty = r#"{
  "b": 420,
  "a": [
    -1,
    1e+21,
    3
  ],
  "empty": {
    "list": [],
    "map": {}
  },
  "t": true,
  "nan": null
}"#;
        assert_eq!(write(&value, Layout::Pretty), pretty);
        assert_eq!(write(&Value::mapping(), Layout::Pretty), "{}");
    }
}
