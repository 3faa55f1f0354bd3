//! Prints the findings of a run in the form that was asked for.

use super::args::Format;
use super::console::Console;
use crate::diagnostic::Report;
use crate::diagnostic::render::{self, RawRule, Style};
use crate::pipeline::Compiled;

/// Prints the findings of every spec on standard error, and on a terminal how many there were.
pub(crate) fn print(results: &[&Compiled], format: Format, console: &mut Console) {
    let style = if console.has_colored_aside() { Style::Colored } else { Style::Plain };
    let mut all = Report::default();
    for Compiled { report, sources, .. } in results.iter().filter(|result| !result.report.is_empty()) {
        let text = match format {
            Format::Text => render::text(report, sources, style) + "\n",
            Format::Raw => render::raw(report, sources, RawRule::First),
            Format::Json => render::json(report, sources),
        };
        console.aside(&text);
        all.extend(report.clone());
    }
    if !all.is_empty() {
        console.summary(&render::summary(&all));
    }
}
