//! A marked secret goes through every wrapping, every renderer and every fault, and is found in the assets that are
//! marked as secret alone.

#[path = "support/canary.rs"]
mod canary;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use canary::holds;
use firesteel::diagnostic::render::{self, RawRule, Style};
use firesteel::diagnostic::{Report, Severity, Sources};
use firesteel::document::yaml;
use firesteel::files::MemoryFiles;
use firesteel::model::{Dialect, decode};
use firesteel::pipeline::{Compiled, Input, Options, TargetForm, Wrapping, compile};
use firesteel::spec::Gates;
use firesteel::storage::EMITTED;
use firesteel::storage::spec::Spec;

/// A plain secret, and one of all that quotes, comments, shells, URLs and XML stumble over.
const MARKERS: [&str; 2] = ["Zk7Qw9Xv3Rt5Lm", "q7#'\"\\$%=&<Zx9"];
const OTHER: &str = "other-secret-1";

const HEAD: &str = "variant: firesteel\nversion: 1.0.0\nopenshift: \"4.16\"\nrole: master\nstage: running\n\
                    volumes:\n  - { name: etcd, path: /var/lib/etcd, iscsi: { target: san } }\n";
const ISCSI: &str = "iscsi:\n  targets:\n    san: { iqn: \"iqn.2024-02.com.example.san:etcd\", portals: [\"192.0.2.10:3260\"] }\n  nodes:\n";
const NODE: &str = "    - name: master-0\n      initiator: \"iqn.1994-05.com.redhat:master0\"\n";

/// A spec with one node, whose credentials are `chap` (after `chap:`).
fn spec(chap: &str) -> String {
    format!("{HEAD}{ISCSI}{NODE}      chap:{chap}\n")
}

/// What is written for a secret in YAML: in single and in double quotes.
fn quoted(secret: &str) -> [String; 2] {
    [format!("'{}'", secret.replace('\'', "''")), serde_json::to_string(secret).expect("a text is JSON")]
}

/// `files` holds the marker in every place that a spec can name.
fn files(marker: &str) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    let mut add = |name: &str, text: String| files.files.insert(name.to_owned(), text.into_bytes());
    add("secrets/marker", format!("{marker}\n"));
    add("secrets/other", OTHER.to_owned());
    add("secrets/two-lines", format!("{marker}\nsecond line\n"));
    add("secrets/blank", format!("{marker} and more"));
    add("secrets/long", marker.repeat(30));
    add("secrets/short", marker[..7].to_owned());
    files.files.insert("secrets/binary".to_owned(), [marker.as_bytes(), b"\xff\xfe"].concat());
    files.variables.insert("CHAP_MARKER".to_owned(), marker.to_owned());
    files.variables.insert("CHAP_LINES".to_owned(), format!("one\n{marker}"));
    files
}

/// Compiles in every wrapping and looks everywhere. `good` says whether assets are expected.
#[track_caller]
fn check(text: &[u8], files: &MemoryFiles, marker: &str, good: bool) {
    let input = String::from_utf8_lossy(text);
    for wrapping in [None, Some(Wrapping::MachineConfig), Some(Wrapping::Ignition), Some(Wrapping::Butane)] {
        let compiled =
            compile(Input { name: "spec.yaml", bytes: text }, files, &Options { wrapping, ..Options::default() });
        for shown in shown(&compiled) {
            assert!(!holds(&shown, marker), "told of\n{input}\nis\n{shown}");
        }
        if !good {
            assert!(compiled.report.has_errors(), "there is no error in\n{input}");
        }
        assert_eq!(!compiled.assets.is_empty(), good, "{input}\n{:?}", compiled.report);
        for asset in &compiled.assets {
            assert_eq!(holds(&asset.contents, marker), asset.secret, "{} of\n{input}", asset.name);
            assert!(!holds(&asset.name, marker));
        }
    }
    if let Ok(document) = yaml::read(text) {
        let (mut sources, mut report) = (Sources::default(), Report::default());
        let source = sources.add_document("spec.yaml", document.clone());
        let gates = Gates::ignition(EMITTED);
        let decoded: Spec = decode(&document, source, Dialect::Spec, gates, &mut report);
        assert!(!good || !holds(&format!("{decoded:?}"), marker), "the debug output of\n{input}");
    }
}

