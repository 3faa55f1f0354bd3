//! Rules about what a config that is valid will do on the machine. One file each, below `rules/`.
//!
//! A rule sees a [`Subject`]: one Ignition config, whatever it was written in, with the units and files in it. It tells
//! what it finds through [`Findings`], which knows the way from a character of a unit to the line its author typed.

mod embedded;
mod findings;
mod known_units;
mod rules;
mod subject;

pub use embedded::{Carrier, Embedded};
pub use findings::Findings;
use known_units::KnownUnits;
pub use rules::RULES;
pub use subject::{Around, FileText, Form, Object, Platform, Subject, UnitBody};

use crate::diagnostic::Problem;
use crate::unit::UnitText;

/// How far a rule is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Held against real configs: what it tells of is wrong.
    Stable,
    /// It may tell of configs that are fine, and runs only when asked for.
    Preview,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What it can tell.
    pub problems: &'static [&'static Problem],
    /// How far it is trusted.
    pub status: Status,
    /// Looks at one config.
    pub check: fn(&Lint<'_>, &mut Findings<'_>),
}

/// A subject made ready for the rules: its units are read.
pub struct Lint<'a> {
    /// The config.
    pub subject: &'a Subject,
    /// Every text of a unit or drop-in, in the order of the config.
    pub units: Vec<Unit<'a>>,
    /// What else there is in the same run.
    pub around: &'a Around,
}

impl Lint<'_> {
    /// The files of the config whose contents are a text in the config itself, with that text.
    pub fn files(&self) -> impl Iterator<Item = (&crate::model::ignition::File, &Embedded)> {
        let files = &self.subject.config.storage.files;
        self.subject.files.iter().map(move |text| (&files[text.file], &text.body))
    }
}

/// The text of a unit or drop-in.
pub struct Unit<'a> {
    /// The unit's name, of a drop-in that of the unit it changes.
    pub name: &'a str,
    /// The drop-in's name, if it is one.
    pub dropin: Option<&'a str>,
    /// The text with its place.
    pub body: &'a Embedded,
    /// The text's sections, as far as they can be read.
    pub text: UnitText<'a>,
    /// The entry of the config that it belongs to.
    pub entry: &'a crate::model::ignition::Unit,
}

/// Lets every rule of that status or better look at `subject`.
pub fn lint(subject: &Subject, around: &Around, preview: bool, findings: &mut Findings<'_>) {
    let units = subject.units.iter().map(|body: &UnitBody| {
        let entry = &subject.config.systemd.units[body.unit];
        let dropin = body.dropin.map(|index| entry.dropins[index].name.as_str());
        Unit { name: &entry.name, dropin, body: &body.body, text: UnitText::read(&body.body.text), entry }
    });
    let lint = Lint { subject, units: units.collect(), around };
    for rule in RULES.iter().filter(|rule| preview || rule.status == Status::Stable) {
        (rule.check)(&lint, findings);
    }
}

/// Every kind of finding that the rules have.
pub fn problems() -> impl Iterator<Item = &'static Problem> {
    RULES.iter().flat_map(|rule| rule.problems.iter().copied())
}
