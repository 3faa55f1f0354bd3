//! The storage side: what lies beside the example, what it must never do, and the script for targetcli driven with
//! stand-ins. The script for tgt meets a real tgtd in the lab.

#[path = "support/example.rs"]
#[allow(dead_code, reason = "the other tests of the examples use the rest")]
mod example;

use example::{compiled_with, folder, secrets};
use firesteel::pipeline::{AssetKind, Options, TargetForm};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const EXAMPLE: &str = "etcd-iscsi";
const IQN: &str = "iqn.2024-02.com.example.san:etcd";

/// The storage side of the example.
fn side(form: TargetForm) -> String {
    let compiled = compiled_with(EXAMPLE, &Options { wrapping: None, target: Some(form) });
    let mut extras = compiled.assets.into_iter().filter(|asset| asset.kind == AssetKind::Extra && asset.secret);
    let side = extras.next().expect("the storage side is the one secret beside the objects");
    assert_eq!(extras.next(), None);
    let name = if form == TargetForm::Saveconfig { "saveconfig.json" } else { "target.sh" };
    assert_eq!(side.name, name);
    side.contents
}

#[test]
fn the_example_has_its_storage_side_beside_it() {
    for (form, name) in [(TargetForm::Targetcli, "target.sh"), (TargetForm::Saveconfig, "saveconfig.json")] {
        let path = folder(EXAMPLE).join("storage").join(name);
        let made = side(form);
        if std::env::var_os("FIRESTEEL_BLESS").is_some() {
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
            fs::write(&path, &made).expect("a file can be written");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == made, "{}: `cargo xtask bless` writes it anew", path.display());
    }
}

#[test]
fn objects_are_the_same_with_and_without_it() {
    let objects = |target| {
        let assets = compiled_with(EXAMPLE, &Options { wrapping: None, target }).assets;
        assets.into_iter().filter(|asset| asset.kind == AssetKind::Object).collect::<Vec<_>>()
    };
    assert_eq!(objects(None), objects(Some(TargetForm::Targetcli)));
}

/// As rtslib reads it: a list entry of a node maps exactly its own disk, and credentials are asked for.
#[test]
fn saveconfig_lets_each_node_see_its_own_disk() {
    let config: Value = serde_json::from_str(&side(TargetForm::Saveconfig)).expect("it is JSON");
    let objects = config["storage_objects"].as_array().expect("there are backstores");
    let target = &config["targets"][0];
    assert_eq!((&target["wwn"], &target["fabric"]), (&json!(IQN), &json!("iscsi")));
    assert_eq!(config["targets"].as_array().map(Vec::len), Some(1));
    let tpg = &target["tpgs"][0];
    assert_eq!(tpg["attributes"]["authentication"], 1);
    assert_eq!(tpg["attributes"]["generate_node_acls"], 0);
    assert_eq!(tpg["portals"], json!([{ "ip_address": "192.0.2.146", "port": 3260, "iser": false, "offload": false }]));
    let acls = tpg["node_acls"].as_array().expect("there are nodes");
    assert_eq!(acls.len(), 3);
    let mut serials = Vec::new();
    for (index, acl) in acls.iter().enumerate() {
        assert_eq!(acl["node_wwn"], format!("iqn.1994-05.com.redhat:master{index}"));
        assert_eq!(acl["chap_userid"], format!("master{index}"));
        assert!(acl["chap_password"].as_str().is_some_and(|secret| secrets(EXAMPLE).iter().any(|own| own == secret)));
        let [mapped] = acl["mapped_luns"].as_array().expect("a list").as_slice() else { panic!("{acl}") };
        assert_eq!((&mapped["index"], &mapped["write_protect"]), (&json!(0), &json!(false)));
        let lun = tpg["luns"].as_array().expect("a list").iter().find(|lun| lun["index"] == mapped["tpg_lun"]);
        let path = lun.expect("the LUN is there")["storage_object"].as_str().expect("a path");
        let object = objects.iter().find(|object| {
            path == format!("/backstores/{}/{}", object["plugin"].as_str().unwrap(), object["name"].as_str().unwrap())
        });
        let object = object.expect("the backstore is there");
        assert_eq!((&object["plugin"], &object["write_back"]), (&json!("block"), &json!(false)));
        assert_eq!(object["dev"], format!("/dev/vg/master-{index}"));
        serials.push(object["wwn"].as_str().expect("a serial").to_owned());
    }
    assert_eq!(serials.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    // By-id links on the nodes rest on them.
    assert_eq!(serials[0], "1639e0d9-bdb5-5f30-a438-71db427c0df2");
}

/// A machine without LIO: targetcli writes down what it is asked and makes the folders that the kernel would make.
struct Machine {
    scratch: tempfile::TempDir,
}

const TARGETCLI: &str = r#"#!/bin/bash
set -euo pipefail
root=$TARGET_CONFIGFS
printf '%s\n' "$*" >>"$root/../calls"
[[ $* != "${FAIL_AT:-}" ]] || exit 1
case $1:${2-} in
    /iscsi:create)
        mkdir -p "$root/iscsi/$3/tpgt_1/"{acls,np,lun,attrib}
        printf '0\n' >"$root/iscsi/$3/tpgt_1/attrib/authentication"
        printf '0\n' >"$root/iscsi/$3/tpgt_1/attrib/generate_node_acls"
        ;;
    /iscsi:delete) rm -r "$root/iscsi/$3" ;;
    /iscsi/*/tpg1:set) printf '1\n' >"$root/iscsi/$(cut -d/ -f3 <<<"$1")/tpgt_1/attrib/authentication" ;;
    */acls:create) mkdir -p "$root/iscsi/$(cut -d/ -f3 <<<"$1")/tpgt_1/acls/$3/auth" ;;
    /backstores/block:create)
        mkdir -p "$root/core/iblock_0/${3#name=}"
        printf '%s\n' "${4#dev=}" >"$root/core/iblock_0/${3#name=}/udev_path"
        ;;
    /backstores/block:delete) rm -r "$root/core/iblock_0/$3" ;;
