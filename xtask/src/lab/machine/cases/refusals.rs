//! What must not start: the disk, the credentials or the node are not what the spec says.

use super::super::bench::Bench;
use super::super::expect::equal;
use super::super::states::{moved, seeded};
use crate::lab::process;

/// Boots a node that has data on its root disk; it must refuse, and leave the LUN as it is.
pub(super) fn refuses(bench: &Bench<'_>, why: &str, changes: &[(&str, &str)]) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let hash = bench.hash(0)?;
    let files = bench.compile("files", "etcd-iscsi", changes)?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_refused(why, &before.data)?;
    node.off()?;
    equal("the LUN", &bench.hash(0)?, &hash)
}

/// ext4 on the LUN.
pub(super) fn foreign_filesystem(bench: &Bench<'_>) -> Result<(), String> {
    process::run(60, "mkfs.ext4", &["-q", "-F", &bench.lun(0).display().to_string()])?;
    refuses(bench, "is not blank: type=ext4", &[])
}

/// Bytes that nobody knows, at the place of a sample.
pub(super) fn unknown_bytes(bench: &Bench<'_>) -> Result<(), String> {
    bench.put(0, 512 << 20, b"somebody's data")?;
    refuses(bench, "has no known signature, but is not all zero", &[])
}

/// The secret is not the target's.
pub(super) fn wrong_secret(bench: &Bench<'_>) -> Result<(), String> {
    refuses(bench, "refuses the login (iscsiadm 24)", &[("$e%f=g", "$e%f=h")])
}

/// The host's name is in no line of the map: no login is tried.
pub(super) fn unknown_host_name(bench: &Bench<'_>) -> Result<(), String> {
    refuses(bench, "no node of the map matches host name 'master-0'", &[("name: master-0", "name: master-7")])
}

/// The LUN that this node reaches holds the volume of another.
pub(super) fn another_nodes_disk(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    bench.fill(1, &before.lun)?;
    let hash = bench.hash(1)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.node(1, &bench.lab.image.disk)?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_refused("it holds another node's volume", "")?;
    node.off()?;
    equal("the LUN", &bench.hash(1)?, &hash)
}

/// A node that has had data, at a LUN that was replaced: formatted, but it must not start empty.
pub(super) fn old_root_disk_blank_volume(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&bench.compile("files", "etcd-iscsi", &[])?)?;
    node.wait_for_rest()?;
    node.expect_refused("but neither the root disk nor the volume holds member", "")?;
    // The way out that the line names.
    node.run("touch /var/lib/firesteel/etcd.start-as-is && rm /etc/kubernetes/lab-etcd-has-joined")?;
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_started_empty()?;
    node.off().map(drop)
}
