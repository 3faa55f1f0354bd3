//! From a tree with places to typed nodes, with every fault of a run told.

use super::field::FieldInfo;
use super::node::Node;
use super::origin::{Naming, Origin};
use super::scalar::CONTRADICTS_TAG;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Place, Problem, Report, Severity, SourceId};
use crate::document::yaml::aliases::AliasBudget;
use crate::document::{Document, Kind, NodeId, Path, Segment, Syntax};
use crate::spec::{Availability, Gate, Gates, Target};
use std::borrow::Cow;
use std::collections::BTreeSet;

crate::problem! {
    /// A key that nothing reads.
    ///
    /// What stands under it has no effect at all: a misspelt `wipe_table` in an Ignition config leaves the old
    /// partition table in place, and the machine fails on its first boot or starts with somebody else's data.
    ///
    /// Bad: `storage: {disk: […]}`. Good: `storage: {disks: […]}`.
    ///
    /// Source: the field tables of the Ignition and Butane specifications. Both reference tools only warn.
    pub UNKNOWN_KEY = "FS0101", "unknown-key", Error;

    /// A value of another type than its key wants.
    ///
    /// A quoted number is a text, and so is `0x` or `1,000`; a list or map cannot stand where a single value belongs.
    ///
    /// Bad: `lun: "0"`. Good: `lun: 0`.
    ///
    /// Source: the field tables of the formats; YAML 1.1 for what a plain value is.
    pub WRONG_TYPE = "FS0102", "wrong-type", Error;

    /// A key that must be there is missing.
    ///
    /// Bad: a volume without `path`. Good: `- {name: etcd, path: /var/lib/etcd, …}`.
    ///
    /// Source: the field tables of the formats.
    pub MISSING_KEY = "FS0103", "missing-key", Error;

    /// A key stands twice in one map.
    ///
    /// Readers disagree which of the two counts, so one of the values would be lost without a word.
    ///
    /// Source: YAML 1.2, section 3.2.1.3: keys of a mapping are unique.
    pub REPEATED_KEY = "FS0104", "repeated-key", Error;

    /// An entry of a list is empty.
    ///
    /// The reference drops such entries in silence, and every later entry changes its index.
    ///
    /// Bad: `portals: [~, "192.0.2.1:3260"]`. Good: leave the entry out.
    pub EMPTY_ENTRY = "FS0105", "empty-entry", Error;

    /// A value that is not one of the words its key takes.
    ///
    /// Bad: `stage: day2`. Good: `stage: running`.
    ///
    /// Source: the field tables of the formats.
    pub UNKNOWN_WORD = "FS0106", "unknown-word", Error;

    /// A merge key (`<<`) with something that cannot be merged.
    ///
    /// Good: `<<: *name`, where `name` marks a map, or a list of such.
    ///
    /// Source: the YAML 1.1 merge key type.
    pub BAD_MERGE = "FS0107", "bad-merge", Error;

    /// A value that contradicts its own tag.
    ///
    /// Bad: `!!int yes`. Good: no tag at all.
    ///
    /// Source: YAML 1.1, the tags of its types.
    pub BAD_TAG = "FS0111", "bad-tag", Error;

    /// Aliases that expand to far more than was written.
    ///
    /// A few lines can stand for billions of nodes; no real config does.
    pub TOO_MANY_ALIASES = "FS0108", "too-many-aliases", Error;

    /// A key whose feature is planned and not built.
    ///
    /// It is refused, never ignored: assets that lack what the spec asks for would be taken for complete.
    ///
    /// Source: the spec's language, version 1.0.0.
    pub NOT_YET = "FS0109", "not-yet", Error;

    /// A map that is null.
    ///
    /// It means the same as leaving the key out. The reference takes it, but then cannot tell places and unknown keys
    /// near it, and says so.
    ///
    /// Bad: `contents: null`. Good: leave `contents` out.
    ///
    /// Source: the reference's reader of Ignition configs.
    pub NULL_MAP = "FS0110", "null-map", Warning;

    /// A key in another letter case than the specification has it.
    ///
    /// Ignition's reader of JSON takes it and calls it unknown in the same breath; other readers pass over it, and what
    /// stands under it then has no effect.
    ///
    /// Bad: `"Storage": {…}`. Good: `"storage": {…}`.
    ///
    /// Source: the field tables of the Ignition specification; the reference's reader of JSON.
    pub LETTER_CASE = "FS0112", "letter-case", Warning;
}

