//! Leaves out findings that the author does not want to hear of: `# firesteel: ignore FS2201 reason` on the line before
//! or at the end of the line, `# firesteel: ignore-file FS2201 reason` anywhere, and what the settings name.
//!
//! Only opinions can be left out. That a text cannot be read, or that the machine refuses it, stays to be told.

use super::Settings;
use crate::diagnostic::{At, Diagnostic, Place, Problem, Report, Severity, SourceId, Sources, suggest};
use crate::document::{Document, Kind, ScalarStyle, Span, Syntax};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

crate::problem! {
    /// A comment that leaves out findings, with a code that does not exist.
    ///
    /// The comment does nothing. A code is `FS` and four digits; its first digits stand for all codes that begin so
    /// (`FS24`), and its name for itself (`misread-mode`).
    ///
    /// Good: `# firesteel: ignore FS2201 the group must be able to write`.
    ///
    /// Source: `firesteel validate --help`; `firesteel explain --all` has all codes.
    pub(crate) UNKNOWN_CODE = "FS2090", "ignored-code-unknown", Warning;

    /// A comment that leaves out a finding that is no opinion.
    ///
    /// A text that cannot be read, a key that does not exist, a value that Ignition refuses: the machine stops at these
    /// whatever the comment says. Only warnings, infos and what the rules from FS2100 on tell can be left out.
    ///
    /// Good: mend what is told, and remove the comment.
    ///
    /// Source: `firesteel validate --help`.
    pub(crate) NOT_IGNORABLE = "FS2091", "ignored-code-refused", Warning;

    /// A comment that leaves out findings, of which there are none.
    ///
    /// What it was for has been mended, or stands on another line. Left alone, it will hide the next one of its kind.
    ///
    /// Good: remove the comment.
    ///
    /// Source: `firesteel validate --help`.
    pub(crate) NOTHING_IGNORED = "FS2092", "nothing-ignored", Info;
}

pub(super) static PROBLEMS: &[&Problem] = &[&UNKNOWN_CODE, &NOT_IGNORABLE, &NOTHING_IGNORED];

/// What comments begin with.
const MARK: &str = "firesteel: ignore";

/// Names kinds of findings: a code, the first digits of codes, or a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector(String);

