//! Butane configs below `ignition.config`, compiled where the reference embeds them as if they were Ignition.

use super::{Folder, Text, generate, target_of};
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId, Sources, redact};
use crate::document::json::Layout;
use crate::document::yaml::{self, YamlError};
use crate::document::{Document, Path, Span, Syntax};
use crate::emit;
use crate::files::Files as _;
use crate::model::butane::{Config, Reference};
use crate::spec::Target;
use std::collections::HashMap;
use std::rc::Rc;

crate::problem! {
    /// A config below another one that cannot be compiled.
    ///
    /// A file or inline text under `ignition.config.merge` or `replace` that begins as a Butane config is compiled, and
    /// the Ignition config that it comes to is embedded. It must be of a variant and version that there is.
    ///
    /// Bad: `variant: fcos` without `version`. Good: the head that a config of its own would have.
    ///
    /// Source: `ignition.config` of the Butane configuration specification.
    pub(super) BAD_FRAGMENT = "FS0629", "bad-fragment", Error;

    /// A config that leads back to itself, or a chain of configs that is too long.
    ///
    /// Source: `ignition.config` of the Butane configuration specification.
    pub(super) ENDLESS_FRAGMENTS = "FS0630", "endless-fragments", Error;

    /// A config below another one that is for another system, or needs a newer Ignition.
    ///
    /// The machine that reads the outer config reads this one too. It refuses what is newer than its Ignition.
    ///
    /// Bad: `version: 1.6.0` below `version: 1.5.0`. Good: one version for both.
    ///
    /// Source: `ignition.config` of the Ignition specification.
    pub(super) UNLIKE_FRAGMENT = "FS0631", "unlike-fragment", Warning;
}

pub(in super::super) static PROBLEMS: &[&Problem] = &[&BAD_FRAGMENT, &ENDLESS_FRAGMENTS, &UNLIKE_FRAGMENT];

/// Configs within configs end here.
const MAX_DEPTH: usize = 16;

/// A config that was compiled.
#[derive(Clone)]
struct Fragment {
    target: &'static Target,
    /// The Ignition config; `None` when it is told why there is none.
    json: Option<Rc<str>>,
}

/// Compiles configs within configs, each file once.
pub(super) struct Fragments<'a> {
    sources: &'a mut Sources,
    /// The files that lead to the present one, by their clean paths.
    chain: Vec<String>,
    done: HashMap<String, Option<Fragment>>,
}

/// A reference whose config was compiled: its index among the merged ones (`None` for the replacing one), the Ignition
/// config, and whether it came from `local`.
pub(super) struct Compiled {
    index: Option<usize>,
    json: Option<Rc<str>>,
    local: bool,
}

impl<'a> Fragments<'a> {
    /// For a run that begins with the file `name`, which lies in the folder of the run.
    pub(super) fn new(sources: &'a mut Sources, name: &str) -> Self {
        Self { sources, chain: vec![name.to_owned()], done: HashMap::new() }
    }

    /// Takes the Butane configs out of `config` and compiles them. Local files that are none become inline texts, so
    /// that they are checked as such.
    pub(super) fn take(&mut self, config: &mut Config, text: &Text<'_>, report: &mut Report) -> Vec<Compiled> {
        let sources = &mut config.ignition.config;
        let merged = sources.merge.iter_mut().enumerate().map(|(index, reference)| (Some(index), reference));
        let all: Vec<_> = merged.chain([(None, &mut sources.replace)]).collect();
        all.into_iter().filter_map(|(index, reference)| self.one(index, reference, text, report)).collect()
    }

    fn one(
        &mut self,
        index: Option<usize>,
        reference: &mut Reference,
        text: &Text<'_>,
        report: &mut Report,
    ) -> Option<Compiled> {
        let plain = reference.compression.as_deref().is_none_or(str::is_empty);
        let is_bound = reference.source.is_some() || reference.verification.hash.is_some();
        let (local, fragment) = match (&reference.inline, &reference.local) {
            (Some(inline), None) if plain && !is_bound && is_butane(inline) => {
                let place = Place::value(text.source, reference.at(Reference::inline));
                let name = format!("{} ({})", self.sources.get(text.source).name, place_name(&place.path));
                let inline = inline.clone();
                (
                    false,
                    self.nested(None, &place, |fragments| {
                        fragments.compile(&name, inline.as_bytes(), text.folder.clone(), report)
                    }),
                )
            }
            (None, Some(path)) if plain && !is_bound => {
                // What cannot be read is told where all local files are read.
                let local = String::from_utf8(text.folder.read(path).ok()?).ok()?;
                if !is_butane(&local) {
                    let at = reference.origin.field(Reference::local);
                    reference.origin.place(Reference::inline, at);
                    reference.inline = Some(local);
                    reference.local = None;
                    return None;
                }
                let place = Place::value(text.source, reference.at(Reference::local));
                let key = text.folder.clean(path).ok()?.join("/");
                let name = self.name_of(text.source, path);
                (
                    true,
                    match self.done.get(&key) {
                        Some(known) => Ok(known.clone()),
                        None => {
                            let folder = text.folder.of(path);
                            let made = self.nested(Some(key.clone()), &place, |fragments| {
                                fragments.compile(&name, local.as_bytes(), folder, report)
                            });
                            if let Ok(made) = &made {
                                self.done.insert(key, made.clone());
                            }
                            made
                        }
                    },
                )
            }
            _ => return None,
        };
        let field = if local { Reference::local } else { Reference::inline };
        let json = match fragment {
            Ok(Some(fragment)) => {
                let place = Place::value(text.source, reference.at(field));
                report_unlike(&fragment, text.target, place, report);
                fragment.json
            }
            Ok(None) => None,
            Err(finding) => {
                report.push(*finding);
                None
            }
        };
        (reference.inline, reference.local) = (None, None);
        Some(Compiled { index, json, local })
    }

