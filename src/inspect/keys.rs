//! Unknown keys of Ignition configs: what is only unused to the reference is an error to us, with its reason and its fix.

mod changes;
mod table;

use crate::diagnostic::{Applicability, At, Diagnostic, Fix, Place, Problem, Report, Severity};
use crate::document::{Document, NodeId, Path, Segment, Span};
use crate::model::{LETTER_CASE, UNKNOWN_KEY, WRONG_TYPE};
use crate::spec::IgnitionVersion;
use std::collections::BTreeSet;

crate::problem! {
    /// A key of Butane in an Ignition config.
    ///
    /// Butane is a language of its own, from which Ignition is made. Ignition drops what it does not know and says
    /// nothing on the machine: `contents: {inline: …}` makes an empty file, `with_mount_unit: true` a filesystem that is
    /// mounted on the first boot and never again. The operator of OpenShift drops it too.
    ///
    /// Bad, in Ignition: `contents: {inline: "text"}`. Good: `contents: {source: "data:,text"}`, or a Butane config.
    ///
    /// Source: the field tables of the Ignition and Butane specifications.
    pub(crate) BUTANE_KEY = "FS2101", "butane-key", Error;

    /// A key that belongs to another map of the config.
    ///
    /// Where it stands nothing reads it. `mode` below `contents` leaves the file with the mode 0644; `path` below
    /// `contents` leaves the file without a path.
    ///
    /// Bad: `{path: /etc/a, contents: {source: "data:,", mode: 384}}`.
    /// Good: `{path: /etc/a, mode: 384, contents: {source: "data:,"}}`.
    ///
    /// Source: the field tables of the Ignition specification.
    pub(crate) MISPLACED_KEY = "FS2102", "key-in-wrong-map", Error;

    /// A key of version 2 that version 3 does not have, where leaving it out changes nothing.
    ///
    /// `filesystem: root` said in version 2 which filesystem a path was in; version 3 has one tree of paths. It does no
    /// harm, and shows that the text was carried over by hand, so that the rest of it is worth a look.
    ///
    /// Bad: `{path: /etc/a, filesystem: root}`. Good: `{path: /etc/a}`.
    ///
    /// Source: the Ignition specification, versions 2.2 and 3.0.
    pub(crate) SPEC_2_KEY = "FS2103", "spec-2-key", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BUTANE_KEY, &MISPLACED_KEY, &SPEC_2_KEY];

/// The findings about a config with what can be said about its unknown keys: why they are there, and the key that was
/// meant.
pub(super) fn improved(told: Report, document: &Document, version: Option<IgnitionVersion>) -> Report {
    let mut told: Vec<Diagnostic> = told.into_iter().collect();
    let mut renamed: BTreeSet<Path> = BTreeSet::new();
    for finding in &mut told {
        if *finding.problem == UNKNOWN_KEY {
            unknown(finding, document, version, &mut renamed);
        } else if *finding.problem == LETTER_CASE {
            letter_case(finding, document, &mut renamed);
        } else if *finding.problem == WRONG_TYPE {
            wrong_type(finding, document);
        }
    }
    // What is missing where it belongs, and that there is no source, is the same mistake.
    let consequences = told.iter().filter_map(|finding| match finding.problem {
        problem if *problem == MISPLACED_KEY => one_level_up(&finding.place.path, None),
        problem if *problem == BUTANE_KEY => one_level_up(&finding.place.path, Some("overwrite")),
        _ => None,
    });
    let consequences: BTreeSet<Path> = consequences.collect();
    let mut report = Report::default();
    let told = told.into_iter().filter(|one| !consequences.contains(&one.place.path));
    told.for_each(|finding| report.push(finding));
    report
}

/// The path that a key, or another one, would have beside the map it stands in.
fn one_level_up(path: &Path, other: Option<&str>) -> Option<Path> {
    let [before @ .., _, name] = path.segments() else { return None };
    let name = other.map_or_else(|| name.clone(), Segment::from);
    Some(Path::new(before.iter().cloned().chain([name])))
}

/// Offers the key that was meant by the unknown keys of a Butane config, where it is only spelt another way.
pub(super) fn improve_butane<'a>(findings: impl Iterator<Item = &'a mut Diagnostic>, document: &Document) {
    let mut renamed: BTreeSet<Path> = BTreeSet::new();
    for finding in findings.filter(|finding| *finding.problem == UNKNOWN_KEY && finding.fix.is_none()) {
        let Some(entry) = Entry::of(finding, document) else { continue };
        let meant = finding.help.iter().find_map(|help| help.strip_prefix("did you mean `")?.strip_suffix("`?"));
        let Some(meant) = meant.map(str::to_owned) else { continue };
        if in_camel_case(&meant) != entry.name || entry.has(&meant) || !renamed.insert(entry.sibling(&meant)) {
            continue;
        }
        finding.message = format!("`{}` is how Ignition spells `{meant}`", entry.name);
        finding.help = vec![format!("write `{meant}`")];
        let replacement = entry.written.replace(entry.name, &meant);
        finding.fix = Some(Fix { place: finding.place.clone(), replacement, applicability: Applicability::Safe });
    }
}

