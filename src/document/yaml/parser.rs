//! From tokens to the tree: which tokens may follow each other, and what they build.
//!
//! Open collections lie on a stack, so nesting costs no recursion. Each remembers what it expects next.

use super::super::node::{CollectionStyle, Kind, Node, NodeId, ScalarStyle, Span, Text};
use super::cursor::Mark;
use super::error::YamlError;
use super::scanner::{Result, Scanner};
use super::token::{Payload, Token, TokenKind as T};
use std::collections::HashMap;

/// What an open collection expects next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expects {
    BlockEntry,
    /// The entry of a list in a map whose dashes are not deeper than the map's keys.
    UnindentedEntry,
    BlockKey,
    BlockValue,
    FlowEntry {
        first: bool,
    },
    /// `[key: value]`: a map of one pair without braces.
    PairKey,
    PairValue,
    PairEnd,
    FlowKey {
        first: bool,
    },
    FlowValue,
    /// A key in braces that has no `:`.
    NoFlowValue,
}

/// A collection that is not complete yet.
struct Open {
    node: NodeId,
    expects: Expects,
    /// Where its first token stands, behind any anchor or tag.
    start: Mark,
    /// In a map: the key whose value is to come.
    key: Option<NodeId>,
}

/// Where a node may stand, which decides what it may be.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Flow,
    Block,
    /// Value or key of a block map, which may be a list that is not deeper.
    InBlockMap,
}

/// Anchor and tag of the node to come.
#[derive(Default)]
struct Properties {
    place: Option<(Mark, u32)>,
    anchor: Option<Span>,
    tag: Option<Box<str>>,
}

