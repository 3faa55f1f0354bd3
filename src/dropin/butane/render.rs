//! Findings in the two forms of the reference: raw lines, and excerpts of the text.

use crate::butane::{Compiled, position};
use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::document::Position;
use std::fmt::Write as _;

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// One line each.
    Raw,
    /// With the lines around, perhaps in color.
    Excerpt {
        /// Whether in color.
        color: bool,
    },
}

/// The lines before and behind the one that is shown.
const AROUND: usize = 2;

/// All findings of a run.
pub(super) fn report(compiled: &Compiled, look: Look) -> String {
    let Some(source) = compiled.source.map(|id| compiled.sources.get(id)) else { return String::new() };
    let text = source.shown_text();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = String::new();
    for (index, finding) in compiled.report.iter().enumerate() {
        let at = source.document.as_ref().and_then(|document| position(document, &finding.place));
        let excerpt = match look {
            Look::Raw => None,
            Look::Excerpt { color } => {
                if index > 0 {
                    out.push('\n');
                }
                at.and_then(|at| excerpt(finding, at, source, &lines, color))
            }
        };
        out.push_str(&excerpt.unwrap_or_else(|| raw(finding, at)));
    }
    out
}

fn raw(finding: &Diagnostic, at: Option<Position>) -> String {
    let kind = finding.severity.word();
    let path = if finding.place.path.is_root() { String::new() } else { finding.place.path.to_string() };
    let place = match (path.as_str(), at) {
        ("", None) => String::new(),
        ("", Some(at)) => format!(" at line {} col {}", at.line, at.column),
        (path, None) => format!(" at {path}"),
        (path, Some(at)) => format!(" at {path}, line {} col {}", at.line, at.column),
    };
    format!("{kind}{place}: {}\n", finding.message)
}

/// `None` when the place is outside the text as the reference splits it.
fn excerpt(finding: &Diagnostic, at: Position, source: &Source, lines: &[&str], color: bool) -> Option<String> {
    let (row, column) = (at.line as usize - 1, at.column as usize - 1);
    let line = lines.get(row)?;
    if column > line.chars().count() {
        return None;
    }
    let paint = |code: &str, text: &str| match color {
        true => format!("\x1b[1;{code}m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    let kind = match finding.severity {
        Severity::Error => paint("31", "error"),
        Severity::Warning => paint("33", "warning"),
        Severity::Info => paint("36", "info"),
    };
    let shown = row.saturating_sub(AROUND)..(row + AROUND + 1).min(lines.len());
    let gutter = shown.end.to_string().len();
    let margin = |number: &str| paint("34", &format!(" {number:>gutter$} |"));
    let path = if finding.place.path.is_root() { String::new() } else { format!("[{}]", finding.place.path) };
    let mut out = format!("{kind}{path}:\n");
    let arrow = paint("34", "-->");
    let _ = writeln!(out, "{}{arrow} {}:{}:{}", " ".repeat(gutter + 1), source.name, at.line, at.column);
    let _ = writeln!(out, "{}", margin(""));
    for number in shown {
        let _ = writeln!(out, "{} {}", margin(&(number + 1).to_string()), lines[number]);
        if number == row {
            let length = line.chars().skip(column).take_while(|char| !char.is_whitespace()).count();
            let carets = paint("34", &"^".repeat(length));
            let _ = writeln!(out, "{} {}{carets} {}", margin(""), " ".repeat(column), finding.message);
        }
    }
    let _ = writeln!(out, "{}", margin(""));
    Some(out)
}
