//! What a YAML scalar means for a field of a given type, by the rules of the reference's library.

use super::resolve::{Resolved, old_bool, resolve};
use crate::document::node::{Document, Kind, NodeId, ScalarStyle};
use crate::document::utf8::repair;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;
use std::fmt;

/// Why a scalar has no value of the wanted type. Holds no part of the text, which may be secret.
#[derive(Debug, Clone, PartialEq)]
pub enum ScalarError {
    /// It is of another type. For the reference one of many errors of a document.
    Type(Resolved),
    /// It stands for a number, but not for one that fits into 64 bits with sign.
    Range(Resolved),
    /// It is tagged as one type (`wanted`, short form) and reads as another. The reference stops reading here.
    Tag {
        /// The tag it has.
        wanted: &'static str,
        /// What it is.
        found: Resolved,
    },
    /// It is tagged `!!binary` and is no base64. The reference stops reading here.
    Base64,
    /// It is a list or a map.
    NotScalar,
}

impl fmt::Display for ScalarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(found) => write!(f, "found {}", found.tag()),
            Self::Range(_) => f.write_str("the number does not fit into 64 bits"),
            Self::Tag { wanted, found } => write!(f, "cannot decode {} as a {wanted}", found.tag()),
            Self::Base64 => f.write_str("!!binary value contains invalid base64 data"),
            Self::NotScalar => f.write_str("found a list or map"),
        }
    }
}

impl std::error::Error for ScalarError {}

/// A whole number, and whether it was written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// The value the reference takes.
    pub value: i64,
    /// How it came about.
    pub origin: WholeOrigin,
}

/// How a whole number was written. Strict callers take only [`WholeOrigin::Integer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeOrigin {
    /// As an integer.
    Integer,
    /// As a floating point number without loss: `420.0`, `1e3`, and also `0888`, which is no octal number.
    Float,
    /// As a floating point number whose fraction was cut off.
    Cut,
    /// As a floating point number beyond 64 bits; the reference makes the smallest number of it.
    Overflow,
}

/// The type of the scalar `id`, aliases followed.
///
/// # Errors
/// When it is no scalar, or its tag contradicts its text.
pub fn resolved(document: &Document, id: NodeId) -> Result<Resolved, ScalarError> {
    let node = document.node(document.resolve(id));
    let Kind::Scalar { style, .. } = node.kind else { return Err(ScalarError::NotScalar) };
    let text = document.value(id).unwrap_or_default();
    let (wanted, dates) = match node.tag.as_deref().unwrap_or("!") {
        "!" if style != ScalarStyle::Plain => return Ok(Resolved::String),
        "!" => return Ok(resolve(text, true)),
        tag => match tag.strip_prefix("tag:yaml.org,2002:") {
            Some("str") => return Ok(Resolved::String),
            Some("binary") => return decode_base64(text).map(Resolved::Binary),
            Some("null") => ("!!null", false),
            Some("bool") => ("!!bool", false),
            Some("int") => ("!!int", false),
            Some("float") => ("!!float", false),
            Some("timestamp") => ("!!timestamp", true),
            _ => return Ok(Resolved::Tagged),
        },
    };
    match resolve(text, dates) {
        Resolved::Int(number) if wanted == "!!float" => Ok(Resolved::Float(number as f64)),
        found if found.tag() == wanted => Ok(found),
        found => Err(ScalarError::Tag { wanted, found }),
    }
}

/// Whether the scalar `id` is null. Lists, maps and scalars that contradict their tag are not.
pub fn is_null(document: &Document, id: NodeId) -> bool {
    resolved(document, id) == Ok(Resolved::Null)
}

/// The scalar `id` for a boolean field; `None` for null.
///
/// Texts, even quoted ones, may be one of YAML 1.1's further words, such as `yes` and `off`; `"true"` may not.
///
/// # Errors
/// When it is anything else.
pub fn as_bool(document: &Document, id: NodeId) -> Result<Option<bool>, ScalarError> {
    match resolved(document, id)? {
        Resolved::Null => Ok(None),
        Resolved::Bool(value) => Ok(Some(value)),
        found => {
            let word = match &found {
                Resolved::String | Resolved::Tagged => document.value(id).and_then(old_bool),
                Resolved::Binary(bytes) => std::str::from_utf8(bytes).ok().and_then(old_bool),
                _ => None,
            };
            word.map(Some).ok_or(ScalarError::Type(found))
        }
    }
}

