//! What the machine-config operator refuses, and what it drops without a word, is told by `validate`.
//!
//! `conformance/mco-validate.jsonl.gz` was recorded from the operator's own functions on our own inputs.

mod support;

use firesteel::diagnostic::Severity;
use firesteel::files::MemoryFiles;
use firesteel::inspect::{Input, Inspected, Options, Settings, inspect};
use firesteel::lint::Platform;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Texts that the operator's reader does not take and that are right for what they are.
const OF_ANOTHER_KIND: [(&str, &str); 4] = [
    ("validate/wrapper/butane", "a Butane config, which is to be compiled first"),
    ("validate/wrapper/list", "a list, which `oc apply` takes apart: an info says what the installer does"),
    ("validate/wrapper/mclist", "the same"),
    ("validate/seed/user-data", "an Ignition config"),
];

/// What we tell as an error although the operator's functions take it. Each drops something that was written, or is
/// refused elsewhere: by the API server, or by the node.
#[rustfmt::skip]
const STRICTER: &[(&str, &str)] = &[
    ("FS0101", "unknown keys are dropped without a word"),
    ("FS0104", "of repeated keys the first is dropped without a word"),
    ("FS0112", "keys of the object in another letter case are dropped"),
    ("FS2101", "keys of Butane are dropped without a word"),
    ("FS2102", "keys in the wrong map are dropped without a word"),
    ("FS2209", "the file cannot be written on the node: something of the config stands in its way"),
    ("FS2451", "systemd refuses the unit on the node"),
    ("FS2503", "the API server refuses the name"),
    ("FS2505", "no pool takes a MachineConfig without the role"),
];

#[test]
#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn nothing_that_the_operator_refuses_is_called_clean() {
    let mut faults = Vec::new();
    let mut strict: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut count, mut refused, mut taken) = (0, 0, 0);
    for line in support::unpack(include_bytes!("conformance/mco-validate.jsonl.gz")).lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        let id = case["id"].as_str().expect("a case has a name");
        count += 1;
        let inspected = inspected(&case);
        let has_errors = inspected.report.has_errors();
        let verdict = &case["verdict"];
        let documents = verdict["documents"].as_array().expect("a list");
        let is_ok = verdict["read"] == "ok"
            && !documents.is_empty()
            && documents.iter().all(|document| document["ok"] == Value::Bool(true));
        if is_ok {
            taken += 1;
            let codes: BTreeSet<&str> = errors(&inspected).collect();
            codes.iter().for_each(|code| strict.entry((*code).to_owned()).or_default().push(id.to_owned()));
            let dropped = documents.iter().any(|document| document["unknown"].is_array());
            if dropped && inspected.report.is_empty() {
                faults.push(format!("{id}: keys are dropped, and nothing is told"));
            }
        } else {
            refused += 1;
            let other = OF_ANOTHER_KIND.iter().any(|(name, _)| *name == id);
            if !has_errors && !other {
                faults.push(format!("{id}: refused, and no error is told: {}", shown(verdict)));
            }
        }
    }
    println!("{count} cases: {refused} refused, {taken} taken");
    for (code, ids) in &strict {
        println!("stricter: {code} in {}: {}", ids.len(), ids.join(" "));
    }
    let unlisted: Vec<_> = strict.keys().filter(|code| !STRICTER.iter().any(|(known, _)| known == code)).collect();
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(unlisted.is_empty(), "stricter than the operator for another reason: {unlisted:?}");
}

fn shown(verdict: &Value) -> String {
    let text = verdict.to_string();
    text.chars().take(300).collect()
}

fn errors(inspected: &Inspected) -> impl Iterator<Item = &'static str> {
    inspected.report.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.problem.code)
}

fn inspected(case: &Value) -> Inspected {
    let mut text = case["input"].as_str().expect("a case has an input").to_owned();
    if let Some(fill) = case["fill"].as_object() {
        let count = fill["count"].as_u64().expect("a number") as usize;
        text =
            text.replace(fill["mark"].as_str().expect("a text"), &fill["char"].as_str().expect("a text").repeat(count));
    }
    let files = MemoryFiles::default();
    let platform = Platform::from_name("5.2").expect("the newest release, from which the vectors are");
    let settings = Settings { platform, ..Settings::default() };
    let input = Input { name: "case.yaml", bytes: text.as_bytes(), files: &files, named: true, settings: &settings };
    inspect(&[input], &Options::default())
}
