//! The forms that other programs read: each can be read by its own rules, whatever the findings are of.

#[path = "support/canary.rs"]
mod canary;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tree.rs"]
mod tree;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use firesteel::diagnostic::Severity;
use firesteel::diagnostic::render::{Style, github, junit, sarif, text};
use firesteel::files::MemoryFiles;
use firesteel::inspect::{Input, Inspected, Options, Settings, inspect};
use firesteel::problems;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tree::walk;

static SETTINGS: Settings = Settings {
    platform: firesteel::lint::Platform { product: None, release: None },
    ignore: Vec::new(),
    preview: true,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn looked(texts: &[(&str, &[u8])]) -> Inspected {
    let files = MemoryFiles::default();
    let inputs: Vec<Input<'_>> = texts
        .iter()
        .map(|&(name, bytes)| Input { name, bytes, files: &files, named: true, settings: &SETTINGS })
        .collect();
    inspect(&inputs, &Options { known: problems::all() })
}

/// Everything there is a case of, in one run.
fn everything() -> Inspected {
    let texts: Vec<(String, Vec<u8>)> = walk(&folder().join("lint"))
        .into_iter()
        .filter(|path| path.extension().is_none_or(|suffix| suffix != "txt"))
        .map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).expect("it was listed")))
        .collect();
    let texts: Vec<(&str, &[u8])> = texts.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
    looked(&texts)
}

/// Names, messages and texts that are hard to write down.
fn nasty() -> Inspected {
    looked(&[
        ("./a b,c:d%25.ign", "{\"ignition\":{\"version\":\"3.2.0\"},\"\u{1f525}\u{e9}\u{1b}\\u001b<&>\\\"]]>\":1}".as_bytes()),
        ("/abs/\u{1b}[31m\u{202e}.yaml", b"\xff\xfev\0a\0r\0"),
        ("empty", b""),
        ("tab.yaml", b"kind: MachineConfig\n\tx: 1\n"),
        ("lines.bu", "variant: fcos\nversion: 1.5.0\n\u{2028}\nstorage: {files: [{path: a, mode: 0420}]}\n".as_bytes()),
        (
            "secret.yaml",
            b"kind: Secret\napiVersion: v1\nmetadata: {name: worker-user-data}\ndata:\n  userData: eyJpZ25pdGlvbiI6eyJ2ZXJzaW9uIjoiMy4yLjAiLCJjb25maWciOnsibWVyZ2UiOlt7InNvdXJjZSI6ImEifV19fX0=\n",
        ),
    ])
}

#[cfg(feature = "schema")]
#[test]
fn sarif_is_as_its_schema_says() {
    let own = fs::read_to_string(folder().join("formats/sarif.schema.json")).expect("it is in the tree");
    // The whole schema is not ours to pass on; where it is at hand it counts too.
    let whole = support::shared("sarif-schema-2.1.0.json").map(|path| fs::read_to_string(path).expect("it was found"));
    for schema in [Some(own), whole].into_iter().flatten() {
        let schema: Value = serde_json::from_str(&schema).expect("a schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for inspected in [everything(), nasty(), looked(&[])] {
            let text = sarif(&inspected.report, &inspected.sources, &problems::all());
            let log: Value = serde_json::from_str(&text).expect("SARIF is JSON");
            let faults: Vec<String> =
                validator.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            let run = &log["runs"][0];
            for result in run["results"].as_array().expect("the schema asks for it") {
                let index = result["ruleIndex"].as_u64().expect("the schema asks for it") as usize;
                assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
            }
            assert_eq!(run["results"].as_array().map(Vec::len), Some(inspected.report.len()));
        }
    }
}