    /// Runs `compile` one step deeper; a chain that comes back to a file, or gets too long, is a finding.
    fn nested<T>(
        &mut self,
        key: Option<String>,
        place: &Place,
        compile: impl FnOnce(&mut Self) -> T,
    ) -> Result<T, Box<Diagnostic>> {
        let key = key.unwrap_or_else(|| place_name(&place.path));
        if let Some(first) = self.chain.iter().position(|known| *known == key) {
            let mut circle = self.chain[first..].to_vec();
            circle.push(key);
            let message = format!("this config leads back to itself: {}", circle.join(" → "));
            return Err(Box::new(
                ENDLESS_FRAGMENTS.at(place.clone(), message).help("take one of these references out"),
            ));
        }
        if self.chain.len() > MAX_DEPTH {
            let message = format!("configs within configs are more than {MAX_DEPTH} deep here");
            let help = "name them in one config, one behind the other";
            return Err(Box::new(ENDLESS_FRAGMENTS.at(place.clone(), message).help(help)));
        }
        self.chain.push(key);
        let made = compile(self);
        self.chain.pop();
        Ok(made)
    }

    /// Compiles one config; `None` when there is no target for it.
    fn compile(&mut self, name: &str, bytes: &[u8], folder: Folder<'_>, report: &mut Report) -> Option<Fragment> {
        let document = match yaml::read(bytes) {
            Ok(document) => document,
            Err(error) => {
                report.push(self.malformed(name, bytes, &error));
                return None;
            }
        };
        let source = self.sources.add_document(name, document.clone());
        redact::secrets(document.text()).into_iter().for_each(|span| self.sources.hide(source, span));
        let target = match target_of(&document, source, report) {
            Ok(target) => target?,
            Err(message) => {
                let place = Place::value(source, Path::root().join("version"));
                report.push(BAD_FRAGMENT.at(place, message).help("begin it as a config of its own would begin"));
                return None;
            }
        };
        let text = Text { document: &document, source, target, folder };
        let generated = generate(&text, false, self, report).filter(|generated| generated.sound);
        let json = generated.map(|made| emit::ignition_json(&made.lowered.config, target.ignition, Layout::Compact));
        Some(Fragment { target, json: json.map(Rc::from) })
    }

    fn malformed(&mut self, name: &str, bytes: &[u8], error: &YamlError) -> Diagnostic {
        let text = yaml::decoded(bytes);
        let hidden = redact::secrets(&text);
        let length = text.len() as u32;
        let source = self.sources.add_malformed(name, text, Syntax::Yaml);
        hidden.into_iter().for_each(|span| self.sources.hide(source, span));
        let at = error.offset.min(length);
        let place = Place::bytes(source, Span::new(at, (at + 1).min(length)));
        BAD_FRAGMENT.at(place, format!("this is not well-formed YAML: {}", error.message))
    }

    /// The name of a local file beside the config that names it.
    fn name_of(&self, source: SourceId, path: &str) -> String {
        let outer = &self.sources.get(source).name;
        match outer.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{path}"),
            None => path.to_owned(),
        }
    }
}

/// Puts the compiled configs in the places of those that were taken out. References without a result go: it is told why
/// there is none.
pub(super) fn put_back(config: &mut Config, compiled: Vec<Compiled>) {
    let sources = &mut config.ignition.config;
    // From the last, so that indexes stay right.
    for Compiled { index, json, local } in compiled.into_iter().rev() {
        let reference = match (index, json.is_some()) {
            (Some(index), true) => &mut sources.merge[index],
            (None, true) => &mut sources.replace,
            (Some(index), false) => {
                sources.merge.remove(index);
                continue;
            }
            (None, false) => {
                sources.replace = Reference::default();
                continue;
            }
        };
        if local {
            let at = reference.origin.field(Reference::local);
            reference.origin.place(Reference::inline, at);
        }
        reference.inline = json.as_deref().map(str::to_owned);
    }
}

fn report_unlike(fragment: &Fragment, outer: &Target, place: Place, report: &mut Report) {
    let inner = fragment.target;
    let message = if inner.variant != outer.variant {
        format!("this is a `{}` config below one of `{}`", inner.variant, outer.variant)
    } else if inner.ignition.is_newer_than(outer.ignition) {
        format!("this is an Ignition {} config below one of {}", inner.ignition, outer.ignition)
    } else {
        return;
    };
    report.push(UNLIKE_FRAGMENT.at(place, message).help(format!("begin both with the head of {outer}")));
}

/// Whether a text means to be a Butane config: its top level has a `variant`.
fn is_butane(text: &str) -> bool {
    let named = |document: Document| document.root().is_some_and(|root| document.get(root, "variant").is_some());
    text.contains("variant")
        && yaml::read(text.as_bytes()).map_or_else(|_| text.lines().any(|line| line.starts_with("variant:")), named)
}

/// The path as people write it.
fn place_name(path: &Path) -> String {
    path.to_string().trim_start_matches("$.").to_owned()
}