/// The scalar `id` for an integer field; `None` for null. Fractions are cut off towards zero, as the reference does.
///
/// # Errors
/// When it is no number, or none that the reference can squeeze into 64 bits.
pub fn as_int(document: &Document, id: NodeId) -> Result<Option<Whole>, ScalarError> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let (value, origin) = match resolved(document, id)? {
        Resolved::Null => return Ok(None),
        Resolved::Int(value) => (value, WholeOrigin::Integer),
        Resolved::Float(number) if (-LIMIT..LIMIT).contains(&number) => {
            (number as i64, if number.fract() == 0.0 { WholeOrigin::Float } else { WholeOrigin::Cut })
        }
        // The limit itself passes the reference's check and then wraps, as everything far below zero does.
        Resolved::Float(number) if number <= LIMIT => (i64::MIN, WholeOrigin::Overflow),
        found @ (Resolved::Float(_) | Resolved::Unsigned(_)) => return Err(ScalarError::Range(found)),
        found => return Err(ScalarError::Type(found)),
    };
    Ok(Some(Whole { value, origin }))
}

/// The scalar `id` for a text field; `None` for null. Numbers, booleans and dates are taken as they are written.
///
/// Bytes of `!!binary` that are not UTF-8 become U+FFFD, as they do in the reference's output.
///
/// # Errors
/// When it is no scalar, or its tag contradicts its text.
pub fn as_string(document: &Document, id: NodeId) -> Result<Option<Cow<'_, str>>, ScalarError> {
    match resolved(document, id)? {
        Resolved::Null => Ok(None),
        Resolved::Binary(bytes) => Ok(Some(Cow::Owned(repair(&bytes).into_owned()))),
        _ => Ok(document.value(id).map(Cow::Borrowed)),
    }
}

/// The tag of any node in short form (`!!int`, `!local`, `!!map`), aliases followed: its own, or that of its type.
pub fn short_tag(document: &Document, id: NodeId) -> Cow<'_, str> {
    let node = document.node(document.resolve(id));
    match node.tag.as_deref() {
        Some(tag) if tag != "!" => match tag.strip_prefix("tag:yaml.org,2002:") {
            Some(known) => Cow::Owned(format!("!!{known}")),
            None => Cow::Borrowed(tag),
        },
        _ => Cow::Borrowed(match node.kind {
            Kind::Mapping { .. } => "!!map",
            Kind::Sequence { .. } => "!!seq",
            _ => resolved(document, id).map_or("!!str", |found| found.tag()),
        }),
    }
}