/// The storage side holds the secrets of all nodes, and is marked so; the objects and the runbook stay as they are.
#[test]
fn secrets_in_the_storage_side() {
    for marker in MARKERS {
        let chap = " { username: u, password: { file: secrets/marker }, mutual: { username: t, password: { file: secrets/other } } }";
        let text = spec(chap).replace("{ target: san }", "{ target: san, lun: 1 }");
        let text = format!("{text}      backstore: {{ block: /dev/vg/master-0 }}\n");
        for form in [TargetForm::Tgt, TargetForm::Targetcli, TargetForm::Saveconfig] {
            let options = Options { wrapping: None, target: Some(form) };
            let compiled = compile(Input { name: "spec.yaml", bytes: text.as_bytes() }, &files(marker), &options);
            for secret in [marker, OTHER] {
                for shown in shown(&compiled) {
                    assert!(!holds(&shown, secret), "told of\n{text}\nis\n{shown}");
                }
                for asset in &compiled.assets {
                    assert_eq!(holds(&asset.contents, secret), asset.secret, "{}", asset.name);
                }
            }
            assert_eq!(compiled.assets.iter().filter(|asset| asset.secret).count(), 2, "{form:?}");
        }
    }
}

/// A Butane config takes keys that it does not know with a warning; what stands under them goes nowhere.
#[test]
fn secrets_under_unknown_keys_of_butane_configs() {
    for marker in MARKERS {
        let good = format!("{HEAD}{ISCSI}{NODE}  password: '{}'\n", marker.replace('\'', "''"));
        let text = good.replace("variant: firesteel", "variant: fcos");
        let compiled =
            compile(Input { name: "config.bu", bytes: text.as_bytes() }, &MemoryFiles::default(), &Options::default());
        assert!(!compiled.report.is_empty());
        for shown in shown(&compiled) {
            assert!(!holds(&shown, marker), "told of\n{text}\nis\n{shown}");
        }
        for asset in &compiled.assets {
            assert!(!holds(&asset.contents, marker), "{} of\n{text}", asset.name);
        }
    }
}

/// Everything about a run that a user or a log may see.
fn shown(compiled: &Compiled) -> Vec<String> {
    let Compiled { assets, report, sources, inputs, language: _ } = compiled;
    let mut shown = vec![
        render::text(report, sources, Style::Plain),
        render::text(report, sources, Style::Colored),
        render::raw(report, sources, RawRule::First),
        render::json(report, sources),
        render::sarif(report, sources, &[]),
        render::github(report, sources),
        render::junit(report, sources, &["spec.yaml"], Severity::Error),
        render::summary(report),
        inputs.join("\n"),
        format!("{assets:?} {sources:?} {report:?}"),
        format!("{compiled:?}"),
        format!("{compiled:#?}"),
    ];
    // The coloured text may not hide it between two colours either.
    let colored = shown[1].split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect();
    shown.push(colored);
    shown
}

#[test]
fn it_is_found_in_each_form() {
    for marker in MARKERS {
        for offset in ["", "a", "ab"] {
            assert!(holds(&STANDARD.encode(format!("{offset}{marker} and more")), marker));
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, format!("password {marker}\n").as_bytes()).expect("memory is there");
        let packed = STANDARD.encode(packed.finish().expect("memory is there"));
        assert!(holds(&format!("source: data:;base64,{packed}"), marker));
        for form in canary::forms(marker) {
            assert!(holds(&format!("x{form}y"), marker), "{form}");
        }
        assert!(!holds("nothing of it", marker));
    }
}

