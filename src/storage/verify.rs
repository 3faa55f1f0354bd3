//! Our own output, held against the schema and the checks before anybody sees it.

use crate::diagnostic::{Place, Problem, Report, SourceId};
use crate::model::ignition;
use crate::spec::IgnitionVersion;
use crate::validate::{Manner, validate};

crate::problem! {
    /// A config of ours that is not valid.
    ///
    /// Every config is held against the JSON Schema of its Ignition version and against the checks that Ignition itself
    /// makes before anything is written. This finding means a bug in Firesteel: the spec is not to blame, and nothing
    /// was written.
    ///
    /// Please report it with the spec, without its secrets.
    pub(super) OUR_BUG = "FS9001", "our-bug", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&OUR_BUG];

/// Reports whatever is wrong with a config that we made: that is our bug, and says so.
pub(super) fn own_output(
    config: &ignition::Config,
    version: IgnitionVersion,
    name: &str,
    source: SourceId,
    report: &mut Report,
) {
    let mut found = Report::default();
    validate(config, version, source, Manner::Own, &mut found);
    for finding in found {
        let message = format!("bug in Firesteel: the config `{name}` is not valid: {}", finding.message);
        let finding = OUR_BUG.at(Place::whole(source), message).note(format!("found by {}", finding.problem.code));
        report.push(finding.help("please report this with the spec, without its secrets"));
    }
    against_schema(config, version, name, source, report);
}

#[cfg(feature = "schema")]
fn against_schema(
    config: &ignition::Config,
    version: IgnitionVersion,
    name: &str,
    source: SourceId,
    report: &mut Report,
) {
    let text = crate::emit::ignition_json(config, version, crate::document::json::Layout::Compact);
    let value: serde_json::Value = serde_json::from_str(&text).expect("bug: we write JSON that others read");
    for fault in crate::validate::schema::check(version, &value) {
        let message = format!("bug in Firesteel: the config `{name}` breaks its schema at {}", fault.path);
        let finding = OUR_BUG.at(Place::whole(source), message).note(fault.message);
        report.push(finding.help("please report this with the spec, without its secrets"));
    }
}

#[cfg(not(feature = "schema"))]
fn against_schema(_: &ignition::Config, _: IgnitionVersion, _: &str, _: SourceId, _: &mut Report) {}
