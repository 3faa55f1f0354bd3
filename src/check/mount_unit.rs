//! What a generated mount unit needs.

use super::Checker;
use crate::diagnostic::Problem;
use crate::model::FieldInfo;
use crate::model::butane::{Filesystem, Storage};
use crate::spec::behavior;

crate::problem! {
    /// A filesystem that lacks what its mount unit needs.
    ///
    /// A mount unit is named for its path and names the format; a swap unit needs the format alone.
    ///
    /// Bad: `{device: /dev/vdb, with_mount_unit: true}`.
    /// Good: `{device: /dev/vdb, format: xfs, path: /var/data, with_mount_unit: true}`.
    ///
    /// Source: `storage.filesystems` of the Butane configuration specification.
    pub(crate) MOUNT_UNIT_INCOMPLETE = "FS0604", "mount-unit-incomplete", Error;

    /// A mount unit for a path that the system cannot use.
    ///
    /// Fedora CoreOS keeps state below `/etc` and `/var` alone; a mount elsewhere hides parts of the system.
    ///
    /// Bad: `path: /data`. Good: `path: /var/data`.
    ///
    /// Source: `storage.filesystems` of the Butane configuration specification, fcos from 1.6.0.
    pub(crate) MOUNT_PATH = "FS0605", "mount-path", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&MOUNT_UNIT_INCOMPLETE, &MOUNT_PATH];

/// The format whose unit is a swap unit.
const SWAP: &str = "swap";

pub(super) fn check(checker: &mut Checker<'_>, filesystem: &Filesystem) {
    if filesystem.with_mount_unit != Some(true) {
        return;
    }
    let lacks = |value: &Option<String>| value.as_deref().is_none_or(str::is_empty);
    let (no_path, no_format) = (lacks(&filesystem.path), lacks(&filesystem.format));
    let swap = filesystem.format.as_deref() == Some(SWAP);
    let missing: &[(bool, &FieldInfo)] = if checker.target.gates().allow(behavior::SWAP_UNITS) {
        &[(no_format, Filesystem::format), (no_path && !no_format && !swap, Filesystem::path)]
    } else {
        &[(no_path, Filesystem::path), (no_format, Filesystem::format)]
    };
    for (_, field) in missing.iter().filter(|(missing, _)| *missing) {
        let message = format!("a mount unit needs `{}`", field.name);
        let origin = filesystem.origin.field(field);
        checker.tell(&MOUNT_UNIT_INCOMPLETE, &origin, message, "give it, or remove `with_mount_unit`");
    }
}

/// Tells mount units for paths outside those that keep state.
pub(super) fn check_limits(checker: &mut Checker<'_>, storage: &Storage) {
    if !checker.target.does(behavior::MOUNT_PATH_LIMITED) {
        return;
    }
    for filesystem in &storage.filesystems {
        let Some(path) = filesystem.path.as_deref().filter(|_| filesystem.with_mount_unit == Some(true)) else {
            continue;
        };
        let kept = ["/etc", "/var"]
            .iter()
            .any(|kept| path.strip_prefix(kept).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
        if filesystem.format.as_deref() != Some(SWAP) && !kept {
            let origin = filesystem.origin.field(Filesystem::path);
            let message = "the path of a mount unit lies outside `/etc` and `/var`";
            checker.tell(&MOUNT_PATH, &origin, message, "mount it below `/var`");
        }
    }
}