/// Every kind of finding about keys and types.
pub static PROBLEMS: &[&Problem] = &[
    &UNKNOWN_KEY,
    &WRONG_TYPE,
    &MISSING_KEY,
    &REPEATED_KEY,
    &EMPTY_ENTRY,
    &UNKNOWN_WORD,
    &BAD_MERGE,
    &TOO_MANY_ALIASES,
    &NOT_YET,
    &NULL_MAP,
    &BAD_TAG,
    &LETTER_CASE,
];

/// The rules by which a text is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Our own spec: nothing is passed over.
    Spec,
    /// A Butane config as the reference reads it: empty entries are dropped, unknown keys are passed over.
    Butane,
    /// A Butane config of that target by our own rules: only keys that begin with `x-` are passed over.
    OwnButane(&'static Target),
    /// An Ignition config.
    Ignition,
}

impl Dialect {
    /// How its keys are spelt.
    pub fn naming(self) -> Naming {
        match self {
            Self::Spec | Self::Butane | Self::OwnButane(_) => Naming::Snake,
            Self::Ignition => Naming::Camel,
        }
    }

    /// What an unknown key is.
    fn unknown_key(self) -> Severity {
        match self {
            Self::Spec | Self::OwnButane(_) => Severity::Error,
            Self::Butane | Self::Ignition => Severity::Warning,
        }
    }

    /// Whether the rules are ours alone, so that nothing wrong is passed over and advice goes with what is told.
    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Spec | Self::OwnButane(_))
    }

    /// Whether keys of that name are the author's own business.
    fn passes_over(self, name: &str) -> bool {
        matches!(self, Self::OwnButane(_)) && name.starts_with("x-")
    }

    /// Whether the decoder itself asks for required keys; for the others the checks do, in the reference's order.
    fn asks_for_required(self) -> bool {
        self == Self::Spec
    }
}

/// How much is told about the keys of a text while it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Nothing, for those who look at the keys themselves, as the reference does. Paths have keys as they are declared,
    /// whatever their letter case is in the text; wrong types are placed by their bytes.
    Silent,
    /// What nothing reads, and maps that are null.
    Unknown,
    /// That, keys in another letter case, and keys that stand twice in one map. Paths have keys as they are written.
    All,
}

/// The state of decoding one document.
pub struct Decoder<'a> {
    document: &'a Document,
    source: SourceId,
    dialect: Dialect,
    keys: Keys,
    gates: Gates,
    origin: Origin,
    report: &'a mut Report,
    budget: AliasBudget,
    /// Whether the node being decoded lies behind an alias.
    aliased: bool,
    /// The budget is spent: nothing more is decoded.
    spent: bool,
    /// Keys that were probably meant by unknown ones.
    meant: Vec<Path>,
}

/// Which parts of a text were found faulty while it was decoded, so that later passes say nothing about what they lack.
#[derive(Debug, Clone, Default)]
pub struct Faults(BTreeSet<Path>);

impl Faults {
    /// Whether something was told about the value at `path`, or about a collection it is in.
    pub fn cover(&self, path: &Path) -> bool {
        let segments = path.segments();
        (0..=segments.len()).any(|length| self.0.contains(&Path::new(segments[..length].iter().cloned())))
    }

    /// The same, or about something in it.
    pub fn touch(&self, path: &Path) -> bool {
        let inside = |fault: &Path| fault.segments().starts_with(path.segments());
        self.cover(path) || self.0.range(path..).take_while(|fault| inside(fault)).next().is_some()
    }

