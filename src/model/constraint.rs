//! What a field's value must be beyond its type, as members of its schema; named on the field's line in the model.
//!
//! A schema of ours refuses nothing that the reference takes without a word, so there are no bounds on sizes and no
//! check for hexadecimal digits: those are lints.

use super::decode::Dialect;
use super::schema::{SchemaContext, object, texts};
use super::schema_rules::source_names;
use crate::document::Value;
use crate::spec::behavior;
use crate::spec::values::{self, UrlScheme};

type Members = Vec<(&'static str, Value)>;

/// An absolute path without `.`, `..`, doubled or trailing slashes.
const CLEAN_PATH: &str = r"^(/|(/(?!\.{1,2}(/|$))[^/]+)+)$";
/// The same, or nothing.
const CLEAN_PATH_OR_EMPTY: &str = r"^(|/|(/(?!\.{1,2}(/|$))[^/]+)+)$";
const GUID_OR_EMPTY: &str = "^(|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})$";
/// `http:` or `https:`; letter case does not count in schemes.
pub(super) const HTTP_URL: &str = r"^[hH][tT][tT][pP][sS]?:[^\u0000-\u001F\u007F]*$";

/// A text that is there.
pub(super) fn not_empty(_: &SchemaContext) -> Members {
    vec![("type", "string".into()), ("minLength", 1.into())]
}

/// A text that is not empty if it is there.
pub(super) fn not_empty_if_given(_: &SchemaContext) -> Members {
    vec![("minLength", 1.into())]
}

/// No text twice.
pub(super) fn unique(_: &SchemaContext) -> Members {
    vec![("uniqueItems", true.into())]
}

pub(super) fn clean_path(_: &SchemaContext) -> Members {
    vec![("type", "string".into()), ("pattern", CLEAN_PATH.into())]
}

pub(super) fn optional_clean_path(_: &SchemaContext) -> Members {
    vec![("pattern", CLEAN_PATH_OR_EMPTY.into())]
}

/// The version of an Ignition config; zeros in front and an empty suffix are read over.
pub(super) fn ignition_version(context: &SchemaContext) -> Members {
    version(context.gates.ignition.name())
}

pub(super) fn butane_version(context: &SchemaContext) -> Members {
    context.target.map_or_else(Vec::new, |target| version(target.version))
}

pub(super) fn butane_variant(context: &SchemaContext) -> Members {
    context
        .target
        .map_or_else(Vec::new, |target| vec![("type", "string".into()), ("const", target.variant.name().into())])
}

fn version(name: &str) -> Members {
    let (numbers, suffix) = name.split_once('-').map_or((name, ""), |(numbers, suffix)| (numbers, suffix));
    let numbers = numbers.split('.').map(|number| format!("0*{number}")).collect::<Vec<_>>().join(r"\.");
    let suffix = if suffix.is_empty() { "-?".to_owned() } else { format!("-{suffix}") };
    vec![("type", "string".into()), ("pattern", format!(r"^{numbers}{suffix}\+?$").into()), ("default", name.into())]
}

/// Entries of `ignition.config.merge`.
pub(super) fn merge(context: &SchemaContext) -> Members {
    if context.gates.allow(behavior::MERGE_SOURCE_REQUIRED) { with_source(context) } else { Vec::new() }
}

/// Entries of `certificate_authorities`, which need a source in every version.
pub(super) fn certificate_authorities(context: &SchemaContext) -> Members {
    with_source(context)
}

fn with_source(context: &SchemaContext) -> Members {
    let given = |name: &str| {
        // An empty URL is none, while empty contents are contents.
        let least = i64::from(name == "source");
        let text = object([("type", "string".into()), ("minLength", least.into())]);
        object([("required", texts([name])), ("properties", object([(name, text)]))])
    };
    let sources: Vec<Value> = source_names(context).into_iter().map(given).collect();
    vec![("allOf", vec![object([("items", object([("anyOf", sources.into())]))])].into())]
}

pub(super) fn compression(_: &SchemaContext) -> Members {
    words_or_nothing(values::COMPRESSIONS.iter().copied().filter(|word| !word.is_empty()))
}

/// A URL of a scheme that is understood.
pub(super) fn source(context: &SchemaContext) -> Members {
    // A data URL: what stands before the comma, with quoted parameters, and the characters that may stand after it.
    const DATA: &str = concat!(
        r"data:[^,\u0022\u0000-\u0020\u007F-\uFFFF]*",
        r"(\u0022(\\.|[^\u0022\\\u0000-\u001F\u007F])*\u0022[^,\u0022\u0000-\u0020\u007F-\uFFFF]*)*,",
        r"[^\u0000-\u0020\u0022<>#{}|\\^\[\]`\u007F-\uFFFF]*",
    );
    let schemes = values::URL_SCHEMES
        .iter()
        .filter(|scheme| scheme.word != values::DATA_SCHEME && context.gates.allow(scheme.gate))
        .map(|UrlScheme { word, .. }| any_case(word))
        .collect::<Vec<_>>()
        .join("|");
    vec![("pattern", format!(r"^(|({schemes}):[^\u0000-\u001F\u007F]*|{DATA})$").into())]
}

/// The pattern of a word in any letter case.
fn any_case(word: &str) -> String {
    let either = |letter: char| format!("[{}{}]", letter, letter.to_ascii_uppercase());
    word.chars().map(|letter| if letter.is_ascii_alphabetic() { either(letter) } else { letter.to_string() }).collect()
}

pub(super) fn http_url(_: &SchemaContext) -> Members {
    vec![("pattern", HTTP_URL.into())]
}

pub(super) fn required_http_url(_: &SchemaContext) -> Members {
    vec![("type", "string".into()), ("pattern", HTTP_URL.into())]
}

/// The digits are not looked at, as the reference does not.
pub(super) fn hash(context: &SchemaContext) -> Members {
    let functions = values::HASH_FUNCTIONS
        .iter()
        .filter(|function| context.gates.allow(function.gate))
        .map(|function| format!(r"{}-[\s\S]{{{}}}", function.word, function.digits))
        .collect::<Vec<_>>()
        .join("|");
    vec![("pattern", format!("^({functions})$").into())]
}

pub(super) fn mode(context: &SchemaContext) -> Members {
    let most = match context.dialect {
        Dialect::Ignition => values::working_mode_bits(&context.gates),
        // Many editors read the octal 0644 of a YAML text as six hundred and forty-four, which must not be marked.
        Dialect::Butane | Dialect::OwnButane(_) | Dialect::Spec => values::MODE_BITS,
    };
    vec![("minimum", 0.into()), ("maximum", most.into())]
}

pub(super) fn partition_label(_: &SchemaContext) -> Members {
    vec![("pattern", "^[^:]*$".into()), ("maxLength", length(values::PARTITION_LABEL_BYTES))]
}

pub(super) fn guid(_: &SchemaContext) -> Members {
    vec![("pattern", GUID_OR_EMPTY.into())]
}

pub(super) fn luks_label(_: &SchemaContext) -> Members {
    vec![("maxLength", length(values::LUKS_LABEL_BYTES))]
}

pub(super) fn no_slash(_: &SchemaContext) -> Members {
    vec![("pattern", "^[^/]*$".into())]
}

pub(super) fn filesystem_format(context: &SchemaContext) -> Members {
    let formats = values::FILESYSTEM_FORMATS.iter().filter(|format| context.gates.allow(format.gate));
    words_or_nothing(formats.map(|format| format.word))
}

/// A path; where virtiofs is known, the struct's rules tell its tags from paths.
pub(super) fn filesystem_device(context: &SchemaContext) -> Members {
    if values::FilesystemFormat::find(values::VIRTIOFS, &context.gates).is_some() {
        not_empty(context)
    } else {
        clean_path(context)
    }
}

pub(super) fn raid_level(_: &SchemaContext) -> Members {
    vec![("type", "string".into()), ("enum", texts(values::RAID_LEVELS.iter().map(|level| level.word)))]
}

pub(super) fn raid_devices(context: &SchemaContext) -> Members {
    vec![
        ("type", "array".into()),
        ("items", object(clean_path(context))),
        ("minItems", 1.into()),
        ("uniqueItems", true.into()),
    ]
}

pub(super) fn unit_name(_: &SchemaContext) -> Members {
    suffixes(values::UNIT_SUFFIXES)
}

pub(super) fn dropin_name(_: &SchemaContext) -> Members {
    suffixes(&[values::DROPIN_SUFFIX])
}

pub(super) fn quadlet_name(_: &SchemaContext) -> Members {
    suffixes(values::QUADLET_SUFFIXES)
}

fn suffixes(set: &[&str]) -> Members {
    vec![("type", "string".into()), ("pattern", format!(r"\.({})$", set.join("|")).into())]
}

pub(super) fn boot_layout(context: &SchemaContext) -> Members {
    words_or_nothing(values::words(values::BOOT_LAYOUTS, &context.gates))
}

/// None, or more than one.
pub(super) fn mirror_devices(_: &SchemaContext) -> Members {
    let one = object([("type", "array".into()), ("minItems", 1.into()), ("maxItems", 1.into())]);
    vec![("not", one)]
}

pub(super) fn kernel_type(_: &SchemaContext) -> Members {
    words_or_nothing(values::BUTANE_KERNEL_TYPES.iter().copied().filter(|word| !word.is_empty()))
}

pub(super) fn role_label(_: &SchemaContext) -> Members {
    let label = object([("type", "string".into()), ("minLength", 1.into())]);
    vec![("required", texts([values::ROLE_LABEL])), ("properties", object([(values::ROLE_LABEL, label)]))]
}

/// The pins that a custom pin can name, where they are a closed set.
pub(super) fn known_pins(context: &SchemaContext) -> Option<Value> {
    let open = context.gates.allow(behavior::ANY_CLEVIS_PIN);
    (!open).then(|| texts(values::words(values::CLEVIS_PINS, &context.gates)))
}

/// These words, nothing at all, or an empty text.
fn words_or_nothing<'a>(words: impl IntoIterator<Item = &'a str>) -> Members {
    let mut all: Vec<Value> = words.into_iter().map(Value::from).collect();
    all.extend(["".into(), Value::Null]);
    vec![("enum", all.into())]
}

fn length(bytes: usize) -> Value {
    // A schema counts characters, of which there are never more than bytes.
    Value::Int(i64::try_from(bytes).unwrap_or(i64::MAX))
}
