//! JSON Lines: one object a finding, for programs.
//!
//! The keys of an object, always all of them and in this order; what is not known is `null`:
//!
//! | key | meaning |
//! | --- | --- |
//! | `code`, `name` | the kind of finding: `FS0101` and its short name |
//! | `severity` | `error`, `warning` or `info` |
//! | `message`, `mark` | what is wrong; a few words beside the marked text |
//! | `file` | the source as the user named it |
//! | `path` | the place in the tree, `$.storage.files.0.path`; `$` is the root or no place in a tree |
//! | `line`, `column`, `end_line`, `end_column` | from 1; columns count bytes in JSON sources, characters in others; the end is behind the last character |
//! | `start`, `end` | the same in bytes from 0 of the text decoded to UTF-8 |
//! | `labels` | further places: `text`, then the keys from `file` to `end` |
//! | `notes`, `help` | lists of sentences |
//! | `fix` | `replacement`, `applicability` (`safe` or `unsafe`), `place` with the keys from `file` to `end` |
//!
//! `replacement` is `null` when the replaced text holds a secret.

use super::safe::is_hazard;
use super::view::Views;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Label, Place, Report, Sources};
use serde::Serialize;
use std::fmt::Write;

/// Every finding as an object on a line of its own, in the order of the report.
pub fn json(report: &Report, sources: &Sources) -> String {
    let views = Views::new(sources);
    let mut out = String::new();
    for diagnostic in report.iter() {
        let line = serde_json::to_string(&Finding::new(diagnostic, sources, &views))
            .expect("bug: strings, numbers and lists always serialize");
        push_line(&mut out, &line);
    }
    out
}

/// Outside of strings JSON is ASCII, so every such character stands in a string, where an escape means the same.
pub(super) fn push_line(out: &mut String, line: &str) {
    for c in line.chars() {
        if is_hazard(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    mark: Option<&'a str>,
    #[serde(flatten)]
    place: Location<'a>,
    labels: Vec<LabelLine<'a>>,
    notes: &'a [String],
    help: &'a [String],
    fix: Option<FixLine<'a>>,
}

#[derive(Serialize)]
struct LabelLine<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: Location<'a>,
}

#[derive(Serialize)]
struct FixLine<'a> {
    replacement: Option<&'a str>,
    applicability: &'static str,
    place: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    file: &'a str,
    path: String,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    start: Option<usize>,
    end: Option<usize>,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a Sources, views: &Views<'a>) -> Self {
        let Diagnostic { problem, severity, place, message, mark, labels, notes, help, fix } = diagnostic;
        let label = |Label { place, text }: &'a Label| LabelLine { text, place: Location::new(place, sources, views) };
        Self {
            code: problem.code,
            name: problem.name,
            severity: severity.word(),
            message,
            mark: mark.as_deref(),
            place: Location::new(place, sources, views),
            labels: labels.iter().map(label).collect(),
            notes,
            help,
            fix: fix.as_ref().map(|fix| FixLine::new(fix, sources, views)),
        }
    }
}

impl<'a> FixLine<'a> {
    fn new(fix: &'a Fix, sources: &'a Sources, views: &Views<'a>) -> Self {
        let Fix { place, replacement, applicability } = fix;
        let secret = place.span(sources).is_some_and(|span| views.get(place.source).hides(span));
        Self {
            replacement: (!secret).then_some(replacement),
            applicability: match applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
            },
            place: Location::new(place, sources, views),
        }
    }
}

impl<'a> Location<'a> {
    fn new(place: &Place, sources: &'a Sources, views: &Views<'a>) -> Self {
        let view = views.get(place.source);
        let range = place.span(sources).map(|span| view.clamp(span));
        let start = range.clone().map(|range| view.position(range.start));
        let end = range.clone().map(|range| view.position(range.end));
        Self {
            file: &sources.get(place.source).name,
            path: place.path.to_string(),
            line: start.map(|position| position.line),
            column: start.map(|position| position.column),
            end_line: end.map(|position| position.line),
            end_column: end.map(|position| position.column),
            start: range.clone().map(|range| range.start),
            end: range.map(|range| range.end),
        }
    }
}
