//! Disks by the names that the kernel happens to give them.

use crate::diagnostic::Severity;
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::model::Origin;
use crate::model::ignition::{Disk, Filesystem, Luks, Raid};
use std::collections::HashSet;

crate::problem! {
    /// A disk by a name such as `/dev/sdb`, which can be another disk after the next boot.
    ///
    /// The kernel counts disks in the order in which they answer. Where the config wipes the disk, that can be the wrong one.
    /// On a machine with one disk of its kind the name is right.
    ///
    /// Bad: `device: /dev/sdb` with `wipeTable: true`. Good: a link below `/dev/disk/by-id` or `/dev/disk/by-path`.
    ///
    /// Source: udev(7), the persistent names of disks.
    pub(crate) KERNEL_DEVICE = "FS2302", "unstable-device-name", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&KERNEL_DEVICE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    for disk in &storage.disks {
        let wipes = disk.wipe_table == Some(true);
        tell(&disk.device, &disk.origin.field(Disk::device), wipes, findings);
    }
    // A partition of a disk that is told already is no further trouble.
    let told =
        |device: &str| storage.disks.iter().any(|disk| !disk.device.is_empty() && device.starts_with(&disk.device));
    for one in storage.filesystems.iter().filter(|one| !told(&one.device)) {
        tell(&one.device, &one.origin.field(Filesystem::device), one.wipe_filesystem == Some(true), findings);
    }
    for one in &storage.luks {
        if let Some(device) = one.device.as_deref().filter(|device| !told(device)) {
            tell(device, &one.origin.field(Luks::device), one.wipe_volume == Some(true), findings);
        }
    }
    for one in &storage.raid {
        for (index, device) in one.devices.iter().enumerate().filter(|(_, device)| !told(device)) {
            tell(device, &one.origin.field(Raid::devices).join(index), true, findings);
        }
    }
    for unit in &lint.units {
        in_unit(unit, findings);
    }
}

/// What a unit mounts, and the devices it cannot be without.
fn in_unit(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    let whats = ["Mount", "Swap"].into_iter().flat_map(|section| unit.text.options(section));
    let whats = whats.filter(|option| option.name == "What").flat_map(|option| option.items());
    let needs = unit.text.options("Unit").filter(|option| matches!(option.name, "BindsTo" | "Requires"));
    let needs = needs.flat_map(|option| option.items());
    let mut told = HashSet::new();
    for (at, word) in whats.chain(needs) {
        let device = match word.strip_suffix(".device") {
            Some(escaped) => format!("/{}", escaped.replace('-', "/")),
            None => word.to_owned(),
        };
        if is_kernel_name(&device) && told.insert(device.clone()) {
            let message = format!("`{device}` can be another disk after the next boot");
            let finding = findings.inside(&KERNEL_DEVICE, unit.body, at, message);
            findings.push(finding.help("name the disk by a link below `/dev/disk/by-id` or `/dev/disk/by-path`"));
        }
    }
}

fn tell(device: &str, origin: &Origin, wipes: bool, findings: &mut Findings<'_>) {
    if !is_kernel_name(device) {
        return;
    }
    let (message, severity) = match wipes {
        true => (format!("whatever disk is called `{device}` at that moment is wiped"), Severity::Warning),
        false => (format!("`{device}` can be another disk after the next boot"), Severity::Info),
    };
    let finding = findings.at(&KERNEL_DEVICE, origin, message).severity(severity);
    findings.push(finding.help("name the disk by a link below `/dev/disk/by-id` or `/dev/disk/by-path`"));
}

/// Whether the kernel counts the disks of that name.
fn is_kernel_name(device: &str) -> bool {
    let Some(name) = device.strip_prefix("/dev/") else { return false };
    let letters = ["sd", "vd", "xvd", "hd"].iter().find_map(|start| name.strip_prefix(start));
    let letters = letters.is_some_and(|rest| {
        let disk = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        (1..=2).contains(&disk.len()) && disk.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let digit =
        |start: &str| name.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    letters || digit("nvme") || digit("mmcblk") || digit("dm-")
}

#[cfg(test)]
mod tests {
    use super::is_kernel_name;

    #[test]
    fn names() {
        for name in ["/dev/sda", "/dev/sdb1", "/dev/vda", "/dev/xvdf", "/dev/nvme0n1", "/dev/nvme1n1p2", "/dev/dm-0"] {
            assert!(is_kernel_name(name), "{name}");
        }
        for name in ["/dev/disk/by-id/x", "/dev/md/x", "/dev/mapper/x", "/dev/sdcard", "/dev/vdisk", "sda", "/dev/sd"] {
            assert!(!is_kernel_name(name), "{name}");
        }
    }
}
