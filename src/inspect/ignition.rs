//! Ignition configs.

use super::{Part, Run, keys, referenced, subject, unit};
use crate::diagnostic::{Place, Problem, Report};
use crate::document::{NodeId, Path, Syntax};
use crate::ignition::{self, Versioned};
use crate::lint::{Form, Object, Platform, Subject};
use crate::validate::Manner;

crate::problem! {
    /// An Ignition config in YAML.
    ///
    /// Ignition reads JSON alone. YAML that looks like Ignition is what stands in a MachineConfig, or a Butane config
    /// without its head.
    ///
    /// Source: the Ignition specification, which is of JSON.
    pub(crate) NOT_JSON = "FS2010", "ignition-in-yaml", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&NOT_JSON];

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
    let mut told = Report::default();
    let checked = ignition::check(document, source, (node, path), Manner::Own, &mut told);
    let version = checked.as_ref().ok().map(|checked| checked.version);
    let first = run.report.len();
    run.report.extend(keys::improved(told, document, version));
    let Ok(Versioned { version, config }) = checked else { return };
    let mut subject = Subject { source, form, platform, version, config, object, units: Vec::new(), files: Vec::new() };
    subject::add_texts(&mut subject, &mut run.sources, None);
    unit::locate(&subject, &run.sources, run.report.iter_mut().skip(first));
    referenced::read(run, part, &subject.config);
    run.subjects.push(subject);
}
