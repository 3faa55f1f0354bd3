//! The passes in order, and where a fatal finding stops them.

pub use crate::asset::{Asset, AssetKind, TargetForm, Wrapping};

use crate::butane;
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId, Sources, redact};
use crate::document::{Document, Path, Span, Syntax, yaml};
use crate::files::{FileError, FileKind, Files};
use crate::spec::TARGETS;
use crate::storage;
use std::cell::RefCell;
use std::collections::HashMap;

/// One text to compile.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Its name as the user gave it; `<stdin>` for standard input.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What the user chose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// In what the assets are wrapped; `None` takes what fits the input: MachineConfigs where there is a cluster, plain
    /// Ignition elsewhere.
    pub wrapping: Option<Wrapping>,
    /// For which program the storage side is made too; `None` for none.
    pub target: Option<TargetForm>,
}

/// The languages of inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// None that can be compiled.
    #[default]
    Unknown,
    /// A spec, which comes to several files.
    Spec,
    /// A Butane config, which comes to one.
    Butane,
}

/// What compiling one input gave.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// The files to write, by kind and name; empty when the report has an error.
    pub assets: Vec<Asset>,
    /// Every finding, in the order of the text.
    pub report: Report,
    /// The texts that findings point into.
    pub sources: Sources,
    /// What the input is.
    pub language: Language,
    /// The files that were read or looked for, as the input names them, in order, each once.
    pub inputs: Vec<String>,
}

crate::problem! {
    /// A text that is not well-formed YAML.
    ///
    /// Nothing of it can be read. Tabs may not indent, brackets and quotes must be closed, and a text with `: ` or ` #`
    /// in it needs quotes.
    ///
    /// Source: YAML 1.1, as the reference's library reads it.
    pub BAD_YAML = "FS0001", "bad-yaml", Error;

    /// A text of a kind that cannot be compiled.
    ///
    /// A spec begins with `variant: firesteel` and `version: 1.0.0`.
    pub NOT_A_SPEC = "FS0002", "not-a-spec", Error;

    /// A result that another input of the run has too.
    ///
    /// Results of Butane configs lie in one folder, and in a cluster objects of one kind have one name each, so the
    /// second would replace the first. A MachineConfig is named by its `metadata.name`, an Ignition config after its
    /// file.
    ///
    /// Bad: `compile a/host.bu b/host.bu -o out`. Good: two runs with a folder each, or two names.
    pub SAME_RESULT = "FS0003", "same-result", Error;
}

/// Findings about a text as a whole.
pub static PROBLEMS: &[&Problem] = &[&BAD_YAML, &NOT_A_SPEC, &SAME_RESULT];

/// Compiles one input; all it reads comes through `files`.
///
/// Any error in the report means that there are no assets.
pub fn compile(input: Input<'_>, files: &dyn Files, options: &Options) -> Compiled {
    let recorded = Recorded::new(files);
    let mut compiled = Compiled::default();
    let Compiled { assets, report, sources, language, inputs } = &mut compiled;
    match yaml::read(input.bytes) {
        Err(error) => {
            let text = yaml::decoded(input.bytes);
            let hidden = redact::secrets(&text);
            let length = text.len() as u32;
            let source = sources.add_malformed(input.name, text, Syntax::Yaml);
            hidden.into_iter().for_each(|span| sources.hide(source, span));
            let at = error.offset.min(length);
            let place = Place::bytes(source, Span::new(at, (at + 1).min(length)));
            let finding = BAD_YAML.at(place, format!("this is not well-formed YAML: {}", error.message));
            let rest = sources.get(source).text.get(at as usize..).unwrap_or_default();
            report.push(match advice(&error.message, rest) {
                Some(advice) => finding.help(advice),
                None => finding,
            });
        }
        Ok(document) => {
            let source = sources.add_document(input.name, document.clone());
            match variant(&document) {
                Some(storage::VARIANT) => {
                    *language = Language::Spec;
                    if let Some((finding, start)) = second_document(&document, source) {
                        report.push(finding);
                        // It has no tree that tells where its secrets are.
                        let secrets = redact::secrets(document.text()).into_iter().filter(|span| span.end > start);
                        secrets.for_each(|span| sources.hide(source, span));
                    }
                    let chosen = (options.wrapping, options.target);
                    *assets = storage::compile(&document, source, sources, &recorded, chosen, report);
                }
                Some(name) if is_butane(name) => {
                    *language = Language::Butane;
                    redact::secrets(document.text()).into_iter().for_each(|span| sources.hide(source, span));
                    if let Some((finding, _)) = second_document(&document, source) {
                        report.push(finding);
                    }
                    if options.target.is_some() {
                        report.push(storage::no_target_side(source, "a Butane config says nothing about LUNs"));
                    }
                    let config = butane::own::Input {
                        document: &document,
                        source,
                        name: input.name.rsplit('/').next().unwrap_or_default(),
                        stem: &storage::stem(input.name),
                    };
                    let (wrapping, told) = (options.wrapping, (&mut *sources, &mut *report));
                    match butane::own::compile(&config, &recorded, wrapping, told) {
                        Ok(made) => *assets = if report.has_errors() { Vec::new() } else { made },
                        Err(message) => {
                            let place = Place::value(source, Path::root().join("version"));
                            report.push(NOT_A_SPEC.at(place, message).help(versions(name)));
                        }
                    }
                }
                other => {
                    // Whatever it is, it may hold secrets.
                    redact::secrets(document.text()).into_iter().for_each(|span| sources.hide(source, span));
                    report.push(not_a_spec(source, other));
                }
            }
        }
    }
    report.sort(sources);
    report.dedup(sources);
    redact::scrub(report, sources);
    // What was meant as a secret is no name of a file.
    let hidden = redact::hidden_texts(sources);
    *inputs = recorded.paths();
    inputs.retain(|path| !hidden.contains(path) || files.read(path).is_ok());
    compiled
}

