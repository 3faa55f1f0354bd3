//! Units that come to a running node and go again, and machines that are replaced.

use super::super::bench::{Bench, Node};
use super::super::expect::equal;
use super::super::overlay::Overlay;
use super::super::states::{moved, seeded};
use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// The operator's daemon writes the files while kubelet runs, enables the units, and reboots some time later. Nothing
/// stops between, and nothing is moved under a running etcd.
pub(super) fn applied_while_running(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    node.more.push((files.archive()?, "files".into()));
    node.boot()?;
    node.wait_for_rest()?;
    node.wait_for_etcd()?;
    let process = node.run("pgrep -x etcd")?;
    node.run("tar -C / -xf /dev/vdb && systemctl enable var-lib-etcd.mount iscsid.service && systemctl daemon-reload")?;
    sleep(Duration::from_secs(30));
    let stays = "systemctl is-active kubelet.service crio.service && ! systemctl is-active --quiet var-lib-etcd.mount";
    node.run(stays)?;
    // crio is told to read its configuration again whenever that changes.
    node.run("systemctl daemon-reload && systemctl daemon-reexec")?;
    sleep(Duration::from_secs(10));
    node.run(stays)?;
    // kubelet crashes and is started again, which now asks for the volume: not under a running etcd.
    node.run("systemctl kill --signal=KILL kubelet.service")?;
    node.wait(300, "the move is refused under a running crio", "journalctl -b --no-pager -u 'firesteel-*' | grep -q 'so the data of /var/lib/etcd may change; nothing was moved'")?;
    equal("the process of etcd", &node.run("pgrep -x etcd")?, &process)?;
    node.expect_keys("before", &before.keys)?;
    node.run("/usr/local/lib/lab/put between")?;
    let between = node.run("/usr/local/lib/lab/keys between")?;
    let time = node.off()?;
    if time > Duration::from_secs(150) {
        return Err(format!("switching off took {} s", time.as_secs()));
    }
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    node.expect_keys("between", &between)?;
    node.off().map(drop)
}

/// Takes the files away as the operator's daemon does: units disabled, files removed, while all runs.
fn take_away(node: &mut Node<'_>, files: &Overlay) -> Result<(), String> {
    let names = files.names()?;
    let list = names.iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join("\n");
    node.run(&format!("systemctl disable var-lib-etcd.mount iscsid.service\nwhile IFS= read -r name; do rm -f -- \"$name\"; done <<'END'\n{list}\nEND\nsystemctl daemon-reload"))?;
    node.off().map(drop)
}

/// The units are removed, somebody un-parks the old data and etcd goes on there; when they are applied again, both
/// sides hold different data, and neither is started.
pub(super) fn rolled_back_and_applied_again(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.moved_node(&before)?;
    node.boot()?;
    node.wait_for_rest()?;
    node.run("systemctl stop kubelet.service && systemctl stop etcd.scope")?;
    let volume = node.run(&format!("cd /var/lib/etcd && {CONTENTS}"))?;
    take_away(&mut node, &files)?;
    node.boot()?;
    node.wait_for_rest()?;
    // etcd does not start on nothing.
    sleep(Duration::from_secs(10));
    node.run("! pgrep -x etcd && ! findmnt --mountpoint /var/lib/etcd")?;
    equal("the root disk's /var/lib/etcd", &node.root_data()?, "")?;
    node.run("mv -T /var/lib/etcd.parked-*/member /var/lib/etcd/member")?;
    node.wait_for_etcd()?;
    node.run("/usr/local/lib/lab/put elsewhere")?;
    node.run("systemctl stop kubelet.service && systemctl stop etcd.scope")?;
    let data = node.root_data()?;
    node.off()?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_refused("both the root disk and the volume hold member, and they differ", &data)?;
    // Looking at it mounts it, which writes to the log of XFS; its files are as they were.
    let found =
        node.run(&format!("mount -o ro /dev/firesteel/etcd /mnt && cd /mnt && {CONTENTS}; cd /; umount /mnt"))?;
    equal("the volume", &found, &volume)?;
    node.off().map(drop)
}

const CONTENTS: &str = "find . -type f -exec sha256sum '{}' + | sort";

/// The units are removed, and the data is brought back from the volume by the commands of the emitted runbook.
pub(super) fn way_back(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let runbook = fs::read_to_string(bench.folder.join("files/out/RUNBOOK.md")).map_err(|error| error.to_string())?;
    let mut node = bench.moved_node(&before)?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    let after = node.run("/usr/local/lib/lab/keys after")?;
    take_away(&mut node, &files)?;
    node.boot()?;
    node.wait_for_rest()?;
    // crictl is the only command of the page that the guest does not have.
    node.run("systemctl stop kubelet; ! systemctl is-active --quiet etcd.scope; systemctl stop crio; ! pgrep -a etcd")?;
    let mount = block(&runbook, "# master-0\n")?;
    let copy = block(&runbook, "du -sh /run/volume/member")?;
    let said = node.run(&format!("set -e\n{mount}"))?;
    if !said.contains("successful") {
        return Err(format!("the session is not there:\n{said}"));
    }
    let said = node.run(&format!("set -e\n{}", copy.replace("systemctl reboot\n", "")))?;
    if !said.lines().any(|line| line == "equal") {
        return Err(format!("the copy is not equal:\n{said}"));
    }
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.wait_for_etcd()?;
    node.run("! findmnt --mountpoint /var/lib/etcd && systemctl is-active kubelet.service crio.service")?;
    node.expect_keys("before", &before.seeded.keys)?;
    node.expect_keys("after", &after)?;
    node.off().map(drop)
}

/// The code of a page that begins so.
fn block<'a>(page: &'a str, begin: &str) -> Result<&'a str, String> {
    let fence = format!("```sh\n{begin}");
    let from = page.find(&fence).ok_or_else(|| format!("the runbook has no code that begins with `{begin}`"))?;
    page[from + "```sh\n".len()..].split("```").next().ok_or_else(|| "a block without an end".to_owned())
}

/// A new root disk at the old volume: taken over with its data.
pub(super) fn replaced_node_old_volume(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    bench.fill(0, &before.lun)?;
    let mut node = bench.node(0, &bench.lab.image.disk)?;
    node.boot_with(&bench.compile("files", "etcd-iscsi", &[])?)?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    node.run("/usr/local/lib/lab/keys after")?;
    node.expect_said("taking it over")?;
    node.off().map(drop)
}

/// A new root disk at a blank volume: formatted, starts empty.
pub(super) fn replaced_node_blank_volume(bench: &Bench<'_>) -> Result<(), String> {
    let mut node = bench.node(0, &bench.lab.image.disk)?;
    node.boot_with(&bench.compile("files", "etcd-iscsi", &[])?)?;
    node.wait_for_rest()?;
    node.expect_said("starting empty")?;
    node.expect_started_empty()?;
    node.off().map(drop)
}