impl Selector {
    /// The selector that `word` is, if any of `known` is meant by it.
    ///
    /// # Errors
    /// The nearest word that would be one, if any is near.
    pub fn parse(word: &str, known: &[&'static Problem]) -> Result<Self, Option<String>> {
        let is_code = word.get(..2).is_some_and(|lead| lead.eq_ignore_ascii_case("FS"));
        let selector = Self(if is_code { word.to_ascii_uppercase() } else { word.to_owned() });
        let long_enough = !is_code || word.len() > 3;
        if long_enough && known.iter().any(|problem| selector.selects(problem)) {
            return Ok(selector);
        }
        let words = known.iter().flat_map(|problem| [problem.code, problem.name]);
        Err(suggest::nearest(word, words).map(str::to_owned))
    }

    /// Whether it means that kind.
    pub fn selects(&self, problem: &Problem) -> bool {
        problem.name == self.0 || (self.0.starts_with("FS") && problem.code.starts_with(&*self.0))
    }
}

/// Whether a finding is an opinion, rather than what the machine will say.
fn is_ignorable(finding: &Diagnostic) -> bool {
    finding.severity != Severity::Error || finding.problem.code >= "FS2100"
}

/// A selector in a comment.
struct Comment {
    source: SourceId,
    /// Its bytes in the text.
    at: Range<usize>,
    selector: Selector,
    /// The start of the line it is for; `None` when it is for the whole text.
    line: Option<usize>,
    /// Whether something else stands before it on its line.
    trails: bool,
    /// How many findings it has left out.
    used: usize,
    /// Whether it has met a finding that cannot be left out.
    refused: bool,
}

/// Takes out of the report what comments and settings name, and tells of comments that are no good. `settings` are
/// those of the text of a name.
pub(super) fn apply<'s>(
    report: &mut Report,
    sources: &Sources,
    known: &[&'static Problem],
    settings: impl Fn(&str) -> &'s Settings,
) {
    let mut told = Report::default();
    let mut comments = Vec::new();
    // By the address of the text: the documents of one file share it, and so they share its comments.
    let mut of_text: HashSet<usize> = HashSet::new();
    let mut bodies: HashMap<usize, Vec<Span>> = HashMap::new();
    for (id, source) in sources.iter() {
        let address = source.text.as_ptr() as usize;
        if source.syntax == Syntax::Json || !source.text.contains(MARK) {
            continue;
        }
        bodies.entry(address).or_default().extend(source.document.as_deref().into_iter().flat_map(block_scalars));
        if of_text.insert(address) {
            collect(id, &source.text, known, &mut comments, &mut told);
        }
    }
    // At the end of a line a comment is one only outside of block scalars; in a unit it would be part of the value.
    comments.iter_mut().for_each(|comment| {
        let text = &sources.get(comment.source).text;
        let bodies = bodies.get(&(text.as_ptr() as usize)).map_or(&[][..], Vec::as_slice);
        let within = bodies.iter().any(|body| body.range().contains(&comment.at.start));
        let is_unit = sources.get(comment.source).document.is_none();
        if comment.trails && (within || is_unit) {
            comment.used = 1;
            comment.line = Some(usize::MAX);
        }
    });
    let mut of_line: HashMap<(usize, Option<usize>), Vec<usize>> = HashMap::new();
    for (index, comment) in comments.iter().enumerate() {
        let address = sources.get(comment.source).text.as_ptr() as usize;
        of_line.entry((address, comment.line)).or_default().push(index);
    }
    let mut kept = Report::default();
    for finding in std::mem::take(report) {
        let root = root_name(&finding.place, sources);
        let mut ignored =
            is_ignorable(&finding) && settings(root).ignore.iter().any(|one| one.selects(finding.problem));
        let places = std::iter::once(&finding.place).chain(
            finding.labels.iter().map(|label| &label.place).filter(|place| sources.get(place.source).carrier.is_some()),
        );
        for place in places {
            let text = &sources.get(place.source).text;
            let address = text.as_ptr() as usize;
            if !of_text.contains(&address) {
                continue;
            }
            let lines = lines(place, sources).into_iter().map(Some).chain([None]);
            for &index in lines.filter_map(|line| of_line.get(&(address, line))).flatten() {
                let comment = &mut comments[index];
                if !comment.selector.selects(finding.problem) {
                    continue;
                }
                match is_ignorable(&finding) {
                    true => {
                        comment.used += 1;
                        ignored = true;
                    }
                    false => comment.refused = true,
                }
            }
        }
        if !ignored {
            kept.push(finding);
        }
    }
    *report = kept;
    report.extend(told);
    for Comment { source, at, selector, used, refused, .. } in comments {
        let place = Place::bytes(source, Span::new(at.start as u32, at.end as u32));
        if refused {
            let message = format!("`{}` cannot be left out: the machine refuses what it tells of", selector.0);
            report.push(NOT_IGNORABLE.at(place, message).help("mend what is told, and remove the comment"));
        } else if used == 0 && settings(root_name(&place, sources)).preview {
            let message = format!("there is no `{}` here to be left out", selector.0);
            report.push(NOTHING_IGNORED.at(place, message).help("remove the comment"));
        }
    }
}

/// The name of the file that a place is in, or is encoded in.
fn root_name<'s>(place: &Place, sources: &'s Sources) -> &'s str {
    let mut id = place.source;
    while let Some(carrier) = &sources.get(id).carrier {
        // A text is decoded after the one that carries it; anything else would go round in circles.
        if carrier.source >= id {
            break;
        }
        id = carrier.source;
    }
    &sources.get(id).name
}

