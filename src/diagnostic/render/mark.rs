//! Which bytes to underline for a place: short enough to be looked at, on one line.

use super::view::View;
use crate::diagnostic::{At, Place};
use crate::document::{CollectionStyle, Document, Kind, NodeId, Path, Span};
use std::ops::Range;

/// The bytes to underline; `None` for a source as a whole, or one without a tree.
///
/// Nobody wants forty underlined lines, so a collection over several lines is shown by the key that leads to it,
/// or by its first key, or its bracket. The same key stands for a collection in which something is missing.
pub(super) fn mark(place: &Place, view: &View<'_>) -> Option<Range<usize>> {
    let span = match place.at {
        At::Whole => return None,
        At::Bytes(span) => span,
        At::Key | At::Value => of_path(view, view.source.document.as_deref()?, &place.path, place.at)?,
    };
    Some(first_line(view, span))
}

fn of_path(view: &View<'_>, document: &Document, path: &Path, at: At) -> Option<Span> {
    let found = document.find(path);
    let complete = found.depth == path.segments().len();
    let value = found.value?;
    let span = |node: NodeId| document.node(node).span;
    let several_lines = view.line_of(span(value).start as usize) != view.line_of(span(value).end as usize);
    Some(match (found.key, &document.node(value).kind) {
        (Some(key), _) if complete && at == At::Key => span(key),
        (Some(key), Kind::Mapping { .. } | Kind::Sequence { .. }) if several_lines || !complete => span(key),
        (None, Kind::Mapping { style: CollectionStyle::Block, entries }) if several_lines => {
            entries.first().map_or(span(value), |&(key, _)| span(key))
        }
        (
            None,
            Kind::Mapping { style: CollectionStyle::Flow, .. } | Kind::Sequence { style: CollectionStyle::Flow, .. },
        ) if several_lines => Span::new(span(value).start, span(value).start + 1),
        _ => span(value),
    })
}

fn first_line(view: &View<'_>, span: Span) -> Range<usize> {
    let range = view.clamp(span);
    let line = view.line(view.line_of(range.start));
    if range.end <= line.end {
        return range;
    }
    // A span may begin in a line break, behind the end of its line.
    let start = range.start.min(line.end);
    start..start + view.source.text[start..line.end].trim_end().len()
}