#[test]
fn good_specs() {
    for marker in MARKERS {
        let files = files(marker);
        for place in ["{ file: secrets/marker }", "{ env: CHAP_MARKER }"] {
            check(spec(&format!(" {{ username: u, password: {place} }}")).as_bytes(), &files, marker, true);
            let mutual = format!(
                " {{ username: u, password: {{ file: secrets/other }}, mutual: {{ username: t, password: {place} }} }}"
            );
            check(spec(&mutual).as_bytes(), &files, marker, true);
        }
        for written in quoted(marker) {
            for chap in [
                format!(" {{ username: u, password: {written} }}"),
                format!(" {{ password: {written}, username: u }}"),
                format!("\n        username: u\n        password: {written} # {written}"),
                format!(
                    " {{ username: u, password: {{ file: secrets/other }}, mutual: {{ username: t, password: {written} }} }}"
                ),
                format!("\n        username: u\n        password: !!str {written}"),
                format!("\n        username: u\n        ? password\n        : {written}"),
            ] {
                // A comment is the author's own; what is underlined beside it is hidden.
                let chap = chap.split(" # ").next().expect("there is a first part").to_owned();
                check(spec(&chap).as_bytes(), &files, marker, true);
            }
            // By anchor, alias and merge, over two nodes that share it.
            let second = NODE.replace("master-0", "master-1").replace("master0", "master1");
            for (first, then) in [
                (format!("{{ username: u, password: &p {written} }}"), "{ username: v, password: *p }"),
                (format!("&c {{ username: u, password: {written} }}"), "*c"),
                (format!("&c {{ username: u, password: {written} }}"), "{ <<: *c, username: v }"),
            ] {
                let text = format!("{HEAD}{ISCSI}{NODE}      chap: {first}\n{second}      chap: {then}\n");
                check(text.as_bytes(), &files, marker, true);
            }
        }
        let block = format!("\n        username: u\n        password: |\n          {marker}");
        check(spec(&block).as_bytes(), &files, marker, true);
        let folded = format!("\n        username: u\n        password: >-\n\n          {marker}\n");
        check(spec(&folded).replace(">-\n\n", ">-\n").as_bytes(), &files, marker, true);
        check(json_form(marker).as_bytes(), &files, marker, true);
    }
}

fn json_form(marker: &str) -> String {
    let password = serde_json::to_string(marker).expect("a text is JSON");
    format!(
        r#"{{"variant": "firesteel", "version": "1.0.0", "openshift": "4.16", "role": "master", "stage": "running",
"volumes": [{{"name": "etcd", "path": "/var/lib/etcd", "iscsi": {{"target": "san"}}}}],
"iscsi": {{"targets": {{"san": {{"iqn": "iqn.2024-02.com.example.san:etcd", "portals": ["192.0.2.10"]}}}},
"nodes": [{{"name": "master-0", "initiator": "iqn.1994-05.com.redhat:m0", "chap": {{"username": "u", "password": {password}}}}}]}}}}
"#
    )
}

#[test]
fn faulty_secrets() {
    for marker in MARKERS {
        let files = files(marker);
        for place in ["secrets/two-lines", "secrets/blank", "secrets/long", "secrets/binary", "secrets/none"] {
            check(
                spec(&format!(" {{ username: u, password: {{ file: {place} }} }}")).as_bytes(),
                &files,
                marker,
                false,
            );
        }
        check(spec(" { username: u, password: { env: CHAP_LINES } }").as_bytes(), &files, marker, false);
        // Both directions the same, told beside each other.
        let same = " { username: u, password: { file: secrets/marker }, mutual: { username: t, password: { env: CHAP_MARKER } } }";
        check(spec(same).as_bytes(), &files, marker, false);
        check(spec(" { username: u, password: { file: secrets/short } }").as_bytes(), &files, &marker[..7], false);
    }
}

