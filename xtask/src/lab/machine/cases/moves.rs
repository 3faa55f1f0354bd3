//! What is right: the data moves to a blank volume, and is there on each boot after.

use super::super::bench::Bench;
use super::super::expect::equal;
use super::super::states::{self, moved, seeded};

/// The first boot with the units: formatted, moved, parked, mounted, started; then switched off in order.
pub(in super::super) fn first_boot(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let files = bench.compile("files", "etcd-iscsi", &[])?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    // What was moved lies beside, whole.
    let parked = node.run("basename /var/lib/etcd.parked-*")?;
    let found = node.run(&format!("/usr/local/lib/lab/root-disk /var/lib/{parked}"))?;
    equal("what is parked", &found, &before.data)?;
    node.expect_logins()?;
    // Something that is on the volume alone.
    node.run("/usr/local/lib/lab/put after")?;
    node.off()?;
    states::keep_moved(bench.lab, &node.disk, &bench.lun(0))
}

/// The boot after: ours, taken over; the keys from before and after the move are there; the last end was in order.
pub(super) fn second_boot(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.moved_node(&before)?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_clean_end_of_last_boot()?;
    node.expect_running("before", &before.seeded.keys)?;
    node.run("/usr/local/lib/lab/keys after")?;
    node.expect_said("is this node's")?;
    node.expect_said("taking it over")?;
    node.off().map(drop)
}
