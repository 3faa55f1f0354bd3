//! Looks into texts that people edit by hand: recognises what they are, checks them at every level, lets the lints look.
//!
//! Every text of a run is read before the first lint, so that a unit of one file may wait for a mount of another.

mod butane;
mod ignition;
mod keys;
mod machine_config;
mod machine_config_pool;
mod mend;
mod pool_together;
mod recognize;
mod referenced;
mod secret;
mod settings;
mod subject;
mod suppress;
mod unit;

pub use mend::{Fixable, Mended, mend};
pub use recognize::{Kind, recognize};
pub use settings::Settings;
pub use suppress::Selector;

use crate::diagnostic::{Place, Problem, Report, SourceId, Sources, redact};
use crate::document::{Document, NodeId, Path, Span, Syntax, json, yaml};
use crate::files::Files;
use crate::ignition::{BAD_JSON, EMPTY_CONFIG};
use crate::lint::{self, Around, Findings, Subject};
use crate::manifest::machine_config::MachineConfigPool;
use crate::pipeline::{self, BAD_YAML};
use std::collections::HashMap;
use std::sync::Arc;

crate::problem! {
    /// A text that is none of the kinds that can be checked.
    ///
    /// A Butane config begins with `variant:` and `version:`, an Ignition config has `ignition.version`, a MachineConfig
    /// has `kind: MachineConfig`, a unit has sections in brackets.
    ///
    /// Source: the formats' own specifications.
    pub(crate) NOT_RECOGNISED = "FS2001", "not-recognised", Error;

    /// Settings in `firesteel.toml` that do not exist, or have no such value.
    ///
    /// Nothing is checked before the settings are right: a rule that seems to be off and is on, or the other way round,
    /// would only be found much later.
    ///
    /// Good: `target = "4.16"`, `strict = true`, `preview = false`, `ignore = ["FS2201"]`, and `[[per-path]]` with
    /// `paths = ["tests/**"]`.
    ///
    /// Source: `firesteel validate --help`.
    pub(crate) BAD_SETTING = "FS2002", "bad-setting", Error;
}

/// Every kind of finding about what a text is.
pub static PROBLEMS: &[&[&Problem]] = &[
    &[&NOT_RECOGNISED, &BAD_SETTING],
    keys::PROBLEMS,
    referenced::PROBLEMS,
    ignition::PROBLEMS,
    machine_config::PROBLEMS,
    machine_config_pool::PROBLEMS,
    pool_together::PROBLEMS,
    secret::PROBLEMS,
    suppress::PROBLEMS,
];

/// One text to look into.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Its name as the user gave it; `<stdin>` for standard input.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The files that it may name, relative to its own folder.
    pub files: &'a dyn Files,
    /// Whether the user named it. One that was found in a folder may be of any other kind, and is then passed over.
    pub named: bool,
    /// What the user chose for it.
    pub settings: &'a Settings,
}

/// What is the same for all texts of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Every kind of finding there is: what comments may leave out. See [`Selector`].
    pub known: Vec<&'static Problem>,
}

/// What looking came to.
#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// Every finding, in the order of the texts.
    pub report: Report,
    /// The texts that findings point into.
    pub sources: Sources,
    /// How many configs, objects and units were looked into.
    pub checked: usize,
    /// The names of the texts that were looked into, those with nothing to tell of too.
    pub read: Vec<String>,
    /// The names of texts that are of none of the kinds.
    pub passed_over: Vec<String>,
}

/// Looks into all texts of a run.
pub fn inspect(inputs: &[Input<'_>], options: &Options) -> Inspected {
    let mut run = Run {
        options: Settings::DEFAULT,
        report: Report::default(),
        sources: Sources::default(),
        subjects: Vec::new(),
        pools: Vec::new(),
        checked: 0,
        nested: 0,
    };
    let (mut read, mut passed_over) = (Vec::new(), Vec::new());
    // Which rules look at the subjects of an input.
    let mut previews = Vec::new();
    for input in inputs {
        let known = run.read(input);
        if known { &mut read } else { &mut passed_over }.push(input.name.to_owned());
        previews.resize(run.subjects.len(), input.settings.preview);
    }
    pool_together::check(&mut run);
    let mut around = Around::default();
    run.subjects.iter().for_each(|subject| around.add(subject));
    let Run { mut report, mut sources, subjects, checked, .. } = run;
    for (subject, preview) in subjects.iter().zip(previews) {
        let mut findings = Findings::new(subject.source, &mut report, &mut sources);
        lint::lint(subject, &around, preview, &mut findings);
    }
    let by_name: HashMap<&str, &Settings> = inputs.iter().map(|input| (input.name, input.settings)).collect();
    let settings = |name: &str| by_name.get(name).copied().unwrap_or(Settings::DEFAULT);
    suppress::apply(&mut report, &sources, &options.known, settings);
    report.sort(&sources);
    report.dedup(&sources);
    redact::scrub_apart(&mut report, &sources);
    Inspected { report, sources, checked, read, passed_over }
}

/// The state of a run.
struct Run<'a> {
    /// What the user chose for the text that is being read.
    options: &'a Settings,
    report: Report,
    sources: Sources,
    subjects: Vec<Subject>,
    /// The MachineConfigPools of the run, each with its source.
    pools: Vec<(SourceId, MachineConfigPool)>,
    checked: usize,
    /// How many configs the one being read is inside of.
    nested: usize,
}