    /// Adds what a later pass found faulty.
    pub fn add(&mut self, path: Path) {
        self.0.insert(path);
    }
}

/// Decodes the root of `document` as a `T`. What cannot be decoded stays at its default and is reported.
pub fn decode<T: Node>(
    document: &Document,
    source: SourceId,
    dialect: Dialect,
    gates: Gates,
    report: &mut Report,
) -> T {
    decode_with_faults(document, source, dialect, gates, report).0
}

/// As [`decode`], with what was found faulty.
pub fn decode_with_faults<T: Node>(
    document: &Document,
    source: SourceId,
    dialect: Dialect,
    gates: Gates,
    report: &mut Report,
) -> (T, Faults) {
    decode_at(document, source, (document.root(), &Path::root()), (dialect, gates), report)
}

/// As [`decode_with_faults`], for a part of a document: the node, and the path that leads to it.
pub fn decode_at<T: Node>(
    document: &Document,
    source: SourceId,
    part: (Option<NodeId>, &Path),
    (dialect, gates): (Dialect, Gates),
    report: &mut Report,
) -> (T, Faults) {
    run(document, source, part, (dialect, Keys::Unknown, gates), report)
}

/// As [`decode_at`] in the dialect of Ignition, with as much told about its keys as is wanted.
pub fn decode_ignition<T: Node>(
    document: &Document,
    source: SourceId,
    part: (Option<NodeId>, &Path),
    (keys, gates): (Keys, Gates),
    report: &mut Report,
) -> (T, Faults) {
    run(document, source, part, (Dialect::Ignition, keys, gates), report)
}

fn run<T: Node>(
    document: &Document,
    source: SourceId,
    (node, path): (Option<NodeId>, &Path),
    (dialect, keys, gates): (Dialect, Keys, Gates),
    report: &mut Report,
) -> (T, Faults) {
    let before = report.len();
    let mut value = T::default();
    let root = Origin::root(dialect.naming());
    let origin = path.segments().iter().fold(root, |origin, segment| origin.join(segment.clone()));
    let mut decoder = Decoder {
        document,
        source,
        dialect,
        keys,
        gates,
        origin,
        report,
        budget: AliasBudget::default(),
        aliased: false,
        spent: false,
        meant: Vec::new(),
    };
    match node {
        Some(node) => value.decode(&mut decoder, node),
        None => decoder.report_missing(),
    }
    // A repeated key leaves nothing open: the first value was read.
    let harmless = |problem: &Problem| *problem == REPEATED_KEY || *problem == LETTER_CASE;
    let told = decoder.report.iter().skip(before).filter(|finding| !harmless(finding.problem));
    let told = told.map(|finding| finding.place.path.clone());
    let faults = Faults(told.chain(decoder.meant).collect());
    (value, faults)
}

/// What decoding a field came to.
#[derive(Clone, Copy)]
enum Told {
    /// Its key is not there.
    Nothing,
    /// Its value was read.
    Value,
    /// Something about it was reported.
    Fault,
}

impl<'a> Decoder<'a> {
    /// The document being decoded.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The rules.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The place of the node being decoded.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Reports a finding at the value being decoded.
    pub fn report(&mut self, problem: &'static Problem, message: impl Into<String>) -> &mut Self {
        let place = Place::value(self.source, self.origin.path());
        self.report.push(problem.at(place, message));
        self
    }

    /// Reports a ready finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }

    /// The place of the value being decoded.
    pub fn place(&self) -> Place {
        Place::value(self.source, self.origin.path())
    }

    /// Reports that the value at `node` is not of the wanted type.
    pub fn wrong_type(&mut self, wanted: &str, node: NodeId) {
        let found = describe(self.document, node);
        let problem = if found == CONTRADICTS_TAG { &BAD_TAG } else { &WRONG_TYPE };
        let place = self.place_of_value(node);
        let finding = problem.at(place, format!("expected {wanted}, found {found}"));
        self.report.push(match (self.dialect.is_own(), wanted) {
            (true, "a list") if found == "a map" => finding.help("begin each entry with `- `"),
            (true, "a list") => finding.help("put it in brackets: `[…]`"),
            _ => finding,
        });
    }

