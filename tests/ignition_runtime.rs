//! What the engine of Ignition stops at on the machine, although its validator says nothing, is an error of ours.
//!
//! `vectors/ignition-runtime.jsonl.gz` was recorded by validating our own configs with the reference and applying them
//! with its engine to a root of their own, which held `before`.

use firesteel::diagnostic::Severity;
use firesteel::files::MemoryFiles;
use firesteel::inspect::{Input, Options, Settings, inspect};
use serde_json::Value;
use std::io::Read;

/// Cases that the config alone says nothing about: what was on the machine decides.
const LEFT_TO_THE_MACHINE: &[&str] = &[
    "run/existing-no-overwrite",
    "run/existing-no-overwrite-same-content",
    "run/existing-dir",
    "run/two-paths-one-place-via-existing-symlink",
];

/// The reason of the engine, and the name of our finding.
const REASONS: &[(&str, &str)] = &[
    ("run/hash-mismatch", "wrong-hash"),
    ("run/hash-not-hex", "wrong-hash"),
    ("run/gzip-flag-on-plain", "compression-mismatch"),
    ("run/file-under-file", "impossible-path"),
    ("run/dir-under-file", "impossible-path"),
    ("run/file-at-/", "impossible-path"),
    ("run/NUL-in-path", "impossible-path"),
    ("run/long-path", "impossible-path"),
    ("run/user-name-unknown", "unknown-owner"),
    ("run/rel-hard-link", "unresolvable-link"),
    ("run/hard-link-missing-target", "unresolvable-link"),
    ("run/empty-target-3.2", "unresolvable-link"),
    ("run/replace-empty-source", "unusable-referenced-config"),
    ("run/replace-with-a-2.x-config", "unknown-version"),
    ("run/merge-of-invalid", "no-version"),
    ("run/merged-result-gzip-kept", "unusable-referenced-config"),
];

#[test]
fn what_stops_the_engine_is_an_error() {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("vectors/ignition-runtime.jsonl.gz");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the vectors are a gzip file");
    let mut failures = Vec::new();
    let mut stopped = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        let id = case["id"].as_str().expect("a case has a name");
        if LEFT_TO_THE_MACHINE.contains(&id) {
            continue;
        }
        let errors = errors(case["input"].as_str().expect("a case has a text"));
        match (case["validate_exit"].as_i64(), case["apply_exit"].as_i64()) {
            (Some(0), Some(1)) => {
                stopped += 1;
                let reason = REASONS.iter().find(|(known, _)| *known == id).map(|(_, reason)| *reason);
                if reason.is_none_or(|reason| errors.iter().all(|(_, name)| *name != reason)) {
                    failures.push(format!("{id}: {errors:?} instead of {reason:?}"));
                }
            }
            (Some(0), Some(0)) => {
                // The other families have their own reasons.
                let errors: Vec<&str> =
                    errors.iter().filter(|(code, _)| code.starts_with("FS22")).map(|one| one.1).collect();
                if !errors.is_empty() {
                    failures.push(format!("{id}: {errors:?}, and the engine does it"));
                }
            }
            _ if errors.is_empty() => failures.push(format!("{id}: the validator refuses it, and we do not")),
            _ => {}
        }
    }
    assert_eq!(stopped, REASONS.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Code and name of all errors.
fn errors(text: &str) -> Vec<(&'static str, &'static str)> {
    let files = MemoryFiles::default();
    let input =
        Input { name: "config.ign", bytes: text.as_bytes(), files: &files, named: true, settings: Settings::DEFAULT };
    let inspected = inspect(&[input], &Options::default());
    let errors = inspected.report.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.problem.code, finding.problem.name)).collect()
}
