//! Prints the findings of a run in the form that was asked for.

use super::args::Format;
use super::console::Console;
use crate::diagnostic::render::{self, RawRule, Style};
use crate::diagnostic::{Report, Severity, Sources};
use crate::pipeline::Compiled;
use crate::problems;

/// How findings are to be printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'a> {
    pub(crate) format: Format,
    pub(crate) style: Style,
    /// What was looked into, with or without findings.
    pub(crate) files: &'a [&'a str],
    /// The mildest findings that fail the run.
    pub(crate) fails: Severity,
}

impl<'a> Form<'a> {
    /// The form, where warnings fail the run if it is `strict`.
    pub(crate) fn new(format: Format, is_colored: bool, strict: bool, files: &'a [&'a str]) -> Self {
        let style = if is_colored { Style::Colored } else { Style::Plain };
        Self { format, style, files, fails: if strict { Severity::Warning } else { Severity::Error } }
    }
}

/// The findings as text; a whole document even without any, where the form is one.
pub(crate) fn rendered(report: &Report, sources: &Sources, form: &Form<'_>) -> String {
    match form.format {
        Format::Sarif => render::sarif(report, sources, &problems::all()),
        Format::Junit => render::junit(report, sources, form.files, form.fails),
        _ if report.is_empty() => String::new(),
        Format::Text => render::text(report, sources, form.style),
        Format::Raw => render::raw(report, sources, RawRule::First),
        Format::Json => render::json(report, sources),
        Format::Github => render::github(report, sources),
    }
}

/// Prints the findings of every spec on standard error, and on a terminal how many there were.
pub(crate) fn print(results: &[&Compiled], names: &[&str], format: Format, strict: bool, console: &mut Console) {
    let mut sources = Sources::default();
    let mut all = Report::default();
    for result in results {
        all.extend(sources.take_over(result.sources.clone(), result.report.clone()));
    }
    let form = Form::new(format, console.has_colored_aside(), strict, names);
    let mut text = rendered(&all, &sources, &form);
    if format == Format::Text && !text.is_empty() {
        text.push('\n');
    }
    console.aside(&text);
    if !all.is_empty() {
        console.summary(&render::summary(&all));
    }
}