/// A part of a text that is one thing.
struct Part<'a> {
    source: SourceId,
    document: &'a Arc<Document>,
    node: NodeId,
    path: Path,
    input: &'a Input<'a>,
}

impl<'a> Run<'a> {
    /// Reads one text; whether it is of a kind that can be looked into.
    fn read(&mut self, input: &Input<'a>) -> bool {
        self.options = input.settings;
        let text = yaml::decoded(input.bytes);
        if unit::is_unit(input.name, &text) {
            self.checked += 1;
            unit::read(self, input.name, &text);
            return true;
        }
        let in_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if in_json {
            return match json::read(input.bytes) {
                Ok(document) => self.documents(vec![document], input),
                // YAML takes more than JSON does, and so does everything that reads MachineConfigs.
                Err(fault) => match yaml::read_all(input.bytes) {
                    (documents, None) if documents.iter().all(is_object) => self.documents(documents, input),
                    _ => self.malformed(input, &text, Syntax::Json, fault.offset, &fault.message),
                },
            };
        }
        let (documents, fault) = yaml::read_all(input.bytes);
        if documents.is_empty() && fault.is_none() && input.name.ends_with(".ign") {
            self.empty(input);
            return true;
        }
        let nothing_read = documents.is_empty() && fault.is_some();
        let mut known = !nothing_read && self.documents(documents, input);
        if let Some(fault) = fault {
            known |= self.malformed(input, &text, Syntax::Yaml, fault.offset, &fault.message);
        }
        known
    }

    /// Tells that an Ignition config, as its name says, holds nothing.
    fn empty(&mut self, input: &Input<'_>) {
        self.checked += 1;
        let source = self.sources.add_malformed(input.name, "", Syntax::Json);
        let finding = EMPTY_CONFIG.at(Place::whole(source), "there is nothing in this text");
        self.report.push(finding.help("a config that asks for nothing is `{\"ignition\": {\"version\": \"3.4.0\"}}`"));
    }

    /// Tells that a text cannot be read, if it was meant to be.
    fn malformed(&mut self, input: &Input<'_>, text: &str, syntax: Syntax, offset: u32, message: &str) -> bool {
        if !input.named && !recognize::looks_like_ours(text) {
            return false;
        }
        self.checked += 1;
        let hidden = redact::secrets(text);
        let length = text.len() as u32;
        let source = self.sources.add_malformed(input.name, text, syntax);
        hidden.into_iter().for_each(|span| self.sources.hide(source, span));
        let at = offset.min(length);
        let place = Place::bytes(source, Span::new(at, (at + 1).min(length)));
        let rest = text.get(at as usize..).unwrap_or_default();
        let (finding, advice) = match syntax {
            Syntax::Json => {
                let finding = BAD_JSON.at(place, format!("this is not well-formed JSON: {message}"));
                (finding, crate::ignition::advice(message, rest))
            }
            Syntax::Yaml => {
                let finding = BAD_YAML.at(place, format!("this is not well-formed YAML: {message}"));
                (finding, pipeline::advice(message, rest))
            }
        };
        self.report.push(match advice {
            Some(advice) => finding.help(advice),
            None => finding,
        });
        true
    }

    /// Looks into every document of a text; whether any is of a kind that is known.
    fn documents(&mut self, documents: Vec<Document>, input: &Input<'_>) -> bool {
        let mut known = false;
        // All documents share the text.
        let mut hidden = None;
        for document in documents {
            let document = Arc::new(document);
            let Some(root) = document.root() else { continue };
            let kinds = recognize::parts(&document, root);
            let unknown = kinds.iter().all(|(.., kind)| matches!(kind, Kind::Unknown | Kind::OtherObject));
            if unknown && !input.named {
                continue;
            }
            known = true;
            let source = self.sources.add_document(input.name, document.clone());
            let hidden = hidden.get_or_insert_with(|| redact::secrets(document.text()));
            hidden.iter().for_each(|&span| self.sources.hide(source, span));
            for (node, path, kind) in kinds {
                let part = Part { source, document: &document, node, path, input };
                self.part(&part, kind);
            }
        }
        if !known && input.named {
            let source = self.sources.add_text(input.name, "");
            self.report.push(NOT_RECOGNISED.at(Place::whole(source), "there is nothing in this text"));
        }
        known || input.named
    }

    fn part(&mut self, part: &Part<'_>, kind: Kind) {
        match kind {
            Kind::OtherObject => return,
            Kind::Unknown => {
                let place = Place::value(part.source, part.path.clone());
                let finding = NOT_RECOGNISED.at(place, "this is nothing that can be checked");
                self.report.push(finding.help(recognize::what_is_known(part.document, part.node)));
            }
            Kind::Ignition => ignition::read(self, part),
            Kind::MachineConfig => machine_config::read(self, part),
            Kind::MachineConfigPool => machine_config_pool::read(self, part),
            Kind::UserData => secret::read(self, part),
            Kind::Butane => butane::read(self, part),
            Kind::Spec => self.spec(part),
        }
        self.checked += 1;
    }

    /// Compiles a spec for its findings alone.
    fn spec(&mut self, part: &Part<'_>) {
        let input = pipeline::Input { name: part.input.name, bytes: part.input.bytes };
        let compiled = pipeline::compile(input, part.input.files, &pipeline::Options::default());
        self.report.extend(self.sources.take_over(compiled.sources, compiled.report));
    }
}

/// Whether a document is a Kubernetes object.
fn is_object(document: &Document) -> bool {
    document.root().is_some_and(|root| document.get(root, "kind").is_some())
}