    /// The place of the value being decoded, which stands at `node`.
    fn place_of_value(&self, node: NodeId) -> Place {
        match (self.dialect, self.keys) {
            // In Butane, dropped entries shift the indexes of a path, so the node itself tells where it is.
            (Dialect::Butane, _) | (_, Keys::Silent) => self.place_of(self.document.resolve(node)),
            (Dialect::Spec | Dialect::OwnButane(_) | Dialect::Ignition, _) => self.place(),
        }
    }

    /// Reports that the value at `node` is no map, with advice.
    pub(super) fn wrong_shape(&mut self, node: NodeId, advice: &str) {
        let found = describe(self.document, node);
        let place = if self.keys == Keys::Silent { self.place_of_value(node) } else { self.place() };
        let finding = WRONG_TYPE.at(place, format!("expected a map, found {found}"));
        self.report.push(if self.dialect.is_own() { finding.help(advice) } else { finding });
    }

    /// Whether the value at `node` is null: absent in every dialect.
    pub fn is_null(&self, node: NodeId) -> bool {
        super::scalar::is_null(self.document, node)
    }

    /// Reports a null where a map belongs, where that is worth a word.
    pub(super) fn null_map(&mut self, what: &str) {
        if self.dialect == Dialect::Ignition && self.keys != Keys::Silent {
            let finding = NULL_MAP.at(self.place(), format!("{what} is null"));
            self.report.push(finding.help("leave the key out; that is the same"));
        }
    }

    /// Whether `gate` is open in the version that is decoded.
    pub(super) fn allows(&self, gate: Gate) -> bool {
        self.gates.allow(gate)
    }

    /// Runs `decode` one step below the present place.
    pub fn below(&mut self, segment: impl Into<Segment>, decode: impl FnOnce(&mut Self)) {
        let parent = self.origin.clone();
        self.origin = parent.join(segment);
        decode(self);
        self.origin = parent;
    }

    /// Decodes the mapping at `node` into `target`, key by key.
    pub fn mapping_into<T: Node>(&mut self, target: &mut T, node: NodeId) {
        let node = self.document.resolve(node);
        if !matches!(self.document.node(node).kind, Kind::Mapping { .. }) {
            let naming = self.dialect.naming();
            let keys: Vec<&str> = T::fields().iter().map(|field| field.name_in(naming)).collect();
            self.wrong_shape(node, &format!("{} has the keys {}", T::WHAT, keys.join(", ")));
            return;
        }
        let naming = self.dialect.naming();
        let mut told = vec![Told::Nothing; T::fields().len()];
        let entries = self.entries(node);
        for (name, key, value) in &entries {
            let (key, value) = (*key, *value);
            let known = T::fields().iter().position(|field| field.name_in(naming) == *name);
            match known {
                Some(index) if self.gates.allow(T::fields()[index].gate) => {
                    let before = self.report.len();
                    self.entered(&**name, value, |decoder| target.decode_field(index, decoder, value));
                    told[index] = if self.report.len() > before { Told::Fault } else { Told::Value };
                }
                None if self.dialect.passes_over(name) => {}
                _ => {
                    if self.dialect == Dialect::Ignition && self.other_case(target, name, (key, value)) {
                        continue;
                    }
                    if let Some(meant) = self.unknown_key::<T>(key, name, known, &entries) {
                        told[meant] = Told::Fault;
                    }
                }
            }
        }
        if !self.dialect.asks_for_required() {
            return;
        }
        for (index, field) in T::fields().iter().enumerate() {
            let required = self.gates.allow(field.gate) && self.gates.allow(field.required);
            if required && target.is_absent_field(index) {
                match told[index] {
                    Told::Nothing => self.missing_key(field, "is missing", field.name_in(naming)),
                    Told::Value => self.missing_key(field, "is empty", field.name_in(naming)),
                    Told::Fault => {}
                }
            }
        }
    }

