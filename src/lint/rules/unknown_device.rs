//! Filesystems on devices that nothing makes.

use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{Filesystem, Luks, Storage};
use crate::spec::images::PARTITION_LABELS;

crate::problem! {
    /// A filesystem on a partition, array or volume that the config does not make.
    ///
    /// Ignition waits for the device, gives up, and the machine does not boot, unless the disk has it already.
    ///
    /// Bad: a partition `label: data` and `device: /dev/disk/by-partlabel/dta`. Good: the same name at both.
    ///
    /// Source: `storage.filesystems[].device` of the Ignition specification.
    pub(crate) UNKNOWN_DEVICE = "FS2304", "unknown-device", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_DEVICE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    // A config that makes no partitions uses those that are there.
    let merges = &lint.subject.config.ignition.config;
    if storage.disks.iter().all(|disk| disk.partitions.is_empty()) && storage.raid.is_empty() && storage.luks.is_empty()
        || !merges.merge.is_empty()
    {
        return;
    }
    let filesystems = storage.filesystems.iter().map(|one| (one.device.as_str(), one.origin.field(Filesystem::device)));
    let luks = storage.luks.iter();
    let luks = luks.filter_map(|one| Some((one.device.as_deref()?, one.origin.field(Luks::device))));
    for (device, origin) in filesystems.chain(luks) {
        let Some((kind, name, known)) = made_by(device, storage) else { continue };
        if known.contains(&name) || kind == "partition" && PARTITION_LABELS.contains(&name) {
            continue;
        }
        let finding = findings.at(&UNKNOWN_DEVICE, &origin, format!("nothing here makes the {kind} `{name}`"));
        let finding =
            finding.note("Ignition waits for it; if the disk does not have it already, the machine does not boot");
        findings.push(match nearest(name, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{}`?", device.replace(name, near))),
            None if known.is_empty() => finding.help(format!("add the {kind}")),
            None => finding.help(format!("here are made: {}", known.join(", "))),
        });
    }
}

/// What makes such a device: the kind, the name in it, and the names that are made here.
fn made_by<'a>(device: &'a str, storage: &'a Storage) -> Option<(&'static str, &'a str, Vec<&'a str>)> {
    let partitions = || storage.disks.iter().flat_map(|disk| &disk.partitions);
    if let Some(label) = device.strip_prefix("/dev/disk/by-partlabel/") {
        let there = partitions().filter(|one| one.should_exist != Some(false));
        return Some(("partition", label, there.filter_map(|one| one.label.as_deref()).collect()));
    }
    if let Some(name) = device.strip_prefix("/dev/md/") {
        return Some(("array", name, storage.raid.iter().map(|one| one.name.as_str()).collect()));
    }
    let name = device.strip_prefix("/dev/mapper/")?;
    // Volumes of LVM and multipath are there as well.
    let known: Vec<&str> = storage.luks.iter().map(|one| one.name.as_str()).collect();
    (!known.is_empty()).then_some(("encrypted volume", name, known))
}
