//! What our own manner tells about a text where the reference is silent, and what the reader makes of odd texts.

use super::{Parsed, Places, Refusal, parse};
use crate::diagnostic::Severity;
use crate::validate::Manner;
use pretty_assertions::assert_eq;

/// Severity, code and path of what is told.
fn told(text: &str, manner: Manner) -> Vec<String> {
    let parsed = parse("config.ign", text.as_bytes(), manner);
    let line = |found: &crate::diagnostic::Diagnostic| {
        format!("{} {} {}", found.severity.word(), found.problem.code, found.place.path)
    };
    parsed.report.iter().map(line).collect()
}

fn own(text: &str) -> Vec<String> {
    told(text, Manner::Own)
}

fn is_refused(parsed: &Parsed) -> bool {
    parsed.outcome.is_err() || parsed.report.has_errors()
}

#[test]
fn letter_case_and_repeated_keys_are_findings_of_our_own() {
    let text = r#"{"ignition": {"version": "3.4.0"}, "Storage": {"files": [{"path": "/a", "nope": 1}]}}"#;
    assert_eq!(told(text, Manner::Reference), ["warning FS0101 $.Storage"]);
    assert_eq!(own(text), ["warning FS0101 $.Storage.files.0.nope", "warning FS0112 $.Storage"]);

    let text = r#"{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/b", "path": "/a"}]}}"#;
    assert_eq!(told(text, Manner::Reference), [""; 0]);
    assert_eq!(own(text), ["warning FS0104 $.storage.files.0"]);
}

#[test]
fn a_key_in_another_letter_case_can_be_mended() {
    let text = r#"{"ignition": {"version": "3.4.0"}, "linKs": 1, "sTorage": {}}"#;
    let parsed = parse("config.ign", text.as_bytes(), Manner::Own);
    let fixes: Vec<&str> =
        parsed.report.iter().filter_map(|found| found.fix.as_ref()).map(|fix| &*fix.replacement).collect();
    assert_eq!(fixes, ["\"storage\""]);
}

#[test]
fn faults_of_types_are_all_told_and_hide_no_others() {
    let text =
        r#"{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": 1, "mode": "0644"}, {"path": "a"}]}}"#;
    assert_eq!(
        own(text),
        [
            "error FS0102 $.storage.files.0.path",
            "error FS0102 $.storage.files.0.mode",
            "error FS0401 $.storage.files.1.path"
        ]
    );
    assert_eq!(told(text, Manner::Reference), ["error FS0102 $"]);
}

#[test]
fn a_misspelt_key_does_not_hide_that_the_right_one_is_missing() {
    let text = r#"{"ignition": {"version": "3.4.0"}, "storage": {"disks": [{"devise": "/dev/a"}]}}"#;
    assert_eq!(own(text), ["warning FS0101 $.storage.disks.0.devise", "error FS0301 $.storage.disks.0.device"]);
}

#[test]
fn refusals_have_findings_in_our_own_manner() {
    for (text, refusal, code) in [
        ("", Refusal::Empty, "FS0231"),
        (" ", Refusal::Syntax, "FS0232"),
        ("{}", Refusal::NoVersion, "FS0233"),
        ("null", Refusal::NoVersion, "FS0233"),
        (r#"{"ignition": {"version": "v3"}}"#, Refusal::NoVersion, "FS0233"),
        (r#"{"ignition": {"version": "2.2.0"}}"#, Refusal::UnknownVersion, "FS0234"),
        (r#"{"ignition": {"version": 3}}"#, Refusal::Type, "FS0102"),
    ] {
        let parsed = parse("config.ign", text.as_bytes(), Manner::Own);
        assert_eq!(parsed.outcome, Err(refusal), "{text}");
        let codes: Vec<_> = parsed.report.iter().map(|found| found.problem.code).collect();
        assert_eq!(codes, [code], "{text}");
    }
}

#[test]
fn both_manners_come_to_the_same_verdict_about_versions() {
    for (version, read) in [("3.02.0", true), ("3.2.0-", true), ("3.2.0+", true), ("3.2.0+x", false), ("3.8.0", false)]
    {
        for manner in [Manner::Reference, Manner::Own] {
            let text = format!(r#"{{"IGNITION": {{"Version": null, "version": "{version}"}}}}"#);
            let parsed = parse("config.ign", text.as_bytes(), manner);
            assert_eq!(!is_refused(&parsed), read, "{version} {manner:?}");
        }
    }
}

#[test]
fn lists_under_one_key_are_laid_over_each_other() {
    let text = r#"{"ignition": {"version": "3.4.0"}, "storage": {
        "files": [{"path": "/a", "mode": 1, "user": {"id": 1}}, {"path": "/b"}],
        "files": [{"path": null, "mode": null, "user": {"name": null, "id": 2}}]}}"#;
    let parsed = parse("config.ign", text.as_bytes(), Manner::Reference);
    let files = parsed.outcome.expect("the config is right").config.storage.files;
    assert_eq!(files.len(), 1);
    assert_eq!((&*files[0].path, files[0].mode, files[0].user.id), ("/a", None, Some(2)));
}

#[test]
fn columns_count_the_bytes_of_the_file() {
    let bytes = b"{\"ignition\":{\"version\":\"3.4.0\"},\n\"a\xff\xff\":1, \"b\xe9\":2}";
    let parsed = parse("config.ign", bytes, Manner::Reference);
    let source = parsed.sources.get(parsed.source);
    let places = Places::new(bytes, &source.text, source.document.as_deref());
    let found: Vec<_> = parsed
        .report
        .iter()
        .map(|found| places.find(&found.place).map(|position| (position.line, position.column)))
        .collect();
    assert_eq!(found, [Some((2, 1)), Some((2, 10))]);
    assert!(parsed.report.iter().all(|found| found.severity == Severity::Warning));
}
