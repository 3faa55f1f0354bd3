//! The raw form: one line a finding, for scripts. `error at $.storage.files.0.path, line 5 col 17: path not absolute`.

use super::safe::is_hazard;
use super::view::{View, Views};
use crate::diagnostic::{At, Diagnostic, Place, Report, Sources};
use crate::document::{Kind, Position, Syntax};
use std::fmt::Write;

/// Where a mapping or a list is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawRule {
    /// At its first byte.
    First,
    /// In JSON one past its opening bracket, as Ignition's validator says it; for the drop-in of that name.
    /// Scalars, keys and everything in YAML are still at their first byte.
    PastBracket,
}

/// Every finding on a line of its own, in the order of the report.
///
/// A finding at the root has no path, one without a known place no line. The message stays on its line:
/// control characters are written as escapes.
pub fn raw(report: &Report, sources: &Sources, rule: RawRule) -> String {
    let views = Views::new(sources);
    let mut out = String::new();
    for diagnostic in report.iter() {
        push_line(&mut out, diagnostic, position(&diagnostic.place, views.get(diagnostic.place.source), sources, rule));
    }
    out
}

fn push_line(out: &mut String, diagnostic: &Diagnostic, position: Option<Position>) {
    out.push_str(diagnostic.severity.word());
    if !diagnostic.place.path.is_root() {
        out.push_str(" at ");
        push_escaped(out, &diagnostic.place.path.to_string());
    }
    if let Some(Position { line, column }) = position {
        let lead = if diagnostic.place.path.is_root() { " at" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(out, "{lead} line {line} col {column}");
    }
    out.push_str(": ");
    push_escaped(out, &diagnostic.message);
    out.push('\n');
}

fn position(place: &Place, view: &View<'_>, sources: &Sources, rule: RawRule) -> Option<Position> {
    let start = place.span(sources)?.start as usize;
    let past = rule == RawRule::PastBracket && view.source.syntax == Syntax::Json && names_collection(place, view);
    Some(view.position(start + usize::from(past)))
}

/// Whether it is a mapping or a list that a place is about, not a key, a scalar or some bytes.
fn names_collection(place: &Place, view: &View<'_>) -> bool {
    let Some(document) = &view.source.document else { return false };
    let found = document.find(&place.path);
    let at_key = place.at == At::Key && found.key.is_some() && found.depth == place.path.segments().len();
    let is_collection = |node| matches!(document.node(node).kind, Kind::Mapping { .. } | Kind::Sequence { .. });
    matches!(place.at, At::Key | At::Value) && !at_key && found.value.is_some_and(is_collection)
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        if is_hazard(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
}
