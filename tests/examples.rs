//! Holds the examples: what they emit, byte for byte, and what must be true of every object.
//!
//! `cargo xtask bless` writes `expected/` anew; read that diff as one who has to bet a
//! control plane on it.

#[path = "support/example.rs"]
mod example;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use example::{EXAMPLES, compiled, data, folder, list, secrets, text, tree};
use firesteel::diagnostic::{Report, Severity, Sources};
use firesteel::document::yaml;
use firesteel::emit::{ObjectFacts, machine_config_value, object_yaml};
use firesteel::lower::lower;
use firesteel::model::{self, Dialect, butane};
use firesteel::pipeline::{Asset, AssetKind, Wrapping};
use firesteel::spec::Target;
use firesteel::storage::EMITTED;
use pretty_assertions::assert_eq;
use serde_json::Value;

#[test]
fn every_folder_is_an_example_under_test() {
    let examples = folder("");
    let mut found: Vec<String> = fs::read_dir(examples)
        .expect("examples/ can be read")
        .map(|entry| entry.expect("examples/ can be read").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, EXAMPLES);
}

#[test]
fn examples_emit_what_lies_beside_them() {
    for name in EXAMPLES {
        let assets = compiled(name, Wrapping::MachineConfig).assets;
        let files: BTreeMap<String, &str> =
            assets.iter().map(|asset| (place(asset), asset.contents.as_str())).collect();
        let expected = folder(name).join("expected");
        if std::env::var_os("FIRESTEEL_BLESS").is_some() {
            if expected.exists() {
                fs::remove_dir_all(&expected).expect("expected/ can be written anew");
            }
            for (place, contents) in &files {
                let path = expected.join(place);
                fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
                fs::write(path, contents).expect("a file can be written");
            }
        }
        let mut found = BTreeMap::new();
        read_all(&expected, "", &mut found);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            files.keys().collect::<Vec<_>>(),
            "{name}: `cargo xtask bless` writes them anew"
        );
        for (place, contents) in files {
            assert_eq!(found[&place], contents, "{name}/expected/{place}: `cargo xtask bless` writes it anew");
        }
    }
}

fn place(asset: &Asset) -> String {
    match asset.kind {
        AssetKind::Object => asset.name.clone(),
        AssetKind::Extra => format!("extra/{}", asset.name),
    }
}

fn read_all(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.expect("expected/ can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_all(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read_to_string(entry.path()).expect("emitted files are texts"));
        }
    }
}

#[test]
fn findings_are_those_that_the_readme_explains() {
    for (name, codes) in [
        ("etcd-iscsi", &[("FS1213", Severity::Info), ("FS1310", Severity::Info)][..]),
        ("etcd-local-disk", &[]),
        ("etcd-pool", &[("FS1009", Severity::Warning), ("FS1403", Severity::Info)]),
    ] {
        let report = compiled(name, Wrapping::MachineConfig).report;
        let found: Vec<_> = report.iter().map(|finding| (finding.problem.code, finding.severity)).collect();
        assert_eq!(found, codes, "{name}");
        let readme = fs::read_to_string(folder(name).join("README.md")).expect("every example has a README");
        for (code, _) in codes {
            assert!(readme.contains(code), "{name}/README.md does not explain {code}");
        }
    }
}

/// The MachineConfigs of an example, with their names and trees.
fn machine_configs(name: &str) -> Vec<(Asset, Value)> {
    let assets = compiled(name, Wrapping::MachineConfig).assets;
    let objects = assets.into_iter().filter(|asset| asset.kind == AssetKind::Object);
    let trees = objects.map(|asset| {
        let tree = tree(&asset.contents);
        (asset, tree)
    });
    trees.filter(|(_, tree)| text(tree, "kind") == "MachineConfig").collect()
}

#[test]
fn machine_configs_are_what_the_operator_takes() {
    for (example, role) in [("etcd-iscsi", "master"), ("etcd-local-disk", "master"), ("etcd-pool", "etcd")] {
        let configs = machine_configs(example);
        assert!(!configs.is_empty(), "{example}");
        for (asset, tree) in configs {
            let at = format!("{example}/{}", asset.name);
            assert_eq!(text(&tree, "apiVersion"), "machineconfiguration.openshift.io/v1", "{at}");
            assert_eq!(format!("{}.yaml", text(&tree["metadata"], "name")), asset.name, "{at}");
            let labels = &tree["metadata"]["labels"];
            assert_eq!(text(labels, "machineconfiguration.openshift.io/role"), role, "{at}");
            let config = &tree["spec"]["config"];
            assert_eq!(text(&config["ignition"], "version"), "3.2.0", "{at}");
            for file in list(config, &["storage", "files"]) {
                let at = format!("{at}: {}", text(file, "path"));
                assert!(text(&file["contents"], "source").starts_with("data:"), "{at}");
                assert_eq!(text(&file["contents"], "compression"), "", "{at}");
                let mode: u32 = text(file, "mode").parse().unwrap_or_else(|_| panic!("{at}: no mode"));
                assert!(mode <= 0o777, "{at}: mode {mode:o}");
                assert_eq!(text(file, "overwrite"), "true", "{at}");
                assert_eq!(file.get("append"), None, "{at}");
            }
            for unit in list(config, &["systemd", "units"]) {
                let at = format!("{at}: {}", text(unit, "name"));
                let dropins = list(unit, &["dropins"]);
                for contents in dropins.into_iter().chain([unit]).filter_map(|of| of.get("contents")) {
                    unit_parses(contents.as_str().expect("unit texts are texts"), &at);
                }
            }
        }
    }
}