#[test]
fn faults_around_inline_secrets() {
    for marker in MARKERS {
        let files = files(marker);
        for m in quoted(marker) {
            let long = quoted(&marker.repeat(30))[1].clone();
            let lines = quoted(&format!("one\n{marker}"))[1].clone();
            let cases = [
                // Wrong lengths and characters.
                format!(" {{ username: u, password: {long} }}"),
                format!(" {{ username: u, password: {lines} }}"),
                format!("\n        username: u\n        password: |\n          {marker}\n          {marker}"),
                // Wrong types and places.
                format!(" {{ username: u, password: [{m}] }}"),
                format!(" {{ username: u, password: [[{m}], {{ a: {m} }}] }}"),
                format!(" {{ username: u, password: {{ {m}: x }} }}"),
                format!(" {{ username: u, password: {{ {m} }} }}"),
                format!(" {{ username: u, password: {{ file: {m} }} }}"),
                format!(" {{ username: u, password: {{ env: {m} }} }}"),
                format!(" {{ username: u, password: {{ node_file: {m} }} }}"),
                format!(" {{ username: u, password: {{ file: [{m}] }} }}"),
                format!(" {{ username: u, password: {{ file: secrets/other, env: {m} }} }}"),
                format!(" {{ username: u, password: {{ value: {m} }} }}"),
                format!(" {{ username: u, password: {{ <<: {{ file: {m} }} }} }}"),
                format!(" {m}"),
                format!(" [{m}]"),
                format!(" {{ {m} }}"),
                format!(" {{ {m}: u }}"),
                format!(" {{ password: {m} }}"),
                format!(" {{ username: u, {m} }}"),
                format!(" {{ username: u, {m}: password }}"),
                format!(" {{ username: u, password: {{ file: secrets/other }}, mutual: {m} }}"),
                format!(" {{ username: u, password: {{ file: secrets/other }}, mutual: [{m}] }}"),
                format!(" {{ username: u, password: {{ file: secrets/other }}, mutual: {{ password: {m} }} }}"),
                // Misspelt and foreign keys.
                format!(" {{ username: u, pasword: {m} }}"),
                format!(" {{ username: u, Password: {m} }}"),
                format!(" {{ username: u, secret: {m} }}"),
                format!(" {{ username: u, value: {m} }}"),
                format!(" {{ usrname: u, pasword: {m} }}"),
                format!(" {{ user: u, passwd: {m} }}"),
                // Twice.
                format!(" {{ username: u, password: {m}, password: {m} }}"),
                format!(" {{ username: u, password: {{ file: secrets/other }}, password: {m} }}"),
                // Name and secret have changed places.
                format!(" {{ username: {m}, password: u }}"),
                // Both directions.
                format!(" {{ username: u, password: {m}, mutual: {{ username: t, password: {m} }} }}"),
                // Tags.
                format!("\n        username: u\n        password: !!int {m}"),
                format!("\n        username: u\n        password: !!binary {m}"),
                format!("\n        username: u\n        password: &p {m}\n        mutual: *p"),
            ];
            for chap in cases {
                check(spec(&chap).as_bytes(), &files, marker, false);
            }
            let good = format!(" {{ username: u, password: {m} }}");
            for text in [
                // Faults elsewhere, whose excerpt may show the line.
                spec(&good).replace("chap:", "chpa:"),
                spec(&good).replace("stage: running", "stage: later"),
                spec(&good)
                    .replace("\n      chap: ", " , chap: ")
                    .replace("- name: master-0\n      initiator:", "- { name: master_0, initiator:")
                    .replace(&format!("{m} }}"), &format!("{m} }} }}")),
                format!("{HEAD}{ISCSI}{NODE}      password: {m}\n"),
                format!("{HEAD}{ISCSI}{NODE}      chap_password: {m}\n"),
                format!("{HEAD}{ISCSI}    - {{ name: master-0, secret: {m} }}\n"),
                format!("{HEAD}{ISCSI}{NODE}  password: {m}\n"),
                format!("{HEAD}{ISCSI}{NODE}chap: {{ username: u, password: {m} }}\n"),
                // No spec at all.
                spec(&good).replace("variant: firesteel", "variant: fcos").replace("version: 1.0.0", "version: 9.0.0"),
                spec(&good).replace("variant: firesteel", "variant: other"),
                spec(&good).replace("variant: firesteel\n", ""),
                spec(&good).replace("variant: firesteel", "kind: Secret"),
                format!("- password: {m}\n"),
                json_form(marker).replace("firesteel", "other"),
                json_form(marker).replace("\"password\"", "\"pasword\""),
                // A second document.
                format!("{}---\npassword: {m}\n", spec(&good)),
            ] {
                check(text.as_bytes(), &files, marker, false);
            }
        }
    }
}

