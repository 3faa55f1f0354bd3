//! Ignition configs as texts: read as the reference reads them, merged, translated to later versions.

mod merge;
mod places;
mod translate;
mod unknown_keys;
pub mod version;

pub use merge::merge;
pub use places::Places;
pub use translate::translate;

use crate::diagnostic::{Diagnostic, Place, Problem, Report, Severity, SourceId, Sources};
use crate::document::json::{self, JsonScalar};
use crate::document::{Document, NodeId, Path, Span, Syntax};
use crate::model::ignition::Config;
use crate::model::{Keys, decode_ignition};
use crate::spec::{Gates, IgnitionVersion};
use crate::validate::{Manner, validate};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

crate::problem! {
    /// An Ignition config that is an empty text.
    ///
    /// A machine that is given nothing at all waits for a config or stops. A config that asks for nothing still names
    /// its version.
    ///
    /// Good: `{"ignition": {"version": "3.4.0"}}`.
    ///
    /// Source: the reference's reader of configs.
    pub(crate) EMPTY_CONFIG = "FS0231", "empty-config", Error;

    /// An Ignition config that is not well-formed JSON.
    ///
    /// The marked character is the first that cannot stand where it does; the mistake is often just before it: a comma
    /// too many before a closing bracket, a missing one after a value, a comment.
    ///
    /// Bad: `{"a": 1,}`. Good: `{"a": 1}`.
    ///
    /// Source: RFC 8259; a byte order mark is refused, too.
    pub(crate) BAD_JSON = "FS0232", "bad-ignition-json", Error;
}

/// Every kind of finding about an Ignition config as a whole.
pub static PROBLEMS: &[&[&Problem]] = &[&[&EMPTY_CONFIG, &BAD_JSON], version::PROBLEMS];

/// A config and the version of the specification that it is written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned {
    /// The version.
    pub version: IgnitionVersion,
    /// The config.
    pub config: Config,
}

/// Why a text is no config that can be checked. Displays in the reference's words, which scripts look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no text.
    Empty,
    /// It is not well-formed.
    Syntax,
    /// A value is of another type than its key wants.
    Type,
    /// It names no version, or none that can be read.
    NoVersion,
    /// It names a version that is none of the eight.
    UnknownVersion,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "not a config (empty)",
            Self::Syntax | Self::Type => "config is not valid",
            Self::NoVersion => "invalid config version (couldn't parse)",
            Self::UnknownVersion => "unsupported config version",
        })
    }
}

/// What came of reading a text.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The config, if the types of all its values are right; whether it can be used, the report says.
    pub outcome: Result<Versioned, Refusal>,
    /// What is wrong, in the order of [`Manner`]. The reference tells nothing about some refusals.
    pub report: Report,
    /// The text that the findings point into. Nothing of it is hidden: a caller that shows excerpts hides secrets first.
    pub sources: Sources,
    /// Its name there.
    pub source: SourceId,
    /// Whether findings have places. A number beyond all floating point numbers takes them away from the reference.
    pub has_places: bool,
}

/// Reads and checks the text of a config.
///
/// In the manner of the reference a fault of form, version or type is the only one that is told. In our own manner
/// everything is told that can still be seen, letter case and repeated keys of the JSON text included.
pub fn parse(name: &str, bytes: &[u8], manner: Manner) -> Parsed {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let refused =
        |refusal, report, sources, source| Parsed { outcome: Err(refusal), report, sources, source, has_places: true };
    match json::read(bytes) {
        Err(_) if bytes.is_empty() => {
            let source = sources.add_malformed(name, "", Syntax::Json);
            if manner == Manner::Own {
                let finding = EMPTY_CONFIG.at(Place::whole(source), "there is nothing in this text");
                report
                    .push(finding.help("a config that asks for nothing is `{\"ignition\": {\"version\": \"3.4.0\"}}`"));
            }
            refused(Refusal::Empty, report, sources, source)
        }
        Err(error) => {
            let text = json::decoded(bytes);
            let at = error.offset.min(text.len() as u32);
            let width = text[at as usize..].chars().next().map_or(0, char::len_utf8) as u32;
            let source = sources.add_malformed(name, text, Syntax::Json);
            let place = Place::bytes(source, Span::new(at, at + width));
            let message = match manner {
                Manner::Reference => error.message.clone(),
                Manner::Own => format!("this is not well-formed JSON: {}", error.message),
            };
            let finding = BAD_JSON.at(place, message);
            report.push(match advice(&error.message, &sources.get(source).text[at as usize..]) {
                Some(advice) => finding.help(advice),
                None => finding,
            });
            refused(Refusal::Syntax, report, sources, source)
        }
        Ok(document) => {
            let document = Arc::new(document);
            let source = sources.add_document(name, document.clone());
            let outcome = check(&document, source, (document.root(), &Path::root()), manner, &mut report);
            let has_places = manner == Manner::Own || outcome.is_err() || !silences(&document);
            Parsed { outcome, report, sources, source, has_places }
        }
    }
}

