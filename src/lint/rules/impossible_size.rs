//! Partitions of a size that cannot be, or that is too small for their filesystem.

use crate::diagnostic::Severity;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{Filesystem, Partition};
use crate::spec::Variant;

crate::problem! {
    /// A partition that is too small for its filesystem, or whose size or start is below zero.
    ///
    /// `mkfs.xfs` makes nothing below 300 MiB, `mkfs.btrfs` nothing below 109 MiB. Making the filesystem fails, and the
    /// machine does not boot.
    ///
    /// Bad: `{label: data, sizeMiB: 100}` with `format: xfs`. Good: `sizeMiB: 1024`, or `ext4`.
    ///
    /// Source: mkfs.xfs(8) from version 5.19 on; mkfs.btrfs(8).
    pub(crate) IMPOSSIBLE_SIZE = "FS2303", "impossible-size", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&IMPOSSIBLE_SIZE], status: Status::Stable, check };

/// The least size in MiB, by format.
const LEAST: [(&str, i64); 2] = [("xfs", 300), ("btrfs", 109)];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    for partition in storage.disks.iter().flat_map(|disk| &disk.partitions) {
        let sizes = [(partition.size_mib, Partition::size_mib), (partition.start_mib, Partition::start_mib)];
        for (size, field) in sizes {
            if let Some(size) = size.filter(|&size| size < 0) {
                let message = format!("`{size}` is less than nothing");
                let finding = findings.at(&IMPOSSIBLE_SIZE, &partition.origin.field(field), message);
                findings.push(finding.help("0 takes all the space there is, or the first free place"));
            }
        }
        let Some(size) = partition.size_mib.filter(|&size| size > 0) else { continue };
        let Some(label) = partition.label.as_deref().filter(|label| !label.is_empty()) else { continue };
        let device = format!("/dev/disk/by-partlabel/{label}");
        let Some(made) = storage.filesystems.iter().find(|one| one.device == device) else { continue };
        let least = LEAST.iter().find(|(format, _)| made.format.as_deref() == Some(*format));
        let Some(&(format, least)) = least.filter(|&&(_, least)| size < least) else { continue };
        let message = format!("{size} MiB are too little for {format}, which needs {least} MiB");
        let finding = findings.at(&IMPOSSIBLE_SIZE, &partition.origin.field(Partition::size_mib), message);
        let label = findings.place(&made.origin.field(Filesystem::format));
        // The older mkfs.xfs of the first releases of OpenShift takes less.
        let is_old = lint.subject.platform.product == Some(Variant::OpenShift) && format == "xfs";
        let severity = if is_old { Severity::Warning } else { Severity::Error };
        findings.push(
            finding
                .severity(severity)
                .label(label, "made on that partition")
                .note("making the filesystem fails, and the machine does not boot")
                .help(format!("give it {least} MiB or more, or use ext4")),
        );
    }
}
