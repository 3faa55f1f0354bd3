//! What our own commands tell, where it is not what the reference tells; and how long many files take.

use super::{Manner, validate};
use crate::diagnostic::{Report, Sources};
use crate::document::json;
use crate::model::ignition::{Config, File, Resource, Storage};
use crate::model::{Dialect, decode};
use crate::spec::{Gates, IgnitionVersion};

/// Codes and paths of what is told about a config of 3.4.0 with that `storage` (or whatever else stands in it).
fn told(rest: &str, manner: Manner) -> Vec<String> {
    let text = format!("{{\"ignition\": {{\"version\": \"3.4.0\"}}, {rest}}}");
    let document = json::read(text.as_bytes()).expect("the case is JSON");
    let version = IgnitionVersion::V3_4;
    let mut report = Report::default();
    let source = Sources::default().add_document("case", document.clone());
    let config: Config = decode(&document, source, Dialect::Ignition, Gates::ignition(version), &mut report);
    validate(&config, version, source, manner, &mut report);
    report.iter().map(|found| format!("{} {}", found.problem.code, found.place.path)).collect()
}

#[test]
fn our_own_manner_tells_each_fault_once_and_where_it_is() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            r#""storage": {"luks": [{"name": "a", "device": "/dev/a", "keyFile": {"source": "ftp://x"}}]}"#,
            &["FS0334 $.storage.luks.0.keys", "FS0203 $.storage.luks.0.keyFile.source"],
            &["FS0203 $.storage.luks.0.keyFile.source"],
        ),
        (
            r#""storage": {"filesystems": [{"device": "/dev/a", "label": "a"}]}"#,
            &["FS0352 $.storage.filesystems.0.format", "FS0352 $.storage.filesystems.0.label"],
            &["FS0352 $.storage.filesystems.0.format"],
        ),
        (
            r#""storage": {"raid": [{"name": "a", "level": "0", "devices": ["/dev/a"], "spares": 1}]}"#,
            &["FS0322 $.storage.raid.0.level"],
            &["FS0322 $.storage.raid.0.spares"],
        ),
        (
            r#""storage": {"disks": [{"device": "/dev/a", "partitions": [{"number": 1}, {"number": 1}, {"number": 1}]}]}"#,
            &[
                "FS0302 $.storage.disks.0.partitions.1",
                "FS0221 $.storage.disks.0.partitions.1",
                "FS0221 $.storage.disks.0.partitions.2",
            ],
            &["FS0302 $.storage.disks.0.partitions.1", "FS0302 $.storage.disks.0.partitions.2"],
        ),
        (
            r#""storage": {"directories": [{"path": "/a/b"}], "links": [{"path": "/a/l", "target": "b", "hard": true}]}"#,
            &[],
            &["FS0408 $.storage.links.0"],
        ),
        (
            r#""storage": {"files": [{"path": "", "mode": 99999}, {"path": ""}]}"#,
            &[
                "FS0401 $.storage.files.0.path",
                "FS0403 $.storage.files.0.mode",
                "FS0404 $.storage.files.0.mode",
                "FS0401 $.storage.files.1.path",
                "FS0221 $.storage.files.1",
            ],
            &["FS0401 $.storage.files.0.path", "FS0403 $.storage.files.0.mode", "FS0401 $.storage.files.1.path"],
        ),
        (
            r#""storage": {"files": [{"path": "/a", "contents": {"source": "x:y", "httpHeaders": [{"name": "A"}]}}]}"#,
            &["FS0203 $.storage.files.0.contents.source", "FS0210 $.storage.files.0.contents.httpHeaders"],
            &["FS0203 $.storage.files.0.contents.source"],
        ),
    ];
    for (rest, reference, own) in cases {
        assert_eq!(told(rest, Manner::Reference), *reference, "{rest}");
        assert_eq!(told(rest, Manner::Own), *own, "{rest}");
    }
}

#[test]
fn messages_never_show_what_is_fetched_or_written() {
    let rest = r#""storage": {"files": [{"path": "/a", "contents": {"source": "data:,hunter2 x"}},
        {"path": "/b", "contents": {"source": "hunter2://u:hunter2@h/", "verification": {"hash": "hunter2-x"}}}]},
        "ignition": {"version": "3.4.0", "proxy": {"httpProxy": "ftp://u:hunter2@h"}},
        "systemd": {"units": [{"name": "a.service", "contents": "[Service]\nhunter2\n"}]}"#;
    let text = format!("{{{rest}}}");
    let document = json::read(text.as_bytes()).expect("the case is JSON");
    let source = Sources::default().add_document("case", document.clone());
    let mut report = Report::default();
    let gates = Gates::ignition(IgnitionVersion::V3_4);
    let config: Config = decode(&document, source, Dialect::Ignition, gates, &mut report);
    validate(&config, IgnitionVersion::V3_4, source, Manner::Own, &mut report);
    assert_eq!(report.len(), 5);
    assert!(!format!("{report:?}").contains("hunter2"), "{report:?}");
}

#[test]
fn many_nodes_are_checked_in_linear_time() {
    let file = |index: usize| File {
        path: format!("/etc/many/{index}"),
        contents: Resource { source: Some("data:;base64,aGVsbG8=".to_owned()), ..Resource::default() },
        ..File::default()
    };
    let links = (0..20_000).map(|index| crate::model::ignition::Link {
        path: format!("/opt/many/{index}"),
        target: Some("/x".to_owned()),
        ..Default::default()
    });
    let files = (0..50_000).map(file).collect();
    let config =
        Config { storage: Storage { files, links: links.collect(), ..Storage::default() }, ..Config::default() };
    let source = Sources::default().add_text("many", "");
    let mut report = Report::default();
    validate(&config, IgnitionVersion::V3_4, source, Manner::Own, &mut report);
    assert_eq!(report.len(), 0);
}
