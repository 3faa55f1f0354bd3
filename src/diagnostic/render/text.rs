//! The form for people: message, marked source lines, notes, help, suggested change.

use super::excerpt::{Excerpt, WHOLE_LINE};
use super::mark::mark;
use super::safe::{PLACEHOLDER, line, paragraph};
use super::view::{View, Views};
use crate::diagnostic::{Applicability, Diagnostic, Fix, Place, Report, Severity, SourceId, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

/// Whether the text has colours. Whoever prints knows what the terminal can show and what the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Characters alone.
    Plain,
    /// With ANSI colours.
    Colored,
}

/// Lines between two marks up to which they are drawn in one snippet.
const SAME_SNIPPET: u32 = 60;
/// Bytes between two marks in one long line up to which they are drawn in one snippet.
const SAME_WINDOW: usize = 150;
/// Lines of a change up to which it is drawn.
const PATCH_LINES: usize = 40;
/// Bytes of a change up to which it is drawn.
const PATCH_BYTES: usize = 4000;

/// Every finding as people read it, in the order of the report, an empty line between two.
///
/// Lines and columns are those of [`Document::position`](crate::document::Document::position).
pub fn text(report: &Report, sources: &Sources, style: Style) -> String {
    let views = Views::new(sources);
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colored => Renderer::styled(),
    };
    join(report.iter(), &views, sources, &renderer)
}

/// These findings without colours.
pub(super) fn plain<'d>(
    findings: impl Iterator<Item = &'d Diagnostic>,
    views: &Views<'_>,
    sources: &Sources,
) -> String {
    join(findings, views, sources, &Renderer::plain())
}

fn join<'d>(
    findings: impl Iterator<Item = &'d Diagnostic>,
    views: &Views<'_>,
    sources: &Sources,
    renderer: &Renderer,
) -> String {
    let findings: Vec<String> = findings.map(|diagnostic| finding(diagnostic, views, sources, renderer)).collect();
    findings.join("\n")
}

/// How many findings there were: `error: 2 errors, 1 warning`. Empty when there were none.
pub fn summary(report: &Report) -> String {
    let mut worst = None;
    let mut counts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let count = report.count(severity);
        if count > 0 {
            worst = worst.or(Some(severity));
            // Infos cannot be counted in English.
            let word = if severity == Severity::Info { "note" } else { severity.word() };
            let plural = if count == 1 { "" } else { "s" };
            counts.push(format!("{count} {word}{plural}"));
        }
    }
    worst.map_or_else(String::new, |worst| format!("{}: {}", worst.word(), counts.join(", ")))
}

fn finding(diagnostic: &Diagnostic, views: &Views<'_>, sources: &Sources, renderer: &Renderer) -> String {
    let Diagnostic { problem, severity, place, message, mark: words, labels, notes, help, fix } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut headers = Headers::default();
    let mut group = level.primary_title(paragraph(message)).id(problem.code).elements(Vec::<Origin<'_>>::new());

    let mut notes: Vec<String> = notes.clone();
    let mut marks = Vec::new();
    match mark(place, views.get(place.source)) {
        Some(range) => marks.push(Mark { source: place.source, range, primary: true, words: words.as_deref() }),
        None => {
            group = group.element(Origin::path(line(&sources.get(place.source).name)));
            notes.splice(0..0, words.clone());
        }
    }
    for label in labels {
        match mark(&label.place, views.get(label.place.source)) {
            Some(range) => {
                marks.push(Mark { source: label.place.source, range, primary: false, words: Some(&label.text) });
            }
            None => notes.push(format!("{} ({})", label.text, sources.get(label.place.source).name)),
        }
    }
    for cluster in clusters(marks, views) {
        group = group.element(snippet(&cluster, views, &mut headers));
    }

    let change = fix.as_ref().map(|fix| (fix, patch(fix, place, views, sources, &mut headers)));
    // The last piece of advice is the heading of the change that follows it.
    let (advice, heading) = match (&change, help.split_last()) {
        (Some(_), Some((last, rest))) => (rest, last.as_str()),
        (Some((_, Some(_))), None) => (&help[..], "suggested change"),
        (Some((_, None)), None) => (&help[..], "there is a fix, too large or too secret to be shown"),
        (None, _) => (&help[..], ""),
    };
    group = group.elements(notes.iter().map(|note| Level::NOTE.message(paragraph(note))));
    group = group.elements(advice.iter().map(|advice| Level::HELP.message(paragraph(advice))));
    let mut groups = vec![group];
    if let Some((fix, drawing)) = change {
        let heading = match fix.applicability {
            Applicability::Safe => paragraph(heading),
            Applicability::Unsafe => format!("{} (unsafe: changes what happens on the machine)", paragraph(heading)),
        };
        groups.push(match drawing {
            Some(snippet) => Level::HELP.secondary_title(heading).element(snippet),
            None => Group::with_title(Level::HELP.secondary_title(heading)),
        });
    }
    let mut drawn = headers.fill(&renderer.render(&groups));
    drawn.push('\n');
    drawn
}

/// One underlined range and the words beside it.
struct Mark<'a> {
    source: SourceId,
    range: Range<usize>,
    primary: bool,
    words: Option<&'a str>,
}

