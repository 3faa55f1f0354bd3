//! Filesystems, each by itself and against the disks.

use super::checker::{Checker, is_empty};
use super::paths;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{Disk, Filesystem, Storage};
use crate::spec::values::{FILESYSTEM_FORMATS, FilesystemFormat, VIRTIOFS, VIRTIOFS_TAG_BYTES};
use std::collections::HashMap;

crate::problem! {
    /// A kind of filesystem that this version of the specification does not know.
    ///
    /// There are `ext4`, `btrfs`, `xfs`, `vfat` and `swap`; `none` from 3.3.0.
    ///
    /// Bad: `format: ext3`. Good: `format: ext4`.
    ///
    /// Source: `storage.filesystems[].format` of the Ignition specification.
    pub(crate) BAD_FORMAT = "FS0351", "bad-format", Error;

    /// A filesystem with settings, but without its kind.
    ///
    /// Bad: `{device: …, path: /var}`. Good: `{device: …, path: /var, format: xfs}`.
    ///
    /// Source: `storage.filesystems[].format` of the Ignition specification.
    pub(crate) MISSING_FORMAT = "FS0352", "missing-format", Error;

    /// A label that is longer than that kind of filesystem can hold.
    ///
    /// ext4 has room for 16 bytes, xfs for 12, btrfs for 256, swap for 15, vfat for 11.
    ///
    /// Source: `storage.filesystems[].label` of the Ignition specification.
    pub(crate) LABEL_TOO_LONG = "FS0353", "label-too-long", Error;

    /// A setting that a filesystem of the host cannot have.
    ///
    /// A virtiofs is mounted, never made: its device is the tag that the hypervisor gives it, and it has no label,
    /// UUID, options of its making, nor can it be wiped.
    ///
    /// Source: `storage.filesystems[]` of the Ignition specification, from 3.7.0.
    pub(crate) NOT_FOR_VIRTIOFS = "FS0354", "not-for-virtiofs", Error;

    /// A filesystem on a whole disk that is also partitioned here.
    ///
    /// Making it destroys the partition table that was written a moment before.
    ///
    /// Bad: `device: /dev/vdb` for both. Good: the filesystem on `/dev/disk/by-partlabel/…`.
    ///
    /// Source: the order in which Ignition works: disks, then filesystems.
    pub(crate) FILESYSTEM_OVER_PARTITIONS = "FS0355", "filesystem-over-partitions", Warning;

    /// A filesystem that shall be kept, on a disk whose table is wiped.
    ///
    /// Wiping the table also destroys the beginning of the filesystem, so it is made anew whatever `wipeFilesystem`
    /// says.
    ///
    /// Good: `wipeFilesystem: true`, or no `wipeTable`.
    ///
    /// Source: the order in which Ignition works: disks, then filesystems.
    pub(crate) FILESYSTEM_WIPED_WITH_TABLE = "FS0356", "filesystem-wiped-with-table", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[
    &BAD_FORMAT,
    &MISSING_FORMAT,
    &LABEL_TOO_LONG,
    &NOT_FOR_VIRTIOFS,
    &FILESYSTEM_OVER_PARTITIONS,
    &FILESYSTEM_WIPED_WITH_TABLE,
];

/// What can only be seen with the disks at hand.
pub(super) fn check_against_disks(checker: &mut Checker<'_>, storage: &Storage) {
    let disks: HashMap<&str, &Disk> = storage.disks.iter().map(|disk| (disk.device.as_str(), disk)).collect();
    for filesystem in &storage.filesystems {
        let Some(disk) = disks.get(filesystem.device.as_str()) else { continue };
        let origin = filesystem.origin.field(Filesystem::device);
        if !disk.partitions.is_empty() {
            let message = "the filesystem is made on a disk that is partitioned here";
            let help = "name a partition as the device, best by `/dev/disk/by-partlabel/`";
            checker.tell(&FILESYSTEM_OVER_PARTITIONS, &origin, message, help);
        } else if disk.wipe_table == Some(true) && filesystem.wipe_filesystem != Some(true) {
            let message = "the disk's table is wiped, and the filesystem with it, though it shall be kept";
            let help = "say `wipeFilesystem: true`, or remove `wipeTable` from the disk to keep the filesystem";
            checker.tell(&FILESYSTEM_WIPED_WITH_TABLE, &origin, message, help);
        }
    }
}

pub(super) fn check(checker: &mut Checker<'_>, filesystem: &Filesystem) {
    let format = filesystem.format.as_deref().unwrap_or_default();
    let known = FilesystemFormat::find(format, &checker.gates);
    if !is_empty(&filesystem.path) {
        let path = filesystem.path.as_deref().unwrap_or_default();
        paths::check(checker, &filesystem.origin.field(Filesystem::path), path, "the path");
    }
    if known.is_some_and(|known| known.word == VIRTIOFS) {
        return check_virtiofs(checker, filesystem);
    }
    paths::check(checker, &filesystem.origin.field(Filesystem::device), &filesystem.device, "the device");
    check_format(checker, filesystem, format, known);
    check_label(checker, filesystem, format, known);
}

fn check_format(
    checker: &mut Checker<'_>,
    filesystem: &Filesystem,
    format: &str,
    known: Option<&'static FilesystemFormat>,
) {
    let origin = filesystem.origin.field(Filesystem::format);
    let words = || {
        let known = FILESYSTEM_FORMATS.iter().filter(|format| checker.gates.allow(format.gate));
        format!("one of: {}", known.map(|format| format.word).collect::<Vec<_>>().join(", "))
    };
    if !format.is_empty() {
        if known.is_none() {
            let (message, help) = (format!("`{format}` is not a filesystem that this version knows"), words());
            checker.tell(&BAD_FORMAT, &origin, message, help);
        }
        return;
    }
    let Filesystem { label, mount_options, options, path, uuid, wipe_filesystem, .. } = filesystem;
    let settings = !is_empty(path)
        || !is_empty(label)
        || !is_empty(uuid)
        || *wipe_filesystem == Some(true)
        || !mount_options.is_empty()
        || !options.is_empty();
    if settings {
        let help = format!("add `format`, {}", words());
        checker.tell(&MISSING_FORMAT, &origin, "the filesystem has settings, but no format", help);
    }
}

fn check_label(
    checker: &mut Checker<'_>,
    filesystem: &Filesystem,
    format: &str,
    known: Option<&'static FilesystemFormat>,
) {
    let Some(label) = filesystem.label.as_deref().filter(|label| !label.is_empty()) else { return };
    let origin = filesystem.origin.field(Filesystem::label);
    if format.is_empty() && checker.as_reference() {
        checker.tell(&MISSING_FORMAT, &origin, "the filesystem has a label, but no format", "add `format`");
    }
    if let Some(room) = known.and_then(|known| known.label_bytes).filter(|&room| label.len() > room) {
        let message = format!("the label has {} bytes, and {format} has room for {room}", label.len());
        checker.tell(&LABEL_TOO_LONG, &origin, message, "shorten it");
    }
}

fn check_virtiofs(checker: &mut Checker<'_>, filesystem: &Filesystem) {
    let Filesystem { origin, device, label, options, uuid, wipe_filesystem, .. } = filesystem;
    let tag = origin.field(Filesystem::device);
    if device.is_empty() {
        let help = "give the tag that the hypervisor has for it";
        checker.tell(&NOT_FOR_VIRTIOFS, &tag, "the virtiofs has no device", help);
    } else if device.len() > VIRTIOFS_TAG_BYTES {
        let message = format!("the tag has {} bytes, and there is room for {VIRTIOFS_TAG_BYTES}", device.len());
        checker.tell(&NOT_FOR_VIRTIOFS, &tag, message, "use the tag that the hypervisor has for it");
    }
    let mut refuse = |present: bool, origin: Origin, what: &str| {
        if present {
            let message = format!("a virtiofs is not made on the machine, so it cannot have {what}");
            checker.tell(&NOT_FOR_VIRTIOFS, &origin, message, "remove it");
        }
    };
    refuse(!is_empty(label), origin.field(Filesystem::label), "a label");
    refuse(!is_empty(uuid), origin.field(Filesystem::uuid), "a UUID");
    refuse(*wipe_filesystem == Some(true), origin.field(Filesystem::wipe_filesystem), "`wipeFilesystem`");
    refuse(!options.is_empty(), origin.field(Filesystem::options), "`options`");
}
