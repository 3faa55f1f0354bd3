//! Where rules put what they find.

use super::embedded::Embedded;
use crate::diagnostic::{Diagnostic, Fix, Place, Problem, Report, SourceId, Sources, redact};
use crate::document::{Document, Path, Span};
use crate::model::Origin;
use std::collections::HashMap;
use std::ops::Range;

/// The findings of one subject, and the texts they point into.
pub struct Findings<'a> {
    source: SourceId,
    report: &'a mut Report,
    sources: &'a mut Sources,
    /// Texts that have no place of their own and are shown as sources, by where they are encoded.
    shown: HashMap<(SourceId, Path), SourceId>,
}

impl<'a> Findings<'a> {
    /// Findings about a config in `source`.
    pub fn new(source: SourceId, report: &'a mut Report, sources: &'a mut Sources) -> Self {
        Self { source, report, sources, shown: HashMap::new() }
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.report.push(finding);
    }

    /// The tree of the text that the config was read from; none of a bare unit.
    pub fn document(&self) -> Option<&Document> {
        self.sources.get(self.source).document.as_deref()
    }

    /// The place of what a node or field was made from.
    pub fn place(&self, origin: &Origin) -> Place {
        Place::value(self.source, origin.path())
    }

    /// The place of the key behind that origin.
    pub fn key(&self, origin: &Origin) -> Place {
        Place::key(self.source, origin.path())
    }

    /// A finding about what a node or field was made from.
    pub fn at(&self, problem: &'static Problem, origin: &Origin, message: impl Into<String>) -> Diagnostic {
        problem.at(self.place(origin), message)
    }

    /// A finding about a part of a text inside of a value. Where single characters have no place, the value is marked,
    /// and the line of the decoded text is shown beside it.
    pub fn inside(
        &mut self,
        problem: &'static Problem,
        text: &Embedded,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        match self.exact(text, range.clone()) {
            Some(place) => problem.at(place, message),
            None => {
                let label = self.decoded(text, range);
                problem.at(Place::value(text.source, text.path.clone()), message).label(label, "here in the contents")
            }
        }
    }

    /// A place for a label: exact where there is one, else in the decoded text.
    pub fn inner_place(&mut self, text: &Embedded, range: Range<usize>) -> Place {
        self.exact(text, range.clone()).unwrap_or_else(|| self.decoded(text, range))
    }

    /// A change of a part of a text inside of a value, written as the value is; `None` where it cannot be spliced in.
    pub fn fix_inside(
        &self,
        text: &Embedded,
        range: Range<usize>,
        replacement: impl Into<String>,
        applicability: crate::diagnostic::Applicability,
    ) -> Option<Fix> {
        let document = self.sources.get(text.source).document.as_deref();
        let (span, replacement) = text.edit(document, range, &replacement.into())?;
        let place = Place { path: text.path.clone(), ..Place::bytes(text.source, span) };
        Some(Fix { place, replacement, applicability })
    }

    fn exact(&self, text: &Embedded, range: Range<usize>) -> Option<Place> {
        let document = self.sources.get(text.source).document.as_deref();
        let span = text.span(document, range)?;
        Some(Place { path: text.path.clone(), ..Place::bytes(text.source, span) })
    }

    fn decoded(&mut self, text: &Embedded, range: Range<usize>) -> Place {
        let sources = &mut *self.sources;
        let id = *self.shown.entry((text.source, text.path.clone())).or_insert_with(|| {
            let name = format!("{}: {}", sources.get(text.source).name, text.title);
            let id = sources.add_text(name, text.text.clone());
            sources.decoded_from(id, Place::value(text.source, text.path.clone()));
            redact::secrets(&text.text).into_iter().for_each(|span| sources.hide(id, span));
            id
        });
        Place::bytes(id, Span::new(range.start as u32, range.end as u32))
    }
}