    /// The reference's reader of JSON takes keys in any letter case; it still calls them unknown, and looks for others
    /// no further. Whether that is all there is to tell about the key.
    fn other_case<T: Node>(&mut self, target: &mut T, name: &str, (key, value): (NodeId, NodeId)) -> bool {
        let naming = self.dialect.naming();
        let alike =
            |field: &&'static FieldInfo| self.gates.allow(field.gate) && is_same_letters(field.name_in(naming), name);
        let Some(index) = T::fields().iter().position(alike) else { return false };
        let declared = T::fields()[index].name_in(naming);
        let before = self.report.len();
        let segment = if self.keys == Keys::Silent { declared } else { name };
        self.entered(segment, value, |decoder| target.decode_field(index, decoder, value));
        match self.keys {
            Keys::Silent => true,
            Keys::Unknown => {
                self.report.forget_warnings(before);
                false
            }
            Keys::All => {
                let place = Place { path: self.origin.path().join(name), ..self.place_of(key) };
                let finding = LETTER_CASE.at(place.clone(), format!("`{name}` is spelt `{declared}`"));
                let finding = finding.help(format!("write `{declared}`; not every reader takes it for the same"));
                let replacement = format!("\"{declared}\"");
                let quoted = self.document.syntax() == Syntax::Json;
                self.report.push(if quoted {
                    finding.fix(Fix { place, replacement, applicability: Applicability::Safe })
                } else {
                    finding
                });
                true
            }
        }
    }

    /// Runs `decode` for `node`, one step below the present place, unless aliases have made too much of the document.
    pub(super) fn entered(&mut self, segment: impl Into<Segment>, node: NodeId, decode: impl FnOnce(&mut Self)) {
        let outer = self.aliased;
        self.aliased |= matches!(self.document.node(node).kind, Kind::Alias { .. });
        if !self.spent && self.budget.count(self.aliased).is_err() {
            self.spent = true;
            self.report(&TOO_MANY_ALIASES, "the aliases of this document expand to far more than was written");
        }
        if !self.spent {
            self.below(segment, decode);
        }
        self.aliased = outer;
    }

    /// Whether keys that stand twice in one map are told.
    pub(super) fn tells_repeated_keys(&self) -> bool {
        self.keys == Keys::All
    }

    /// The entries that count: merged in by `<<`, without those of null keys, each name once. In an Ignition config all
    /// entries count, one after the other.
    pub(super) fn entries(&mut self, node: NodeId) -> Vec<(Cow<'a, str>, NodeId, NodeId)> {
        super::scalar::entries(self, node)
    }

    /// Decodes the items of the list at `node`, each by `decode`.
    pub fn items(&mut self, node: NodeId, mut decode: impl FnMut(&mut Self, NodeId)) {
        let node = self.document.resolve(node);
        let Kind::Sequence { items, .. } = &self.document.node(node).kind else {
            return self.wrong_type("a list", node);
        };
        let mut index = 0;
        for &item in items {
            if self.is_null(item) && self.dialect != Dialect::Ignition {
                match self.dialect {
                    Dialect::Spec | Dialect::OwnButane(_) => self.below(index, |decoder| {
                        let finding = EMPTY_ENTRY.at(decoder.place(), "an entry of this list is empty");
                        decoder.push(finding.help("fill it in, or leave it out"));
                    }),
                    // The reference drops the entry, and later ones move up.
                    _ => continue,
                }
            } else {
                self.entered(index, item, |decoder| decode(decoder, item));
            }
            index += 1;
        }
    }

