//! Merging the MachineConfigs of a pool, and whether running nodes may take the result, are as the operator has it.
//!
//! `conformance/mco-render.jsonl.gz` and `conformance/mco-reconcile.jsonl.gz` were recorded from the operator's own
//! functions on our own inputs. Empty maps and lists and nulls are left out of both sides before they are compared.

mod support;

use firesteel::diagnostic::{Report, SourceId, Sources};
use firesteel::document::json::Layout;
use firesteel::document::{Document, Path, yaml};
use firesteel::emit::ignition_json;
use firesteel::manifest::machine_config::{
    Component, Irreconcilable, MachineConfig, Override, Rendered, is_labelled, read, read_config, reconcile, render,
};
use firesteel::spec::Release;
use serde_json::{Value, json};
use std::sync::Arc;

#[test]
fn pools_are_merged_as_recorded() {
    run("render", include_bytes!("conformance/mco-render.jsonl.gz"), 119, |case| {
        let verdict = &case["verdict"];
        let merged = pool(&case["inputs"]);
        match (merged, verdict["merge"] == "ok") {
            (Err(_), false) => Ok(()),
            (Err(why), true) => Err(format!("not merged: {why}")),
            (Ok(_), false) => Err(format!("merged, but should be: {}", verdict["merge"])),
            (Ok(rendered), true) => {
                let (ours, theirs) = (pruned(spec(&rendered)), pruned(verdict["rendered"].clone()));
                same(&ours, &theirs)
            }
        }
    });
}

#[test]
fn changes_are_taken_or_refused_as_recorded() {
    run("reconcile", include_bytes!("conformance/mco-reconcile.jsonl.gz"), 368, |case| {
        let verdict = &case["verdict"];
        let (old, new) = (pool(&case["old"]), pool(&case["new"]));
        let (Ok(old), Ok(new)) = (&old, &new) else {
            let why = [old.err(), new.err()].into_iter().flatten().collect::<Vec<_>>().join(", ");
            return if verdict["reconcilable"].is_null() { Ok(()) } else { Err(format!("not merged: {why}")) };
        };
        let Some(expected) = verdict["reconcilable"].as_str() else {
            return Err("merged, though the operator does not".to_owned());
        };
        compare(reconcile(old, new, &[]), expected)?;
        let sections = [("Disks", Override::Disks), ("FileSystems", Override::FileSystems), ("Raid", Override::Raid)];
        for (name, section) in sections {
            let expected = verdict["overrides"][name].as_str().unwrap_or(expected);
            compare(reconcile(old, new, &[section]), expected).map_err(|fault| format!("{name}: {fault}"))?;
        }
        let expected = verdict["overrides"]["all"].as_str().unwrap_or(expected);
        compare(reconcile(old, new, &sections.map(|(_, section)| section)), expected)
    });
}

/// Compares by the words that name the class of the reason.
fn compare(ours: Result<(), Irreconcilable>, theirs: &str) -> Result<(), String> {
    use Irreconcilable as Why;
    let words = match &ours {
        Ok(()) => "ok",
        Err(Why::OldInvalid) => "parsing old",
        Err(Why::NewInvalid) => "parsing new",
        Err(Why::Groups) => "Passwd Groups section",
        Err(Why::OtherUser(_)) => "non-core user",
        Err(Why::FieldsOfCore) => "SSH keys and password hash are not reconcilable",
        Err(Why::NothingOfCore) => "user must be core and ha",
        Err(Why::KernelArguments) => "kargs section",
        Err(Why::Disks) => "disks section",
        Err(Why::Filesystems) => "filesystems section",
        Err(Why::Raid) => "raid section",
        Err(Why::Directories) => "directories section",
        Err(Why::Links) => "links section",
        Err(Why::Append(_)) => "includes append",
        Err(Why::ForceFile) => "machine-config-daemon-force",
        Err(Why::Fips) => "FIPS",
    };
    let is_alike = if words == "ok" { theirs == "ok" } else { theirs.contains(words) };
    if is_alike { Ok(()) } else { Err(format!("{ours:?}, and there: {theirs}")) }
}

#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn run(name: &str, packed: &[u8], least: usize, check: impl Fn(&Value) -> Result<(), String>) {
    let mut failures = Vec::new();
    let mut count = 0;
    for line in support::unpack(packed).lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        count += 1;
        if let Err(fault) = check(&case) {
            failures.push(format!("{}: {fault}", case["id"].as_str().unwrap_or_default()));
        }
    }
    println!("{name}: {count} cases, {} differ", failures.len());
    assert!(count >= least, "{count}");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

/// The pool of those texts, merged by the newest release, from which the vectors are.
fn pool(texts: &Value) -> Result<Rendered, String> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let mut parts: Vec<(Arc<Document>, SourceId, MachineConfig, bool)> = Vec::new();
    for text in texts.as_array().expect("a list") {
        let (documents, fault) = yaml::read_all(text.as_str().expect("a text").as_bytes());
        if let Some(fault) = fault {
            return Err(fault.to_string());
        }
        for document in documents {
            let document = Arc::new(document);
            let source = sources.add_document("case.yaml", document.clone());
            let Some(root) = document.root() else { continue };
            let object = read(&document, source, (root, &Path::root()), &mut report);
            let labelled = is_labelled(&document, root);
            parts.push((document, source, object, labelled));
        }
    }
    let components = parts.iter().map(|(document, source, object, labelled)| {
        let config = object.spec.config.0.map(|node| {
            let path = Path::root().join("spec").join("config");
            read_config(document, *source, (node, &path)).map_err(|fault| format!("{fault:?}"))
        });
        Ok(Component { object, is_labelled: *labelled, config: config.transpose()? })
    });
    let components: Vec<Component<'_>> = components.collect::<Result<_, String>>()?;
    render(&components, Release::newest()).map_err(|fault| fault.to_string())
}

/// The spec of the rendered MachineConfig.
fn spec(rendered: &Rendered) -> Value {
    let config = ignition_json(&rendered.config, rendered.version, Layout::Compact);
    json!({
        "config": serde_json::from_str::<Value>(&config).expect("what we write is JSON"),
        "kernelArguments": rendered.kernel_arguments,
        "extensions": rendered.extensions,
        "kernelType": rendered.kernel_type,
        "fips": rendered.fips,
        "osImageURL": rendered.os_image_url,
        "baseOSExtensionsContainerImage": rendered.extensions_image,
    })
}

/// Without members that are null, or empty maps and lists.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, pruned(value)));
            let is_there = |value: &Value| match value {
                Value::Null => false,
                Value::Object(members) => !members.is_empty(),
                Value::Array(items) => !items.is_empty(),
                _ => true,
            };
            Value::Object(members.filter(|(_, value)| is_there(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}

fn same(ours: &Value, theirs: &Value) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    let keys = theirs.as_object().into_iter().flatten().map(|(key, _)| key);
    let differing: Vec<&String> = keys.filter(|key| ours.get(key.as_str()) != theirs.get(key.as_str())).collect();
    Err(format!("{differing:?}\n  ours:   {ours}\n  theirs: {theirs}"))
}
