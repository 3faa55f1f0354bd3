//! Every field of both models is unknown just below its gate and known at it; the tables of versions are consistent.

use firesteel::diagnostic::{Report, Sources};
use firesteel::document::json;
use firesteel::model::{Dialect, FieldInfo, Naming, Node, butane, decode, ignition};
use firesteel::spec::behavior::BEHAVIORS;
use firesteel::spec::refused::{REFUSED, refused};
use firesteel::spec::{Gate, Gates, IgnitionVersion, TARGETS, Target};
use std::collections::BTreeSet;

/// Everything that did not exist from the start: struct, field, and the Ignition version that brought it, as the
/// reference's documents tell. `+` stands for what a product's feature brings.
#[rustfmt::skip]
const FIRST: &[(&str, &str)] = &[
    ("ignition.Config.kernel_arguments", "3.3.0"),
    ("ignition.Ignition.proxy", "3.1.0"),
    ("ignition.Reference.compression", "3.1.0"),
    ("ignition.Reference.http_headers", "3.1.0"),
    ("ignition.Group.should_exist", "3.2.0"),
    ("ignition.User.should_exist", "3.2.0"),
    ("ignition.Storage.luks", "3.2.0"),
    ("ignition.Partition.resize", "3.2.0"),
    ("ignition.Resource.http_headers", "3.1.0"),
    ("ignition.Filesystem.mount_options", "3.1.0"),
    ("ignition.Luks.cex", "3.5.0"),
    ("ignition.Luks.discard", "3.4.0"),
    ("ignition.Luks.open_options", "3.4.0"),
    ("ignition.Tang.advertisement", "3.4.0"),
    ("butane.Config.kernel_arguments", "3.3.0"),
    ("butane.Config.boot_device", "+BootDevice"),
    ("butane.Config.grub", "+Grub"),
    ("butane.Config.metadata", "+MachineConfig"),
    ("butane.Config.openshift", "+MachineConfig"),
    ("butane.Ignition.proxy", "3.1.0"),
    ("butane.Reference.compression", "3.1.0"),
    ("butane.Reference.http_headers", "3.1.0"),
    ("butane.Reference.inline", "3.1.0"),
    ("butane.Reference.local", "3.1.0"),
    ("butane.User.ssh_authorized_keys_local", "3.4.0"),
    ("butane.User.should_exist", "3.2.0"),
    ("butane.Storage.luks", "3.2.0"),
    ("butane.Storage.trees", "3.1.0"),
    ("butane.Resource.http_headers", "3.1.0"),
    ("butane.Resource.local", "3.1.0"),
    ("butane.Filesystem.mount_options", "3.1.0"),
    ("butane.Filesystem.with_mount_unit", "3.1.0"),
    ("butane.Luks.cex", "3.5.0"),
    ("butane.Luks.discard", "3.4.0"),
    ("butane.Luks.open_options", "3.4.0"),
    ("butane.Tree.group", "3.6.0"),
    ("butane.Tree.user", "3.6.0"),
    ("butane.Tree.file_mode", "3.6.0"),
    ("butane.Tree.dir_mode", "3.6.0"),
    ("butane.Systemd.quadlets", "3.7.0-experimental"),
    ("butane.Unit.contents_local", "3.4.0"),
    ("butane.Dropin.contents_local", "3.4.0"),
    ("butane.BootLuks.cex", "3.5.0"),
    ("butane.BootLuks.device", "3.5.0"),
    ("butane.BootLuks.discard", "3.4.0"),
];

/// Where the first target of each product's feature stands in the reference's documents.
#[rustfmt::skip]
const FIRST_TARGETS: &[(&str, &str, &str)] = &[
    ("boot_device", "fcos", "1.3.0"),
    ("boot_device", "openshift", "4.8.0"),
    ("grub", "fcos", "1.5.0"),
    ("grub", "openshift", "4.14.0"),
    ("metadata", "openshift", "4.8.0"),
    ("openshift", "openshift", "4.8.0"),
];

struct Struct {
    model: &'static str,
    name: &'static str,
    fields: &'static [&'static FieldInfo],
    unknown: fn(Dialect, Gates) -> BTreeSet<String>,
}

/// Every struct of a model.
macro_rules! structs {
    ($($module:ident::{$($name:ident),+ $(,)?}),+ $(,)?) => {
        vec![$($(Struct {
            model: stringify!($module),
            name: $module::$name::NAME,
            fields: $module::$name::fields(),
            unknown: unknown::<$module::$name>,
        }),+),+]
    };
}

fn structs() -> Vec<Struct> {
    structs![
        ignition::{
            Config, Ignition, ConfigSources, Reference, HttpHeader, Verification, Proxy, Security, Tls, Timeouts,
            KernelArguments, Passwd, Group, User, Storage, Owner, Directory, Disk, Partition, File, Resource,
            Filesystem, Link, Luks, Cex, Clevis, ClevisCustom, Tang, Raid, Systemd, Unit, Dropin,
        },
        butane::{
            Config, Ignition, ConfigSources, Reference, Security, Tls, Passwd, User, Storage, File, Resource,
            Filesystem, Luks, Tree, Systemd, Unit, Dropin, Quadlet, QuadletDropin, BootDevice, BootLuks, Mirror, Grub,
            GrubUser, Metadata, OpenShift,
        },
    ]
}

