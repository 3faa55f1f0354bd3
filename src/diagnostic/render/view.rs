//! A source made ready for printing: the text that may be shown, and its lines.

use crate::diagnostic::{Source, SourceId, Sources};
use crate::document::{LineBreaks, LineIndex, Position, Span, Syntax};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Every source of a run, prepared once however many findings point into it.
pub(super) struct Views<'a>(BTreeMap<SourceId, View<'a>>);

/// One source.
pub(super) struct View<'a> {
    pub(super) source: &'a Source,
    /// The text with secrets hidden, of the length of the text itself.
    pub(super) shown: Arc<str>,
    lines: Cow<'a, LineIndex>,
}

impl<'a> Views<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self(sources.iter().map(|(id, source)| (id, View::new(source))).collect())
    }

    pub(super) fn get(&self, id: SourceId) -> &View<'a> {
        &self.0[&id]
    }
}

impl<'a> View<'a> {
    fn new(source: &'a Source) -> Self {
        let lines = match (&source.document, source.syntax) {
            (Some(document), _) => Cow::Borrowed(document.lines()),
            (None, Syntax::Yaml) => Cow::Owned(LineIndex::new(&source.text, LineBreaks::Yaml)),
            (None, Syntax::Json) => Cow::Owned(LineIndex::new(&source.text, LineBreaks::Newline)),
        };
        Self { source, shown: source.shown_text(), lines }
    }

    /// The span as a range that slices both texts, whatever its numbers are.
    pub(super) fn clamp(&self, span: Span) -> Range<usize> {
        let cut = |offset: u32| self.boundary(offset as usize);
        let start = cut(span.start);
        start..cut(span.end).max(start)
    }

    /// Whether any byte of the span is hidden.
    pub(super) fn hides(&self, span: Span) -> bool {
        self.source.hidden.iter().any(|hidden| hidden.start < span.end && span.start < hidden.end)
    }

    /// The nearest offset at or before `offset` at which both texts can be cut.
    pub(super) fn boundary(&self, offset: usize) -> usize {
        self.source.text.floor_char_boundary(offset)
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.source.text, self.boundary(offset) as u32, self.source.syntax)
    }

    /// The number of the line an offset is in. Unlike [`Self::position`] it does not depend on how long the line is.
    pub(super) fn line_of(&self, offset: usize) -> u32 {
        // The start of a line costs nothing to count columns to, but which line it is must be searched.
        let (mut low, mut high) = (1, self.lines.count() as u32);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match self.lines.start(middle) {
                Some(start) if start as usize <= offset => low = middle,
                _ => high = middle - 1,
            }
        }
        low
    }

    /// The bytes of a line, without its line break.
    pub(super) fn line(&self, line: u32) -> Range<usize> {
        let text = &self.source.text;
        let start = self.lines.start(line).map_or(text.len(), |start| start as usize);
        let end = self.lines.start(line + 1).map_or(text.len(), |start| start as usize);
        let breaks: &[char] = match self.source.syntax {
            Syntax::Yaml => &['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'],
            Syntax::Json => &['\n', '\r'],
        };
        // A lone break that ends the text before it belongs to an earlier line, so only this line's own is cut off.
        start..start + text[start..end].trim_end_matches(breaks).len()
    }
}
