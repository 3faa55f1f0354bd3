//! Compiles a Butane config exactly as the reference does: the stages in its order, each stopping where it stops.

pub mod header;
mod locate;
pub(crate) mod own;
mod place;
mod platform;
mod refuse;
mod trace;
mod unknown_keys;

use crate::diagnostic::{Diagnostic, Problem, Report, Severity, SourceId, Sources};
use crate::document::json::Layout;
use crate::document::yaml::{self, YamlError};
use crate::document::{Document, Syntax};
use crate::files::Files;
use crate::lower::{Lowered, lower};
use crate::model::{BAD_MERGE, BAD_TAG, Dialect, Field as _, Naming, Origin, TOO_MANY_ALIASES, butane, decode};
use crate::spec::{Feature, Gate, Target};
use crate::validate::{DUPLICATE_ENTRY, Manner, validate};
use crate::{check, emit, sugar};
use header::HeaderFault;
use std::fmt;
use trace::Trace;

pub use locate::position;

/// Every kind of finding that is made here.
pub static PROBLEMS: &[&[&Problem]] = &[unknown_keys::PROBLEMS, platform::PROBLEMS, refuse::PROBLEMS, own::PROBLEMS];

/// What the user chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// JSON with line breaks.
    pub pretty: bool,
    /// The Ignition config alone, where a MachineConfig would be made.
    pub raw: bool,
}

/// Why there is no output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fatal {
    /// The text is no YAML, or does not have the types that its fields want. The message names lines.
    Yaml(String),
    /// There is no such variant and version.
    Header(String),
    /// The config as written, or a file it needs, is at fault; the report says how.
    Source,
    /// What the config comes to is at fault; the report says how.
    Generated,
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yaml(message) | Self::Header(message) => f.write_str(message),
            Self::Source => f.write_str("source config is invalid"),
            Self::Generated => f.write_str("config generated was invalid"),
        }
    }
}

/// What compiling came to.
#[derive(Debug)]
pub struct Compiled {
    /// The text of the output, or why there is none.
    pub output: Result<String, Fatal>,
    /// The findings, in the reference's order.
    pub report: Report,
    /// The text that findings point into; see [`position`].
    pub sources: Sources,
    /// Its name among the sources.
    pub source: SourceId,
}

/// Compiles the config in `bytes`; `name` is what findings call it. Local files come through `files`, if there is a
/// folder of them.
pub fn compile(bytes: &[u8], name: &str, files: Option<&dyn Files>, options: Options) -> Compiled {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let (source, output) = match yaml::read(bytes) {
        Ok(document) => {
            let source = sources.add_document(name, document.clone());
            (source, run(&document, source, files, options, &mut report))
        }
        Err(error) => {
            let source = sources.add_malformed(name, yaml::decoded(bytes), Syntax::Yaml);
            (source, Err(syntax_fault(&error)))
        }
    };
    Compiled { output, report, sources, source }
}

fn run(
    document: &Document,
    source: SourceId,
    files: Option<&dyn Files>,
    options: Options,
    report: &mut Report,
) -> Result<String, Fatal> {
    let target = header::target(document, source).map_err(|fault| match fault {
        HeaderFault::Yaml(told) => Fatal::Yaml(format!("Error unmarshaling yaml: {}", type_faults(&told, document))),
        HeaderFault::Unknown(message) => Fatal::Header(message),
    })?;
    let mut told = Report::default();
    let config: butane::Config = decode(document, source, Dialect::Butane, target.gates(), &mut told);
    if told.has_errors() {
        return Err(Fatal::Yaml(type_faults(&told, document)));
    }
    unknown_keys::check(document, &config, target, source, report);
    let stop = |report: &Report, fatal: Fatal| if report.has_errors() { Err(fatal) } else { Ok(()) };
    check::check(&config, target, source, Manner::Reference, report);
    stop(report, Fatal::Source)?;
    let lowered = translate(config, target, files, options, (document, source, report))?;
    let emitted = Emitted { machine_config: is_machine_config(target) && !options.raw, pretty: options.pretty };
    finish(lowered, target, emitted, source, report)
}

fn is_machine_config(target: &Target) -> bool {
    target.gates().allow(Gate::With(Feature::MachineConfig))
}

