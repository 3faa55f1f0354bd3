//! The generated schemas: current, and of one mind with the reference's validator as far as schemas go.

#![allow(clippy::print_stdout, reason = "the counts are worth seeing")]

mod support;

use firesteel::schemas;
use firesteel::spec::IgnitionVersion;
use firesteel::validate::schema::check;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

/// What `tests/vectors/ignition-schema.jsonl.gz` and the full recording have in common.
struct Case {
    id: String,
    input: Vec<u8>,
    refused: bool,
    errors: Vec<String>,
    silent: bool,
}

/// Messages of the reference about faults that a schema cannot express, by their beginning, and why it cannot.
#[rustfmt::skip]
const INEXPRESSIBLE: &[(&str, &str)] = &[
    ("duplicate entry defined", "entries are the same by one of their keys, or across lists"),
    ("partition numbers collide", "entries are compared with each other"),
    ("cannot use the same partition label twice", "entries are compared with each other"),
    ("partitions overlap", "numbers of several entries are added and compared"),
    ("file path includes link in config", "entries of several lists are compared"),
    ("directory path includes link in config", "entries of several lists are compared"),
    ("link path includes link in config", "entries of a list are compared"),
    ("hard link target is a directory", "entries of several lists are compared"),
    ("path conflicts with systemd unit or dropin", "entries of several lists are compared"),
    ("invalid unit content", "the text of a unit is a language of its own"),
    ("advertisement is not valid JSON", "JSON in a text has no regular expression"),
    ("unable to parse url", "beyond scheme and control characters: hosts, ports and escapes are a grammar of their own"),
    ("invalid key-file source", "stands beside the message about the URL, which decides"),
    ("invalid S3 ARN format", "what an ARN consists of is a grammar of its own"),
    ("invalid S3 object VersionId", "the query of a URL is a grammar of its own"),
    ("invalid data character", "which characters are allowed depends on the encoding named before them"),
    ("illegal base64 data", "depends on the encoding named before the data, and on the number of characters"),
    ("expected base64, got", "the parameters of a data URL are a grammar of their own"),
    ("rfc2396", "escapes count where the data is not base64 alone"),
    ("invalid media type", "media types are a grammar of their own"),
    ("invalid character for media type", "media types are a grammar of their own"),
    ("invalid character for parameter", "the parameters of a data URL are a grammar of their own"),
    ("unterminated parameter sequence", "the parameters of a data URL are a grammar of their own"),
    ("invalid character after data prefix", "media types are a grammar of their own"),
    ("invalid syntax", "escapes in quoted parameters are a grammar of their own"),
    ("luks device labels cannot be longer", "a schema counts characters, not bytes"),
    ("partition labels may not exceed", "a schema counts characters, not bytes"),
    ("filesystem labels cannot be longer", "a schema counts characters, not bytes"),
    ("virtiofs device tag cannot be longer", "a schema counts characters, not bytes"),
];

/// Cases on which the schema and the reference differ for another reason.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, &str)] = &[
    ("v32/json/num-exp", "4.2e2 is the integer 420 in JSON Schema"),
    ("v37/json/num-exp", "4.2e2 is the integer 420 in JSON Schema"),
    ("v37/json/num-exp2", "42E1 is the integer 420 in JSON Schema"),
    ("v32/json/num-i64over", "an integer has no largest value in JSON Schema"),
    ("v32/json/dup-list", "of a repeated key, our JSON values keep the last, which is without fault"),
    ("v37/json/dup-list", "of a repeated key, our JSON values keep the last, which is without fault"),
    ("version/raw-21", "of a repeated key, our JSON values keep the last; the reference overlays maps"),
    ("v32/json/esc-surr", "serde_json reads no lone surrogates"),
    ("v32/json/num-huge-unk", "serde_json reads no number beyond the floating range"),
    ("v32/json/num-huge-unk-2", "serde_json reads no number beyond the floating range"),
    ("v33/composite/25", "a hash of the right length in bytes whose characters are not ASCII"),
];

#[test]
fn schemas_agree_with_the_recorded_verdicts() {
    let mut text = String::new();
    let file = std::fs::File::open("tests/vectors/ignition-schema.jsonl.gz").expect("the vectors are in the tree");
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("the vectors are UTF-8 in gzip");
    let unused = compare("the vectors", text.lines().map(own_case));
    assert!(unused.is_empty(), "exceptions that no case needs any more: {unused:#?}");
}

#[test]
fn schemas_agree_with_the_full_recording_where_it_is_at_hand() {
    let Some(path) = support::shared("conformance/ignition/validate.jsonl") else {
        println!("the full recording is not here: 0 cases");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the recording is readable");
    compare("the full recording", text.lines().filter_map(recorded_case));
}

/// Holds every case against its schema; returns the exceptions that were not needed.
fn compare(what: &str, cases: impl Iterator<Item = Case>) -> Vec<&'static str> {
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    let (mut total, mut refused, mut inexpressible, mut silent, mut warned, mut excepted) = (0, 0, 0, 0, 0, 0);
    for case in cases {
        total += 1;
        let faults = faults(&case.input);
        let told = case
            .errors
            .iter()
            .map(|error| INEXPRESSIBLE.iter().map(|(start, _)| *start).find(|start| error.starts_with(start)));
        match (&faults, case.refused) {
            (Some(_), true) => refused += 1,
            (None, false) if case.silent => silent += 1,
            (_, false) if !case.silent => warned += 1,
            (None, true) if !case.errors.is_empty() && told.clone().all(|start| start.is_some()) => {
                used.extend(told.flatten());
                inexpressible += 1;
            }
            _ => match EXCEPTIONS.iter().find(|(id, _)| *id == case.id) {
                Some((id, _)) => {
                    used.insert(id);
                    excepted += 1;
                }
                None => wrong.push(match faults {
                    Some(faults) => format!("{}: refused without reason: {faults:?}", case.id),
                    None => format!("{}: accepted in spite of {:?}", case.id, case.errors),
                }),
            },
        }
    }
    println!(
        "{what}: {total} cases; {refused} faulty ones refused, {inexpressible} with faults beyond schemas, \
         {silent} clean ones accepted, {warned} with warnings alone, {excepted} exceptions"
    );
    assert!(wrong.is_empty(), "{what}: {} of {total} cases:\n{}", wrong.len(), wrong.join("\n"));
    INEXPRESSIBLE.iter().chain(EXCEPTIONS).map(|(name, _)| *name).filter(|name| !used.contains(name)).collect()
}

