//! The tree that both readers build: an arena of nodes with their places in the text.

use super::lines::{LineBreaks, LineIndex, Position};
use super::path::{Path, Segment};
use std::sync::Arc;

/// A half-open range of byte offsets in the text of a [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The span as a range that slices a string.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Names one node of one [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

/// Which language a document was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// YAML; columns count characters.
    Yaml,
    /// JSON; columns count bytes.
    Json,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes. JSON numbers, booleans and `null` are plain too.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`, in JSON the only string form.
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How a sequence or mapping was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionStyle {
    /// By indentation.
    Block,
    /// By brackets; JSON is always so.
    Flow,
}

/// The value of a scalar: a slice of the document's text where possible, a text of its own
/// where escapes, folding or line breaks changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// The bytes of the text at this place, unchanged.
    Slice(Span),
    /// A value that stands nowhere in the text in one piece.
    Owned(Box<str>),
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A scalar; read its value with [`Document::value`].
    Scalar {
        /// The value after unescaping and folding.
        text: Text,
        /// How it was written.
        style: ScalarStyle,
    },
    /// A list.
    Sequence {
        /// The entries in order.
        items: Vec<NodeId>,
        /// How it was written.
        style: CollectionStyle,
    },
    /// A map; keys are nodes of any kind, and may repeat.
    Mapping {
        /// Key and value in the order of the text.
        entries: Vec<(NodeId, NodeId)>,
        /// How it was written.
        style: CollectionStyle,
    },
    /// A YAML alias; the target is never expanded in the tree.
    Alias {
        /// The anchored node it stands for. It may enclose the alias itself.
        target: NodeId,
    },
}

/// One node of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, from its anchor or tag if it has one to its last byte.
    pub span: Span,
    /// The tag as resolved by `%TAG` and the `!!` shorthand (`tag:yaml.org,2002:str`), if one was written.
    pub tag: Option<Box<str>>,
    /// The anchor's name, if it has one.
    pub anchor: Option<Box<str>>,
}

/// One text and its tree; a clone shares both. Reading a text that is not well-formed gives an error instead, never half a tree.
#[derive(Debug, Clone)]
pub struct Document {
    text: Arc<str>,
    syntax: Syntax,
    nodes: Arc<[Node]>,
    root: Option<NodeId>,
    lines: Arc<LineIndex>,
}

impl Document {
    /// Puts a document together; for readers.
    pub(crate) fn new(text: Arc<str>, syntax: Syntax, nodes: Vec<Node>, root: Option<NodeId>) -> Self {
        let breaks = match syntax {
            Syntax::Yaml => LineBreaks::Yaml,
            Syntax::Json => LineBreaks::Newline,
        };
        let lines = Arc::new(LineIndex::new(&text, breaks));
        Self::with_lines(text, syntax, nodes, root, lines)
    }

    /// Puts a document together whose text's lines are known.
    pub(crate) fn with_lines(
        text: Arc<str>,
        syntax: Syntax,
        nodes: Vec<Node>,
        root: Option<NodeId>,
        lines: Arc<LineIndex>,
    ) -> Self {
        Self { text, syntax, nodes: nodes.into(), root, lines }
    }

    /// The whole text, decoded to UTF-8.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The language it was read from.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The top node; `None` when the text holds no document (only comments or nothing).
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every node, in the order in which they were read.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node of that name.
    ///
    /// # Panics
    /// When `id` is of another document, which is a bug of the caller.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node behind `id` when aliases are followed. One that leads back to itself ends where it began.
    pub fn resolve(&self, mut id: NodeId) -> NodeId {
        // The target of an alias is never an alias, but a damaged tree must not hang us.
        for _ in 0..self.nodes.len() {
            match self.node(id).kind {
                Kind::Alias { target } => id = target,
                _ => break,
            }
        }
        id
    }

    /// The value of a scalar, aliases followed; `None` for anything else.
    pub fn value(&self, id: NodeId) -> Option<&str> {
        match &self.node(self.resolve(id)).kind {
            Kind::Scalar { text: Text::Slice(span), .. } => Some(&self.text[span.range()]),
            Kind::Scalar { text: Text::Owned(text), .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping, aliases followed; empty for anything else.
    pub fn entries(&self, id: NodeId) -> &[(NodeId, NodeId)] {
        match &self.node(self.resolve(id)).kind {
            Kind::Mapping { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The entries of a sequence, aliases followed; empty for anything else.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.node(self.resolve(id)).kind {
            Kind::Sequence { items, .. } => items,
            _ => &[],
        }
    }

    /// The value under `key` in the mapping `id`; of repeated keys the one that counts.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entry(id, key).map(|(_, value)| value)
    }

    /// Key node and value node of `key` in the mapping `id`; of repeated keys the one that counts: in YAML, where they
    /// are a fault, the first, in JSON the last.
    pub fn entry(&self, id: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let mut entries = self.entries(id).iter().copied();
        let named = |&(name, _): &(NodeId, NodeId)| self.value(name) == Some(key);
        match self.syntax {
            Syntax::Yaml => entries.find(named),
            Syntax::Json => entries.rfind(named),
        }
    }

    /// Walks `path` down from the root as far as it exists.
    pub fn find(&self, path: &Path) -> Found {
        let mut found = Found { key: None, value: self.root, depth: 0 };
        let Some(mut at) = self.root else { return found };
        for segment in path.segments() {
            let next = match segment {
                Segment::Key(key) => self.entry(at, key).map(|(name, value)| (Some(name), value)),
                Segment::Index(index) => self.items(at).get(*index).map(|&value| (None, value)),
            };
            let Some((key, value)) = next else { break };
            at = value;
            found = Found { key, value: Some(value), depth: found.depth + 1 };
        }
        found
    }

    /// Line and column of a byte offset, both from 1.
    pub fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset, self.syntax)
    }

    /// The table of line starts.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }
}

/// How far a path could be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The key node of the last segment, if that was a key.
    pub key: Option<NodeId>,
    /// The deepest value on the path that exists; `None` only in an empty document.
    pub value: Option<NodeId>,
    /// How many segments of the path exist.
    pub depth: usize,
}