/// From the config as written to the config as generated.
fn translate(
    mut config: butane::Config,
    target: &Target,
    files: Option<&dyn Files>,
    options: Options,
    (document, source, report): (&Document, SourceId, &mut Report),
) -> Result<Lowered, Fatal> {
    let mut context = sugar::Context::new(target, files, (document, source), report);
    sugar::apply_common(&mut config, &mut context);
    if report.has_errors() {
        return Err(Fatal::Source);
    }
    sugar::apply_boot_device(&mut config, target);
    let mut disks = Report::default();
    check::check_merged_disks(&config.storage.disks, target, source, &mut disks);
    sugar::apply_product(&mut config, target);
    let lowered = lower(config, target);
    // For a MachineConfig the reference looks these up below `spec`, where its table has none of them.
    if is_machine_config(target) {
        place::as_written(&mut disks, source);
    } else {
        place::map(&mut disks, source, || Trace::of(&lowered, target, false));
    }
    report.extend(disks);
    if is_machine_config(target) {
        if options.raw {
            platform::warn_ignored(&lowered.openshift, document, source, report);
        }
        let mut told = Report::default();
        platform::check(&lowered.config, target, source, &mut told);
        place::map(&mut told, source, || Trace::of(&lowered, target, !options.raw));
        report.extend(told);
    }
    if report.has_errors() { Err(Fatal::Source) } else { Ok(lowered) }
}

/// How the output looks.
#[derive(Clone, Copy)]
struct Emitted {
    machine_config: bool,
    pretty: bool,
}

/// Checks the generated config and writes it.
fn finish(
    mut lowered: Lowered,
    target: &Target,
    emitted: Emitted,
    source: SourceId,
    report: &mut Report,
) -> Result<String, Fatal> {
    if emitted.machine_config || !is_machine_config(target) {
        let refused = refuse::check(&lowered.config, target, source);
        if !refused.is_empty() {
            let mut refused = refused;
            place::map(&mut refused, source, || Trace::of(&lowered, target, emitted.machine_config));
            report.extend(refused);
            return Err(Fatal::Source);
        }
    }
    let manner = Manner::Reference;
    let told = generated_findings(&lowered, target, (emitted.machine_config, manner), source);
    if !told.is_empty() {
        // Findings are rare, so only now the places are looked up, as those of the generated config: the reference
        // translates them back by a table that does not know everything.
        let trace = Trace::of(&lowered, target, emitted.machine_config);
        lowered.config.relocate(&Origin::root(Naming::Camel));
        let mut told = generated_findings(&lowered, target, (emitted.machine_config, manner), source);
        place::map(&mut told, source, || trace);
        report.extend(told);
        if report.has_errors() {
            return Err(Fatal::Generated);
        }
    }
    Ok(if emitted.machine_config {
        emit::machine_config_yaml(&lowered, target.ignition)
    } else {
        let layout = if emitted.pretty { Layout::Pretty } else { Layout::Compact };
        emit::ignition_json(&lowered.config, target.ignition, layout)
    })
}

/// Duplicates come first, then the checks.
fn generated_findings(
    lowered: &Lowered,
    target: &Target,
    (machine_config, manner): (bool, Manner),
    source: SourceId,
) -> Report {
    let mut told = Report::default();
    validate(&lowered.config, target.ignition, source, manner, &mut told);
    let (duplicates, mut checks): (Vec<Diagnostic>, Vec<Diagnostic>) =
        told.into_iter().partition(|finding| *finding.problem == DUPLICATE_ENTRY);
    let mut report = Report::default();
    duplicates.into_iter().for_each(|finding| report.push(finding));
    if machine_config {
        platform::check_duplicates(&lowered.openshift, source, &mut report);
    }
    checks.drain(..).for_each(|finding| report.push(finding));
    report
}

fn syntax_fault(error: &YamlError) -> Fatal {
    Fatal::Yaml(format!("Error unmarshaling yaml: yaml: {error}"))
}

/// The faults of decoding in the reference's form, one a line, each with the line of the text.
fn type_faults(report: &Report, document: &Document) -> String {
    // Such a fault ends reading at once, and the reference names no line.
    let ends = [&BAD_MERGE, &BAD_TAG, &TOO_MANY_ALIASES];
    if let Some(finding) = report.iter().find(|finding| ends.contains(&finding.problem)) {
        return format!("yaml: {}", finding.message);
    }
    let mut text = String::from("yaml: unmarshal errors:");
    for finding in report.iter().filter(|finding| finding.severity == Severity::Error) {
        let lines = std::iter::once(&finding.place).chain(finding.labels.iter().map(|label| &label.place));
        let mut lines = lines.filter_map(|place| locate::position(document, place).map(|at| at.line));
        if let Some(line) = lines.next() {
            text.push_str(&format!("\n  line {line}: {}", finding.message));
        }
        if let Some(first) = lines.next() {
            text.push_str(&format!("; first at line {first}"));
        }
    }
    text
}