/// Sections in brackets, settings with a name before the first `=`, nothing else.
fn unit_parses(contents: &str, at: &str) {
    let mut section = false;
    for line in contents.lines() {
        let known = line.starts_with('[') && line.ends_with(']');
        section |= known;
        let setting = line.split_once('=').is_some_and(|(name, value)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !value.ends_with('\\')
        });
        assert!(known || line.is_empty() || (section && setting), "{at}: {line}");
    }
    assert!(section && contents.ends_with('\n') && !contents.contains('\r'), "{at}");
}

#[test]
fn scripts_arrive_byte_for_byte() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage/host/scripts");
    let mut seen = Vec::new();
    for example in EXAMPLES {
        for (asset, tree) in machine_configs(example) {
            for file in list(&tree["spec"]["config"], &["storage", "files"]) {
                let Some(script) = text(file, "path").strip_prefix("/usr/local/bin/") else { continue };
                let written = fs::read(source.join(script)).expect("every script that is emitted lies in the tree");
                assert!(data(text(&file["contents"], "source")) == written, "{example}/{}: {script}", asset.name);
                assert_eq!(text(file, "mode"), 0o755.to_string(), "{script}");
                seen.push(script.to_owned());
            }
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["firesteel-iscsi-identity", "firesteel-iscsi-login", "firesteel-volume"]);
}

#[test]
fn secrets_are_in_the_map_alone() {
    let known = secrets("etcd-iscsi");
    assert_eq!(known.len(), 3);
    let mut holders = Vec::new();
    for (asset, tree) in machine_configs("etcd-iscsi") {
        for file in list(&tree["spec"]["config"], &["storage", "files"]) {
            let contents = data(text(&file["contents"], "source"));
            let contents = String::from_utf8(contents).expect("what we ship are texts");
            if known.iter().any(|secret| contents.contains(secret.as_str())) {
                assert_eq!(text(file, "mode"), 0o600.to_string());
                assert!(known.iter().all(|secret| contents.contains(secret.as_str())));
                holders.push((asset.name.clone(), text(file, "path").to_owned(), asset.secret));
            }
        }
    }
    assert_eq!(holders, [("97-iscsi-master.yaml".to_owned(), "/etc/firesteel/iscsi.map".to_owned(), true)]);
    let secret: Vec<String> = EXAMPLES
        .into_iter()
        .flat_map(|name| compiled(name, Wrapping::MachineConfig).assets)
        .filter(|asset| asset.secret)
        .map(|asset| asset.name)
        .collect();
    assert_eq!(secret, ["97-iscsi-master.yaml", "etcd-user-data.yaml"]);
}

#[test]
fn the_butane_form_compiles_back_to_the_same_bytes() {
    let target = Target::find("openshift", "4.9.0").expect("the table has openshift 4.9.0");
    for name in EXAMPLES {
        let wanted: BTreeMap<String, String> = machine_configs(name)
            .into_iter()
            .map(|(asset, _)| (asset.name.trim_end_matches(".yaml").to_owned(), asset.contents))
            .collect();
        let assets = compiled(name, Wrapping::Butane).assets;
        let butanes: Vec<&Asset> = assets.iter().filter(|asset| asset.name.ends_with(".bu")).collect();
        assert_eq!(butanes.len(), wanted.len(), "{name}");
        for asset in butanes {
            let document = yaml::read(asset.contents.as_bytes()).expect("emitted Butane can be read");
            let mut sources = Sources::default();
            let source = sources.add_document(&asset.name, document.clone());
            let mut report = Report::default();
            let config: butane::Config = model::decode(&document, source, Dialect::Butane, target.gates(), &mut report);
            let told: Vec<_> = report.iter().map(|finding| &finding.message).collect();
            assert!(told.is_empty(), "{name}/{}: {told:?}", asset.name);
            let facts = ObjectFacts { annotations: &[] };
            let object = object_yaml(&machine_config_value(&lower(config, target), EMITTED, facts));
            let stem = asset.name.trim_end_matches(".bu");
            // Not with assert_eq: a difference would print the secrets.
            assert!(object == wanted[stem], "{name}/{}: compiles to something else", asset.name);
        }
    }
}

#[test]
fn the_butane_form_is_one_that_a_person_would_write() {
    let assets = compiled("etcd-iscsi", Wrapping::Butane).assets;
    let iscsi =
        &assets.iter().find(|asset| asset.name == "97-iscsi-master.bu").expect("the config is emitted").contents;
    for line in [
        "variant: openshift",
        "version: 4.9.0",
        "        inline: |",
        "          node master-0",
        "          #!/bin/bash",
        "      mode: 0600",
        "      mode: 0755",
        "        [Unit]",
    ] {
        assert!(iscsi.lines().any(|have| have == line), "no line {line:?}");
    }
}

#[test]
fn runbooks_name_every_node_and_no_secret() {
    for name in EXAMPLES {
        let spec = fs::read_to_string(folder(name).join(format!("{name}.yaml"))).expect("every example has a spec");
        for wrapping in example::WRAPPINGS {
            let assets = compiled(name, wrapping).assets;
            let runbook = &assets.iter().find(|asset| asset.name == "RUNBOOK.md").expect("there is a runbook").contents;
            assert!(secrets(name).iter().all(|secret| !runbook.contains(secret.as_str())), "{name}");
            for node in list(&tree(&spec), &["iscsi", "nodes"]) {
                let block = format!("# {}\n", text(node, "name"));
                assert!(runbook.contains(&block), "{name}: {} has no way back", text(node, "name"));
            }
            for volume in list(&tree(&spec), &["volumes"]) {
                assert!(runbook.contains(&format!("findmnt {}", text(volume, "path"))), "{name}");
            }
        }
    }
}
