//! Drives the iSCSI scripts: who this node is, what a record holds, when a login is tried again, when a session ends.

use std::os::unix::fs::symlink;

use super::host::{Host, assert_ok, assert_refused, stderr};
use firesteel::storage::host::{Chap, IscsiLogin, IscsiNode, NodeMatch, Secret, Wait, iscsi};

const TARGET: &str = "iqn.2024-02.com.example.san:etcd";
const ODD: &str = r##"#a'b"c\d$e%f=g`h!"##;

fn nodes<'a>(
    portals: &'a [String],
    settings: &'a [(String, String)],
    secret: Secret<'a>,
    wait: Wait,
) -> Vec<IscsiNode<'a>> {
    let node = |name: &'a str, matches, initiator, user| IscsiNode {
        name,
        matches,
        initiator,
        logins: vec![IscsiLogin {
            volume: "etcd",
            target: TARGET,
            portals,
            lun: 0,
            wait,
            chap: Some(Chap {
                user,
                secret,
                mutual: (name == "master-1").then_some(("san", Secret::Text("other=secret#1"))),
            }),
            settings,
        }],
    };
    vec![
        node("master-0", NodeMatch::Hostname("master-0"), "iqn.1994-05.com.redhat:m0", "u0"),
        node("master-1", NodeMatch::Hostname("master-1.example.com"), "iqn.1994-05.com.redhat:m1", "user = 1"),
        node("master-2", NodeMatch::Mac("52:54:00:AB:cd:ef"), "iqn.1994-05.com.redhat:m2", "u2"),
        node("master-3", NodeMatch::Uuid("ABCDEF00-0000-0000-0000-000000000001"), "iqn.1994-05.com.redhat:m3", "u3"),
    ]
}

fn san(secret: Secret<'_>, wait: Wait) -> Host {
    let host = Host::new();
    let portals = ["192.168.0.146:3260".to_owned()];
    let settings = [("node.session.timeo.replacement_timeout".to_owned(), "180".to_owned())];
    host.install(&iscsi(&nodes(&portals, &settings, secret, wait)));
    host
}

fn identity(host: &Host) -> std::process::Output {
    host.run("firesteel-iscsi-identity", &[])
}

fn login(host: &Host) -> std::process::Output {
    host.run("firesteel-iscsi-login", &["login", "etcd"])
}

#[test]
fn exactly_one_node_of_the_map_must_match() {
    let cases = [
        ("master-0", "", "", "master-0"),
        ("MASTER-0.example.com", "", "", "master-0"),
        ("master-1.example.com", "", "", "master-1"),
        ("master-1", "", "", "master-1"),
        ("worker-7", "52:54:00:ab:CD:ef", "", "master-2"),
        ("worker-7", "", "abcdef00-0000-0000-0000-000000000001", "master-3"),
        ("master-1.elsewhere.com", "", "", ""),
        ("master", "", "", ""),
        ("worker-7", "52:54:00:ab:cd:e", "", ""),
        ("localhost", "", "", ""),
        ("master-0", "52:54:00:ab:cd:ef", "", ""),
    ];
    for (name, mac, uuid, expected) in cases {
        let host = san(Secret::Text(ODD), Wait::Forever);
        host.write("state/host", &format!("{name}\n"));
        host.write("root/sys/class/net/lo/address", "00:00:00:00:00:00\n");
        host.write("root/sys/class/net/eth0/address", &format!("{mac}\n"));
        host.write("root/sys/class/dmi/id/product_uuid", &format!("{uuid}\n"));
        host.write("root/etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.random\n");
        host.write("root/run/firesteel/iscsi-node", "left-over\n");
        let output = identity(&host);
        if expected.is_empty() {
            assert_refused(&output, "node of the map match");
            assert_eq!(host.read("root/etc/iscsi/initiatorname.iscsi"), "InitiatorName=iqn.random\n", "{name}");
            assert!(!host.exists("root/run/firesteel/iscsi-node"), "{name}");
            assert!(!host.log().contains("systemctl"), "{name}");
        } else {
            assert_ok(&output);
            assert_eq!(host.read("root/run/firesteel/iscsi-node").trim(), expected);
            let short = expected.replace("master-", "m");
            let text = format!("InitiatorName=iqn.1994-05.com.redhat:{short}\n");
            assert_eq!(host.read("root/etc/iscsi/initiatorname.iscsi"), text);
            assert!(host.log().contains("restorecon"));
        }
    }
}

