//! The words of YAML, as the scanner hands them to the parser.

use super::super::node::{ScalarStyle, Span, Text};
use super::cursor::Mark;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    /// An indented list begins; has no text of its own.
    BlockSequence,
    /// An indented map begins; has no text of its own.
    BlockMapping,
    /// An indented list or map is over; has no text of its own.
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    /// `,`
    FlowEntry,
    /// `- `
    BlockEntry,
    /// `? `, or the place where a key without it begins.
    Key,
    /// `: `
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// What a token carries.
#[derive(Debug)]
pub(super) enum Payload {
    Nothing,
    /// Of an anchor or alias.
    Name(Span),
    /// Of a tag: shorthand handle (empty for one written in full) and the rest, or of a `%TAG` line: handle and prefix.
    Tag(Box<str>, Box<str>),
    /// Of a `%YAML` line.
    Version(u8, u8),
    Scalar(Text, ScalarStyle),
}

/// One word with its place.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    pub(super) end: u32,
    pub(super) payload: Payload,
    /// The flow depth whose pending key begins with this token.
    pub(super) key_depth: Option<u32>,
}

impl Token {
    pub(super) fn new(kind: TokenKind, start: Mark, end: usize) -> Self {
        Self::with(kind, start, end, Payload::Nothing)
    }

    pub(super) fn with(kind: TokenKind, start: Mark, end: usize, payload: Payload) -> Self {
        Self { kind, start, end: end as u32, payload, key_depth: None }
    }
}
