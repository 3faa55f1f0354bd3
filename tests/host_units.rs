//! Holds the emitted units and data files to expected trees in `tests/host/units/`, one per shape.
//!
//! `FIRESTEEL_UPDATE=1 cargo test --test host_units` writes them anew; read that diff like code.
//! Scripts are left out: they are files of their own in the source tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use firesteel::storage::host::{
    Assets, Chap, FirstBootDisk, IscsiLogin, IscsiNode, NodeMatch, OPENSHIFT_GATE, OldData, Secret, Source, Volume,
    Wait, first_boot_disk, iscsi, volume,
};

fn openshift() -> Vec<String> {
    OPENSHIFT_GATE.map(str::to_owned).to_vec()
}

fn first_boot() -> Assets {
    first_boot_disk(&FirstBootDisk {
        name: "etcd",
        path: "/var/lib/etcd",
        device: "/dev/disk/by-partlabel/etcd",
        format: "xfs",
        options: &["defaults".to_owned(), "prjquota".to_owned()],
        gate: &openshift(),
    })
}

fn etcd_volume(source: Source<'_>, gate: &[String]) -> Assets {
    volume(&Volume {
        name: "etcd",
        path: "/var/lib/etcd",
        realm: "",
        label: "etcd",
        source,
        min_size: Some(20 << 30),
        options: &["defaults".to_owned(), "prjquota".to_owned()],
        mkfs: &[],
        old_data: OldData::Move { entry: "member" },
        dir_mode: 0o700,
        gate,
    })
}

fn iscsi_etcd() -> Assets {
    let portals = ["192.168.0.146:3260".to_owned()];
    let six = ["[fd00::1]:3260".to_owned()];
    let settings = [("node.session.timeo.replacement_timeout".to_owned(), "120".to_owned())];
    let node = |name, matches, initiator, portals, wait, secret, mutual| IscsiNode {
        name,
        matches,
        initiator,
        logins: vec![IscsiLogin {
            volume: "etcd",
            target: "iqn.2024-02.com.example.san:etcd",
            portals,
            lun: 0,
            wait,
            chap: Some(Chap { user: name, secret, mutual }),
            settings: &settings,
        }],
    };
    let nodes = [
        node(
            "master-0",
            NodeMatch::Hostname("master-0"),
            "iqn.1994-05.com.redhat:master0",
            &portals,
            Wait::Forever,
            Secret::Text(r##"#a'b"c\d$e%f=g"##),
            None,
        ),
        node(
            "master-1",
            NodeMatch::Mac("52:54:00:12:34:56"),
            "iqn.1994-05.com.redhat:master1",
            &six,
            Wait::Seconds(600),
            Secret::NodeFile("/etc/firesteel-secrets/master-1"),
            Some(("san", Secret::Text("not-the-same-1"))),
        ),
    ];
    let mut assets = iscsi(&nodes);
    let more = etcd_volume(Source::Iscsi, &openshift());
    assets.files.extend(more.files);
    assets.units.extend(more.units);
    assets
}

fn selected_on_plain_host() -> Assets {
    volume(&Volume {
        name: "my-data",
        path: "/srv/my-data",
        realm: "site a",
        label: "data",
        source: Source::Select,
        min_size: None,
        options: &[],
        mkfs: &["-i".to_owned(), "size=1024".to_owned()],
        old_data: OldData::Refuse { entry: None },
        dir_mode: 0o755,
        gate: &["postgresql.service".to_owned()],
    })
}

#[test]
fn a_disk_of_the_first_boot() {
    check("first-boot-disk", &first_boot());
}

#[test]
fn an_iscsi_volume_for_etcd() {
    check("iscsi-etcd", &iscsi_etcd());
}

#[test]
fn a_local_disk_on_running_nodes() {
    let device = "/dev/disk/by-path/pci-0000:00:1f.0-nvme-1";
    check("local-disk", &etcd_volume(Source::Disk { device }, &openshift()));
}

#[test]
fn a_selected_disk_on_a_plain_host() {
    check("selected-disk", &selected_on_plain_host());
}

#[test]
fn only_the_map_with_its_secrets_is_closed_and_marked() {
    for file in iscsi_etcd().files {
        let secret = file.path == "/etc/firesteel/iscsi.map";
        assert_eq!(file.secret, secret, "{}", file.path);
        let mode = if secret {
            0o600
        } else if file.path.starts_with("/usr/local/bin/") {
            0o755
        } else {
            0o644
        };
        assert_eq!(file.mode, mode, "{}", file.path);
        assert_eq!(file.contents.contains("a'b"), secret, "{}", file.path);
        assert!(!format!("{file:?}").contains("a'b"), "{}", file.path);
    }
}

#[test]
fn nothing_switches_selinux_or_needs_a_newer_systemd() {
    for assets in [first_boot(), iscsi_etcd(), selected_on_plain_host()] {
        let texts = assets.files.iter().map(|file| (&file.path, &file.contents));
        let units = assets.units.iter().filter_map(|unit| unit.contents.as_ref().map(|text| (&unit.name, text)));
        for (name, text) in texts.chain(units) {
            for word in [
                "setenforce",
                "setsebool",
                "semanage",
                "semodule",
                "Restart=",
                "\neval ",
                " eval ",
                "\nsource ",
                "; source ",
            ] {
                assert!(!text.contains(word), "{name}: {word}");
            }
        }
    }
}

#[track_caller]
fn check(shape: &str, assets: &Assets) {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host/units").join(shape);
    let mut expected = BTreeMap::new();
    for file in &assets.files {
        if !file.path.starts_with("/usr/local/bin/") {
            expected.insert(PathBuf::from(file.path.trim_start_matches('/')), file.contents.clone());
        }
    }
    let units = Path::new("etc/systemd/system");
    let mut enabled = String::new();
    for unit in &assets.units {
        if let Some(contents) = &unit.contents {
            expected.insert(units.join(&unit.name), contents.clone());
        }
        for dropin in &unit.dropins {
            expected.insert(units.join(format!("{}.d", unit.name)).join(&dropin.name), dropin.contents.clone());
        }
        if unit.enabled == Some(true) {
            enabled.push_str(&unit.name);
            enabled.push('\n');
        }
    }
    expected.insert(PathBuf::from("enabled"), enabled);
    if std::env::var_os("FIRESTEEL_UPDATE").is_some() {
        let _ = fs::remove_dir_all(&base);
        for (path, text) in &expected {
            let path = base.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
            fs::write(path, text).expect("write");
        }
    }
    let mut there = BTreeMap::new();
    let mut pending = vec![base.clone()];
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(&dir).expect("the expected tree") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("text");
                there.insert(path.strip_prefix(&base).expect("below").to_owned(), text);
            }
        }
    }
    pretty_assertions::assert_eq!(expected, there);
}
