//! Labels and sizes of the partitions that the system itself uses.

use super::Checker;
use crate::diagnostic::{Problem, Report, SourceId};
use crate::model::butane::Config;
use crate::model::ignition::{Disk, Partition};
use crate::model::{Findings, Naming, Origin};
use crate::spec::{Target, behavior};

crate::problem! {
    /// A labelled partition that has no number, on a disk that may hold partitions already.
    ///
    /// Ignition finds existing partitions by number alone. Without one it makes another partition of the same label on
    /// a machine that is installed again.
    ///
    /// Bad: `{label: data}`. Good: `{label: data, number: 5}`, or `wipe_table: true` on the disk.
    ///
    /// Source: the Butane configuration specification, fcos from 1.6.0.
    pub(crate) REUSE_BY_LABEL = "FS0606", "reuse-by-label", Warning;

    /// A root partition that cannot grow.
    ///
    /// It shall fill the disk, but the next partition is put right behind it.
    ///
    /// Good: give the next partition a `start_mib`, or the root partition a `size_mib`.
    ///
    /// Source: the Butane configuration specification, fcos from 1.3.0.
    pub(crate) ROOT_CANNOT_GROW = "FS0607", "root-cannot-grow", Warning;

    /// A root partition with less than 8 GiB.
    ///
    /// Updates keep two systems beside each other and need the space.
    ///
    /// Source: the Butane configuration specification, fcos from 1.3.0.
    pub(crate) ROOT_TOO_SMALL = "FS0608", "root-too-small", Warning;

    /// A reserved label under a number that is not the reserved one.
    ///
    /// The partition of the image stays, and a second one of the same label is made.
    ///
    /// Bad: `{label: root, number: 3}`. Good: `{label: root, number: 4}`.
    ///
    /// Source: the Butane configuration specification.
    pub(crate) RESERVED_LABEL = "FS0609", "reserved-label", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[&REUSE_BY_LABEL, &ROOT_CANNOT_GROW, &ROOT_TOO_SMALL, &RESERVED_LABEL];

/// The link to the disk that the machine was booted from; its partitions are known.
const BOOT_DISK: &str = "/dev/disk/by-id/coreos-boot-disk";
/// What the root partition should have, in MiB.
const ROOT_MIB: i64 = 8192;
const ROOT: &str = "root";
/// The partitions of the image.
const RESERVED: &[(&str, i64)] =
    &[("BIOS-BOOT", 1), ("PowerPC-PReP-boot", 1), ("EFI-SYSTEM", 2), ("boot", 3), (ROOT, 4)];

pub(super) fn check_reuse(checker: &mut Checker<'_>, config: &Config) {
    if !checker.target.does(behavior::PARTITION_REUSE_WARNED) {
        return;
    }
    let mirrored = &config.boot_device.mirror.devices;
    for disk in &config.storage.disks {
        if disk.device == BOOT_DISK || disk.wipe_table == Some(true) || mirrored.contains(&disk.device) {
            continue;
        }
        for partition in &disk.partitions {
            if partition.number == 0 && !label(partition).is_empty() {
                let origin = partition.origin.field(Partition::number);
                let message = "an existing partition cannot be found by its label";
                checker.tell(&REUSE_BY_LABEL, &origin, message, "give the number too, or set `wipe_table`");
            }
        }
    }
}

/// Checks the disks as they are after the boot device was merged in. The places are those of the generated config, but
/// for the name of the size, which is that of the language.
pub fn check_merged_disks(disks: &[Disk], target: &Target, source: SourceId, report: &mut Report) {
    let mut findings = Findings::new(source, report);
    let storage = Origin::root(Naming::Camel).join("storage").join("disks");
    for (index, disk) in disks.iter().enumerate() {
        let partitions = storage.join(index).join("partitions");
        for (index, partition) in disk.partitions.iter().enumerate() {
            let at = partitions.join(index);
            if label(partition) == ROOT && target.does(behavior::ROOT_SIZE_WARNED) {
                check_root(&mut findings, disk, index, &at);
            }
            let reserved = RESERVED.iter().find(|(name, _)| *name == label(partition));
            if let Some((name, number)) = reserved.filter(|_| target.does(behavior::RESERVED_LABELS_WARNED))
                && partition.number != *number
                && disk.wipe_table != Some(true)
            {
                let message = format!("the label `{name}` belongs to partition {number}");
                let help = format!("set `number: {number}`, choose another label, or set `wipe_table`");
                findings.tell(&RESERVED_LABEL, &at.field(Partition::label), message, help);
            }
        }
    }
}

fn check_root(findings: &mut Findings<'_>, disk: &Disk, index: usize, at: &Origin) {
    match disk.partitions[index].size_mib {
        None | Some(0) => {
            let mut others = disk.partitions.iter().enumerate().filter(|(other, _)| *other != index);
            if others.any(|(_, other)| matches!(other.start_mib, None | Some(0))) {
                let message = "the root partition cannot grow: another partition may be put right behind it";
                findings.tell(&ROOT_CANNOT_GROW, &at.field(Partition::label), message, "give the others a `start_mib`");
            }
        }
        Some(size) if size < ROOT_MIB => {
            let message = "the root partition is smaller than 8 GiB";
            findings.tell(&ROOT_TOO_SMALL, &at.join("size_mib"), message, "set `size_mib: 8192` or more");
        }
        Some(_) => {}
    }
}

fn label(partition: &Partition) -> &str {
    partition.label.as_deref().unwrap_or_default()
}
