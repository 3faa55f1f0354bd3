//! The few lines of a source that a finding shows, each cut to what is worth seeing.
//!
//! The drawing library is given this instead of the whole text. So a file of one line and five megabytes costs
//! nothing, lines are counted as the document counts them, and no character reaches the terminal that should not.

use super::safe::visible;
use super::view::View;
use std::ops::Range;

/// Bytes up to which a line is shown whole.
pub(super) const WHOLE_LINE: usize = 400;
/// Bytes shown before the first mark of a longer line.
const BEFORE: usize = 60;
/// Bytes shown from the first mark of a longer line on.
const AFTER: usize = 300;

/// A run of lines, cut and made safe to print.
pub(super) struct Excerpt {
    /// What to draw; every line ends in `\n`.
    pub(super) text: String,
    /// The number of its first line.
    pub(super) first_line: u32,
    lines: Vec<Line>,
}

struct Line {
    /// The bytes of the source that are shown.
    window: Range<usize>,
    /// Where they begin in the excerpt.
    at: usize,
}

impl Excerpt {
    /// The lines that hold any of `ranges`, and those between them.
    pub(super) fn new(view: &View<'_>, ranges: &[Range<usize>]) -> Self {
        let first_line = ranges.iter().map(|range| view.line_of(range.start)).min().unwrap_or(1);
        let last_line = ranges.iter().map(|range| view.line_of(range.end)).max().unwrap_or(1);
        let mut excerpt = Self { text: String::new(), first_line, lines: Vec::new() };
        for number in first_line..=last_line {
            excerpt.push_line(view, view.line(number), ranges);
        }
        excerpt
    }

    fn push_line(&mut self, view: &View<'_>, line: Range<usize>, ranges: &[Range<usize>]) {
        let mut window = line.clone();
        if line.len() > WHOLE_LINE {
            let marked = ranges.iter().filter(|range| range.start <= line.end && range.end >= line.start);
            let focus = marked.map(|range| range.start.max(line.start)).min().unwrap_or(line.start);
            window.start = view.boundary(focus.saturating_sub(BEFORE)).max(line.start);
            window.end = view.boundary(focus + AFTER).min(line.end);
        }
        if window.start > line.start {
            self.text.push('…');
        }
        self.lines.push(Line { window: window.clone(), at: self.text.len() });
        self.text.extend(view.shown[window.clone()].chars().map(visible));
        if window.end < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    /// Where an offset of the source is in the excerpt, or the nearest place to it that is shown.
    pub(super) fn locate(&self, view: &View<'_>, offset: usize) -> usize {
        let index = view.line_of(offset).saturating_sub(self.first_line) as usize;
        let Some(line) = self.lines.get(index.min(self.lines.len() - 1)) else { return 0 };
        let offset = offset.clamp(line.window.start, line.window.end);
        let before = &view.shown[line.window.start..offset];
        line.at + before.chars().map(|c| visible(c).len_utf8()).sum::<usize>()
    }

    /// Where a range of the source is in the excerpt.
    pub(super) fn locate_range(&self, view: &View<'_>, range: &Range<usize>) -> Range<usize> {
        let start = self.locate(view, range.start);
        start..self.locate(view, range.end).max(start)
    }
}
