//! Configs inside of configs: what `ignition.config.merge` and `replace` hold in `data:` URLs is looked into as well.

use super::{Part, Run, ignition};
use crate::diagnostic::{Place, Problem, redact};
use crate::document::{Path, json};
use crate::lint::Form;
use crate::model::Origin;
use crate::model::ignition::{Config, File, Reference, Resource};
use crate::validate::decode_data_url;
use std::io::Read;
use std::sync::Arc;

crate::problem! {
    /// A config inside of a config that Ignition cannot use, or that does not fit the one it is merged over.
    ///
    /// Ignition reads it on the machine, stops there, and the machine does not boot. It reads configs of version 3 in JSON
    /// alone. A merged file takes over whatever it does not say itself from the file of the same path, `compression`
    /// included.
    ///
    /// Bad: `replace: {source: ""}`. Good: no `replace`, or the URL of a config.
    ///
    /// Source: `ignition.config` in the Ignition specification; seen with its engine.
    pub(crate) BAD_REFERENCED = "FS2212", "unusable-referenced-config", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_REFERENCED];

/// How deep configs in configs are looked into; each level makes the text longer, so that no real one goes far.
const DEEPEST: usize = 8;

/// Looks into the configs that `config` holds.
pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>, config: &Config) {
    let sources = &config.ignition.config;
    if run.nested >= DEEPEST {
        return;
    }
    run.nested += 1;
    for reference in sources.merge.iter().chain([&sources.replace]) {
        let Some(source) = reference.source.as_deref() else { continue };
        let place = Place::value(part.source, reference.origin.field(Reference::source).path());
        let note = "Ignition stops there, and the machine does not boot";
        let refuse = |run: &mut Run<'_>, message: &str, help: &str| {
            run.report.push(BAD_REFERENCED.at(place.clone(), message).note(note).help(help));
        };
        if source.is_empty() {
            refuse(run, "there is no config at an empty source", "leave it out, or name the URL of a config");
            continue;
        }
        let Some(bytes) = contents(source, reference.compression.as_deref()) else { continue };
        match json::read(&bytes) {
            Ok(document) => {
                let child = nested(run, part, &reference.origin, document);
                if let Some(child) = child.filter(|_| !std::ptr::eq(reference, &sources.replace)) {
                    clashes(run, part, config, &child, &place);
                }
            }
            Err(_) if bytes.iter().all(u8::is_ascii_whitespace) => {
                refuse(run, "there is no config in this URL", "leave it out, or put a config there");
            }
            Err(_) => {
                refuse(
                    run,
                    "what is in this URL is no JSON",
                    "put an Ignition config there; Butane has to be compiled",
                );
            }
        }
    }
    run.nested -= 1;
}

/// The bytes of a `data:` URL.
fn contents(source: &str, compression: Option<&str>) -> Option<Vec<u8>> {
    let bytes = source.starts_with("data:").then(|| decode_data_url(source).ok())??;
    if compression != Some("gzip") {
        return Some(bytes);
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).take(16 * 1024 * 1024).read_to_end(&mut plain).ok()?;
    Some(plain)
}

/// Looks into a config as a text of its own; what it came to, if it could be read.
fn nested(run: &mut Run<'_>, part: &Part<'_>, origin: &Origin, document: crate::document::Document) -> Option<Config> {
    let document = Arc::new(document);
    let name = format!("{}: {}", run.sources.get(part.source).name, origin.path());
    let source = run.sources.add_document(name, document.clone());
    redact::secrets(document.text()).into_iter().for_each(|span| run.sources.hide(source, span));
    let node = document.root()?;
    let inner = Part { source, document: &document, node, path: Path::root(), input: part.input };
    let before = run.subjects.len();
    // It is a part of something larger, as user data are.
    ignition::config(run, &inner, (Some(node), &inner.path), (Form::UserData, run.options.platform), None);
    run.subjects[before..].last().filter(|subject| subject.source == source).map(|subject| subject.config.clone())
}

/// Tells of files that become something else than either config says.
fn clashes(run: &mut Run<'_>, part: &Part<'_>, parent: &Config, child: &Config, place: &Place) {
    for file in &child.storage.files {
        let Some(below) = parent.storage.files.iter().find(|other| other.path == file.path) else { continue };
        let packed = below.contents.compression.as_deref() == Some("gzip");
        let silent = file.contents.compression.is_none() && file.contents.source.is_some();
        let bytes = file.contents.source.as_deref().and_then(|source| contents(source, None));
        if !packed || !silent || bytes.is_none_or(|bytes| bytes.starts_with(&[0x1f, 0x8b])) {
            continue;
        }
        let message =
            format!("`{}` of this config keeps `compression: gzip` of the one below, and is not compressed", file.path);
        let label = Place::value(part.source, below.contents.origin.field(Resource::compression).path());
        let finding = BAD_REFERENCED.at(place.clone(), message).label(label, "taken over from here");
        let path = Place::value(part.source, below.origin.field(File::path).path());
        run.report.push(
            finding
                .label(path, "the same file")
                .note("Ignition stops there, and the machine does not boot")
                .help("write `compression: \"\"` beside the new source"),
        );
    }
}