/// What is wrong with that text, `None` for nothing.
fn faults(input: &[u8]) -> Option<Vec<String>> {
    let Ok(config) = serde_json::from_slice::<Value>(input) else { return Some(vec!["no JSON".to_owned()]) };
    let named = config.pointer("/ignition/version").and_then(Value::as_str).and_then(version);
    // A version that there is not must be refused by every schema.
    let versions = named.map_or(IgnitionVersion::ALL.to_vec(), |version| vec![version]);
    let faults: Vec<Vec<_>> = versions.into_iter().map(|version| check(version, &config)).collect();
    faults
        .iter()
        .all(|faults| !faults.is_empty())
        .then(|| faults[0].iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect())
}

/// The version that the reference takes that text for: it reads over zeros in front and an empty suffix.
fn version(text: &str) -> Option<IgnitionVersion> {
    let text = text.strip_suffix('+').unwrap_or(text);
    let text = text.strip_suffix('-').unwrap_or(text);
    let (numbers, suffix) = text.split_once('-').map_or((text, None), |(numbers, suffix)| (numbers, Some(suffix)));
    let numbers: Option<Vec<String>> =
        numbers.split('.').map(|number| number.parse::<u64>().ok().map(|number| number.to_string())).collect();
    let numbers = numbers?.join(".");
    IgnitionVersion::from_name(&suffix.map_or(numbers.clone(), |suffix| format!("{numbers}-{suffix}")))
}

fn own_case(line: &str) -> Case {
    let case: Value = serde_json::from_str(line).expect("a vector is JSON");
    Case {
        id: case["id"].as_str().expect("a vector has its id").to_owned(),
        input: case["input"].as_str().expect("a vector has its input").as_bytes().to_vec(),
        refused: case["exit"] != 0,
        errors: texts(&case["errors"]),
        silent: case["exit"] == 0 && case["warnings"] == 0,
    }
}

/// `None` for inputs that are not UTF-8, about which a schema has nothing to say.
fn recorded_case(line: &str) -> Option<Case> {
    let case: Value = serde_json::from_str(line).expect("a recorded case is JSON");
    let report = case["report"].as_array().expect("a case has its report");
    let errors = report.iter().filter(|entry| entry["kind"] == "error").map(|entry| entry["message"].clone()).collect();
    Some(Case {
        id: case["id"].as_str().expect("a case has its id").to_owned(),
        input: case["input"].as_str()?.as_bytes().to_vec(),
        refused: case["exit"] != 0,
        errors: texts(&errors),
        silent: case["exit"] == 0 && report.is_empty(),
    })
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn the_files_below_schemas_are_current() {
    let mut stale = Vec::new();
    let mut known = BTreeSet::new();
    for (path, text) in firesteel::reference::generated() {
        if std::fs::read_to_string(Path::new("schemas").join(&path)).ok().as_deref() != Some(&text) {
            stale.push(path.clone());
        }
        known.insert(path);
    }
    for folder in ["ignition", "butane", "firesteel"] {
        for entry in std::fs::read_dir(Path::new("schemas").join(folder)).expect("the folder is in the tree") {
            let name = entry.expect("the folder is readable").file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            if !known.contains(&path) {
                stale.push(path);
            }
        }
    }
    assert!(stale.is_empty(), "run `cargo xtask codegen` and commit what it writes; stale: {stale:#?}");
}

#[test]
fn a_spec_is_held_against_its_schema() {
    let spec = |volume: Value| {
        serde_json::json!({
            "variant": "firesteel", "version": "1.0.0", "openshift": "4.16", "role": "master", "stage": "running",
            "volumes": [volume],
        })
    };
    let volume = serde_json::json!({"name": "etcd", "path": "/var/lib/etcd", "disk": {"device": "/dev/disk/by-id/x"}});
    assert_eq!(schemas::check_spec(&spec(volume)), []);
    let faults = schemas::check_spec(&spec(serde_json::json!({"name": "etcd", "pth": "/var/lib/etcd"})));
    let paths: BTreeSet<String> = faults.iter().map(|fault| fault.path.to_string()).collect();
    assert_eq!(paths, BTreeSet::from(["$.volumes.0".to_owned(), "$.volumes.0.pth".to_owned()]), "{faults:?}");
}

#[test]
fn every_schema_is_found_by_its_name() {
    let names: Vec<String> = schemas::names().collect();
    assert_eq!(names.len(), schemas::all().count());
    assert!(names.iter().all(|name| schemas::find(name).is_some()));
    assert_eq!(schemas::find("ignition-2.2.0"), None);
}
