//! Merging two configs, and translating one to a later version, give what the reference gives.
//!
//! `vectors/ignition-merge.jsonl.gz` and `vectors/ignition-translate.jsonl.gz` were recorded by running the reference
//! on our own inputs. Empty maps and lists and nulls are left out of both sides before they are compared.

mod support;

use firesteel::diagnostic::Sources;
use firesteel::document::Path;
use firesteel::document::json::{self, Layout};
use firesteel::emit::ignition_json;
use firesteel::ignition::{Versioned, check, merge, parse, translate};
use firesteel::spec::IgnitionVersion;
use firesteel::validate::Manner;
use serde_json::Value;
use std::sync::Arc;

#[test]
fn merged_configs_are_as_recorded() {
    let count = run("merge", &support::unpack(include_bytes!("vectors/ignition-merge.jsonl.gz")), merged);
    assert!(count > 350, "{count}");
    if let Some(path) = support::shared("conformance/ignition/merge.jsonl") {
        run("merge, whole corpus", &std::fs::read_to_string(path).expect("the corpus can be read"), merged);
    }
}

#[test]
fn translated_configs_are_as_recorded() {
    let count = run("translate", &support::unpack(include_bytes!("vectors/ignition-translate.jsonl.gz")), translated);
    assert!(count > 290, "{count}");
    if let Some(path) = support::shared("conformance/ignition/upconvert.jsonl") {
        run("translate, whole corpus", &std::fs::read_to_string(path).expect("the corpus can be read"), translated);
    }
}

#[test]
fn there_is_no_way_back_to_an_earlier_version() {
    let config = read(r#"{"ignition": {"version": "3.4.0"}}"#).expect("the config is right");
    for version in IgnitionVersion::ALL {
        assert_eq!(translate(&config, version).is_some(), version >= IgnitionVersion::V3_4, "{version}");
    }
}

#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn run(name: &str, text: &str, compare: fn(&Value) -> Result<(), String>) -> usize {
    let mut failures = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        count += 1;
        if let Err(difference) = compare(&case) {
            failures.push(format!("{}: {difference}", case["id"].as_str().unwrap_or_default()));
        }
    }
    println!("{name}: {count} cases, {} differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    count
}

fn read(text: &str) -> Result<Versioned, String> {
    parse("config.ign", text.as_bytes(), Manner::Reference).outcome.map_err(|refusal| refusal.to_string())
}

fn merged(case: &Value) -> Result<(), String> {
    let parent = read(&case["parent"].to_string())?;
    let child = read(&case["child"].to_string())?;
    let result = merge(&parent.config, &child.config, child.version);
    let text = ignition_json(&result, child.version, Layout::Compact);
    same(&text, &case["merged"])?;

    let document = Arc::new(json::read(text.as_bytes()).map_err(|error| error.to_string())?);
    let source = Sources::default().add_document("merged", document.clone());
    let mut report = Default::default();
    let part = (document.root(), &Path::root());
    check(&document, source, part, Manner::Reference, &mut report).map_err(|refusal| refusal.to_string())?;
    let wanted = case["merged_valid"].as_bool().expect("a case says whether the result is valid");
    if wanted == report.has_errors() {
        return Err(format!("valid: {wanted}, but {report:#?}"));
    }
    let mut found: Vec<String> =
        report.iter().map(|found| format!("{} {}", found.severity.word(), found.place.path)).collect();
    let recorded = |entry: &Value| {
        let steps = entry["path"].as_array().expect("a path").iter();
        let path = steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
        let path = path.fold("$".to_owned(), |path, step| path + "." + &step);
        format!("{} {path}", entry["kind"].as_str().expect("a kind"))
    };
    let mut wanted: Vec<String> = case["merged_report"].as_array().into_iter().flatten().map(recorded).collect();
    found.sort();
    wanted.sort();
    let is_told = case.get("merged_report").is_some();
    if is_told && found != wanted { Err(format!("found {found:?}, wanted {wanted:?}")) } else { Ok(()) }
}

fn translated(case: &Value) -> Result<(), String> {
    let text = case["input_text"].as_str().map_or_else(|| case["input"].to_string(), str::to_owned);
    let from = read(&text)?;
    let to = case["to"].as_str().and_then(IgnitionVersion::from_name).expect("a case names the version");
    let result = translate(&from, to).ok_or("there is no way there")?;
    same(&ignition_json(&result.config, to, Layout::Compact), &case["output"])
}

/// Compares what is left when empty maps, empty lists and nulls are taken out of maps.
fn same(found: &str, wanted: &Value) -> Result<(), String> {
    let found = pruned(serde_json::from_str(found).map_err(|error| error.to_string())?);
    let wanted = pruned(wanted.clone());
    if found == wanted { Ok(()) } else { Err(format!("\n  found  {found}\n  wanted {wanted}")) }
}

fn pruned(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, pruned(value)));
            Value::Object(entries.filter(|(_, value)| !is_nothing(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
