//! The texts that findings point into.

use crate::document::{Document, Span};
use std::sync::Arc;

/// Names one source of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// One text that was read, as far as findings need it.
#[derive(Clone)]
pub struct Source {
    /// The name as the user gave it; `<stdin>` for standard input.
    pub name: String,
    /// The text, decoded.
    pub text: Arc<str>,
    /// Its tree, when it could be read.
    pub document: Option<Document>,
    /// What no output may show, in bytes of `text`: secrets written inline. Sorted by renderers, may overlap.
    pub hidden: Vec<Span>,
}

// The text may hold secrets.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.text.len())
    }
}

impl Source {
    /// The text with every hidden byte replaced by `*`, of the same length, line breaks kept.
    pub fn shown_text(&self) -> Arc<str> {
        if self.hidden.is_empty() {
            return self.text.clone();
        }
        let mut bytes = self.text.as_bytes().to_vec();
        for span in &self.hidden {
            let end = (span.end as usize).min(bytes.len());
            let start = (span.start as usize).min(end);
            bytes[start..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
        }
        // A span that cuts a character in two leaves bytes that are no text; they are hidden as well.
        String::from_utf8_lossy(&bytes).into()
    }
}

/// All sources of a run.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source that was read into a tree.
    pub fn add_document(&mut self, name: impl Into<String>, document: Document) -> SourceId {
        let text = document.text().clone();
        self.push(Source { name: name.into(), text, document: Some(document), hidden: Vec::new() })
    }

    /// Adds a source that has no tree: a text that is not well-formed, or one of another language.
    pub fn add_text(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.push(Source { name: name.into(), text: text.into(), document: None, hidden: Vec::new() })
    }

    fn push(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(self.0.len() as u32 - 1)
    }

    /// The source of that name.
    ///
    /// # Panics
    /// When `id` is of another run, which is a bug of the caller.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Hides bytes of a source from all output.
    pub fn hide(&mut self, id: SourceId, span: Span) {
        self.0[id.0 as usize].hidden.push(span);
    }

    /// All sources in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }
}
