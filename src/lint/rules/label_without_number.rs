//! Partitions that are found again by nothing.

use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::Disk;

crate::problem! {
    /// A partition with a label and no number, on a disk whose table is not wiped.
    ///
    /// Ignition finds partitions that are there by their number alone. On a blank disk this works; when the machine is
    /// installed again, a second partition of the same label is made in whatever gap is left, making its filesystem fails,
    /// and the machine does not boot.
    ///
    /// Bad: `{label: data}`. Good: `{label: data, number: 1, startMiB: 0, sizeMiB: 0}`, which keeps what is there, or
    /// `wipeTable: true` at the disk, which destroys it.
    ///
    /// Source: seen with the engine of Ignition on a used disk; the Ignition operator notes on reusing partitions.
    pub(crate) LABEL_WITHOUT_NUMBER = "FS2301", "label-without-number", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&LABEL_WITHOUT_NUMBER], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for disk in &lint.subject.config.storage.disks {
        if disk.wipe_table == Some(true) || is_boot_disk(disk) {
            continue;
        }
        for partition in &disk.partitions {
            let Some(label) = partition.label.as_deref().filter(|_| partition.number == 0) else { continue };
            if partition.should_exist == Some(false) || label.is_empty() {
                continue;
            }
            let message = format!("the partition `{label}` is found again by nothing on a disk that is not blank");
            let finding = findings.at(&LABEL_WITHOUT_NUMBER, &partition.origin, message);
            let (number, wipe) = match lint.subject.form {
                Form::Butane(_) => ("`number: 1`", "`wipe_table: true`"),
                _ => ("`number: 1`", "`wipeTable: true`"),
            };
            findings.push(
                finding
                    .note("a second installation makes another partition of that name, and fails on its filesystem")
                    .help(format!("to keep what is there, give it its number, such as {number}"))
                    .help(format!("to start anew each time, write {wipe} at the disk")),
            );
        }
    }
}

/// Whether it is the disk of the system, whose table the installer writes anew each time.
fn is_boot_disk(disk: &Disk) -> bool {
    // Who leaves room in front leaves it for the system.
    let leaves_room = disk.partitions.iter().any(|one| one.start_mib.is_some_and(|start| start > 1024));
    leaves_room
        || disk.device == "/dev/disk/by-id/coreos-boot-disk"
        || disk
            .partitions
            .iter()
            .any(|one| matches!(one.label.as_deref(), Some("root" | "ROOT" | "boot" | "EFI-SYSTEM")))
}
