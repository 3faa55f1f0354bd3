//! Annotations of GitHub's workflow runs: `::error file=a.bu,line=3,col=5,title=FS2201 misread-mode::message`.

use super::outside::{outside, sentences};
use super::safe::{line, paragraph};
use super::view::Views;
use crate::diagnostic::{Report, Severity, Sources};
use std::fmt::Write;

/// Every finding as a command to GitHub, one a line, in the order of the report.
pub fn github(report: &Report, sources: &Sources) -> String {
    let views = Views::new(sources);
    let mut out = String::new();
    for finding in report.iter() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let place = outside(&finding.place, sources, &views);
        // Writing to a string does not fail.
        let _ = write!(out, "::{command} file={}", property(place.file));
        if let Some(region) = place.region {
            let (start, end) = (region.start, region.end);
            let _ = write!(out, ",line={},endLine={}", start.line, end.line);
            // Columns of several lines are refused.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column + 1) - 1);
            }
        }
        let title = format!("{} {}", finding.problem.code, finding.problem.name);
        let message = sentences(finding, place.inside.as_deref());
        let _ = writeln!(out, ",title={}::{}", property(&title), data(&message));
    }
    out
}

/// What may stand behind `::`.
fn data(text: &str) -> String {
    paragraph(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What may stand behind `file=`.
fn property(text: &str) -> String {
    data(&line(text)).replace(':', "%3A").replace(',', "%2C")
}
