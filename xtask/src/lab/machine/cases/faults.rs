//! What goes wrong on the way: portals that are away, power cuts, sessions that end, races.

use super::super::bench::Bench;
use super::super::expect::equal;
use super::super::relay::Portal;
use super::super::states::{moved, seeded};
use crate::lab::process::until;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What the login says while the portal is away.
const WAITS: &str = "journalctl -b --no-pager -u firesteel-iscsi-login-etcd | grep -q 'trying again'";

/// The portal comes 150 s after power-on; all goes on by itself.
pub(super) fn portal_late(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    bench.portal.set(Portal::Refusing);
    let mut node = bench.node(0, &before.disk)?;
    let power_on = Instant::now();
    node.boot_with(&files)?;
    node.wait(300, "the login waits", WAITS)?;
    sleep(Duration::from_secs(150).saturating_sub(power_on.elapsed()));
    node.expect_gate_closed(&before.data)?;
    bench.portal.set(Portal::Open);
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}

/// The portal never comes: people can log in, nothing of the gate runs, and the node can be switched off.
pub(super) fn portal_away(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.moved_node(&before)?;
    bench.portal.set(Portal::Refusing);
    node.boot()?;
    node.wait(300, "the login waits", WAITS)?;
    node.expect_gate_closed("")?;
    node.expect_sound_boot()?;
    node.run("systemctl is-active remote-fs.target getty.target ssh.service && test ! -e /run/nologin")?;
    node.run("systemctl list-jobs --no-legend | grep -q kubelet.service")?;
    let time = node.off()?;
    if time > Duration::from_secs(150) {
        return Err(format!("switching off took {} s", time.as_secs()));
    }
    Ok(())
}

/// Power is cut while the data is copied: the next boot begins the copy anew.
pub(super) fn power_cut_in_copy(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&files)?;
    node.wait_often(
        600,
        "the copy is under way",
        "pgrep -x cp >/dev/null && findmnt /run/firesteel/etcd/volume -n -N $(pgrep -x cp)",
    )?;
    node.cut()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_said("copied and compared")?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}

/// Power is cut while mkfs writes: the note on the root disk lets it be repeated.
pub(super) fn power_cut_in_mkfs(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    // mkfs.xfs writes 256 KiB of zeros, the superblock with its mark "in progress", then 150 KiB of headers.
    bench.portal.set(Portal::SilentAfter(304 << 10));
    node.boot_with(&files)?;
    until(600, Duration::from_millis(500), "mkfs writes", || Ok(bench.portal.is_silent().then_some(())))?;
    node.cut()?;
    bench.portal.set(Portal::Refusing);
    if bench.is_blank(0)? {
        return Err("nothing was written before the cut".into());
    }
    bench.portal.set(Portal::Open);
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_said("formatting /dev/firesteel/etcd")?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}

/// The session breaks for 40 s while etcd runs: writes wait, and go on.
pub(super) fn session_lost(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.moved_node(&before)?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    let process = node.run("pgrep -x etcd")?;
    bench.portal.set(Portal::Silent);
    let began = Instant::now();
    node.wait(40, "the session is lost", "! iscsiadm -m session -P 1 | grep -q 'iSCSI Session State: LOGGED_IN'")?;
    sleep(Duration::from_secs(40).saturating_sub(began.elapsed()));
    bench.portal.set(Portal::Open);
    node.wait(
        120,
        "the session is there again",
        "iscsiadm -m session -P 1 | grep -q 'iSCSI Session State: LOGGED_IN'",
    )?;
    node.wait(120, "etcd writes again", "/usr/local/lib/lab/put later")?;
    node.run("/usr/local/lib/lab/keys later")?;
    equal("the process of etcd", &node.run("pgrep -x etcd")?, &process)?;
    node.expect_running("before", &before.seeded.keys)?;
    node.off().map(drop)
}

/// The session is ended under the mount: what is gated stops, etcd ends by its failing writes, and nothing goes on on
/// the root disk. After a reboot all is there.
pub(super) fn session_logged_out(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.moved_node(&before)?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    node.run("iscsiadm -m node -T iqn.2024-02.com.example.san:etcd-0 --logout")?;
    node.wait(
        200,
        "kubelet and crio stop",
        "for unit in kubelet crio; do [[ $(systemctl is-active $unit) == inactive ]] || exit 1; done",
    )?;
    // It ends by a write, which a cluster does every second.
    if node.ask("/usr/local/lib/lab/put later")?.status == 0 {
        return Err("etcd has confirmed keys that are on no disk".into());
    }
    node.wait(300, "etcd has ended", "! pgrep -x etcd")?;
    node.expect_gate_closed("")?;
    // By hand neither: it waits for the disk.
    node.run("timeout 20 systemctl start kubelet.service; ! systemctl is-active --quiet kubelet.service crio.service")?;
    node.expect_gate_closed("")?;
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    node.off().map(drop)
}

/// Two nodes find the same blank LUN at the same moment: at most one starts.
pub(super) fn two_nodes_one_blank_lun(bench: &Bench<'_>) -> Result<(), String> {
    let [_, other] = &super::super::bench::NODES;
    bench.target.allow(1, other.name)?;
    bench.target.bind(1, other.account.user, false)?;
    let files = bench.compile("files", "etcd-iscsi", &[(" target: san-1,", "")])?;
    bench.portal.set(Portal::Refusing);
    let mut nodes = [bench.node(0, &bench.lab.image.disk)?, bench.node(1, &bench.lab.image.disk)?];
    for node in &mut nodes {
        node.boot_with(&files)?;
    }
    for node in &mut nodes {
        node.wait(400, "the login waits", WAITS)?;
    }
    bench.portal.set(Portal::Open);
    let mut started = 0;
    for node in &mut nodes {
        node.wait_for_rest()?;
        if node.ask("systemctl is-active --quiet kubelet.service")?.status == 0 {
            started += 1;
        } else {
            node.expect_gate_closed("")?;
            node.expect_said("refused: ")?;
        }
    }
    if started > 1 {
        return Err("both nodes have started".into());
    }
    for node in &mut nodes {
        node.off()?;
    }
    Ok(())
}
