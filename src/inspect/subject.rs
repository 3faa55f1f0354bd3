//! Finds the texts in a config: units, drop-ins, the contents of files.

use crate::diagnostic::{SourceId, Sources, redact};
use crate::document::{Path, Segment};
use crate::files::Files;
use crate::lint::{Carrier, Embedded, FileText, Subject, UnitBody};
use crate::model::ignition::{Dropin, Resource, Unit};
use crate::validate::decode_data_url;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

/// Contents that are looked into, in bytes; what is larger is no text that people edit.
const LARGEST: u64 = 1024 * 1024;

/// Adds the texts of units and files. Those that Butane reads from local files become sources of their own.
pub(super) fn add_texts(subject: &mut Subject, sources: &mut Sources, files: Option<&dyn Files>) {
    let mut carrier = Carriers { subject_source: subject.source, sources, files, known: HashMap::new() };
    for (unit, entry) in subject.config.systemd.units.iter().enumerate() {
        if let Some(text) = &entry.contents {
            let path = entry.origin.field(Unit::contents).path();
            let body = carrier.embedded(text, entry.name.clone(), path);
            carrier.hide_secrets(&body);
            subject.units.push(UnitBody { unit, dropin: None, body });
        }
        for (index, dropin) in entry.dropins.iter().enumerate() {
            let Some(text) = &dropin.contents else { continue };
            let path = dropin.origin.field(Dropin::contents).path();
            let body = carrier.embedded(text, format!("{}.d/{}", entry.name, dropin.name), path);
            carrier.hide_secrets(&body);
            subject.units.push(UnitBody { unit, dropin: Some(index), body });
        }
    }
    for (file, entry) in subject.config.storage.files.iter().enumerate() {
        let resources = std::iter::once(&entry.contents).chain(&entry.append);
        for resource in resources {
            let Some(text) = text_of(resource) else { continue };
            let path = resource.origin.field(Resource::source).path();
            let title = format!("contents of {}", entry.path);
            let body = match resource.source.as_deref().and_then(percent_encoded) {
                Some(start) if carrier.is_written_as_url(&path) => {
                    Embedded { text, title, source: subject.source, path, carrier: Carrier::Percent(start) }
                }
                _ => carrier.embedded(&text, title, path),
            };
            carrier.hide_secrets(&body);
            subject.files.push(FileText { file, body });
        }
    }
}

struct Carriers<'a> {
    subject_source: SourceId,
    sources: &'a mut Sources,
    files: Option<&'a dyn Files>,
    /// The sources of local files, by their names.
    known: HashMap<String, SourceId>,
}

impl Carriers<'_> {
    /// The text with its place: in the value it was made from, or in the file that the value names.
    fn embedded(&mut self, text: &str, title: String, path: Path) -> Embedded {
        let last = path.segments().last();
        let local = matches!(last, Some(Segment::Key(key)) if matches!(&**key, "local" | "contents_local"));
        if local && let Some(embedded) = self.local(text, &title, &path) {
            return embedded;
        }
        let carrier = if self.value(&path) == Some(text) { Carrier::Value } else { Carrier::Encoded };
        Embedded { text: text.into(), title, source: self.subject_source, path, carrier }
    }

    /// Hides what is secret in a text where it stands encoded, so that no line of the source shows it.
    fn hide_secrets(&mut self, body: &Embedded) {
        // What stands there as it is was seen when the source was read.
        if matches!(body.carrier, Carrier::Source | Carrier::Value) {
            return;
        }
        let secrets = redact::secrets(&body.text);
        let Some(document) = self.sources.get(body.source).document.clone() else { return };
        let found = document.find(&body.path);
        let whole = found.value.map(|node| document.node(document.resolve(node)).span);
        for secret in secrets {
            let span = body.span(Some(&document), secret.range()).or(whole);
            span.into_iter().for_each(|span| self.sources.hide(body.source, span));
        }
    }

    fn local(&mut self, text: &str, title: &str, path: &Path) -> Option<Embedded> {
        let name = self.value(path)?.to_owned();
        let bytes = self.files?.read(&name).ok()?;
        if bytes != text.as_bytes() {
            return None;
        }
        let text: Arc<str> = text.into();
        let known = self.known.get(&name).copied().filter(|&id| self.sources.get(id).text == text);
        let source = known.unwrap_or_else(|| {
            let id = self.sources.add_text(name.clone(), text.clone());
            redact::secrets(&text).into_iter().for_each(|span| self.sources.hide(id, span));
            self.known.insert(name, id);
            id
        });
        Some(Embedded { text, title: title.to_owned(), source, path: Path::root(), carrier: Carrier::Source })
    }

    fn value(&self, path: &Path) -> Option<&str> {
        let document = self.sources.get(self.subject_source).document.as_deref()?;
        let found = document.find(path);
        let node = found.value.filter(|_| found.depth == path.segments().len())?;
        document.value(node)
    }

    /// Whether the author wrote the URL, rather than the text in it.
    fn is_written_as_url(&self, path: &Path) -> bool {
        self.value(path).is_some_and(|value| value.starts_with("data:"))
    }
}

/// Where the data of a `data:` URL begin, if they are percent-encoded.
fn percent_encoded(url: &str) -> Option<usize> {
    let comma = url.strip_prefix("data:").and_then(|rest| rest.find(','))? + "data:".len();
    (!url[..comma].ends_with(";base64")).then_some(comma + 1)
}

/// What is in a resource, where that is in the config itself and a text.
fn text_of(resource: &Resource) -> Option<Arc<str>> {
    let url = resource.source.as_deref().filter(|url| url.starts_with("data:"))?;
    let bytes = decode_data_url(url).ok()?;
    let bytes = match resource.compression.as_deref() {
        None | Some("") => bytes,
        Some("gzip") => {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&bytes[..]).take(LARGEST + 1).read_to_end(&mut plain).ok()?;
            plain
        }
        Some(_) => return None,
    };
    if bytes.len() as u64 > LARGEST {
        return None;
    }
    String::from_utf8(bytes).ok().map(Into::into)
}