#[test]
fn a_running_iscsid_is_restarted_only_for_a_new_name_and_not_waited_for() {
    let host = san(Secret::Text(ODD), Wait::Forever);
    host.write("state/active", "iscsid.service\n");
    assert_ok(&identity(&host));
    assert!(host.log().contains("systemctl restart --no-block iscsid.service"));
    host.write("log", "");
    assert_ok(&identity(&host));
    assert!(!host.log().contains("restart"));
}

#[test]
fn the_record_carries_the_secret_byte_for_byte_and_no_argument_does() {
    for (name, user) in [("master-0", "u0"), ("master-1", "user = 1")] {
        let host = san(Secret::Text(ODD), Wait::Forever);
        host.write("state/host", name);
        assert_ok(&identity(&host));
        let output = login(&host);
        assert_ok(&output);
        let record = host.read("state/record-at-login");
        for line in [
            "node.startup = manual".to_owned(),
            "node.session.auth.authmethod = CHAP".to_owned(),
            format!("node.session.auth.username = {user}"),
            format!("node.session.auth.password = {ODD}"),
            "node.session.timeo.replacement_timeout = 180".to_owned(),
            "node.conn[0].timeo.login_timeout = 10".to_owned(),
            "node.conn[0].address = 192.168.0.146".to_owned(),
        ] {
            assert_eq!(record.lines().filter(|l| *l == line).count(), 1, "{line}\n{record}");
        }
        let mutual =
            record.contains("auth.username_in = san\n") && record.contains("auth.password_in = other=secret#1\n");
        assert_eq!(mutual, name == "master-1", "{record}");
        assert!(!record.contains("lent") && record.ends_with("# END RECORD\n"), "{record}");
        assert_eq!(host.read("state/mode-at-login").trim(), "600");
        for text in [host.log(), stderr(&output), String::from_utf8_lossy(&output.stdout).into_owned()] {
            assert!(!text.contains(ODD) && !text.contains("other=secret"), "{text}");
        }
        assert!(host.tree("root/var/lib/iscsi").len() == 1);
    }
}

#[test]
fn fatal_answers_end_the_login_and_others_are_tried_again() {
    for (status, because) in [("24", "wrong CHAP user or secret"), ("19", "refuses the login for good")] {
        let host = san(Secret::Text(ODD), Wait::Forever);
        assert_ok(&identity(&host));
        host.write("state/login-status", status);
        let output = login(&host);
        assert_refused(&output, because);
        assert_eq!(host.read("state/logins").trim(), "1");
        assert!(!stderr(&output).contains(ODD));
    }
    let host = san(Secret::Text(ODD), Wait::Forever);
    assert_ok(&identity(&host));
    host.write("state/login-status", "8\n4\n124\n15\n");
    assert_ok(&login(&host));
    assert_eq!(host.read("state/logins").trim(), "4");

    let host = san(Secret::Text(ODD), Wait::Seconds(0));
    assert_ok(&identity(&host));
    host.write("state/login-status", "8\n8\n8\n");
    assert_refused(&login(&host), "does not answer");
    assert_eq!(host.read("state/logins").trim(), "1");
}

#[test]
fn the_login_waits_for_the_disk() {
    let host = san(Secret::Text(ODD), Wait::Forever);
    assert_ok(&identity(&host));
    host.remove("root/dev/firesteel/etcd");
    host.write("state/device-comes", "");
    assert_ok(&login(&host));

    let host = san(Secret::Text(ODD), Wait::Seconds(0));
    assert_ok(&identity(&host));
    host.remove("root/dev/firesteel/etcd");
    assert_refused(&login(&host), "no disk with LUN 0");
}