/// Builds the tree of the first document.
pub(super) struct Parser<'t> {
    scanner: Scanner<'t>,
    source: &'t str,
    nodes: Vec<Node>,
    root: Option<NodeId>,
    open: Vec<Open>,
    anchors: HashMap<&'t str, NodeId>,
    /// Handle and prefix of each `%TAG` line, then the two that always hold.
    prefixes: Vec<(Box<str>, Box<str>)>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(source: &'t str, scanner: Scanner<'t>) -> Self {
        Self {
            scanner,
            source,
            nodes: Vec::new(),
            root: None,
            open: Vec::new(),
            anchors: HashMap::new(),
            prefixes: Vec::new(),
        }
    }

    /// Reads the first document and the tokens of look-ahead behind it.
    pub(super) fn parse(mut self) -> Result<(Vec<Node>, Option<NodeId>)> {
        let (first, ..) = self.scanner.look()?;
        if first == T::StreamEnd {
            return Ok((self.nodes, None));
        }
        self.directives()?;
        if matches!(first, T::VersionDirective | T::TagDirective | T::DocumentStart) {
            let (kind, start, _) = self.scanner.look()?;
            if kind != T::DocumentStart {
                return Err(refuse(start, "did not find expected <document start>"));
            }
            self.scanner.take();
            let (kind, start, _) = self.scanner.look()?;
            let empty = matches!(
                kind,
                T::VersionDirective | T::TagDirective | T::DocumentStart | T::DocumentEnd | T::StreamEnd
            );
            if empty { self.empty(start.offset) } else { self.node(Position::Block)? }
        } else {
            self.node(Position::Block)?;
        }
        while let Some(open) = self.open.last() {
            let (expects, start) = (open.expects, open.start);
            self.step(expects, start)?;
        }
        self.scanner.peek()?;
        Ok((self.nodes, self.root))
    }

    fn directives(&mut self) -> Result<()> {
        let mut version_seen = false;
        loop {
            let (kind, start, _) = self.scanner.look()?;
            if !matches!(kind, T::VersionDirective | T::TagDirective) {
                break;
            }
            match self.scanner.take().payload {
                Payload::Version(..) if version_seen => return Err(refuse(start, "found duplicate %YAML directive")),
                Payload::Version(1, 1) => version_seen = true,
                Payload::Tag(handle, _) if self.prefixes.iter().any(|(known, _)| *known == handle) => {
                    return Err(refuse(start, "found duplicate %TAG directive"));
                }
                Payload::Tag(handle, prefix) => self.prefixes.push((handle, prefix)),
                _ => return Err(refuse(start, "found incompatible YAML document")),
            }
        }
        self.prefixes.push(("!".into(), "!".into()));
        self.prefixes.push(("!!".into(), "tag:yaml.org,2002:".into()));
        Ok(())
    }

    /// Goes on in the innermost open collection.
    fn step(&mut self, expects: Expects, opened: Mark) -> Result<()> {
        let (kind, start, end) = self.scanner.look()?;
        match expects {
            Expects::BlockEntry => match kind {
                T::BlockEntry => self.after(end, &[T::BlockEntry, T::BlockEnd], expects, Position::Block),
                T::BlockEnd => self.close_with_token(None),
                _ => Err(YamlError::parse(opened, start, "did not find expected '-' indicator")),
            },
            Expects::UnindentedEntry => match kind {
                T::BlockEntry => {
                    self.after(end, &[T::BlockEntry, T::Key, T::Value, T::BlockEnd], expects, Position::Block)
                }
                _ => {
                    self.close(None);
                    Ok(())
                }
            },
            Expects::BlockKey => match kind {
                T::Key => {
                    let stops = &[T::Key, T::Value, T::BlockEnd];
                    self.after(end, stops, Expects::BlockValue, Position::InBlockMap)
                }
                T::BlockEnd => self.close_with_token(None),
                _ => Err(YamlError::parse(opened, start, "did not find expected key")),
            },
            Expects::BlockValue if kind == T::Value => {
                let stops = &[T::Key, T::Value, T::BlockEnd];
                self.after(end, stops, Expects::BlockKey, Position::InBlockMap)
            }
            Expects::BlockValue => {
                self.expect(Expects::BlockKey);
                self.empty(start.offset);
                Ok(())
            }
            Expects::FlowEntry { first } => {
                let Some((kind, start)) = self.flow_separator(first, opened, T::FlowSequenceEnd)? else {
                    return self.close_with_token(Some(()));
                };
                self.expect(Expects::FlowEntry { first: false });
                if kind != T::Key {
                    return self.node(Position::Flow);
                }
                self.scanner.take();
                let node = self.add(mapping(CollectionStyle::Flow), start.offset, start.offset, Properties::default());
                self.open.push(Open { node, expects: Expects::PairKey, start, key: None });
                Ok(())
            }
            Expects::PairKey => {
                self.expect(Expects::PairValue);
                if matches!(kind, T::Value | T::FlowEntry | T::FlowSequenceEnd) {
                    self.scanner.take();
                    self.empty(end);
                    return Ok(());
                }
                self.node(Position::Flow)
            }
            Expects::PairValue => {
                self.expect(Expects::PairEnd);
                self.flow_value(kind, start, T::FlowSequenceEnd)
            }
            Expects::PairEnd => {
                self.close(None);
                Ok(())
            }
            Expects::FlowKey { first } => {
                let Some((kind, _)) = self.flow_separator(first, opened, T::FlowMappingEnd)? else {
                    return self.close_with_token(Some(()));
                };
                if kind != T::Key {
                    self.expect(Expects::NoFlowValue);
                    return self.node(Position::Flow);
                }
                self.scanner.take();
                self.expect(Expects::FlowValue);
                let (kind, start, _) = self.scanner.look()?;
                if matches!(kind, T::Value | T::FlowEntry | T::FlowMappingEnd) {
                    self.empty(start.offset);
                    return Ok(());
                }
                self.node(Position::Flow)
            }
            Expects::FlowValue => {
                self.expect(Expects::FlowKey { first: false });
                self.flow_value(kind, start, T::FlowMappingEnd)
            }
            Expects::NoFlowValue => {
                self.expect(Expects::FlowKey { first: false });
                self.empty(start.offset);
                Ok(())
            }
        }
    }

    /// Takes an indicator that ends at `end`. A node follows, or nothing if the next token is one of `stops`.
    fn after(&mut self, end: u32, stops: &[T], then: Expects, position: Position) -> Result<()> {
        self.scanner.take();
        self.expect(then);
        let (kind, ..) = self.scanner.look()?;
        if stops.contains(&kind) {
            self.empty(end);
            return Ok(());
        }
        self.node(position)
    }

    /// In brackets: takes the comma between two entries. `None` when the closing bracket comes next.
    fn flow_separator(&mut self, first: bool, opened: Mark, closing: T) -> Result<Option<(T, Mark)>> {
        let (mut kind, mut start, _) = self.scanner.look()?;
        if kind != closing && !first {
            if kind != T::FlowEntry {
                let message = match closing {
                    T::FlowSequenceEnd => "did not find expected ',' or ']'",
                    _ => "did not find expected ',' or '}'",
                };
                let error = YamlError::parse(opened, start, message);
                // Where the text ends there is nothing to see.
                return Err(if kind == T::StreamEnd { error.at(opened) } else { error });
            }
            self.scanner.take();
            (kind, start, _) = self.scanner.look()?;
        }
        Ok((kind != closing).then_some((kind, start)))
    }

    /// In brackets: the value of a key, from its `:` on if there is one.
    fn flow_value(&mut self, mut kind: T, mut start: Mark, closing: T) -> Result<()> {
        if kind == T::Value {
            self.scanner.take();
            (kind, start, _) = self.scanner.look()?;
            if kind != T::FlowEntry && kind != closing {
                return self.node(Position::Flow);
            }
        }
        self.empty(start.offset);
        Ok(())
    }

    fn node(&mut self, position: Position) -> Result<()> {
        let (kind, start, end) = self.scanner.look()?;
        if kind == T::Alias {
            let name = name(self.source, &self.scanner.take());
            let Some(&target) = self.anchors.get(name) else {
                return Err(YamlError::new(start.offset, format!("unknown anchor '{name}' referenced")));
            };
            self.add(Kind::Alias { target }, start.offset, end, Properties::default());
            return Ok(());
        }
        let properties = self.properties()?;
        let (kind, token_start, end) = self.scanner.look()?;
        let start = properties.place.map_or(token_start, |(start, _)| start);
        let (kind, expects) = match kind {
            T::Scalar => {
                if let Payload::Scalar(text, style) = self.scanner.take().payload {
                    self.add(Kind::Scalar { text, style }, start.offset, end, properties);
                }
                return Ok(());
            }
            // The dash stays: it is also what the list takes for its first entry.
            T::BlockEntry if position == Position::InBlockMap => {
                (sequence(CollectionStyle::Block), Expects::UnindentedEntry)
            }
            T::FlowSequenceStart => (sequence(CollectionStyle::Flow), Expects::FlowEntry { first: true }),
            T::FlowMappingStart => (mapping(CollectionStyle::Flow), Expects::FlowKey { first: true }),
            T::BlockSequence if position != Position::Flow => (sequence(CollectionStyle::Block), Expects::BlockEntry),
            T::BlockMapping if position != Position::Flow => (mapping(CollectionStyle::Block), Expects::BlockKey),
            _ => {
                let Some((_, end)) = properties.place else {
                    return Err(YamlError::parse(start, token_start, "did not find expected node content"));
                };
                self.add(empty_scalar(end), start.offset, end, properties);
                return Ok(());
            }
        };
        if expects != Expects::UnindentedEntry {
            self.scanner.take();
        }
        let node = self.add(kind, start.offset, end, properties);
        self.open.push(Open { node, expects, start: token_start, key: None });
        Ok(())
    }

    /// Reads an anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties> {
        let mut properties = Properties::default();
        let mut shorthand = None;
        loop {
            let (kind, start, end) = self.scanner.look()?;
            match kind {
                T::Anchor if properties.anchor.is_none() => {
                    if let Payload::Name(span) = self.scanner.take().payload {
                        properties.anchor = Some(span);
                    }
                }
                T::Tag if shorthand.is_none() => {
                    if let Payload::Tag(handle, suffix) = self.scanner.take().payload {
                        shorthand = Some((handle, suffix, start));
                    }
                }
                _ => break,
            }
            properties.place = Some((properties.place.map_or(start, |(first, _)| first), end));
        }
        if let Some((handle, suffix, mark)) = shorthand {
            properties.tag = Some(self.resolve_tag(&handle, suffix).ok_or_else(|| {
                let start = properties.place.map_or(mark, |(start, _)| start);
                YamlError::parse(start, mark, "found undefined tag handle")
            })?);
        }
        Ok(properties)
    }

    fn resolve_tag(&self, handle: &str, suffix: Box<str>) -> Option<Box<str>> {
        if handle.is_empty() {
            return Some(suffix);
        }
        let (_, prefix) = self.prefixes.iter().find(|(known, _)| **known == *handle)?;
        Some(format!("{prefix}{suffix}").into())
    }

    fn expect(&mut self, expects: Expects) {
        if let Some(open) = self.open.last_mut() {
            open.expects = expects;
        }
    }

    /// A node that is not written at all.
    fn empty(&mut self, at: u32) {
        self.add(empty_scalar(at), at, at, Properties::default());
    }

    /// Adds a node to the tree, as the next child of the innermost open collection.
    fn add(&mut self, kind: Kind, start: u32, end: u32, properties: Properties) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let anchor = properties.anchor.map(|span| &self.source[span.range()]);
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
        self.nodes.push(Node {
            kind,
            span: Span::new(start, end),
            tag: properties.tag,
            anchor: anchor.map(Into::into),
        });
        match self.open.last_mut() {
            None => self.root = Some(id),
            Some(parent) => match &mut self.nodes[parent.node.0 as usize].kind {
                Kind::Sequence { items, .. } => items.push(id),
                Kind::Mapping { entries, .. } => match parent.key.take() {
                    None => parent.key = Some(id),
                    Some(key) => entries.push((key, id)),
                },
                Kind::Scalar { .. } | Kind::Alias { .. } => {}
            },
        }
        id
    }

    fn close_with_token(&mut self, bracket: Option<()>) -> Result<()> {
        let end = self.scanner.take().end;
        self.close(bracket.map(|()| end));
        Ok(())
    }

    /// Completes the innermost open collection. It ends at `end`, or where its last child does.
    fn close(&mut self, end: Option<u32>) {
        let Some(Open { node, .. }) = self.open.pop() else { return };
        let last = match &self.nodes[node.0 as usize].kind {
            Kind::Sequence { items, .. } => items.last().copied(),
            Kind::Mapping { entries, .. } => entries.last().map(|&(_, value)| value),
            Kind::Scalar { .. } | Kind::Alias { .. } => None,
        };
        let last_end = last.map(|child| self.nodes[child.0 as usize].span.end);
        let span = &mut self.nodes[node.0 as usize].span;
        span.end = end.or(last_end).unwrap_or(span.end).max(span.start);
    }
}

fn refuse(place: Mark, message: &str) -> YamlError {
    YamlError::parse(place, place, message)
}

fn name<'t>(source: &'t str, token: &Token) -> &'t str {
    match token.payload {
        Payload::Name(span) => &source[span.range()],
        _ => "",
    }
}

fn empty_scalar(at: u32) -> Kind {
    Kind::Scalar { text: Text::Slice(Span::new(at, at)), style: ScalarStyle::Plain }
}

fn sequence(style: CollectionStyle) -> Kind {
    Kind::Sequence { items: Vec::new(), style }
}

fn mapping(style: CollectionStyle) -> Kind {
    Kind::Mapping { entries: Vec::new(), style }
}
