//! Scalars as fields want them, by the rules of the dialect.

use super::decode::{Decoder, REPEATED_KEY};
use crate::diagnostic::Severity;
use crate::document::{Document, NodeId};

pub(super) fn is_null(document: &Document, node: NodeId) -> bool {
    document.value(node).is_some_and(|text| matches!(text, "" | "~" | "null"))
}

pub(super) fn describe(_: &Document, _: NodeId) -> &'static str {
    "a text"
}

pub(super) fn string(decoder: &mut Decoder<'_>, node: NodeId) -> Option<String> {
    let text = decoder.document().value(node).map(str::to_owned);
    if text.is_none() {
        decoder.wrong_type("a text", node);
    }
    text
}

pub(super) fn integer(decoder: &mut Decoder<'_>, node: NodeId) -> Option<i64> {
    let number = decoder.document().value(node).and_then(|text| text.parse().ok());
    if number.is_none() {
        decoder.wrong_type("a whole number", node);
    }
    number
}

pub(super) fn boolean(decoder: &mut Decoder<'_>, node: NodeId) -> Option<bool> {
    let value = decoder.document().value(node).and_then(|text| text.parse().ok());
    if value.is_none() {
        decoder.wrong_type("true or false", node);
    }
    value
}

pub(super) fn entries(decoder: &mut Decoder<'_>, node: NodeId) -> Vec<(NodeId, NodeId)> {
    let _ = (&REPEATED_KEY, Severity::Error);
    decoder.document().entries(node).to_vec()
}
