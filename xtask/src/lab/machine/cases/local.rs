//! Local disks: on running nodes, and made by Ignition's disks stage on the first boot of a new pool.

use super::super::bench::{Bench, Node};
use super::super::expect::equal;
use super::super::overlay::Overlay;
use super::super::states::seeded;
use crate::lab::files::blank;
use crate::lab::process;
use std::path::PathBuf;

/// A second local disk, stage `running`: formatted, moved, mounted, and the same again on the next boot.
pub(super) fn local_disk(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile_local("files", "etcd-local-disk", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    node.volume = "/dev/vdb";
    node.more.push((disk(bench)?, "etcd".into()));
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_said("taking it over")?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}

/// The disk is not there: the gate stays closed, people can log in.
pub(super) fn local_disk_missing(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile_local("files", "etcd-local-disk", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_sound_boot()?;
    node.expect_gate_closed(&before.data)?;
    node.off().map(drop)
}

/// A new pool's disk that has old partitions: all go, one of ours is there, and the next boot mounts it.
pub(super) fn new_pool_old_partitions(bench: &Bench<'_>) -> Result<(), String> {
    let disk = disk(bench)?;
    let arguments = ["-n", "1:0:+300M", "-c", "1:etcd", "-n", "2:0:0", "-c", "2:old"];
    process::run(60, "sgdisk", &[&arguments[..], &[&disk.display().to_string()]].concat())?;
    let files = bench.compile_local("files", "etcd-new-pool", &[])?;
    let mut node = first_boot(bench, &disk, &[&files])?;
    ignite(&mut node, "vdc")?;
    equal("the partitions", &node.run(PARTITIONS)?, "etcd xfs etcd")?;
    node.off()?;
    starts(node, &files)
}

/// A new pool's disk that an earlier installation has made: without `wipe` it is kept as it is.
pub(super) fn new_pool_own_partition(bench: &Bench<'_>) -> Result<(), String> {
    let disk = disk(bench)?;
    let wiping = bench.compile_local("earlier", "etcd-new-pool", &[])?;
    let keeping = bench.compile_local("files", "etcd-new-pool", &[("wipe: true", "wipe: false")])?;
    let mut node = first_boot(bench, &disk, &[&wiping, &keeping])?;
    ignite(&mut node, "vdc")?;
    node.run("mount /dev/vdb1 /mnt && echo mine >/mnt/kept && umount /mnt")?;
    let uuid = node.run("blkid -p -s UUID -o value /dev/vdb1")?;
    ignite(&mut node, "vdd")?;
    equal("the partitions", &node.run(PARTITIONS)?, "etcd xfs etcd")?;
    equal("the filesystem's UUID", &node.run("blkid -p -s UUID -o value /dev/vdb1")?, &uuid)?;
    node.run("mount /dev/vdb1 /mnt && grep mine /mnt/kept && rm /mnt/kept && umount /mnt")?;
    node.off()?;
    starts(node, &keeping)
}

const PARTITIONS: &str = "udevadm settle; lsblk -n -r -o PARTLABEL,FSTYPE,LABEL /dev/vdb | sed '/^ *$/d'";

fn disk(bench: &Bench<'_>) -> Result<PathBuf, String> {
    let path = bench.folder.join("local-disk");
    blank(&path, 1 << 30)?;
    Ok(path)
}

/// A new machine before anything of the cluster runs, with configs on further disks.
fn first_boot<'a>(bench: &'a Bench<'_>, disk: &std::path::Path, configs: &[&Overlay]) -> Result<Node<'a>, String> {
    let mut node = bench.node(0, &bench.lab.image.disk)?;
    node.volume = "/dev/vdb1";
    node.more.push((disk.to_owned(), "etcd".into()));
    for files in configs {
        node.more.push((files.config_disk()?, "config".into()));
    }
    node.arguments = "systemd.mask=kubelet.service".into();
    node.boot()?;
    node.wait_for_rest()?;
    Ok(node)
}

/// Runs the engine's first stages, the disks for real.
fn ignite(node: &mut Node<'_>, config: &str) -> Result<(), String> {
    let script = "set -e; rm -rf /run/ignite; mkdir -p /run/ignite/system; tar -C /run/ignite -xf /dev/DISK; \
        export IGNITION_CONFIG_FILE=/run/ignite/config.json IGNITION_SYSTEM_CONFIG_DIR=/run/ignite/system; \
        for stage in fetch disks; do /usr/lib/dracut/modules.d/30ignition/ignition -platform file -log-to-stdout \
        -root / -config-cache /run/ignite/cache -state-file /run/ignite/state -neednet /run/ignite/net -stage $stage; done";
    node.run(&script.replace("DISK", config)).map(drop)
}

/// The boot of the installed system, on which etcd starts empty.
fn starts(mut node: Node<'_>, files: &Overlay) -> Result<(), String> {
    node.arguments.clear();
    node.boot_with(files)?;
    node.wait_for_rest()?;
    node.expect_started_empty()?;
    node.off().map(drop)
}
