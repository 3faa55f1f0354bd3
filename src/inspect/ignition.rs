//! Ignition configs.

use super::{Part, Run, keys, subject};
use crate::diagnostic::{Place, Problem, Report};
use crate::document::{Document, NodeId, Path, Syntax};
use crate::lint::{Form, Object, Platform, Subject};
use crate::model::ignition::Config;
use crate::model::{Dialect, decode_at};
use crate::spec::{Gates, IgnitionVersion};
use crate::validate::{Manner, validate};

crate::problem! {
    /// An Ignition config of a version that does not exist, or that Ignition 3 does not read.
    ///
    /// The machine stops in its initial file system and does not boot. Configs of version 1 and 2 have to be translated;
    /// the fields have other names there.
    ///
    /// Source: `ignition.version` in the Ignition specification.
    pub(crate) UNKNOWN_VERSION = "FS2010", "unknown-ignition-version", Error;

    /// An Ignition config that says no version.
    ///
    /// Ignition refuses it.
    ///
    /// Good: `{"ignition": {"version": "3.4.0"}}`.
    ///
    /// Source: `ignition.version` in the Ignition specification.
    pub(crate) NO_VERSION = "FS2011", "no-ignition-version", Error;

    /// An Ignition config in YAML.
    ///
    /// Ignition reads JSON alone. YAML that looks like Ignition is what stands in a MachineConfig, or a Butane config
    /// without its head.
    ///
    /// Source: the Ignition specification, which is of JSON.
    pub(crate) NOT_JSON = "FS2012", "ignition-in-yaml", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&UNKNOWN_VERSION, &NO_VERSION, &NOT_JSON];

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    if part.document.syntax() == Syntax::Yaml {
        let finding =
            NOT_JSON.at(Place::value(part.source, part.path.join("ignition")), "this Ignition config is in YAML");
        let help = "a Butane config begins with `variant:` and `version:`, and compiles to JSON";
        run.report.push(finding.help(help));
    }
    config(run, part, (Some(part.node), &part.path), (Form::Ignition, run.options.platform), None);
}

/// Checks the config at a node, and keeps it for the lints.
pub(super) fn config(
    run: &mut Run<'_>,
    part: &Part<'_>,
    (node, path): (Option<NodeId>, &Path),
    (form, platform): (Form, Platform),
    object: Option<Object>,
) {
    let (document, source) = (&**part.document, part.source);
    let Some(version) = version(document, node, path, part, &mut run.report) else { return };
    let mut told = Report::default();
    let gates = Gates::ignition(version);
    let (config, faults): (Config, _) =
        decode_at(document, source, (node, path), (Dialect::Ignition, gates), &mut told);
    let mut checks = Report::default();
    validate(&config, version, source, Manner::Own, &mut checks);
    // What was told already has no consequences worth telling.
    for finding in checks.into_iter().filter(|finding| !faults.cover(&finding.place.path)) {
        told.push(finding);
    }
    for mut finding in told {
        keys::improve(&mut finding, document, version);
        run.report.push(finding);
    }
    let mut subject = Subject { source, form, platform, version, config, object, units: Vec::new(), files: Vec::new() };
    subject::add_texts(&mut subject, &mut run.sources, None);
    run.subjects.push(subject);
}

/// The version that a config names.
fn version(
    document: &Document,
    node: Option<NodeId>,
    path: &Path,
    part: &Part<'_>,
    report: &mut Report,
) -> Option<IgnitionVersion> {
    // The reader that Ignition uses takes keys in any letter case.
    let get = |node: NodeId, key: &str| {
        let alike =
            |&&(name, _): &&(NodeId, NodeId)| document.value(name).is_some_and(|name| name.eq_ignore_ascii_case(key));
        document.get(node, key).or_else(|| document.entries(node).iter().rev().find(alike).map(|&(_, value)| value))
    };
    let place = Place::value(part.source, path.join("ignition").join("version"));
    let newest = IgnitionVersion::V3_4;
    let found = node.and_then(|node| get(node, "ignition")).and_then(|section| get(section, "version"));
    let written = found.and_then(|node| document.value(node)).unwrap_or_default();
    if written.is_empty() {
        let finding = NO_VERSION.at(place, "the config does not say its version");
        report.push(finding.help(format!("add `ignition: {{version: {newest}}}`")));
        return None;
    }
    if let Some(version) = IgnitionVersion::from_name(written) {
        return Some(version);
    }
    let known = IgnitionVersion::ALL.map(IgnitionVersion::name).join(", ");
    let finding = UNKNOWN_VERSION.at(place, format!("there is no version `{written}` of Ignition configs"));
    report.push(match written.split('.').next() {
        Some("2" | "1") => finding
            .note("Ignition 2 and newer reads version 3 alone; a machine that gets this does not boot")
            .help("rewrite it as a Butane config: `filesystem:` is left out, `networkd:` becomes files")
            .help(format!("versions: {known}")),
        _ => finding.help(format!("versions: {known}")),
    });
    None
}
