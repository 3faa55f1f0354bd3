//! Findings at the places nodes came from.

use super::origin::Origin;
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId};

/// Where passes over a config put what they find.
pub struct Findings<'a> {
    source: SourceId,
    report: &'a mut Report,
}

impl<'a> Findings<'a> {
    /// Findings in `source`, added to `report`.
    pub fn new(source: SourceId, report: &'a mut Report) -> Self {
        Self { source, report }
    }

    /// The place of that origin.
    pub fn place(&self, origin: &Origin) -> Place {
        Place::value(self.source, origin.path())
    }

    /// The text that is compiled.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// Adds a finding: what is wrong, and what to do about it.
    pub fn tell(
        &mut self,
        problem: &'static Problem,
        origin: &Origin,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = problem.at(self.place(origin), message).help(help);
        self.report.push(finding);
    }

    /// Adds a finding that has more to say.
    pub fn push(&mut self, finding: Diagnostic) {
        self.report.push(finding);
    }

    /// Adds all of another report.
    pub fn extend(&mut self, other: Report) {
        self.report.extend(other);
    }

    /// Whether any finding so far is an error.
    pub fn has_errors(&self) -> bool {
        self.report.has_errors()
    }
}