fn unknown(
    finding: &mut Diagnostic,
    document: &Document,
    version: Option<IgnitionVersion>,
    renamed: &mut BTreeSet<Path>,
) {
    finding.severity = Severity::Error;
    let Some(entry) = Entry::of(finding, document) else { return };
    let known_by = finding.help.iter().find_map(|help| help.strip_prefix("did you mean `")?.strip_suffix("`?"));
    let meant = known_by.map(str::to_owned);
    if let Some(known) = table::find(&entry) {
        finding.problem = known.problem;
        finding.severity = known.problem.severity;
        finding.message = known.message;
        finding.help = known.help;
        finding.notes.extend(known.note);
        finding.fix = known.fix.and_then(|change| change.fix(&entry, finding.place.source));
        return;
    }
    let Some(meant) = meant else {
        if let Some(since) = version.and_then(|version| table::since(entry.name, version)) {
            finding.notes.clear();
            finding.help = vec![format!("write `version: {since}`, or a newer one the machine reads, or leave it out")];
            finding.notes.push(format!("`{}` is there from version {since} on", entry.name));
        }
        finding.notes.push("Ignition reads the config without it, and says nothing on the machine".to_owned());
        return;
    };
    // Only the spelling of Butane is sure to mean the same.
    let safe = in_camel_case(entry.name) == meant;
    if safe {
        finding.message = format!("`{}` is how Butane spells `{meant}`", entry.name);
        finding.help = vec![format!("write `{meant}`")];
        finding.notes.push("Ignition reads the config without it, and says nothing on the machine".to_owned());
    } else {
        finding.notes.push("Ignition reads the config without it, and says nothing on the machine".to_owned());
    }
    // Two spellings of one key cannot both become that key.
    if !renamed.insert(entry.sibling(&meant)) {
        return;
    }
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let replacement = entry.written.replace(entry.name, &meant);
    finding.fix = Some(Fix { place: finding.place.clone(), replacement, applicability });
}

/// A key in another letter case: it can be written right, unless the right one is there too.
fn letter_case(finding: &mut Diagnostic, document: &Document, renamed: &mut BTreeSet<Path>) {
    finding.fix = None;
    let Some(entry) = Entry::of(finding, document) else { return };
    let right = finding.message.rsplit('`').nth(1).unwrap_or_default().to_owned();
    if entry.has(&right) {
        finding.notes.push(format!("`{right}` is there as well, and Ignition lays one over the other"));
        return;
    }
    if renamed.insert(entry.sibling(&right)) {
        let replacement = entry.written.replace(entry.name, &right);
        finding.fix = Some(Fix { place: finding.place.clone(), replacement, applicability: Applicability::Safe });
    }
}

/// A mode in quotes, or with the digits of YAML in JSON.
fn wrong_type(finding: &mut Diagnostic, document: &Document) {
    let is_mode = matches!(finding.place.path.segments().last(), Some(Segment::Key(key)) if &**key == "mode");
    let found = document.find(&finding.place.path);
    let value = found.value.filter(|_| is_mode && found.depth == finding.place.path.segments().len());
    let Some(text) = value.and_then(|node| document.value(node)) else { return };
    let digits = text.strip_prefix("0o").unwrap_or(text);
    let mode = i64::from_str_radix(digits, 8).ok().filter(|mode| (0..=0o7777).contains(mode));
    let Some(mode) = mode.filter(|_| digits.len() >= 3) else { return };
    let replacement = mode.to_string();
    finding.help = vec![format!("a mode is a number without quotes: write `{replacement}`, which is 0{mode:o}")];
    finding.fix = Some(Fix { place: finding.place.clone(), replacement, applicability: Applicability::Safe });
}

/// An entry of a map whose key is unknown.
struct Entry<'a> {
    document: &'a Document,
    /// The map.
    map: NodeId,
    key: NodeId,
    value: NodeId,
    /// The path of the map.
    path: Path,
    name: &'a str,
    /// The key with its quotes.
    written: &'a str,
}

impl<'a> Entry<'a> {
    fn of(finding: &Diagnostic, document: &'a Document) -> Option<Self> {
        let At::Bytes(span) = finding.place.at else { return None };
        let [before @ .., Segment::Key(_)] = finding.place.path.segments() else { return None };
        let path = Path::new(before.iter().cloned());
        let found = document.find(&path);
        let map = found.value.filter(|_| found.depth == path.segments().len())?;
        let (key, value) = document.entries(map).iter().copied().find(|&(key, _)| document.node(key).span == span)?;
        let written = document.text().get(span.range())?;
        Some(Self { document, map, key, value, path, name: document.value(key)?, written })
    }

    /// The path of another key of the same map.
    fn sibling(&self, key: &str) -> Path {
        self.path.join(key)
    }

    /// Whether the map has that key.
    fn has(&self, key: &str) -> bool {
        self.document.get(self.map, key).is_some()
    }

    fn text(&self) -> Option<&'a str> {
        self.document.value(self.value)
    }

    fn span(&self, node: NodeId) -> Span {
        self.document.node(node).span
    }

    /// The names of the keys that lead to the map, from the outside, without indexes.
    fn parents(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path.segments().iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(&**key),
            Segment::Index(_) => None,
        })
    }

    /// The place of some of its bytes.
    fn place(&self, source: crate::diagnostic::SourceId, span: Span) -> Place {
        Place { path: self.sibling(self.name), ..Place::bytes(source, span) }
    }
}

/// The key as Ignition spells it.
fn in_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        match word {
            // The model's own exception.
            "mib" => out.push_str("MiB"),
            _ => {
                let mut letters = word.chars();
                out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                out.push_str(letters.as_str());
            }
        }
    }
    out
}
