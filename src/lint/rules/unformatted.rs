//! Partitions that are mounted and that nothing formats.

use crate::lint::{Findings, Lint, Rule, Status};

crate::problem! {
    /// A partition that the config makes and mounts, and puts no filesystem on.
    ///
    /// The mount fails at every boot, since there is nothing on the partition.
    ///
    /// Bad: a partition `data` and a unit with `What=/dev/disk/by-partlabel/data`. Good: an entry under `filesystems`
    /// for that device as well.
    ///
    /// Source: `storage.filesystems` of the Ignition specification; mount(8).
    pub(crate) UNFORMATTED = "FS2306", "mounted-but-not-formatted", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNFORMATTED], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    // Programs that make filesystems are called with whatever name they like.
    let makes = lint.units.iter().any(|unit| unit.name.contains("mkfs") || unit.body.text.contains("mkfs"));
    if makes || lint.files().any(|(_, text)| text.text.contains("mkfs")) {
        return;
    }
    for partition in storage.disks.iter().flat_map(|disk| &disk.partitions) {
        let Some(label) = partition.label.as_deref().filter(|label| !label.is_empty()) else { continue };
        let device = format!("/dev/disk/by-partlabel/{label}");
        let is_used = storage.filesystems.iter().any(|one| one.device == device)
            || storage.luks.iter().any(|one| one.device.as_deref() == Some(&device))
            || storage.raid.iter().any(|one| one.devices.contains(&device));
        // One that is kept may have its filesystem already.
        if is_used || partition.number != 0 || partition.should_exist == Some(false) {
            continue;
        }
        let mounted = lint.units.iter().find_map(|unit| {
            let what = unit.text.options("Mount").find(|option| option.name == "What")?;
            (what.value.trim() == device).then_some((unit, what.value_at.clone()))
        });
        let Some((unit, range)) = mounted else { continue };
        let message = format!("nothing makes a filesystem on the partition `{label}`, which `{}` mounts", unit.name);
        let finding = findings.at(&UNFORMATTED, &partition.origin, message);
        let label = findings.inner_place(unit.body, range);
        findings.push(
            finding.label(label, "mounted here").help(format!("add an entry for `{device}` under `filesystems`")),
        );
    }
}
