//! Disks and their partitions.

use super::checker::{Checker, is_empty};
use super::overlap::first_overlap;
use super::paths;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{Disk, Partition};
use crate::spec::values::PARTITION_LABEL_BYTES;
use std::collections::{BTreeMap, HashMap};

crate::problem! {
    /// A disk or an encrypted volume without a device.
    ///
    /// Bad: `disks: [{wipeTable: true}]`. Good: `disks: [{device: /dev/disk/by-id/…, wipeTable: true}]`.
    ///
    /// Source: `storage.disks` and `storage.luks` of the Ignition specification.
    pub(crate) MISSING_DEVICE = "FS0301", "missing-device", Error;

    /// Two partitions of a disk have one number.
    ///
    /// Only 0, the next free number, may come several times.
    ///
    /// Source: `storage.disks[].partitions[].number` of the Ignition specification.
    pub(crate) PARTITION_NUMBERS_COLLIDE = "FS0302", "partition-numbers-collide", Error;

    /// Two partitions of a disk lie on the same space.
    ///
    /// Told where both have a start and a size, so that this can be seen without the disk.
    ///
    /// Bad: `{startMiB: 1, sizeMiB: 100}` and `{startMiB: 100, sizeMiB: 10}`. Good: the second with `startMiB: 101`.
    ///
    /// Source: `storage.disks[].partitions` of the Ignition specification.
    pub(crate) PARTITIONS_OVERLAP = "FS0303", "partitions-overlap", Error;

    /// Two partitions of a disk have one label.
    ///
    /// `/dev/disk/by-partlabel/…` could be either of them.
    ///
    /// Source: `storage.disks[].partitions[].label` of the Ignition specification.
    pub(crate) PARTITION_LABELS_COLLIDE = "FS0304", "partition-labels-collide", Error;

    /// A partition that shall be removed, beside one with neither a number nor a size.
    ///
    /// The other takes the next free number and the space that is free, which depends on whether the first is gone.
    ///
    /// Bad: `[{number: 1, shouldExist: false}, {label: data}]`. Good: the same with `number: 2` for the second.
    ///
    /// Source: `storage.disks[].partitions[].number` of the Ignition specification.
    pub(crate) REMOVAL_BESIDE_UNNUMBERED = "FS0309", "removal-beside-unnumbered", Error;

    /// A partition with neither a number nor a label.
    ///
    /// Nothing says which partition is meant when the machine is installed again.
    ///
    /// Bad: `{sizeMiB: 100}`. Good: `{label: data, sizeMiB: 100}`.
    ///
    /// Source: `storage.disks[].partitions` of the Ignition specification.
    pub(crate) NAMELESS_PARTITION = "FS0305", "nameless-partition", Error;

    /// A partition that shall not exist, with settings that only one that exists can have.
    ///
    /// Bad: `{number: 1, shouldExist: false, label: data}`. Good: `{number: 1, shouldExist: false}`.
    ///
    /// Source: `storage.disks[].partitions[].shouldExist` of the Ignition specification.
    pub(crate) ABSENT_WITH_SETTINGS = "FS0306", "absent-with-settings", Error;

    /// A label that a partition table cannot hold as it is.
    ///
    /// There is room for 36 characters; the reference counts bytes. The tool that writes the table ends the label at
    /// a colon.
    ///
    /// Bad: `label: "data:1"`. Good: `label: data-1`.
    ///
    /// Source: `storage.disks[].partitions[].label` of the Ignition specification.
    pub(crate) BAD_PARTITION_LABEL = "FS0307", "bad-partition-label", Error;

    /// A GUID that is not written as one.
    ///
    /// Bad: `guid: "{8a7a84a0-…}"`. Good: `guid: 8A7A84A0-8387-40F6-AB9E-A8B9A5A60D23`.
    ///
    /// Source: `guid` and `typeGuid` in `storage.disks[].partitions` of the Ignition specification.
    pub(crate) BAD_GUID = "FS0308", "bad-guid", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[
    &MISSING_DEVICE,
    &PARTITION_NUMBERS_COLLIDE,
    &PARTITIONS_OVERLAP,
    &PARTITION_LABELS_COLLIDE,
    &NAMELESS_PARTITION,
    &ABSENT_WITH_SETTINGS,
    &BAD_PARTITION_LABEL,
    &REMOVAL_BESIDE_UNNUMBERED,
    &BAD_GUID,
];

pub(super) fn check(checker: &mut Checker<'_>, disk: &Disk) {
    let device = disk.origin.field(Disk::device);
    if disk.device.is_empty() {
        let help = "name the disk, best by a link below `/dev/disk/` that stays the same";
        checker.tell(&MISSING_DEVICE, &device, "the disk has no device", help);
    }
    // Without a device the reference looks no further than each partition by itself.
    if !disk.device.is_empty() || !checker.as_reference() {
        if !disk.device.is_empty() {
            paths::check(checker, &device, &disk.device, "the device");
        }
        check_numbers(checker, disk);
        check_overlap(checker, disk);
        check_removal(checker, disk);
        check_labels(checker, disk);
    }
    disk.partitions.iter().for_each(|partition| check_partition(checker, partition));
}

fn check_numbers(checker: &mut Checker<'_>, disk: &Disk) {
    let mut by_number: BTreeMap<i64, Vec<&Partition>> = BTreeMap::new();
    for partition in disk.partitions.iter().filter(|partition| partition.number != 0) {
        by_number.entry(partition.number).or_default().push(partition);
    }
    // The reference names one pair, by chance; here it is the one with the lowest number.
    let wanted = if checker.as_reference() { 1 } else { usize::MAX };
    for (number, same) in by_number.iter().filter(|(_, same)| same.len() > 1).take(wanted) {
        let blamed = if checker.as_reference() { &same[1..2] } else { &same[1..] };
        for partition in blamed {
            let first = checker.place(&same[0].origin.field(Partition::number));
            let diagnostic = PARTITION_NUMBERS_COLLIDE
                .at(checker.place(&partition.origin), format!("a second partition has the number {number}"))
                .label(first, "the first one")
                .help("give it another number, or 0 for the next free one and a label");
            checker.push(diagnostic);
        }
    }
}

fn check_overlap(checker: &mut Checker<'_>, disk: &Disk) {
    let Some((first, second)) = first_overlap(&disk.partitions) else { return };
    let first = checker.place(&disk.partitions[first].origin);
    let diagnostic = PARTITIONS_OVERLAP
        .at(checker.place(&disk.partitions[second].origin), "the partition lies on space that another one uses")
        .label(first, "the other one")
        .help("start it where the one before ends, or leave out `startMiB`");
    checker.push(diagnostic);
}

fn check_removal(checker: &mut Checker<'_>, disk: &Disk) {
    let removed = disk.partitions.iter().any(|partition| partition.should_exist == Some(false));
    let takes_the_rest = |partition: &Partition| partition.number == 0 && matches!(partition.size_mib, None | Some(0));
    // The reference has nothing to say about a disk with one partition.
    if removed && disk.partitions.len() > 1 && disk.partitions.iter().any(takes_the_rest) {
        let origin = disk.origin.field(Disk::partitions);
        let message = "a partition shall be removed, and another one has neither a number nor a size";
        checker.tell(&REMOVAL_BESIDE_UNNUMBERED, &origin, message, "give the other one a number");
    }
}

fn check_labels(checker: &mut Checker<'_>, disk: &Disk) {
    let mut seen: HashMap<&str, &Partition> = HashMap::new();
    for partition in &disk.partitions {
        let Some(label) = partition.label.as_deref() else { continue };
        let Some(first) = seen.get(label) else {
            seen.insert(label, partition);
            continue;
        };
        if label.is_empty() && !checker.as_reference() {
            continue;
        }
        let first = checker.place(&first.origin.field(Partition::label));
        let diagnostic = PARTITION_LABELS_COLLIDE
            .at(checker.place(&partition.origin), format!("a second partition has the label `{label}`"))
            .label(first, "the first one")
            .help("give it another label");
        checker.push(diagnostic);
        if checker.as_reference() {
            return;
        }
    }
}

fn check_partition(checker: &mut Checker<'_>, partition: &Partition) {
    let Partition { origin, guid, label, number, should_exist, size_mib, start_mib, type_guid, .. } = partition;
    let settings =
        label.is_some() || !is_empty(type_guid) || !is_empty(guid) || start_mib.is_some() || size_mib.is_some();
    if *should_exist == Some(false) && settings {
        let message = "the partition shall not exist, but has settings";
        let help = "leave only `number` and `shouldExist`, or remove `shouldExist: false`";
        checker.tell(&ABSENT_WITH_SETTINGS, origin, message, help);
    }
    // The reference takes an empty label for a label, and then finds the partition by its place in the table.
    if *number == 0 && label.as_deref().is_none_or(|label| label.is_empty() && !checker.as_reference()) {
        let message = "the partition has neither a number nor a label";
        checker.tell(&NAMELESS_PARTITION, origin, message, "give it a `label`, or a `number` from 1");
    }
    check_label(checker, partition);
    check_guid(checker, &origin.field(Partition::guid), guid);
    check_guid(checker, &origin.field(Partition::type_guid), type_guid);
}

fn check_label(checker: &mut Checker<'_>, partition: &Partition) {
    let Some(label) = partition.label.as_deref() else { return };
    let origin = partition.origin.field(Partition::label);
    if label.len() > PARTITION_LABEL_BYTES {
        let message = format!("the label has {} bytes, and there is room for {PARTITION_LABEL_BYTES}", label.len());
        checker.tell(&BAD_PARTITION_LABEL, &origin, message, "shorten it");
    } else if let Some((before, _)) = label.split_once(':') {
        let message = format!("the label has a colon, and would end there, as `{before}`");
        checker.tell(&BAD_PARTITION_LABEL, &origin, message, "use another character");
    }
}

fn check_guid(checker: &mut Checker<'_>, origin: &Origin, guid: &Option<String>) {
    let Some(guid) = guid.as_deref().filter(|guid| !guid.is_empty()) else { return };
    let groups: Vec<&str> = guid.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    let valid = groups.len() == lengths.len()
        && groups
            .iter()
            .zip(lengths)
            .all(|(group, length)| group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !valid {
        let help = "write five groups of 8, 4, 4, 4 and 12 hexadecimal digits, with dashes between";
        checker.tell(&BAD_GUID, origin, "this is not a GUID", help);
    }
}
