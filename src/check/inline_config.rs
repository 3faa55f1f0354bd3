//! Ignition configs written inside a Butane config, to be merged or to replace it.

use super::Checker;
use crate::diagnostic::{Place, Problem, Report};
use crate::document::{Path, json};
use crate::model::butane::Reference;
use crate::model::{Dialect, decode, ignition};
use crate::spec::{Gates, canonical};
use crate::validate::{Manner, validate};

crate::problem! {
    /// An inline config that is no Ignition config.
    ///
    /// It must be JSON of the very Ignition version that the Butane config compiles to.
    ///
    /// Source: `ignition.config` of the Butane configuration specification.
    pub(crate) INLINE_NOT_IGNITION = "FS0619", "inline-not-ignition", Error;

    /// An inline config of another version, which is therefore not checked.
    ///
    /// Source: `ignition.config` of the Butane configuration specification.
    pub(crate) INLINE_UNCHECKED = "FS0620", "inline-unchecked", Warning;

    /// An inline config that does not say its version.
    ///
    /// Good: `{"ignition": {"version": "3.4.0"}}`.
    ///
    /// Source: `ignition.version` of the Ignition specification.
    pub(crate) INLINE_VERSION = "FS0621", "inline-version", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&INLINE_NOT_IGNITION, &INLINE_UNCHECKED, &INLINE_VERSION];

/// The reference looks for the paths of the inline config in the text around it, and so must we.
pub(super) fn check(checker: &mut Checker<'_>, reference: &Reference) {
    let Some(text) = &reference.inline else { return };
    if checker.manner == Manner::Own {
        return check_own(checker, reference, text);
    }
    let version = checker.target.ignition;
    let mut told = Report::default();
    let document = json::read(text.as_bytes());
    let config = document.ok().map(|document| {
        decode::<ignition::Config>(&document, checker.source(), Dialect::Ignition, Gates::ignition(version), &mut told)
    });
    let Some(config) = config.filter(|_| !told.has_errors()) else {
        let root = Place::value(checker.source(), Path::root());
        checker.push(INLINE_NOT_IGNITION.at(root, "the inline config cannot be read"));
        let help = format!("write an Ignition {version} config as JSON");
        let origin = reference.origin.field(Reference::inline);
        return checker.tell(&INLINE_NOT_IGNITION, &origin, "this is no Ignition config", help);
    };
    let named = &config.ignition.version;
    let canonical = canonical(named);
    if canonical.as_deref().is_some_and(|canonical| canonical != version.name()) {
        let origin = reference.origin.join("version");
        let message = "the inline config is of another version and is not checked";
        return checker.tell(&INLINE_UNCHECKED, &origin, message, format!("write it in version {version}"));
    }
    let mut checks = Report::default();
    if canonical.is_none() {
        let path = Path::root().join("ignition").join("version");
        let place = Place::value(checker.source(), path);
        checks.push(INLINE_VERSION.at(place, "the inline config does not say its version"));
    }
    validate(&config, version, checker.source(), Manner::Reference, &mut checks);
    checker.extend(checks);
    for mut finding in told {
        // The bytes are those of the inline text; the reference looks for the path in the text around it.
        finding.place = Place::value(checker.source(), finding.place.path);
        finding.labels.clear();
        checker.push(finding);
    }
}

/// By our own rules: each fault once, at the inline text, with its path in there.
fn check_own(checker: &mut Checker<'_>, reference: &Reference, text: &str) {
    let version = checker.target.ignition;
    let origin = reference.origin.field(Reference::inline);
    let help =
        format!("write an Ignition {version} config as JSON, or a Butane config with its `variant` and `version`");
    let Ok(document) = json::read(text.as_bytes()) else {
        return checker.tell(&INLINE_NOT_IGNITION, &origin, "this is neither an Ignition nor a Butane config", help);
    };
    let mut told = Report::default();
    let gates = Gates::ignition(version);
    let config: ignition::Config = decode(&document, checker.source(), Dialect::Ignition, gates, &mut told);
    match canonical(&config.ignition.version) {
        None if !told.has_errors() => {
            checker.tell(&INLINE_VERSION, &origin, "the inline config does not say its version", help);
        }
        Some(canonical) if canonical != version.name() => {
            let message = "the inline config is of another version and is not checked";
            return checker.tell(&INLINE_UNCHECKED, &origin, message, format!("write it in version {version}"));
        }
        _ => {}
    }
    if !told.has_errors() {
        validate(&config, version, checker.source(), Manner::Own, &mut told);
    }
    for mut finding in told {
        finding.message = format!("in this config, at `{}`: {}", finding.place.path, finding.message);
        finding.place = checker.place(&origin);
        finding.labels.clear();
        finding.fix = None;
        checker.push(finding);
    }
}
