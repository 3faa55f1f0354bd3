//! Puts the nodes into the arena, and knows their anchors.

use super::super::node::{Kind, Node, NodeId, Span};
use super::cursor::Mark;
use std::collections::HashMap;

/// Anchor and tag of a node to come.
#[derive(Default)]
pub(super) struct Properties {
    /// Where the first of them begins and the last ends.
    pub(super) place: Option<(Mark, u32)>,
    pub(super) anchor: Option<Span>,
    pub(super) tag: Option<Box<str>>,
}

/// A collection that is not complete yet.
struct Open {
    node: NodeId,
    /// In a map: the key whose value is to come.
    key: Option<NodeId>,
}

/// A tree under construction.
pub(super) struct TreeBuilder<'t> {
    source: &'t str,
    nodes: Vec<Node>,
    root: Option<NodeId>,
    open: Vec<Open>,
    anchors: HashMap<&'t str, NodeId>,
}

impl<'t> TreeBuilder<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        Self { source, nodes: Vec::new(), root: None, open: Vec::new(), anchors: HashMap::new() }
    }

    /// All nodes, and which is the root.
    pub(super) fn finish(self) -> (Vec<Node>, Option<NodeId>) {
        (self.nodes, self.root)
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        &self.source[span.range()]
    }

    /// The latest node with the anchor whose name stands at `name`.
    pub(super) fn anchored(&self, name: Span) -> Option<NodeId> {
        self.anchors.get(self.slice(name)).copied()
    }

    /// Adds a node, as the next child of the innermost open collection.
    pub(super) fn add(&mut self, kind: Kind, start: u32, end: u32, properties: Properties) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let anchor = properties.anchor.map(|span| self.slice(span));
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
        let span = Span::new(start, end);
        self.nodes.push(Node { kind, span, tag: properties.tag, anchor: anchor.map(Into::into) });
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

    /// Adds a collection whose children come next.
    pub(super) fn open(&mut self, kind: Kind, start: u32, end: u32, properties: Properties) {
        let node = self.add(kind, start, end, properties);
        self.open.push(Open { node, key: None });
    }

    /// Completes the innermost open collection. It ends at `end`, or where its last child does.
    pub(super) fn close(&mut self, end: Option<u32>) {
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
