//! Where a finding is: a path in a source, resolved to bytes only when it is rendered.

use super::source::{SourceId, Sources};
use crate::document::{Path, Span};

/// Which part of what a path names is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// The value; if the path does not exist, the deepest existing mapping or list on it.
    Value,
    /// The key that leads to the value.
    Key,
    /// These bytes of the source, whatever the path says; for faults in a text that has no tree.
    Bytes(Span),
    /// The source as a whole; no snippet is shown.
    Whole,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which text.
    pub source: SourceId,
    /// Where in its tree.
    pub path: Path,
    /// Which part of that.
    pub at: At,
}

impl Place {
    /// The value at `path`.
    pub fn value(source: SourceId, path: Path) -> Self {
        Self { source, path, at: At::Value }
    }

    /// The key at `path`.
    pub fn key(source: SourceId, path: Path) -> Self {
        Self { source, path, at: At::Key }
    }

    /// A source as a whole.
    pub fn whole(source: SourceId) -> Self {
        Self { source, path: Path::root(), at: At::Whole }
    }

    /// Bytes of a source.
    pub fn bytes(source: SourceId, span: Span) -> Self {
        Self { source, path: Path::root(), at: At::Bytes(span) }
    }

    /// The bytes this place covers; `None` for a source as a whole, or one without a tree.
    pub fn span(&self, sources: &Sources) -> Option<Span> {
        let document = || sources.get(self.source).document.as_deref();
        match self.at {
            At::Whole => None,
            At::Bytes(span) => Some(span),
            At::Key | At::Value => {
                let document = document()?;
                let found = document.find(&self.path);
                let complete = found.depth == self.path.segments().len();
                let node = match found.key {
                    Some(key) if complete && self.at == At::Key => key,
                    _ => found.value?,
                };
                Some(document.node(node).span)
            }
        }
    }
}
