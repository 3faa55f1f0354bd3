//! What a mount unit mounts, and as what.

use crate::diagnostic::Applicability;
use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status};

crate::problem! {
    /// A type of file system that looks like a slip of another.
    ///
    /// systemd takes any word; mount(8) then fails at boot.
    ///
    /// Bad: `Type=xsf`. Good: `Type=xfs`, or no `Type=`, for what mount(8) finds by itself.
    ///
    /// Source: systemd.mount(5), mount(8).
    pub(crate) MOUNT_TYPE = "FS2415", "mount-type", Warning;

    /// A disk's file system whose device is no path.
    ///
    /// systemd takes any word; mount(8) then fails at boot.
    ///
    /// Bad: `What=sdb`. Good: `What=/dev/disk/by-label/data`, `What=LABEL=data`.
    ///
    /// Source: systemd.mount(5), mount(8).
    pub(crate) MOUNT_SOURCE_NO_PATH = "FS2416", "mount-what-no-path", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&MOUNT_TYPE, &MOUNT_SOURCE_NO_PATH], status: Status::Stable, check };

/// File systems on disks.
const ON_DISKS: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "exfat", "ntfs", "ntfs3", "f2fs", "iso9660", "udf", "squashfs",
    "erofs",
];
/// Others in use.
const OTHERS: &[&str] = &[
    "9p",
    "afs",
    "auto",
    "autofs",
    "bind",
    "binfmt_misc",
    "bpf",
    "ceph",
    "cgroup",
    "cgroup2",
    "cifs",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fuse",
    "fuseblk",
    "gfs2",
    "glusterfs",
    "hugetlbfs",
    "lustre",
    "minix",
    "mqueue",
    "msdos",
    "nfs",
    "nfs4",
    "nfsd",
    "none",
    "nsfs",
    "ocfs2",
    "overlay",
    "proc",
    "pstore",
    "ramfs",
    "rootfs",
    "securityfs",
    "selinuxfs",
    "smb3",
    "smbfs",
    "swap",
    "sysfs",
    "tmpfs",
    "tracefs",
    "ubifs",
    "virtiofs",
    "zfs",
    "davfs",
    "bcachefs",
    "cramfs",
    "hfs",
    "hfsplus",
    "jfs",
    "reiserfs",
    "ncpfs",
    "gfs",
    "rpc_pipefs",
    "resctrl",
];
/// What may stand in place of a path: a tag of blkid(8).
const TAGS: &[&str] = &["LABEL=", "UUID=", "PARTLABEL=", "PARTUUID=", "ID="];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in lint.units.iter().filter(|unit| unit.name.ends_with(".mount")) {
        let Some(kind) = unit.text.last("Mount", "Type") else { continue };
        let word = kind.joined();
        let place = |option: &crate::unit::UnitOption<'_>| {
            option.items().first().map_or(option.value_at.clone(), |(at, _)| at.clone())
        };
        let known = ON_DISKS.iter().chain(OTHERS).copied();
        if !word.contains(['.', '%', ',']) && !known.clone().any(|known| known == word) {
            let Some(meant) = nearest(&word, known) else { continue };
            let message = format!("`Type={word}` is no file system that is known here");
            let mut finding = findings.inside(&MOUNT_TYPE, unit.body, place(kind), message);
            if let Some(fix) = findings.fix_inside(unit.body, place(kind), meant, Applicability::Unsafe) {
                finding = finding.fix(fix);
            }
            findings.push(finding.help(format!("did you mean `{meant}`?")));
        }
        let Some(what) = unit.text.last("Mount", "What") else { continue };
        let source = what.joined();
        let has_place = source.starts_with(['/', '%', '"']) || TAGS.iter().any(|tag| source.starts_with(tag));
        if ON_DISKS.contains(&word.as_str()) && !has_place {
            let message = format!("`What=` of a disk's file system is a path, and `{source}` is none");
            let finding = findings.inside(&MOUNT_SOURCE_NO_PATH, unit.body, place(what), message);
            findings.push(finding.help("write the device's path, best one below `/dev/disk/by-…`"));
        }
    }
}
