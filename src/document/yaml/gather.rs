//! Collects the value of a scalar, without copying as long as it is one piece of the text.

use super::super::node::{Span, Text};

/// A value under construction.
pub(super) struct Gather<'t> {
    source: &'t str,
    start: usize,
    end: usize,
    owned: Option<String>,
}

impl<'t> Gather<'t> {
    /// An empty value that stands at `at`.
    pub(super) fn new(source: &'t str, at: usize) -> Self {
        Self { source, start: at, end: at, owned: None }
    }

    /// Adds a piece of the text.
    pub(super) fn push(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        match &mut self.owned {
            Some(owned) => owned.push_str(&self.source[start..end]),
            None if self.start == self.end => (self.start, self.end) = (start, end),
            None if self.end == start => self.end = end,
            None => self.push_str(&self.source[start..end]),
        }
    }

    /// Adds what does not stand in the text.
    pub(super) fn push_str(&mut self, piece: &str) {
        let Self { source, start, end, .. } = *self;
        self.owned.get_or_insert_with(|| source[start..end].to_owned()).push_str(piece);
    }

    /// Adds the line break at that place: the one-line breaks of other systems become `\n`, the separators
    /// U+2028 and U+2029 stay.
    pub(super) fn push_break(&mut self, (start, end): (usize, usize)) {
        match &self.source[start..end] {
            "\r" | "\u{85}" => self.push_str("\n"),
            "\r\n" => self.push(start + 1, end),
            _ => self.push(start, end),
        }
    }

    /// Adds another value and empties it.
    pub(super) fn take(&mut self, other: &mut Self) {
        match other.owned.take() {
            Some(piece) => self.push_str(&piece),
            None => self.push(other.start, other.end),
        }
        other.clear();
    }

    pub(super) fn clear(&mut self) {
        self.end = self.start;
        self.owned = None;
    }

    pub(super) fn as_str(&self) -> &str {
        self.owned.as_deref().unwrap_or(&self.source[self.start..self.end])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The finished value.
    pub(super) fn finish(self) -> Text {
        match self.owned {
            Some(owned) => Text::Owned(owned.into()),
            None => Text::Slice(Span::new(self.start as u32, self.end as u32)),
        }
    }
}