/// Puts marks together that one snippet can show; the first mark's snippet comes first.
fn clusters<'a>(marks: Vec<Mark<'a>>, views: &Views<'_>) -> Vec<Vec<Mark<'a>>> {
    let mut clusters: Vec<Vec<Mark<'a>>> = Vec::new();
    for mark in marks {
        let view = views.get(mark.source);
        match clusters.iter_mut().find(|cluster| cluster.iter().all(|other| near(&mark, other, view))) {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters
}

fn near(a: &Mark<'_>, b: &Mark<'_>, view: &View<'_>) -> bool {
    if a.source != b.source {
        return false;
    }
    let number = view.line_of(a.range.start);
    match number.abs_diff(view.line_of(b.range.start)) {
        0 => view.line(number).len() <= WHOLE_LINE || a.range.start.abs_diff(b.range.start) <= SAME_WINDOW,
        lines => lines <= SAME_SNIPPET,
    }
}

fn snippet<'a>(marks: &[Mark<'a>], views: &Views<'_>, headers: &mut Headers) -> Snippet<'a, Annotation<'a>> {
    let first = &marks[0];
    let view = views.get(first.source);
    let ranges: Vec<_> = marks.iter().map(|mark| mark.range.clone()).collect();
    let excerpt = Excerpt::new(view, &ranges);
    let annotations = marks.iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(excerpt.locate_range(view, &mark.range)).label(mark.words.map(paragraph))
    });
    let annotations: Vec<_> = annotations.collect();
    Snippet::source(excerpt.text)
        .line_start(excerpt.first_line as usize)
        .path(headers.add(view, first.range.start))
        .annotations(annotations)
}

/// The drawing of a change; `None` when it is too large to read, has no place, or would show a secret.
fn patch(
    fix: &Fix,
    place: &Place,
    views: &Views<'_>,
    sources: &Sources,
    headers: &mut Headers,
) -> Option<Snippet<'static, Patch<'static>>> {
    let span = fix.place.span(sources)?;
    let view = views.get(fix.place.source);
    let range = view.clamp(span);
    let removed = &view.shown[range.clone()];
    let too_large = |text: &str| text.len() > PATCH_BYTES || text.lines().count() > PATCH_LINES;
    if view.hides(span) || too_large(removed) || too_large(&fix.replacement) {
        return None;
    }
    let excerpt = Excerpt::new(view, std::slice::from_ref(&range));
    let located = excerpt.locate_range(view, &range);
    let path = (fix.place.source != place.source).then(|| headers.add(view, range.start));
    Some(
        Snippet::source(excerpt.text)
            .line_start(excerpt.first_line as usize)
            .path(path)
            .patch(Patch::new(located, paragraph(&fix.replacement.replace("\r\n", "\n")))),
    )
}

/// What stands behind the arrows: `file:line:column`.
///
/// The drawing library counts characters of the text it is given, and that is an excerpt; JSON columns count bytes.
/// So it is given a placeholder for a file name, and what it made of that is replaced afterwards.
#[derive(Default)]
struct Headers(Vec<String>);

impl Headers {
    fn add(&mut self, view: &View<'_>, offset: usize) -> String {
        let position = view.position(offset);
        self.0.push(format!("{}:{}:{}", line(&view.source.name), position.line, position.column));
        format!("{PLACEHOLDER}{}", self.0.len() - 1)
    }

    fn fill(&self, drawn: &str) -> String {
        let mut parts = drawn.split(PLACEHOLDER);
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
            let header = part[..digits].parse::<usize>().ok().and_then(|index| self.0.get(index));
            filled.push_str(header.map_or("", String::as_str));
            filled.push_str(rest);
        }
        filled
    }
}
