//! A source made ready for printing: the text that may be shown, and its lines.

use crate::diagnostic::source::masked;
use crate::diagnostic::{Source, SourceId, Sources};
use crate::document::{LineBreaks, LineIndex, Position, Span, Syntax};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// Every source of a run. One is prepared when the first finding points into it, and once however many do.
pub(super) struct Views<'a> {
    sources: &'a Sources,
    views: Vec<OnceCell<View<'a>>>,
    /// What is hidden in each text, by the text's address: the documents of one file share it.
    hidden: HashMap<usize, Rc<Vec<Span>>>,
    /// The texts without their secrets, by the same.
    shown: RefCell<HashMap<usize, Arc<str>>>,
}

/// One source.
pub(super) struct View<'a> {
    pub(super) source: &'a Source,
    /// The text with secrets hidden, of the length of the text itself.
    pub(super) shown: Arc<str>,
    hidden: Rc<Vec<Span>>,
    lines: Cow<'a, LineIndex>,
    /// The lines as every other program counts them.
    newlines: OnceCell<LineIndex>,
}

impl<'a> Views<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        let mut hidden: HashMap<usize, Vec<Span>> = HashMap::new();
        for (_, source) in sources.iter().filter(|(_, source)| !source.hidden.is_empty()) {
            hidden.entry(address(source)).or_default().extend(&source.hidden);
        }
        let united = |(address, mut spans): (usize, Vec<Span>)| {
            spans.sort_unstable();
            spans.dedup();
            (address, Rc::new(spans))
        };
        Self {
            sources,
            views: sources.iter().map(|_| OnceCell::new()).collect(),
            hidden: hidden.into_iter().map(united).collect(),
            shown: RefCell::default(),
        }
    }

    pub(super) fn get(&self, id: SourceId) -> &View<'a> {
        self.views[id.index()].get_or_init(|| {
            let source = self.sources.get(id);
            let hidden = self.hidden.get(&address(source)).cloned().unwrap_or_default();
            let mut known = self.shown.borrow_mut();
            let shown = known.entry(address(source)).or_insert_with(|| masked(&source.text, &hidden)).clone();
            View::new(source, shown, hidden)
        })
    }
}

/// Tells one text from another; two sources of one text have it from one place.
fn address(source: &Source) -> usize {
    source.text.as_ptr() as usize
}

impl<'a> View<'a> {
    fn new(source: &'a Source, shown: Arc<str>, hidden: Rc<Vec<Span>>) -> Self {
        let lines = match (&source.document, source.syntax) {
            (Some(document), _) => Cow::Borrowed(document.lines()),
            (None, Syntax::Yaml) => Cow::Owned(LineIndex::new(&source.text, LineBreaks::Yaml)),
            (None, Syntax::Json) => Cow::Owned(LineIndex::new(&source.text, LineBreaks::Newline)),
        };
        Self { source, shown, hidden, lines, newlines: OnceCell::new() }
    }

    /// The span as a range that slices both texts, whatever its numbers are.
    pub(super) fn clamp(&self, span: Span) -> Range<usize> {
        let cut = |offset: u32| self.boundary(offset as usize);
        let start = cut(span.start);
        start..cut(span.end).max(start)
    }

    /// Whether any byte of the span is hidden.
    pub(super) fn hides(&self, span: Span) -> bool {
        self.hidden.iter().any(|hidden| hidden.start < span.end && span.start < hidden.end)
    }

    /// The nearest offset at or before `offset` at which both texts can be cut.
    pub(super) fn boundary(&self, offset: usize) -> usize {
        self.source.text.floor_char_boundary(offset)
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.source.text, self.boundary(offset) as u32, self.source.syntax)
    }

    /// Line and column as programs other than the readers of these languages count them: lines end in a newline alone,
    /// columns count characters.
    pub(super) fn plain_position(&self, offset: usize) -> Position {
        let text = &self.source.text;
        let lines = self.newlines.get_or_init(|| LineIndex::new(text, LineBreaks::Newline));
        lines.position(text, self.boundary(offset) as u32, Syntax::Yaml)
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
