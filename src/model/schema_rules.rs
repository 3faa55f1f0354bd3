//! What the fields of a struct must be in their relation to each other, as parts of its schema's `allOf`.
//!
//! The structs of the Ignition and the Butane model have the same names for the same fields, so one rule serves both.

use super::butane;
use super::constraint;
use super::decode::Dialect;
use super::field::FieldInfo;
use super::ignition::{
    Clevis, ClevisCustom, File, Filesystem, Link, Luks, Owner, Partition, Raid, Resource, Verification,
};
use super::schema::{SchemaContext, object, texts};
use crate::document::Value;
use crate::spec::refused::refused as refused_fields;
use crate::spec::values::{FILESYSTEM_FORMATS, FilesystemFormat, RAID_LEVELS, VIRTIOFS, VIRTIOFS_TAG_BYTES};
use crate::spec::{Feature, Gate, Target, behavior};

type Rules = Vec<Value>;

/// A file's contents, or a key.
pub(super) fn resource(context: &SchemaContext) -> Rules {
    let mut rules = vec![hash_needs_source(context)];
    rules.extend(source(context));
    rules
}

/// A config or certificate that Ignition itself uses.
pub(super) fn reference(context: &SchemaContext) -> Rules {
    let mut rules = source(context);
    if context.gates.allow(behavior::REFERENCE_HASH_NEEDS_SOURCE) {
        rules.push(hash_needs_source(context));
    }
    rules
}

fn hash_needs_source(context: &SchemaContext) -> Value {
    let hash = given(context.key(Resource::verification), given(context.key(Verification::hash), not(null())));
    let sources = source_names(context).into_iter().map(|name| given(name, not(null()))).collect();
    when(hash, any(sources))
}

fn source(context: &SchemaContext) -> Rules {
    let http = object([("type", "string".into()), ("pattern", constraint::HTTP_URL.into())]);
    let mut rules = at_most_one(&source_names(context));
    if context.gates.allow(Resource::http_headers.gate) {
        let headers = given(context.key(Resource::http_headers), filled_list());
        rules.push(when(headers, given(context.key(Resource::source), http)));
    }
    rules
}

/// The fields that may hold a resource's contents.
pub(super) fn source_names(context: &SchemaContext) -> Vec<&'static str> {
    use butane::Resource as Sugar;
    match context.dialect {
        Dialect::Butane | Dialect::OwnButane(_) => [Sugar::source, Sugar::inline, Sugar::local]
            .into_iter()
            .filter(|field| context.gates.allow(field.gate))
            .map(|field| field.name)
            .collect(),
        Dialect::Ignition | Dialect::Spec => vec![context.key(Resource::source)],
    }
}

/// Units and what is like them: the text, or the file that holds it.
pub(super) fn contents_or_local(context: &SchemaContext) -> Rules {
    use butane::Unit;
    if context.gates.allow(Unit::contents_local.gate) {
        at_most_one(&[Unit::contents.name, Unit::contents_local.name])
    } else {
        Vec::new()
    }
}

