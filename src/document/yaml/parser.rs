//! From tokens to the tree: which tokens may follow each other, and what they build.
//!
//! Open collections lie on a stack, so nesting costs no recursion. Each remembers what it expects next.

use super::super::node::{CollectionStyle, Kind, Node, NodeId, ScalarStyle, Span, Text};
use super::builder::{Properties, TreeBuilder};
use super::cursor::Mark;
use super::error::YamlError;
use super::scanner::{Result, Scanner};
use super::token::{Payload, TokenKind as T};

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
    expects: Expects,
    /// Where its first token stands, behind any anchor or tag.
    start: Mark,
}

/// Where a node may stand, which decides what it may be.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Flow,
    Block,
    /// Value or key of a block map, which may be a list that is not deeper.
    InBlockMap,
}

/// All nodes of a document, and which is the root.
pub(super) type Tree = (Vec<Node>, Option<NodeId>);

/// Builds the trees of documents.
pub(super) struct Parser<'t> {
    source: &'t str,
    scanner: Scanner<'t>,
    tree: TreeBuilder<'t>,
    open: Vec<Open>,
    /// Handle and prefix of each `%TAG` line, then the two that always hold.
    prefixes: Vec<(Box<str>, Box<str>)>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(source: &'t str, scanner: Scanner<'t>) -> Self {
        Self { source, scanner, tree: TreeBuilder::new(source), open: Vec::new(), prefixes: Vec::new() }
    }

    /// Reads the first document and the tokens of look-ahead behind it.
    pub(super) fn parse(mut self) -> Result<Tree> {
        if self.scanner.look()?.0 == T::StreamEnd {
            return Ok(self.tree.finish());
        }
        self.document(true)?;
        self.scanner.peek()?;
        Ok(self.tree.finish())
    }

    /// Reads every document, and the fault that ends reading, if there is one.
    pub(super) fn parse_all(mut self) -> (Vec<Tree>, Option<YamlError>) {
        let mut trees = Vec::new();
        loop {
            match self.next_document(trees.is_empty()) {
                Ok(Some(tree)) => trees.push(tree),
                Ok(None) => return (trees, None),
                Err(fault) => return (trees, Some(fault)),
            }
        }
    }

    fn next_document(&mut self, bare: bool) -> Result<Option<Tree>> {
        let mut bare = bare;
        while self.scanner.look()?.0 == T::DocumentEnd {
            self.scanner.take();
            bare = true;
        }
        if self.scanner.look()?.0 == T::StreamEnd {
            return Ok(None);
        }
        // Neither anchors nor directives reach into the next document.
        self.prefixes.clear();
        self.document(bare)?;
        let next = TreeBuilder::new(self.source);
        Ok(Some(std::mem::replace(&mut self.tree, next).finish()))
    }

    /// Reads one document; only a `bare` one may begin without `---`.
    fn document(&mut self, bare: bool) -> Result<()> {
        let (first, at, _) = self.scanner.look()?;
        self.directives()?;
        let opened = matches!(first, T::VersionDirective | T::TagDirective | T::DocumentStart);
        if !opened && !bare {
            return Err(refuse(at, "did not find expected <document start>"));
        }
        if opened {
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
        Ok(())
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
                T::BlockEnd => self.close_block(),
                _ => Err(YamlError::parse(opened, start, "did not find expected '-' indicator")),
            },
            Expects::UnindentedEntry => match kind {
                T::BlockEntry => {
                    self.after(end, &[T::BlockEntry, T::Key, T::Value, T::BlockEnd], expects, Position::Block)
                }
                _ => self.close(None),
            },
            Expects::BlockKey => match kind {
                T::Key => {
                    let stops = &[T::Key, T::Value, T::BlockEnd];
                    self.after(end, stops, Expects::BlockValue, Position::InBlockMap)
                }
                T::BlockEnd => self.close_block(),
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
                    return self.close_bracket();
                };
                self.expect(Expects::FlowEntry { first: false });
                if kind != T::Key {
                    return self.node(Position::Flow);
                }
                self.scanner.take();
                self.tree.open(mapping(CollectionStyle::Flow), start.offset, start.offset, Properties::default());
                self.open.push(Open { expects: Expects::PairKey, start });
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
            Expects::PairEnd => self.close(None),
            Expects::FlowKey { first } => {
                let Some((kind, _)) = self.flow_separator(first, opened, T::FlowMappingEnd)? else {
                    return self.close_bracket();
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
            let Payload::Name(name) = self.scanner.take().payload else { return Ok(()) };
            let Some(target) = self.tree.anchored(name) else {
                let name = self.tree.slice(name);
                return Err(YamlError::new(start.offset, format!("unknown anchor '{name}' referenced")));
            };
            self.tree.add(Kind::Alias { target }, start.offset, end, Properties::default());
            return Ok(());
        }
        let properties = self.properties()?;
        let (kind, token_start, end) = self.scanner.look()?;
        let start = properties.place.map_or(token_start, |(start, _)| start);
        let (kind, expects) = match kind {
            T::Scalar => {
                if let Payload::Scalar(text, style) = self.scanner.take().payload {
                    self.tree.add(Kind::Scalar { text, style }, start.offset, end, properties);
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
                self.tree.add(empty_scalar(end), start.offset, end, properties);
                return Ok(());
            }
        };
        if expects != Expects::UnindentedEntry {
            self.scanner.take();
        }
        self.tree.open(kind, start.offset, end, properties);
        self.open.push(Open { expects, start: token_start });
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
        self.tree.add(empty_scalar(at), at, at, Properties::default());
    }

    /// Takes the token that ends an indented collection.
    fn close_block(&mut self) -> Result<()> {
        self.scanner.take();
        self.close(None)
    }

    /// Takes a closing bracket.
    fn close_bracket(&mut self) -> Result<()> {
        let end = self.scanner.take().end;
        self.close(Some(end))
    }

    fn close(&mut self, end: Option<u32>) -> Result<()> {
        self.open.pop();
        self.tree.close(end);
        Ok(())
    }
}

fn refuse(place: Mark, message: &str) -> YamlError {
    YamlError::parse(place, place, message)
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