/// Finds the comments of a text.
fn collect(source: SourceId, text: &str, known: &[&'static Problem], comments: &mut Vec<Comment>, told: &mut Report) {
    for (found, _) in text.match_indices(MARK) {
        let line_start = text[..found].rfind('\n').map_or(0, |end| end + 1);
        let line_end = text[found..].find('\n').map_or(text.len(), |length| found + length);
        let before = text[line_start..found].trim_end();
        let Some(lead) = before.strip_suffix(['#', ';']) else { continue };
        if !(lead.is_empty() || lead.ends_with([' ', '\t', '\u{feff}'])) {
            continue;
        }
        let (whole, mut at) = match text[found + MARK.len()..].strip_prefix("-file") {
            Some(_) => (true, found + MARK.len() + "-file".len()),
            None => (false, found + MARK.len()),
        };
        let trails = !lead.trim_matches(['\u{feff}', ' ', '\t']).is_empty();
        let line = match (whole, trails) {
            (true, _) => None,
            (false, true) => Some(line_start),
            (false, false) => Some(next_line(text, line_end)),
        };
        // Codes come first; what is no code begins the reason.
        let mut first = true;
        while let Some(word) = word(&text[at..line_end]) {
            let range = at + word.start..at + word.end;
            at = range.end;
            let written = &text[range.clone()];
            match Selector::parse(written, known) {
                Ok(selector) => {
                    comments.push(Comment { source, at: range, selector, line, trails, used: 0, refused: false });
                }
                Err(meant) if first || looks_like_code(written) => {
                    let place = Place::bytes(source, Span::new(range.start as u32, range.end as u32));
                    let finding = UNKNOWN_CODE.at(place, format!("there is no finding `{written}` to be left out"));
                    told.push(match meant {
                        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                        None => finding.help("name the code that stands in the brackets: `# firesteel: ignore FS2201`"),
                    });
                    break;
                }
                Err(_) => break,
            }
            first = false;
        }
        if first && word(&text[at..line_end]).is_none() {
            let place = Place::bytes(source, Span::new(found as u32, at as u32));
            let finding = UNKNOWN_CODE.at(place, "this comment does not say what is to be left out");
            told.push(finding.help("name the code that stands in the brackets: `# firesteel: ignore FS2201`"));
        }
    }
}

/// The next word of a line; commas and blanks part words.
fn word(rest: &str) -> Option<Range<usize>> {
    let parts = |c: char| c.is_whitespace() || c == ',';
    let start = rest.find(|c| !parts(c))?;
    let length = rest[start..].find(parts).unwrap_or(rest.len() - start);
    Some(start..start + length)
}

fn looks_like_code(word: &str) -> bool {
    word.strip_prefix("FS").is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The start of the next line behind `from` that is neither empty nor a comment.
fn next_line(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(end) = text[at..].find('\n') {
        at += end + 1;
        let line = text[at..].split('\n').next().unwrap_or_default().trim();
        if !line.is_empty() && !line.starts_with(['#', ';']) {
            break;
        }
        if text[at..].find('\n').is_none() {
            break;
        }
    }
    at
}

/// The starts of the lines a place is told on: that of its value, and that of the key that leads to it.
fn lines(place: &Place, sources: &Sources) -> HashSet<usize> {
    let source = sources.get(place.source);
    let mut offsets: Vec<u32> = place.span(sources).map(|span| span.start).into_iter().collect();
    if let (At::Key | At::Value, Some(document)) = (place.at, source.document.as_deref()) {
        offsets.extend(document.find(&place.path).key.map(|key| document.node(key).span.start));
    }
    let start = |offset: u32| {
        let before = source.text.floor_char_boundary(offset as usize);
        source.text[..before].rfind('\n').map_or(0, |end| end + 1)
    };
    offsets.into_iter().map(start).collect()
}

/// The bytes of the block scalars of a document.
fn block_scalars(document: &Document) -> Vec<Span> {
    let is_block = |kind: &Kind| matches!(kind, Kind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. });
    document.ids().map(|id| document.node(id)).filter(|node| is_block(&node.kind)).map(|node| node.span).collect()
}
