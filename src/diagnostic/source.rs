//! The texts that findings point into.

use super::place::Place;
use super::report::Report;
use crate::document::{Document, Span, Syntax};
use std::sync::Arc;

/// Names one source of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    /// Its place in the order of the sources.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One text that was read, as far as findings need it.
#[derive(Clone)]
pub struct Source {
    /// The name as the user gave it; `<stdin>` for standard input.
    pub name: String,
    /// The text, decoded.
    pub text: Arc<str>,
    /// Its tree, when it could be read.
    pub document: Option<Arc<Document>>,
    /// The language it is in, which decides how lines and columns are counted.
    pub syntax: Syntax,
    /// What no output may show, in bytes of `text`: secrets written inline. Sorted by renderers, may overlap.
    pub hidden: Vec<Span>,
    /// The value it was decoded from, if it is no file of its own.
    pub carrier: Option<Place>,
}

// The text may hold secrets.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.text.len())
    }
}

impl Source {
    /// A text without a tree, in which nothing is hidden yet.
    pub fn of_text(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, text, document: None, syntax: Syntax::Yaml, hidden: Vec::new(), carrier: None }
    }

    /// The text with every hidden byte replaced by `*`, of the same length, line breaks kept.
    pub fn shown_text(&self) -> Arc<str> {
        masked(&self.text, &self.hidden)
    }
}

/// `text` with every byte of `hidden` replaced by `*`, of the same length, line breaks kept.
pub(super) fn masked(text: &Arc<str>, hidden: &[Span]) -> Arc<str> {
    if hidden.is_empty() {
        return text.clone();
    }
    let mut bytes = text.as_bytes().to_vec();
    for span in hidden {
        // A span that cuts a character in two hides all of it; anything else would change the length.
        let end = text.ceil_char_boundary(span.end as usize);
        let start = text.floor_char_boundary(span.start as usize).min(end);
        bytes[start..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
    }
    // Whole characters became `*`, so nothing is lost here.
    String::from_utf8_lossy(&bytes).into()
}

/// All sources of a run.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source that was read into a tree.
    pub fn add_document(&mut self, name: impl Into<String>, document: impl Into<Arc<Document>>) -> SourceId {
        let document = document.into();
        let (text, syntax) = (document.text().clone(), document.syntax());
        self.push(Source {
            name: name.into(),
            text,
            document: Some(document),
            syntax,
            hidden: Vec::new(),
            carrier: None,
        })
    }

    /// Adds a source that has no tree: a text that is not well-formed, or one of another language.
    /// Its columns count characters, as in YAML.
    pub fn add_text(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.add_malformed(name, text, Syntax::Yaml)
    }

    /// Adds a source that should have been in `syntax` but could not be read.
    pub fn add_malformed(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>, syntax: Syntax) -> SourceId {
        self.push(Source {
            name: name.into(),
            text: text.into(),
            document: None,
            syntax,
            hidden: Vec::new(),
            carrier: None,
        })
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

    /// Says that a source is no file: it was decoded from the value at `carrier`.
    pub fn decoded_from(&mut self, id: SourceId, carrier: Place) {
        self.0[id.index()].carrier = Some(carrier);
    }

    /// Adds all sources of another run; its findings, which then point here.
    pub fn take_over(&mut self, other: Sources, mut report: Report) -> Report {
        let first = self.0.len() as u32;
        self.0.extend(other.0);
        self.0[first as usize..].iter_mut().filter_map(|source| source.carrier.as_mut()).for_each(|place| {
            place.source.0 += first;
        });
        report.iter_mut().for_each(|finding| {
            let labels = finding.labels.iter_mut().map(|label| &mut label.place);
            let places = labels.chain(finding.fix.iter_mut().map(|fix| &mut fix.place));
            places.chain([&mut finding.place]).for_each(|place| place.source.0 += first);
        });
        report
    }

    /// All sources in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_bytes_keep_length_and_line_breaks() {
        for (span, shown) in [
            (Span::new(3, 8), "pw:*****\nend"),
            (Span::new(3, 99), "pw:*****\n***"),
            // Bytes 4 and 5 are one character; a span that ends between them hides it whole.
            (Span::new(3, 5), "pw:***bc\nend"),
            (Span::new(5, 5), "pw:a**bc\nend"),
            (Span::new(50, 90), "pw:a\u{e9}bc\nend"),
        ] {
            let mut sources = Sources::default();
            let id = sources.add_text("a", "pw:a\u{e9}bc\nend");
            sources.hide(id, span);
            let text = sources.get(id).shown_text();
            assert_eq!(text.len(), sources.get(id).text.len());
            assert_eq!(&*text, shown, "{span:?}");
        }
    }
}
