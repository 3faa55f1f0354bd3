//! One finding, and all findings of a run.

use super::place::Place;
use super::problem::{Problem, Severity};
use super::source::Sources;
use std::collections::HashSet;

/// A further place that belongs to a finding, with a few words.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there.
    pub text: String,
}

/// Whether a fix may be applied without a person looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps the meaning the author had, or gives the text the only meaning it can have.
    Safe,
    /// Changes what happens on the machine in a way a person must want.
    Unsafe,
}

/// A change of text that mends a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What is replaced.
    pub place: Place,
    /// What stands there afterwards.
    pub replacement: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The kind.
    pub problem: &'static Problem,
    /// How bad it is here.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// One sentence without a final stop: what is wrong.
    pub message: String,
    /// A few words beside the marked text; none repeats the message.
    pub mark: Option<String>,
    /// Further places.
    pub labels: Vec<Label>,
    /// Facts that explain: what happens on the machine, where the rule is written.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// The mending change, if there is one.
    pub fix: Option<Fix>,
}

impl Problem {
    /// A finding of this kind.
    pub fn at(&'static self, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            problem: self,
            severity: self.severity,
            place,
            message: message.into(),
            mark: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }
}

impl Diagnostic {
    /// Sets another severity than the kind's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets the words beside the marked text.
    #[must_use]
    pub fn mark(mut self, text: impl Into<String>) -> Self {
        self.mark = Some(text.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds the mending change.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// The findings of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report(Vec<Diagnostic>);

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all findings of another report.
    pub fn extend(&mut self, other: Report) {
        self.0.extend(other.0);
    }

    /// Takes back the warnings among the findings from the one of index `first` on.
    pub fn forget_warnings(&mut self, first: usize) {
        let later = self.0.split_off(first.min(self.0.len()));
        self.0.extend(later.into_iter().filter(|finding| finding.severity != Severity::Warning));
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The findings, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many have that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Puts the findings in the order of the sources and of the text within each; those of one place keep their order.
    pub fn sort(&mut self, sources: &Sources) {
        self.0.sort_by_cached_key(|diagnostic| {
            let start = diagnostic.place.span(sources).map_or(0, |span| span.start);
            (diagnostic.place.source, start)
        });
    }
}

impl Report {
    /// Leaves out what was told already: the same words about the same bytes, as an alias brings them again.
    pub fn dedup(&mut self, sources: &Sources) {
        let mut seen = HashSet::new();
        self.0.retain(|finding| {
            let span = finding.place.span(sources);
            span.is_none() || seen.insert((finding.problem.code, finding.place.source, span, finding.message.clone()))
        });
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