/// The keys that the decoder does not know in a map that has every field of the struct, each of them null.
fn unknown<T: Node>(dialect: Dialect, gates: Gates) -> BTreeSet<String> {
    let entries: Vec<String> =
        T::fields().iter().map(|field| format!("\"{}\": null", field.name_in(dialect.naming()))).collect();
    let document = json::read(format!("{{{}}}", entries.join(", ")).as_bytes()).expect("the text is JSON");
    let source = Sources::default().add_text("test", "");
    let mut report = Report::default();
    let _: T = decode(&document, source, dialect, gates, &mut report);
    let keys = report.iter().filter(|finding| finding.problem.name == "unknown-key");
    keys.map(|finding| finding.place.path.to_string().trim_start_matches("$.").to_owned()).collect()
}

#[test]
fn every_field_begins_where_the_reference_says() {
    let mut listed: BTreeSet<&str> = FIRST.iter().map(|(name, _)| *name).collect();
    let mut checked = 0;
    for Struct { model, name, fields, unknown } in structs() {
        let dialect = if model == "ignition" { Dialect::Ignition } else { Dialect::Butane };
        let versions = IgnitionVersion::ALL.map(Gates::ignition).to_vec();
        let targets = TARGETS.iter().map(Target::gates).collect();
        for gates in if dialect == Dialect::Ignition { versions } else { targets } {
            let unknown = unknown(dialect, gates);
            for field in fields {
                let full = format!("{model}.{name}.{}", field.name);
                let first = FIRST.iter().find(|(listed, _)| *listed == full).map(|(name, first)| {
                    listed.remove(name);
                    *first
                });
                let expected = match first {
                    None => true,
                    Some(feature) if feature.starts_with('+') => {
                        gates.features.iter().any(|known| format!("+{known:?}") == feature)
                    }
                    // A part of the boot device comes with the boot device.
                    Some(_) if matches!(field.gate, Gate::WithSince(feature, _) if !gates.features.contains(&feature)) => {
                        false
                    }
                    Some(version) => {
                        gates.ignition >= IgnitionVersion::from_name(version).expect("a version of the table")
                    }
                };
                let known = !unknown.contains(field.name_in(dialect.naming()));
                assert_eq!(known, expected, "{full} at {gates:?}");
                checked += 1;
            }
        }
    }
    assert!(listed.is_empty(), "no such fields: {listed:?}");
    assert!(checked > 5000, "only {checked} pairs of field and version");
}

#[test]
fn features_begin_with_the_targets_that_the_reference_names() {
    let mut seen: Vec<(&str, &str, &str)> = Vec::new();
    for field in butane::Config::fields() {
        if matches!(field.gate, Gate::With(_)) {
            for target in TARGETS.iter().filter(|target| target.gates().allow(field.gate)) {
                let variant = target.variant.name();
                if !seen.iter().any(|(name, known, _)| *name == field.name && *known == variant) {
                    seen.push((field.name, variant, target.version));
                }
            }
        }
    }
    assert_eq!(seen, FIRST_TARGETS);
}

#[test]
fn every_refused_path_leads_to_a_field() {
    let structs = structs();
    for row in REFUSED {
        // A list or map of the model has the name of its struct in the singular, which these pairs give.
        let mut at = "Config";
        for key in row.path.split('.') {
            let described = structs.iter().find(|described| described.model == "ignition" && described.name == at);
            let fields = described.unwrap_or_else(|| panic!("{}: nothing below {key}", row.path)).fields;
            assert!(fields.iter().any(|field| field.name_in(Naming::Camel) == key), "{}: no {key} in {at}", row.path);
            at = match key {
                "storage" => "Storage",
                "passwd" => "Passwd",
                "users" => "User",
                "files" => "File",
                "luks" => "Luks",
                "contents" => "Resource",
                _ => "",
            };
        }
        let targets = TARGETS.iter().filter(|target| refused(target).any(|known| known == row)).count();
        assert!(targets > 0, "{}: refused by no target of {}", row.path, row.variant);
    }
}

#[test]
fn every_behaviour_begins_and_ends_with_targets_that_exist() {
    for (name, behavior) in BEHAVIORS {
        for (variant, version) in behavior.ends() {
            let target = Target::find(variant.name(), version);
            assert!(target.is_some_and(|target| target.does(*behavior)), "{name}: {variant} {version}");
        }
        assert!(TARGETS.iter().any(|target| !target.does(*behavior)), "{name} tells no two targets apart");
    }
}

#[test]
fn every_field_has_a_sentence() {
    for Struct { model, name, fields, .. } in structs() {
        for field in fields {
            let doc = field.doc.trim();
            assert!(
                doc.ends_with('.') && doc.contains(' ') && doc.len() > 12,
                "{model}.{name}.{}: {doc:?}",
                field.name
            );
        }
    }
}