#[test]
fn a_secret_on_the_node_must_be_roots_alone() {
    const FILE: &str = "/etc/chap";
    let host = san(Secret::NodeFile(FILE), Wait::Forever);
    assert_ok(&identity(&host));
    assert_refused(&login(&host), "missing");
    host.write("root/etc/chap", &format!("{ODD}\nsecond line\n"));
    for access in ["0 644", "0 640", "1000 600"] {
        host.write("state/secret-access", access);
        assert_refused(&login(&host), "mode 0600");
    }
    host.write("state/secret-access", "0 600");
    assert_ok(&login(&host));
    assert!(host.read("state/record-at-login").contains(&format!("auth.password = {ODD}\n")));
    for bad in ["\n", "", "with space\n", "ta\tb\n", "ümlaut\n"] {
        host.write("root/etc/chap", bad);
        let output = login(&host);
        assert_refused(&output, "the secret file /etc/chap");
        assert!(bad.trim().is_empty() || !stderr(&output).contains(bad.trim()));
    }
}

#[test]
fn a_mounted_disk_is_not_logged_out_from() {
    let host = san(Secret::Text(ODD), Wait::Forever);
    assert_ok(&identity(&host));
    host.write("root/proc/self/mountinfo", "9 1 8:240 / /var/lib/etcd rw - xfs /dev/sdz rw\n");
    assert_ok(&host.run("firesteel-iscsi-login", &["logout", "etcd"]));
    assert!(!host.log().contains("--logout"));
    host.write("root/proc/self/mountinfo", "");
    assert_ok(&host.run("firesteel-iscsi-login", &["logout", "etcd"]));
    assert!(host.log().contains("--logout"));
}

/// A session carries every LUN of its target.
#[test]
fn a_target_whose_other_disk_is_mounted_is_not_logged_out_from() {
    for (other, logged_out) in [(TARGET, false), ("iqn.2024-02.com.example.san:other", true)] {
        let host = Host::new();
        let portals = ["192.168.0.146:3260".to_owned()];
        let mut nodes = nodes(&portals, &[], Secret::Text(ODD), Wait::Forever);
        let mut second = nodes[0].logins[0].clone();
        (second.volume, second.target, second.lun) = ("data-2", other, 1);
        nodes[0].logins.push(second);
        host.install(&iscsi(&nodes));
        assert_ok(&identity(&host));
        host.add_disk("sdy");
        host.write("root/sys/class/block/sdy/dev", "8:224\n");
        symlink("../sdy", host.at("root/dev/firesteel/data-2")).expect("symlink");
        for volume in ["etcd", "data-2"] {
            assert_ok(&host.run("firesteel-iscsi-login", &["login", volume]));
        }
        host.write("root/proc/self/mountinfo", "9 1 8:224 / /srv/data rw - xfs /dev/sdy rw\n");
        assert_ok(&host.run("firesteel-iscsi-login", &["logout", "etcd"]));
        assert_eq!(host.log().contains("--logout"), logged_out, "{other}");
    }
}

/// While one volume's record is remade, another's login waits.
#[test]
fn volumes_of_one_target_do_not_meet_a_record_half_made() {
    let host = san(Secret::Text(ODD), Wait::Forever);
    assert_ok(&identity(&host));
    let lock = std::fs::File::create(host.at(&format!("root/run/firesteel/login-{TARGET}.lock"))).expect("lock");
    lock.lock().expect("lock");
    std::thread::scope(|scope| {
        let login = scope.spawn(|| login(&host));
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert_eq!(host.log().matches("iscsiadm").count(), 0);
        lock.unlock().expect("unlock");
        assert_ok(&login.join().expect("login"));
    });
}

#[test]
fn a_record_with_an_empty_line_is_taken() {
    let host = san(Secret::Text(ODD), Wait::Forever);
    let record = host.read("state/record");
    host.write("state/record", &format!("{record}\n = odd\n"));
    assert_ok(&identity(&host));
    assert_ok(&login(&host));
    assert!(host.read("state/record-at-login").contains(&format!("auth.password = {ODD}\n")));
}