/// Tells every Butane config of a run whose result has the name of an earlier one's.
pub fn refuse_same_results<'a>(results: impl IntoIterator<Item = &'a mut Compiled>) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for result in results.into_iter().filter(|result| result.language == Language::Butane) {
        let Compiled { assets, report, sources, .. } = result;
        let Some((source, name)) = sources.iter().next().map(|(source, text)| (source, text.name.clone())) else {
            continue;
        };
        for asset in &*assets {
            let Some(first) = seen.get(&asset.name) else {
                seen.insert(asset.name.clone(), name.clone());
                continue;
            };
            let place = Place::value(source, Path::root().join("metadata").join("name"));
            // The name of an Ignition config stands nowhere in the text.
            let place = if asset.name.ends_with(".ign") { Place::whole(source) } else { place };
            let finding = SAME_RESULT.at(place, format!("`{}` is the result of {first} already", asset.name));
            report.push(finding.help("give one of the two another name, or compile them into different folders"));
        }
        if report.has_errors() {
            assets.clear();
        }
    }
}

/// What to do about some common faults, which the reader names in the words of the YAML specification.
pub(crate) fn advice(message: &str, rest: &str) -> Option<&'static str> {
    let first = rest.chars().next();
    match message {
        _ if first == Some('\t') => Some("YAML is indented with spaces; tabs may not stand there"),
        "found character that cannot start any token" => Some("put a text that begins with this character in quotes"),
        "mapping values are not allowed in this context" => {
            Some("put a text with `: ` in it in quotes; otherwise look at the indentation")
        }
        _ if message.contains("UTF-8") => Some("save the file as UTF-8"),
        _ => None,
    }
}

/// Tells of a second document in the text, of which only the first was read, and where that ends.
fn second_document(document: &Document, source: SourceId) -> Option<(Diagnostic, u32)> {
    let text = document.text();
    let start = document.root().map_or(0, |root| document.node(root).span.end as usize);
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        let word = line.trim_end();
        let is_content = !word.is_empty() && !word.trim_start().starts_with('#') && word != "..." && word != "---";
        if is_content && at > start {
            let place = Place::bytes(source, Span::new(at as u32, (at + word.len()) as u32));
            let finding = NOT_A_SPEC.at(place, "a second document begins here, and a file holds one spec");
            let finding = finding.help("write it to a file of its own; several files can be compiled at once");
            return Some((finding, start as u32));
        }
        at += line.len();
    }
    None
}

/// The `variant` of a document, which says what it is.
fn variant(document: &Document) -> Option<&str> {
    document.get(document.root()?, "variant").and_then(|node| document.value(node))
}

/// Whether configs of that variant are Butane's.
fn is_butane(variant: &str) -> bool {
    TARGETS.iter().any(|target| target.variant.name() == variant)
}

/// The versions of a Butane variant, for people.
fn versions(variant: &str) -> String {
    let known = TARGETS.iter().filter(|target| target.variant.name() == variant).map(|target| target.version);
    format!("the versions of `{variant}` are {}", known.collect::<Vec<_>>().join(", "))
}

fn not_a_spec(source: SourceId, variant: Option<&str>) -> Diagnostic {
    let place = Place::value(source, Path::root().join("variant"));
    let help = format!("a spec begins with `variant: {}` and `version: 1.0.0`", storage::VARIANT);
    match variant {
        Some(_) => NOT_A_SPEC.at(place, "this variant is not known").help(help),
        None => NOT_A_SPEC.at(Place::whole(source), "this text has no `variant`, so it is no spec").help(help),
    }
}

/// Files that remember what was asked for.
struct Recorded<'a> {
    files: &'a dyn Files,
    paths: RefCell<Vec<String>>,
}

impl<'a> Recorded<'a> {
    fn new(files: &'a dyn Files) -> Self {
        Self { files, paths: RefCell::default() }
    }

    fn paths(self) -> Vec<String> {
        self.paths.into_inner()
    }
}

impl Recorded<'_> {
    fn remember(&self, path: &str) {
        let mut paths = self.paths.borrow_mut();
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
}

impl Files for Recorded<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.remember(path);
        self.files.read(path)
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.files.kind(path)
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.files.own_kind(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        self.remember(path);
        self.files.list(path)
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        self.remember(path);
        self.files.link_target(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.files.variable(name)
    }

    fn mode(&self, path: &str) -> Option<u32> {
        self.files.mode(path)
    }
}