/// At most one of these is given at all.
fn at_most_one(names: &[&'static str]) -> Rules {
    let mut rules = Vec::new();
    for (index, name) in names.iter().enumerate() {
        for other in &names[index + 1..] {
            rules.push(not(both(given(name, not(null())), given(other, not(null())))));
        }
    }
    rules
}

pub(super) fn owner(context: &SchemaContext) -> Rules {
    let id = given(context.key(Owner::id), not(null()));
    vec![not(both(id, given(context.key(Owner::name), filled())))]
}

pub(super) fn file(context: &SchemaContext) -> Rules {
    let overwrite = given(context.key(File::overwrite), yes());
    let source = given(context.key(File::contents), given(context.key(Resource::source), not(null())));
    vec![when(overwrite, source)]
}

/// From 3.3 on a link needs a target; in a Butane config it may come from a tree.
pub(super) fn link(context: &SchemaContext) -> Rules {
    if context.dialect == Dialect::Ignition && context.gates.allow(behavior::LINK_TARGET_REQUIRED) {
        vec![given(context.key(Link::target), filled())]
    } else {
        Vec::new()
    }
}

/// What a Butane target's product refuses, from the root down.
pub(super) fn refused(target: &'static Target) -> Rules {
    refused_fields(target)
        .map(|row| {
            let mut nothing = vec![null(), object([("type", "array".into()), ("maxItems", 0.into())])];
            nothing.push(object([("type", "object".into()), ("maxProperties", 0.into())]));
            if row.empty_allowed {
                nothing.push(object([("const", "".into())]));
            }
            // Each step may lead through a list.
            row.path.rsplit('.').fold(any(nothing), |below, key| {
                let below = match below.get("properties") {
                    Some(properties) => object([("properties", properties.clone()), ("items", below)]),
                    None => below,
                };
                object([("properties", object([(snake(key).as_str(), below)]))])
            })
        })
        .collect()
}

/// Ignition's spelling of a key as Butane spells it.
fn snake(key: &str) -> String {
    key.chars().fold(String::new(), |mut name, letter| {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
        name
    })
}

/// The node daemon of OpenShift writes only what the config itself holds.
pub(super) fn butane_file(context: &SchemaContext) -> Rules {
    if !context.gates.allow(Gate::With(Feature::MachineConfig)) {
        return Vec::new();
    }
    let elsewhere = object([("type", "string".into()), ("not", object([("pattern", "^[dD][aA][tT][aA]:".into())]))]);
    vec![not(given(context.key(File::contents), given(context.key(Resource::source), elsewhere)))]
}

pub(super) fn partition(context: &SchemaContext) -> Rules {
    let number = given(context.key(Partition::number), not_zero());
    let label = given(context.key(Partition::label), not(null()));
    let settings = [
        label.clone(),
        given(context.key(Partition::size_mib), not(null())),
        given(context.key(Partition::start_mib), not(null())),
        given(context.key(Partition::guid), filled()),
        given(context.key(Partition::type_guid), filled()),
    ];
    let absent = given(context.key(Partition::should_exist), object([("const", false.into())]));
    vec![any(vec![number.clone(), label]), when(absent, both(number, not(any(settings.into()))))]
}

pub(super) fn raid(context: &SchemaContext) -> Rules {
    let spareless = RAID_LEVELS.iter().filter(|level| !level.spares).map(|level| level.word);
    let level = given(context.key(Raid::level), object([("enum", texts(spareless))]));
    vec![when(level, not(given(context.key(Raid::spares), not_zero())))]
}

pub(super) fn filesystem(context: &SchemaContext) -> Rules {
    let key = |field| context.key(field);
    let mut about = vec![
        given(key(Filesystem::path), filled()),
        given(key(Filesystem::label), filled()),
        given(key(Filesystem::uuid), filled()),
        given(key(Filesystem::wipe_filesystem), yes()),
        given(key(Filesystem::options), filled_list()),
    ];
    if context.gates.allow(Filesystem::mount_options.gate) {
        about.push(given(key(Filesystem::mount_options), filled_list()));
    }
    let mut rules = vec![when(any(about), given(key(Filesystem::format), filled()))];
    let formats = FILESYSTEM_FORMATS.iter().filter(|format| context.gates.allow(format.gate));
    for FilesystemFormat { word, label_bytes, .. } in formats {
        if let Some(bytes) = label_bytes {
            let short = object([("maxLength", number(*bytes))]);
            rules.push(when(
                format_is(context, word),
                object([("properties", object([(key(Filesystem::label), short)]))]),
            ));
        }
    }
    if FilesystemFormat::find(VIRTIOFS, &context.gates).is_some() {
        rules.push(virtiofs(context));
    }
    rules
}

/// Nothing is made on a directory of the host, and its device is a tag.
fn virtiofs(context: &SchemaContext) -> Value {
    let key = |field| context.key(field);
    let device = |members: Vec<(&'static str, Value)>| {
        object([("properties", object([(key(Filesystem::device), object(members))]))])
    };
    let settings = vec![
        given(key(Filesystem::label), filled()),
        given(key(Filesystem::uuid), filled()),
        given(key(Filesystem::wipe_filesystem), yes()),
        given(key(Filesystem::options), filled_list()),
    ];
    object([
        ("if", format_is(context, VIRTIOFS)),
        ("then", both(device(vec![("maxLength", number(VIRTIOFS_TAG_BYTES))]), not(any(settings)))),
        ("else", device(constraint::clean_path(context))),
    ])
}

fn format_is(context: &SchemaContext, word: &'static str) -> Value {
    given(context.key(Filesystem::format), object([("const", word.into())]))
}

pub(super) fn luks(context: &SchemaContext) -> Rules {
    if !context.gates.allow(Luks::cex.gate) {
        return Vec::new();
    }
    let enabled = given(context.key(Luks::cex), given(context.key(super::ignition::Cex::enabled), yes()));
    let custom = given(context.key(Clevis::custom), given(context.key(ClevisCustom::pin), filled()));
    let mut pins = other_pins(context);
    pins.push(custom);
    let clevis = given(context.key(Luks::clevis), any(pins));
    let keys = source_names(context).into_iter().map(|name| given(name, filled())).collect();
    let key_file = given(context.key(Luks::key_file), any(keys));
    vec![when(enabled, not(any(vec![clevis, key_file])))]
}

pub(super) fn clevis(context: &SchemaContext) -> Rules {
    let custom = if context.gates.allow(behavior::CUSTOM_PIN_BY_PRESENCE) {
        object([("type", "object".into())])
    } else {
        given(context.key(ClevisCustom::pin), filled())
    };
    vec![not(both(given(context.key(Clevis::custom), custom), any(other_pins(context))))]
}

/// The signs of pins that are not custom.
fn other_pins(context: &SchemaContext) -> Vec<Value> {
    vec![
        given(context.key(Clevis::tang), filled_list()),
        given(context.key(Clevis::tpm2), yes()),
        given(context.key(Clevis::threshold), not_zero()),
    ]
}

pub(super) fn custom_pin(context: &SchemaContext) -> Rules {
    let (config, pin) = (context.key(ClevisCustom::config), context.key(ClevisCustom::pin));
    let mut begun = vec![given(config, filled()), given(pin, filled())];
    if !context.gates.allow(behavior::CUSTOM_PIN_BY_PRESENCE) {
        begun.push(given(context.key(ClevisCustom::needs_network), not(null())));
    }
    let known = match constraint::known_pins(context) {
        Some(pins) => object([("enum", pins)]),
        None => filled(),
    };
    vec![when(any(begun), both(given(config, filled()), given(pin, known)))]
}

/// IBM Z names its disk and cannot mirror.
pub(super) fn boot_device(context: &SchemaContext) -> Rules {
    use butane::{BootDevice, BootLuks, Mirror};
    if !context.gates.allow(BootLuks::device.gate) {
        return Vec::new();
    }
    let layout = |pattern: &'static str| {
        given(BootDevice::layout.name, object([("type", "string".into()), ("pattern", pattern.into())]))
    };
    let device = given(BootDevice::luks.name, given(BootLuks::device.name, filled()));
    let mirror = given(BootDevice::mirror.name, given(Mirror::devices.name, filled_list()));
    vec![when(layout("^s390x-(eckd|zfcp)$"), device), when(layout("^s390x-"), not(mirror))]
}

impl SchemaContext {
    /// How the language described spells that field.
    fn key(&self, field: &'static FieldInfo) -> &'static str {
        field.name_in(self.dialect.naming())
    }
}

/// The key is there, and its value is so.
fn given(key: &str, value: Value) -> Value {
    object([("required", texts([key])), ("properties", object([(key, value)]))])
}

fn when(condition: Value, then: Value) -> Value {
    object([("if", condition), ("then", then)])
}

fn not(schema: Value) -> Value {
    object([("not", schema)])
}

fn both(one: Value, other: Value) -> Value {
    object([("allOf", vec![one, other].into())])
}

fn any(schemas: Vec<Value>) -> Value {
    object([("anyOf", schemas.into())])
}

fn null() -> Value {
    object([("type", "null".into())])
}

fn yes() -> Value {
    object([("const", true.into())])
}

fn filled() -> Value {
    object([("type", "string".into()), ("minLength", 1.into())])
}

fn filled_list() -> Value {
    object([("type", "array".into()), ("minItems", 1.into())])
}

fn not_zero() -> Value {
    object([("type", "integer".into()), ("not", object([("const", 0.into())]))])
}

fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