#[test]
fn sarif_places() {
    let text = "variant: fcos\nversion: 1.5.0\n# \u{e9}\u{2028}\nstorage: {files: [{path: /\u{1f525}, mode: 0420}]}\n";
    let result = |name: &str, text: &str| {
        let inspected = looked(&[(name, text.as_bytes())]);
        let log: Value =
            serde_json::from_str(&sarif(&inspected.report, &inspected.sources, &problems::all())).expect("JSON");
        log["runs"][0]["results"][0].clone()
    };
    let found = result("./a b/c:d.bu", text);
    let physical = &found["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "a%20b/c%3Ad.bu");
    let region = serde_json::json!({"startLine": 4, "startColumn": 36, "endLine": 4, "endColumn": 40});
    assert_eq!(physical["region"], region);
    let change = &found["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!((&change["deletedRegion"], &change["insertedContent"]["text"]), (&region, &Value::from("0644")));
    // The fingerprint outlives lines that come before.
    let later = result("./a b/c:d.bu", &text.replace("# ", "# more\n# "));
    assert_eq!(found["partialFingerprints"], later["partialFingerprints"]);
    assert_ne!(found["locations"], later["locations"]);
}

#[test]
fn what_is_encoded_is_told_at_the_value_that_holds_it() {
    let inspected = nasty();
    let log: Value =
        serde_json::from_str(&sarif(&inspected.report, &inspected.sources, &problems::all())).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results").clone();
    let in_secret = |result: &&Value| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "secret.yaml"
            && result["message"]["text"]
                .as_str()
                .is_some_and(|text| text.contains("in: secret.yaml: data.userData, line 1"))
    };
    let found = results.iter().find(in_secret).unwrap_or_else(|| panic!("{results:#?}"));
    assert_eq!(found["locations"][0]["physicalLocation"]["region"]["startLine"], 5);
    assert!(github(&inspected.report, &inspected.sources).contains(" file=secret.yaml,line=5,"));
}

#[test]
fn github_commands_are_one_line_each() {
    for inspected in [everything(), nasty()] {
        let text = github(&inspected.report, &inspected.sources);
        assert_eq!(text.lines().count(), inspected.report.len());
        for line in text.lines() {
            let (head, message) = line[2..].split_once("::").unwrap_or_else(|| panic!("{line}"));
            assert!(
                line.starts_with("::") && ["error ", "warning ", "notice "].iter().any(|kind| head.starts_with(kind))
            );
            assert!(!message.is_empty() && !line.contains(char::is_control), "{line:?}");
            let properties = head.split_once(' ').expect("a file").1;
            for property in properties.split(',') {
                let (key, _) = property.split_once('=').unwrap_or_else(|| panic!("{line}"));
                assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key), "{line}");
            }
        }
    }
    assert!(github(&nasty().report, &nasty().sources).contains("file=a b%2Cc%3Ad%2525.ign,"));
}

#[test]
fn junit_has_a_case_for_each_file() {
    let nasty = nasty();
    let mut files: Vec<&str> = nasty.read.iter().map(String::as_str).collect();
    files.push("clean.ign");
    let text = junit(&nasty.report, &nasty.sources, &files, Severity::Error);
    assert_eq!(text.matches("<testcase ").count(), files.len(), "{text}");
    assert!(text.contains("<testcase name=\"clean.ign\" classname=\"firesteel\" file=\"clean.ign\"/>"));
    assert!(text.contains("name=\"a b,c:d%25.ign\""));
    well_formed(&text);
    let failing = text.matches("<failure ").count();
    assert!(text.contains(&format!("failures=\"{failing}\"")) && failing > 2, "{text}");
    let strict = junit(&nasty.report, &nasty.sources, &files, Severity::Info);
    assert!(!strict.contains("<system-out>") && strict.matches("<failure ").count() >= failing);
    well_formed(&junit(&everything().report, &everything().sources, &[], Severity::Warning));
}

/// A small reader of XML: elements close in their order, and nothing stands in a text that may not.
#[track_caller]
fn well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    for piece in rest.split('<').skip(1) {
        let (tag, content) = piece.split_once('>').unwrap_or_else(|| panic!("{piece}"));
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or(tag)),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        for text in [tag, content] {
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
            for entity in text.split('&').skip(1) {
                assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "{entity}");
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn secrets_are_in_none_of_them() {
    const MARKER: &str = "Zk7Qw9Xv3Rt5Lm";
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----\n");
    let escaped = pem.replace('\n', "%0A").replace(' ', "%20");
    let texts = [
        (
            "a.bu",
            format!(
                "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - {{path: /a, mode: 0420, contents: {{inline: \"password={MARKER}\"}}, password: {MARKER}}}\n"
            ),
        ),
        (
            "b.ign",
            format!(
                "{{\"ignition\":{{\"version\":\"3.2.0\"}},\"storage\":{{\"files\":[{{\"path\":\"/a\",\"mode\":272,\"contents\":{{\"source\":\"data:,{escaped}\"}}}}]}}}}"
            ),
        ),
        (
            "b2.ign",
            format!(
                "{{\"ignition\":{{\"version\":\"3.2.0\"}},\"storage\":{{\"files\":[{{\"path\":\"/a\",\"mode\":272,\"contents\":{{\"source\":\"data:;base64,{}\"}}}}]}}}}",
                STANDARD.encode(&pem)
            ),
        ),
        ("c.service", format!("[Service]\nExecStart=/bin/x --password={MARKER}\nPassword={MARKER}\n")),
    ];
    let texts: Vec<(&str, &[u8])> = texts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let inspected = looked(&texts);
    let Inspected { report, sources, .. } = &inspected;
    assert!(!report.is_empty());
    for shown in [
        text(report, sources, Style::Plain),
        sarif(report, sources, &[]),
        github(report, sources),
        junit(report, sources, &[], Severity::Info),
    ] {
        assert!(!canary::holds(&shown, MARKER), "{shown}");
    }
}