/// Go's standard decoding: padded, line ends skipped, stray bits in the last character ignored.
fn decode_base64(text: &str) -> Result<Vec<u8>, ScalarError> {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
    let unbroken: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    GeneralPurpose::new(&STANDARD, config).decode(unbroken).map_err(|_| ScalarError::Base64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::node::{Node, Span, Syntax, Text};

    fn scalar(tag: &str, style: ScalarStyle, text: &str) -> (Document, NodeId) {
        let kind = Kind::Scalar { text: Text::Owned(text.into()), style };
        let tag = match tag.strip_prefix("!!") {
            Some(known) => Some(format!("tag:yaml.org,2002:{known}").into()),
            None => (!tag.is_empty()).then(|| tag.into()),
        };
        let node = Node { kind, span: Span::new(0, 0), tag, anchor: None };
        (Document::new("".into(), Syntax::Yaml, vec![node], Some(NodeId(0))), NodeId(0))
    }

    fn plain(text: &str) -> (Document, NodeId) {
        scalar("", ScalarStyle::Plain, text)
    }

    fn int(text: &str) -> Option<(i64, WholeOrigin)> {
        let (document, id) = plain(text);
        as_int(&document, id).ok().flatten().map(|whole| (whole.value, whole.origin))
    }

    #[test]
    fn numbers_are_cut_as_the_reference_does_and_it_shows() {
        use WholeOrigin::{Cut, Float, Integer, Overflow};
        assert_eq!(int("0644"), Some((420, Integer)));
        assert_eq!(int("420.0"), Some((420, Float)));
        assert_eq!(int("0888"), Some((888, Float)));
        assert_eq!(int("-420.9"), Some((-420, Cut)));
        assert_eq!(int("9223372036854775808.0"), Some((i64::MIN, Overflow)));
        assert_eq!(int("-.inf"), Some((i64::MIN, Overflow)));
        for text in ["1e19", ".inf", ".nan", "9223372036854775808"] {
            let (document, id) = plain(text);
            assert!(matches!(as_int(&document, id), Err(ScalarError::Range(_))), "{text}");
        }
    }

    #[test]
    fn words_for_booleans() {
        let quoted = |text| scalar("", ScalarStyle::DoubleQuoted, text);
        for (case, expected) in [
            (plain("true"), Ok(Some(true))),
            (plain("off"), Ok(Some(false))),
            (plain("~"), Ok(None)),
            (quoted("yes"), Ok(Some(true))),
            (quoted("true"), Err(ScalarError::Type(Resolved::String))),
            (quoted(""), Err(ScalarError::Type(Resolved::String))),
            (plain("1"), Err(ScalarError::Type(Resolved::Int(1)))),
            (scalar("!!str", ScalarStyle::Plain, "yes"), Ok(Some(true))),
            (scalar("!local", ScalarStyle::Plain, "no"), Ok(Some(false))),
            (scalar("!!binary", ScalarStyle::Plain, "eWVz"), Ok(Some(true))),
            (
                scalar("!!bool", ScalarStyle::Plain, "yes"),
                Err(ScalarError::Tag { wanted: "!!bool", found: Resolved::String }),
            ),
        ] {
            assert_eq!(as_bool(&case.0, case.1), expected);
        }
    }

    #[test]
    fn tags_decide_over_style_and_text() {
        let cases = [
            ("!!int", ScalarStyle::DoubleQuoted, "0x10", Ok(Resolved::Int(16))),
            ("!!float", ScalarStyle::Plain, "420", Ok(Resolved::Float(420.0))),
            ("!", ScalarStyle::Plain, "12", Ok(Resolved::Int(12))),
            ("!", ScalarStyle::SingleQuoted, "12", Ok(Resolved::String)),
            ("!!str", ScalarStyle::Plain, "", Ok(Resolved::String)),
            ("!!null", ScalarStyle::DoubleQuoted, "", Ok(Resolved::Null)),
            (
                "!!int",
                ScalarStyle::Plain,
                "1.5",
                Err(ScalarError::Tag { wanted: "!!int", found: Resolved::Float(1.5) }),
            ),
            ("!!seq", ScalarStyle::Plain, "x", Ok(Resolved::Tagged)),
            ("!!timestamp", ScalarStyle::Plain, "2001-01-01", Ok(Resolved::Timestamp)),
            ("!!binary", ScalarStyle::Plain, "aGVs\nbG9=", Ok(Resolved::Binary(b"hello".to_vec()))),
            ("!!binary", ScalarStyle::Plain, "aGVsbG8", Err(ScalarError::Base64)),
        ];
        for (tag, style, text, expected) in cases {
            let (document, id) = scalar(tag, style, text);
            assert_eq!(resolved(&document, id), expected, "{tag} {text}");
        }
        let (document, id) = scalar("!!binary", ScalarStyle::Plain, "/w==");
        assert_eq!(as_string(&document, id).unwrap().as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn tags_are_shown_in_short_form() {
        for (tag, text, expected) in
            [("", "1", "!!int"), ("!x", "1", "!x"), ("!!float", "1", "!!float"), ("", "<<", "!!str")]
        {
            let (document, id) = scalar(tag, ScalarStyle::Plain, text);
            assert_eq!(short_tag(&document, id), expected);
        }
    }
}