#[test]
fn texts_that_are_no_yaml() {
    for marker in MARKERS {
        let files = files(marker);
        for m in quoted(marker) {
            let block = |line: &str| spec(&format!("\n        username: u\n{line}"));
            let mut texts = vec![
                block(&format!("        password: {m}: x")),
                block(&format!("        password: {m} {m}")),
                block(&format!("        password: {m}]")),
                block(&format!("        password: [{m}")),
                block(&format!("        password: {{ {m}")),
                block(&format!("\tpassword: {m}")),
                block(&format!("        password: {m}\n\t\tx: y")),
                block(&format!("        password: {m}\n       x: y: z")),
                block(&format!("        password: {m}\n        mutual: @x")),
                block(&format!("        password: {}", &m[..m.len() - 1])),
                block(&format!("        password: \"{marker}")),
                block(&format!("        password: '{marker}")),
                block(&format!("        password: *{marker}")),
                block(&format!("        password: @{marker}")),
                block(&format!("        password: `{marker}`")),
                block(&format!("        password: %{marker}")),
                block(&format!("        password: |\n          {marker}\n       {marker}")),
                block(&format!("        pasword: {m}: x")),
                block(&format!("        password\n          {m}: x: y")),
                spec(&format!(" {{ username: u, password: {m}")),
                spec(&format!(" {{ username: u, password: {m} ] }}")),
                spec(&format!(" {{ username: u password: {m} }}: x: y")),
                json_form(marker).replace("]}}", "]}"),
                json_form(marker).replace("\"chap\":", "\"chap\""),
            ];
            texts.push(format!("{}\u{7}", block(&format!("        password: {m}"))));
            for text in texts {
                if yaml::read(text.as_bytes()).is_ok() {
                    // Some of these are YAML with another meaning; then what is told about them counts.
                    let compiled = compile(Input { name: "s", bytes: text.as_bytes() }, &files, &Options::default());
                    for shown in shown(&compiled) {
                        assert!(!holds(&shown, marker), "told of\n{text}\nis\n{shown}");
                    }
                } else {
                    check(text.as_bytes(), &files, marker, false);
                }
            }
            let cut = [block(&format!("        password: {m}")).as_bytes(), b"\n        x: \xff\xfe\n"].concat();
            check(&cut, &files, marker, false);
        }
    }
}

#[test]
fn user_data() {
    const POOL: &str = "variant: firesteel\nversion: 1.0.0\nopenshift: \"4.16\"\nrole: etcd\nstage: new-pool\nvolumes:\n  - { name: data, path: /var/lib/data, disk: { device: /dev/disk/by-id/a } }\nuser_data: { from: exported.json, from_pool: master, name: etcd-user-data }\n";
    for marker in MARKERS {
        let pointer = |pool: &str| {
            let token = serde_json::to_string(marker).expect("a text is JSON");
            format!(
                r#"{{"ignition":{{"version":"3.2.0","config":{{"merge":[{{"source":"https://api.example.com:22623/config/{pool}","httpHeaders":[{{"name":"Authorization","value":{token}}}]}}]}},"security":{{"tls":{{"certificateAuthorities":[{{"source":"data:,CA"}}]}}}}}}}}"#
            )
        };
        let secret = |data: String| {
            format!(
                r#"{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"master-user-data"}},"data":{{"disableTemplating":"dHJ1ZQ==","userData":"{data}"}}}}"#
            )
        };
        let mut files = MemoryFiles::default();
        for (text, good) in [
            (secret(STANDARD.encode(pointer("master"))), true),
            (secret(STANDARD.encode(pointer("worker"))), false),
            (secret(STANDARD.encode(format!("{marker}{{"))), false),
            (secret(STANDARD.encode(pointer("master"))) + "x", false),
            (secret(STANDARD.encode(pointer("master"))).replace("Secret", "Sekret"), false),
            (secret(marker.replace(['"', '\\'], "")).replace("\"kind\"", "\"Kind\""), false),
        ] {
            files.files.insert("exported.json".to_owned(), text.into_bytes());
            let compiled = compile(Input { name: "s", bytes: POOL.as_bytes() }, &files, &Options::default());
            for shown in shown(&compiled) {
                assert!(!holds(&shown, marker), "{shown}");
            }
            assert_eq!(!compiled.assets.is_empty(), good, "{:?}", compiled.report);
            for asset in &compiled.assets {
                // In there it stands in base64 of an escaped text.
                let escaped = serde_json::to_string(marker).expect("a text is JSON");
                let found = holds(&asset.contents, marker) || holds(&asset.contents, &escaped[1..escaped.len() - 1]);
                assert_eq!(found, asset.secret, "{}", asset.name);
            }
        }
    }
}