    /// Reports an unknown key; gives the field that was probably meant.
    fn unknown_key<T: Node>(
        &mut self,
        key: NodeId,
        name: &str,
        closed: Option<usize>,
        given: &[(Cow<'_, str>, NodeId, NodeId)],
    ) -> Option<usize> {
        if self.keys == Keys::Silent {
            return None;
        }
        let naming = self.dialect.naming();
        let known: Vec<&str> = T::fields()
            .iter()
            .filter(|field| self.gates.allow(field.gate))
            .map(|field| field.name_in(naming))
            .collect();
        let place = Place { path: self.origin.path().join(name), ..self.place_of(key) };
        if let (Some(index), Dialect::OwnButane(target)) = (closed, self.dialect) {
            self.report.push(of_another_version(place, name, target, T::fields()[index].gate));
            return None;
        }
        let finding = UNKNOWN_KEY.at(place, format!("unknown key `{name}` in {}", T::WHAT));
        let finding = finding.severity(self.dialect.unknown_key());
        // What is there already was not misspelt.
        let absent = known.iter().copied().filter(|known| given.iter().all(|(name, ..)| name != known));
        let near = crate::diagnostic::suggest::nearest(name, absent);
        let meant = near.and_then(|near| T::fields().iter().position(|field| field.name_in(naming) == near));
        self.meant.extend(near.map(|near| self.origin.path().join(near)));
        self.report.push(match (closed, near) {
            (Some(_), _) => finding.note("the key exists, but not in the version this text names"),
            (None, Some(near)) => finding.help(format!("did you mean `{near}`?")),
            (None, None) => finding.help(format!("known here: {}", known.join(", "))),
        });
        meant
    }

    /// The very bytes of a node, as a part of what is being decoded.
    pub(super) fn place_of(&self, node: NodeId) -> Place {
        Place { path: self.origin.path(), ..Place::bytes(self.source, self.document.node(node).span) }
    }

    fn missing_key(&mut self, field: &FieldInfo, how: &str, name: &str) {
        let place = Place::value(self.source, self.origin.path().join(name));
        let about = first_sentence(field.doc);
        self.report.push(MISSING_KEY.at(place, format!("`{name}` {how}")).help(format!("`{name}`: {about}")));
    }

    fn report_missing(&mut self) {
        self.report.push(MISSING_KEY.at(Place::whole(self.source), "there is nothing in this text"));
    }
}

/// Whether two keys are the same to a reader that knows no letter case. The Kelvin sign and the long s are letters, too.
fn is_same_letters(declared: &str, written: &str) -> bool {
    let folded = written.chars().map(|char| match char {
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        _ => char.to_ascii_lowercase(),
    });
    declared.chars().map(|char| char.to_ascii_lowercase()).eq(folded)
}

/// A key that the variant has in other versions, or that only other variants have.
fn of_another_version(place: Place, name: &str, target: &Target, gate: Gate) -> Diagnostic {
    let version = target.version;
    match target.availability(gate) {
        Availability::Since(first) => {
            let message = format!("`{name}` exists since {first}; this is {version}");
            UNKNOWN_KEY.at(place, message).help(format!("set `version: {}`, or leave the key out", first.version))
        }
        Availability::Until(last) => {
            UNKNOWN_KEY.at(place, format!("`{name}` exists up to {last}; this is {version}")).help("leave the key out")
        }
        Availability::Elsewhere(first) => {
            let message = format!("`{name}` does not exist in `{}` configs", target.variant);
            let finding = UNKNOWN_KEY.at(place, message).help("leave the key out");
            let first: Vec<String> =
                first.iter().map(|target| format!("{} since {}", target.variant, target.version)).collect();
            if first.is_empty() { finding } else { finding.note(format!("it exists in {}", first.join(", "))) }
        }
    }
}

/// The first sentence of a doc comment, on one line.
pub(crate) fn first_sentence(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.find(". ") {
        Some(end) => text[..=end].to_owned(),
        None => text,
    }
}

/// What stands at `node`, in words that never repeat a value that could be secret.
fn describe(document: &Document, node: NodeId) -> &'static str {
    match &document.node(document.resolve(node)).kind {
        Kind::Sequence { .. } => "a list",
        Kind::Mapping { .. } => "a map",
        Kind::Alias { .. } => "an alias of itself",
        Kind::Scalar { .. } => super::scalar::describe(document, node),
    }
}
