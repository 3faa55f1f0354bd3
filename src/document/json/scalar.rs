//! The type of a JSON scalar.

use crate::document::node::{Document, Kind, NodeId, ScalarStyle};

/// What a JSON scalar is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum JsonScalar<'d> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number written as an integer, within 64 bits. `-0` is 0.
    Int(i64),
    /// A number written as an integer that does not fit into 64 bits.
    HugeInt(&'d str),
    /// A number written with a fraction or an exponent, even where its value is whole; infinite when too large.
    Float(f64),
    /// A text.
    String(&'d str),
}

impl JsonScalar<'_> {
    /// The word for this type in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::HugeInt(_) => "integer",
            Self::Float(_) => "number",
            Self::String(_) => "string",
        }
    }
}

/// The type and value of a scalar in a document read by [`super::read`]; `None` when `id` is a list or map.
pub fn scalar(document: &Document, id: NodeId) -> Option<JsonScalar<'_>> {
    let Kind::Scalar { style, .. } = document.node(id).kind else { return None };
    let text = document.value(id)?;
    if style != ScalarStyle::Plain {
        return Some(JsonScalar::String(text));
    }
    Some(match text {
        "null" => JsonScalar::Null,
        "true" => JsonScalar::Bool(true),
        "false" => JsonScalar::Bool(false),
        _ if text.contains(['.', 'e', 'E']) => JsonScalar::Float(text.parse().unwrap_or(f64::NAN)),
        _ => text.parse().map_or(JsonScalar::HugeInt(text), JsonScalar::Int),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json::read;

    #[test]
    fn scalars_have_the_type_they_are_written_as() {
        let cases = [
            ("null", JsonScalar::Null),
            ("true", JsonScalar::Bool(true)),
            ("false", JsonScalar::Bool(false)),
            ("-0", JsonScalar::Int(0)),
            ("9223372036854775807", JsonScalar::Int(i64::MAX)),
            ("-9223372036854775808", JsonScalar::Int(i64::MIN)),
            ("9223372036854775808", JsonScalar::HugeInt("9223372036854775808")),
            ("420.0", JsonScalar::Float(420.0)),
            ("4.2e2", JsonScalar::Float(420.0)),
            ("1E400", JsonScalar::Float(f64::INFINITY)),
            ("\"true\"", JsonScalar::String("true")),
            ("\"\\u0031\"", JsonScalar::String("1")),
        ];
        for (text, expected) in cases {
            let document = read(text.as_bytes()).unwrap();
            assert_eq!(scalar(&document, document.root().unwrap()), Some(expected), "{text}");
        }
        let list = read(b"[]").unwrap();
        assert_eq!(scalar(&list, list.root().unwrap()), None);
    }
}
