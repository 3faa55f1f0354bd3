//! Butane configs that people published: the same verdict, the same findings at the same places, the same output.

#[path = "support/butane.rs"]
mod butane;
mod support;

use butane::Run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn published_configs_agree_where_they_are_at_hand() {
    let Some(folder) = support::shared("corpus/realworld") else { return };
    let lines = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(folder.join(name)).expect("the corpus can be read");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    };
    let manifest: BTreeMap<String, Value> =
        lines("manifest.jsonl").into_iter().map(|entry| (sum(&entry), entry)).collect();
    let (mut compared, mut failures) = (0, Vec::new());
    for result in lines("results.jsonl").iter().filter(|result| result["kind"] == "butane") {
        let Some(entry) = manifest.get(&sum(result)) else { continue };
        let file = folder.join(entry["file"].as_str().unwrap_or_default());
        if file.is_file() {
            compared += 1;
            failures.extend(compare(&folder, &file, entry, result).map(|what| format!("{}: {what}", file.display())));
        }
    }
    println!("{compared} configs, {} differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn sum(entry: &Value) -> String {
    entry["sha256"].as_str().unwrap_or_default().to_owned()
}

fn compare(folder: &Path, file: &Path, entry: &Value, result: &Value) -> Option<String> {
    let empty = tempfile::tempdir().expect("a scratch folder");
    let mut arguments = vec!["--raw-errors".to_owned()];
    let files_dir = match &result["butane"]["files_dir"] {
        Value::Null => &result["files_dir"],
        given => given,
    };
    let files_dir = match files_dir {
        Value::Bool(true) => Some(folder.join(entry["files_dir"].as_str().unwrap_or_default())),
        Value::String(_) => Some(empty.path().to_owned()),
        _ => None,
    };
    if let Some(path) = files_dir {
        arguments.extend(["-d".to_owned(), path.display().to_string()]);
    }
    arguments.push(file.display().to_string());
    let outcome = butane::run(&arguments, b"", Path::new(""));
    let recorded = if result["butane"].is_object() { &result["butane"] } else { result };
    if recorded["exit"].as_u64() != Some(outcome.status.code().into()) {
        let (ours, theirs) = (outcome.status.code(), &recorded["exit"]);
        return Some(format!("exit {ours} instead of {theirs}: {:?}", outcome.fatal));
    }
    let mut ours = report(&outcome);
    let mut theirs: Vec<String> = recorded["report"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|line| {
            let (place, _) = line.split_once(": ")?;
            place.contains(" at ").then(|| place.to_owned())
        })
        .collect();
    // Unknown keys of one map come in any order there.
    ours.sort();
    theirs.sort();
    if ours != theirs {
        return Some(format!("\n  ours   {ours:?}\n  theirs {theirs:?}"));
    }
    let bytes = recorded["stdout_bytes"].as_u64().unwrap_or_default();
    if recorded["gzip"] != true && bytes != outcome.stdout.len() as u64 {
        return Some(format!("{} bytes instead of {bytes}", outcome.stdout.len()));
    }
    None
}

fn report(outcome: &Run) -> Vec<String> {
    let findings = outcome.entries.iter().map(|entry| {
        let place = entry.line.zip(entry.column);
        let place = place.map(|(line, column)| format!(", line {line} col {column}")).unwrap_or_default();
        let path = if entry.path.is_root() { String::new() } else { entry.path.to_string() };
        format!("{} at {}", entry.kind.word(), format!("{path}{place}").trim_start_matches(", "))
    });
    findings.collect()
}