esac
"#;

impl Machine {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let bin = scratch.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        fs::create_dir_all(scratch.path().join("target")).expect("a folder");
        for (name, text) in [
            ("targetcli", TARGETCLI),
            ("id", "#!/bin/sh\necho 0\n"),
            ("ip", "#!/bin/sh\necho 'an address'\n"),
            ("findmnt", "#!/bin/sh\nexit 1\n"),
        ] {
            let path = bin.join(name);
            fs::write(&path, text).expect("a stand-in");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        }
        Self { scratch }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Runs the script over devices that look like block devices to it.
    fn run(&self, fail_at: &str) -> Output {
        let script = side(TargetForm::Targetcli).replace("[[ ! -b $path ]]", "[[ $path != /dev/vg/* ]]");
        let path = self.path("target.sh");
        fs::write(&path, script).expect("the script can be written");
        let inherited = std::env::var("PATH").expect("there is a PATH");
        let mut command = Command::new("bash");
        command.arg(path).env("PATH", format!("{}:{inherited}", self.path("bin").display()));
        command.env("TARGET_CONFIGFS", self.path("target")).env("FAIL_AT", fail_at);
        command.output().expect("bash is there")
    }

    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Every file below the target's folder with its text.
    fn state(&self) -> Vec<(String, String)> {
        fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), found);
                } else {
                    let text = fs::read_to_string(entry.path()).expect("a text");
                    found.push((entry.path().to_string_lossy().into_owned(), text));
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path("target"), &mut found);
        found.sort();
        found
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn targetcli_is_told_everything_but_the_secrets() {
    let machine = Machine::new();
    let output = machine.run("");
    assert!(output.status.success(), "{}", said(&output));
    let calls = machine.calls();
    let tpg = format!("/iscsi/{IQN}/tpg1");
    let wanted = [
        "set global auto_add_default_portal=false auto_add_mapped_luns=false auto_enable_tpgt=false".to_owned(),
        format!("/iscsi create {IQN}"),
        format!(
            "{tpg} set attribute authentication=1 cache_dynamic_acls=0 demo_mode_write_protect=1 generate_node_acls=0"
        ),
        format!("{tpg}/acls create iqn.1994-05.com.redhat:master0 add_mapped_luns=false"),
    ];
    assert_eq!(calls[..4], wanted);
    let mapped = format!(
        "{tpg}/acls/iqn.1994-05.com.redhat:master2 create mapped_lun=0 tpg_lun_or_backstore=2 write_protect=false"
    );
    assert!(calls.contains(&mapped), "{calls:#?}");
    let end = [
        format!("{tpg}/portals create ip_address=192.0.2.146 ip_port=3260"),
        format!("{tpg} enable"),
        "saveconfig".to_owned(),
    ];
    assert_eq!(calls[calls.len() - 3..], end);
    for secret in secrets(EXAMPLE) {
        assert!(!calls.iter().any(|call| call.contains(&secret)), "a command line has a secret");
        assert!(!said(&output).contains(&secret), "the script prints a secret");
    }
    let auth = format!("target/iscsi/{IQN}/tpgt_1/acls/iqn.1994-05.com.redhat:master1/auth");
    assert_eq!(fs::read_to_string(machine.path(&auth).join("userid")).expect("it was written"), "master1");
    let own = fs::read_to_string(folder(EXAMPLE).join("secrets/master-1")).expect("the example has it");
    assert!(fs::read_to_string(machine.path(&auth).join("password")).is_ok_and(|found| found == own.trim()));
}

#[test]
fn a_second_run_is_refused_and_changes_nothing() {
    let machine = Machine::new();
    assert!(machine.run("").status.success());
    let (state, calls) = (machine.state(), machine.calls().len());
    let output = machine.run("");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    for reason in [format!("LIO has a target {IQN} already"), "LIO shows /dev/vg/master-0 already".to_owned()] {
        assert!(said(&output).contains(&reason), "{}", said(&output));
    }
    assert_eq!((machine.state() == state, machine.calls().len()), (true, calls));
}

#[test]
fn a_foreign_backstore_or_portal_is_in_the_way() {
    let machine = Machine::new();
    let other = machine.path("target/iscsi/iqn.2024-02.com.example:other/tpgt_1/np/0.0.0.0:3260");
    fs::create_dir_all(other).expect("a folder");
    fs::create_dir_all(machine.path("target/core/fileio_3/master-1.etcd")).expect("a folder");
    let output = machine.run("");
    assert_eq!(output.status.code(), Some(1));
    for reason in ["listens on all addresses at port 3260", "LIO has a backstore master-1.etcd already"] {
        assert!(said(&output).contains(reason), "{}", said(&output));
    }
    assert_eq!(machine.calls(), [""; 0]);
}

#[test]
fn what_was_made_is_taken_back_when_a_step_fails() {
    let machine = Machine::new();
    let output = machine.run(&format!("/iscsi/{IQN}/tpg1 enable"));
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("taken back"), "{}", said(&output));
    assert_eq!(machine.state(), []);
    assert!(machine.run("").status.success());
}
