//! Ignition versions and fields that the operator of a release does not take.

use crate::diagnostic::Report;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{Config, Ignition};
use crate::model::{NodeView, Origin, View};
use crate::spec::{Gates, Release};
use crate::validate::{Manner, validate};
use std::collections::HashSet;

crate::problem! {
    /// An Ignition version that the release does not take in a MachineConfig.
    ///
    /// The operator refuses to render the pool: from then on no node of it gets any change.
    ///
    /// Bad, for OpenShift 4.12: `version: 3.4.0`. Good: `version: 3.2.0`, which every release from 4.7 on takes.
    ///
    /// Source: the versions that each release branch of the Machine Config Operator parses.
    pub(crate) VERSION_NOT_TAKEN = "FS2508", "version-not-taken", Error;

    /// A field that is newer than what the operator keeps configs as.
    ///
    /// The release reads the version, and turns every config into an earlier one that has no place for the field.
    ///
    /// Bad, for OpenShift 4.13: `discard: true` of an encrypted volume. Good: leave it out.
    ///
    /// Source: the version into which each release branch of the Machine Config Operator turns configs.
    pub(crate) NEWER_FIELD = "FS2511", "newer-field", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&VERSION_NOT_TAKEN, &NEWER_FIELD], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let subject = lint.subject;
    let (Some(release), config) = (subject.operator(), &subject.config) else { return };
    if config.ignition.version.is_empty() {
        return;
    }
    if !release.takes(subject.version) {
        let origin = config.origin.field(Config::ignition).field(Ignition::version);
        let (version, taken) = (subject.version, release.accepts.iter().map(|version| version.name()));
        let taken = taken.collect::<Vec<_>>().join(", ");
        let message = match subject.platform.release {
            Some(release) => format!("{release} does not take Ignition {version} in a MachineConfig"),
            None => format!("no release of OpenShift takes Ignition {version} in a MachineConfig"),
        };
        findings.push(findings.at(&VERSION_NOT_TAKEN, &origin, message).help(format!("{release} takes {taken}")));
        return;
    }
    if release.internal == subject.version {
        return;
    }
    let mut newer = Vec::new();
    let gates = (Gates::ignition(subject.version), Gates::ignition(release.internal));
    newer_fields(config, &gates, &mut newer);
    for (origin, name) in newer {
        let message = format!("{release} has no place for `{name}`");
        let finding = findings.at(&NEWER_FIELD, &origin, message);
        let note = format!("it turns every config into Ignition {}, which lacks the field", release.internal);
        findings.push(finding.note(note).help("leave it out"));
    }
    tell_translated(lint, release, findings);
}

/// Fields that are there and that the later gates do not let through.
fn newer_fields(node: &dyn NodeView, gates: &(Gates, Gates), found: &mut Vec<(Origin, &'static str)>) {
    for (index, field) in node.all_fields().iter().enumerate() {
        let view = node.view_field(index);
        if view.is_empty() {
            continue;
        }
        if gates.0.allow(field.gate) && !gates.1.allow(field.gate) {
            let origin = node.origin().field(field);
            found.push((origin, field.name_in(node.origin().naming())));
            continue;
        }
        let mut below = |view: &View<'_>| {
            if let View::Node { node, .. } = view {
                newer_fields(*node, gates, found);
            }
        };
        match &view {
            View::List(items) => items.iter().for_each(below),
            other => below(other),
        }
    }
}

/// What is fine in the version it is written in, and refused in the one that the operator makes of it.
fn tell_translated(lint: &Lint<'_>, release: &Release, findings: &mut Findings<'_>) {
    let subject = lint.subject;
    let told = |version| {
        let mut report = Report::default();
        validate(&subject.config, version, subject.source, Manner::Own, &mut report);
        report
    };
    let before: HashSet<_> =
        told(subject.version).into_iter().map(|finding| (finding.problem.code, finding.place.path)).collect();
    for finding in told(release.internal) {
        if finding.severity == crate::diagnostic::Severity::Error
            && !before.contains(&(finding.problem.code, finding.place.path.clone()))
        {
            findings.push(finding.note(format!("the operator turns the config into Ignition {}", release.internal)));
        }
    }
}
