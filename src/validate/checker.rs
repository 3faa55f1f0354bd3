//! What every check needs: the version, the manner, and where findings go.

use super::Manner;
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId};
use crate::model::Origin;
use crate::spec::{Gate, Gates, IgnitionVersion};

/// The state of checking one config.
pub(super) struct Checker<'a> {
    /// The version, to be asked by gates and named behaviours.
    pub(super) gates: Gates,
    manner: Manner,
    source: SourceId,
    report: &'a mut Report,
}

impl<'a> Checker<'a> {
    pub(super) fn new(version: IgnitionVersion, source: SourceId, manner: Manner, report: &'a mut Report) -> Self {
        Self { gates: Gates::ignition(version), manner, source, report }
    }

    /// Whether `gate` is open in the version checked.
    pub(super) fn allows(&self, gate: Gate) -> bool {
        self.gates.allow(gate)
    }

    /// Whether the reference's oddities are wanted.
    pub(super) fn as_reference(&self) -> bool {
        self.manner == Manner::Reference
    }

    /// The place of that origin.
    pub(super) fn place(&self, origin: &Origin) -> Place {
        Place::value(self.source, origin.path())
    }

    /// Adds a finding: what is wrong, and what to do about it.
    pub(super) fn tell(
        &mut self,
        problem: &'static Problem,
        origin: &Origin,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let diagnostic = problem.at(self.place(origin), message).help(help);
        self.report.push(diagnostic);
    }

    /// Adds a finding that has more to say.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }
}

/// Whether a text is absent or empty, which most checks treat alike.
pub(super) fn is_empty(text: &Option<String>) -> bool {
    text.as_deref().is_none_or(str::is_empty)
}