/// What to do about some common faults of JSON, from the reader's message and the text from the fault on.
pub(crate) fn advice(message: &str, rest: &str) -> Option<&'static str> {
    let expects_more = message.contains("looking for beginning of");
    match rest.chars().next() {
        Some('}' | ']') if expects_more => Some("remove the comma before it"),
        Some('/' | '#') => Some("JSON has no comments; a Butane config may have them"),
        Some('\'') => Some("JSON has double quotes alone"),
        Some('"') if message.contains("after ") => Some("put a comma before it"),
        Some('\u{feff}') => Some("save the file without a byte order mark"),
        None => Some("the end of the text is missing: a bracket or quote is still open"),
        _ => None,
    }
}

/// The same for a text that was read already, or a part of it: the node, and the path that leads to it.
///
/// # Errors
/// When the part is no config whose values have the right types.
pub fn check(
    document: &Document,
    source: SourceId,
    part: (Option<NodeId>, &Path),
    manner: Manner,
    report: &mut Report,
) -> Result<Versioned, Refusal> {
    let version = version::find(document, source, part, manner, report)?;
    let gates = Gates::ignition(version);
    match manner {
        Manner::Reference => {
            let mut told = Report::default();
            let (config, _) = decode_ignition(document, source, part, (Keys::Silent, gates), &mut told);
            if let Some(first) = told.into_iter().next() {
                report.push(without_path(document, first));
                return Err(Refusal::Type);
            }
            validate(&config, version, source, manner, report);
            if !silences(document) {
                unknown_keys::check(document, &config, &gates, (source, part), report);
            }
            Ok(Versioned { version, config })
        }
        Manner::Own => {
            let before = report.len();
            let (config, _) = decode_ignition(document, source, part, (Keys::All, gates), report);
            let errors = report.iter().skip(before).filter(|finding| finding.severity == Severity::Error);
            let faulty: HashSet<Path> = errors.map(|finding| finding.place.path.clone()).collect();
            let mut checks = Report::default();
            validate(&config, version, source, manner, &mut checks);
            // What could not be read is missing, which is not to be told again.
            checks.into_iter().filter(|finding| !is_within(&finding.place.path, &faulty)).for_each(|f| report.push(f));
            Ok(Versioned { version, config })
        }
    }
}

/// Whether one of `faulty` is that path, or leads to it.
fn is_within(path: &Path, faulty: &HashSet<Path>) -> bool {
    let segments = path.segments();
    !faulty.is_empty()
        && (0..=segments.len()).any(|length| faulty.contains(&Path::new(segments[..length].iter().cloned())))
}

/// A wrong type as the reference tells it: about no field, at the bytes up to where its reader stood then. That is the
/// end of a scalar, or the opening bracket.
fn without_path(document: &Document, mut finding: Diagnostic) -> Diagnostic {
    if let crate::diagnostic::At::Bytes(span) = finding.place.at {
        let is_open = matches!(document.text().as_bytes().get(span.start as usize), Some(b'{' | b'['));
        let read = if is_open { Span::new(span.start, span.start + 1) } else { span };
        finding.place = Place::bytes(finding.place.source, read);
    }
    finding
}

/// Whether a number in the text, wherever it stands, is too large to be one. The reference then finds neither unknown
/// keys nor places, and says nothing about it.
fn silences(document: &Document) -> bool {
    document.ids().any(|node| match json::scalar(document, node) {
        Some(JsonScalar::Float(number)) => number.is_infinite(),
        Some(JsonScalar::HugeInt(digits)) => digits.parse().is_ok_and(f64::is_infinite),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
