//! Which type the reference gives a plain scalar by its text alone.

use super::timestamp::is_timestamp;

/// The type of a scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// Empty, `~`, `null`, `Null` or `NULL`.
    Null,
    /// `true`, `false` and their `True` and `TRUE` forms; `yes` and its kind are texts.
    Bool(bool),
    /// A whole number within 64 bits with sign.
    Int(i64),
    /// A whole number that needs all 64 bits without sign.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A date, or a date with time. As a text it is what was written.
    Timestamp,
    /// `!!binary`, decoded.
    Binary(Vec<u8>),
    /// A text.
    String,
    /// A text with a tag that means nothing here.
    Tagged,
}

impl Resolved {
    /// Whether this is an ordinary text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::String)
    }

    /// The YAML tag of this type in short form, as messages show it; a node with a tag of its own shows that.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Unsigned(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Binary(_) => "!!binary",
            Self::String | Self::Tagged => "!!str",
        }
    }
}

/// The type of a plain scalar without a tag.
pub fn resolve_plain(text: &str) -> Resolved {
    resolve(text, true)
}

/// The type of a text by its characters; dates only count where `dates` allows them.
pub(super) fn resolve(text: &str, dates: bool) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        _ => {}
    }
    match text.as_bytes()[0] {
        // Behind a leading point the reference does not remove underscores.
        b'.' => decimal(text),
        b'0'..=b'9' if dates && is_timestamp(text) => Some(Resolved::Timestamp),
        b'0'..=b'9' | b'+' | b'-' => {
            let bare = text.replace('_', "");
            integer(&bare).or_else(|| decimal(&bare)).or_else(|| doubly_signed(&bare))
        }
        _ => None,
    }
    .unwrap_or(Resolved::String)
}

/// Whether `text` is one of the words YAML 1.1 has for true and false besides those two.
pub(super) fn is_old_bool(text: &str) -> bool {
    old_bool(text).is_some()
}

/// The value of YAML 1.1's further words for true and false.
pub(crate) fn old_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn integer(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // Rust's parser would take a second sign.
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if text.starts_with('-') {
        return 0_i64.checked_sub_unsigned(magnitude).map(Resolved::Int);
    }
    match i64::try_from(magnitude) {
        Ok(number) => Some(Resolved::Int(number)),
        // The reference reads the larger ones only without a sign.
        Err(_) => (!text.starts_with('+')).then_some(Resolved::Unsigned(magnitude)),
    }
}

fn decimal(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Rust's parser also knows words such as `inf`.
    let starts = unsigned.strip_prefix('.').unwrap_or(unsigned).starts_with(|c: char| c.is_ascii_digit());
    let number: f64 = if starts { text.parse().ok()? } else { return None };
    // What overflows is a text to the reference.
    number.is_finite().then_some(Resolved::Float(number))
}

/// `0b-1` and `0o-7`: the reference cuts the prefix off and reads the rest as a signed number.
fn doubly_signed(text: &str) -> Option<Resolved> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'b', b'+' | b'-', _, ..] => (&text[2..], 2),
        [b'0', b'o', b'+' | b'-', _, ..] => (&text[2..], 8),
        _ => return None,
    };
    i64::from_str_radix(digits, radix).ok().map(Resolved::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_get_the_type_of_the_reference() {
        use Resolved::{Bool, Float, Int, Null, String, Timestamp, Unsigned};
        let cases = [
            ("", Null),
            ("~", Null),
            ("nULL", String),
            ("True", Bool(true)),
            ("tRUE", String),
            ("yes", String),
            ("0644", Int(420)),
            ("0o644", Int(420)),
            ("0_644", Int(420)),
            ("-0x1F", Int(-31)),
            ("0b-1", Int(-1)),
            ("0o+7", Int(7)),
            ("-0", Int(0)),
            ("9223372036854775807", Int(i64::MAX)),
            ("-9223372036854775808", Int(i64::MIN)),
            ("9223372036854775808", Unsigned(1 << 63)),
            ("+9223372036854775808", Float(9_223_372_036_854_775_808.0)),
            ("18446744073709551616", Float(18_446_744_073_709_551_616.0)),
            ("0xFFFFFFFFFFFFFFFFF", String),
            ("0888", Float(888.0)),
            ("1e-400", Float(0.0)),
            ("1e400", String),
            (".5", Float(0.5)),
            (".5_0", String),
            ("1_0.5", Float(10.5)),
            ("1.", Float(1.0)),
            (".", String),
            ("+.5", Float(0.5)),
            ("+", String),
            ("--1", String),
            ("0x-1", String),
            ("_1", String),
            ("1:30", String),
            ("inf", String),
            ("-.INF", Float(f64::NEG_INFINITY)),
            (".iNF", String),
            ("2001-01-01", Timestamp),
            ("2001-13-01", String),
            ("<<", String),
            ("٤", String),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve_plain(text), expected, "{text}");
        }
        assert!(matches!(resolve_plain(".NaN"), Float(number) if number.is_nan()));
    }
}
