//! Options in mount units that only fstab has, and the targets that mounts hang on.

use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::unit::UnitText;

crate::problem! {
    /// An option that systemd reads from fstab alone.
    ///
    /// The generator that turns `/etc/fstab` into units reads `x-systemd.…`, `noauto` and the like; in a unit of its own
    /// nothing does. The mount has no such dependency, timeout or automount.
    ///
    /// Bad: `Options=x-systemd.requires=iscsi.service`. Good: `[Unit]` with `Requires=` and `After=iscsi.service`.
    /// `_netdev` and `nofail` are read in units too.
    ///
    /// Source: systemd.mount(5), systemd-fstab-generator(8).
    pub(crate) FSTAB_OPTION = "FS2413", "fstab-option-in-unit", Warning;

    /// A mount that hangs on a target of the other kind.
    ///
    /// Local file systems belong to `local-fs.target`, which early services wait for; one that hangs on
    /// `multi-user.target` may be mounted after what uses it. A network file system that hangs on `local-fs.target` waits
    /// for a network that waits for it, or ends in the emergency shell.
    ///
    /// Good: `WantedBy=local-fs.target`, with `_netdev` or a network file system `WantedBy=remote-fs.target`.
    ///
    /// Source: systemd.special(7), bootup(7).
    pub(crate) MOUNT_TARGET = "FS2414", "mount-target", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&FSTAB_OPTION, &MOUNT_TARGET], status: Status::Stable, check };

/// File systems that systemd takes for network ones: its own list, shortened to those in use.
const NETWORK: &[&str] = &[
    "afs",
    "ceph",
    "cifs",
    "gfs",
    "gfs2",
    "ncp",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "pvfs2",
    "smb3",
    "smbfs",
    "davfs",
    "glusterfs",
    "lustre",
    "sshfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.ceph",
];
/// What a directive of a unit does instead of an option.
const INSTEAD: &[(&str, &str)] = &[
    ("x-systemd.requires-mounts-for=", "`RequiresMountsFor=` in `[Unit]`"),
    ("x-systemd.requires=", "`Requires=` and `After=` in `[Unit]`"),
    ("x-systemd.after=", "`After=` in `[Unit]`"),
    ("x-systemd.before=", "`Before=` in `[Unit]`"),
    ("x-systemd.wanted-by=", "`WantedBy=` in `[Install]`"),
    ("x-systemd.required-by=", "`RequiredBy=` in `[Install]`"),
    ("x-systemd.mount-timeout=", "`TimeoutSec=` in `[Mount]`"),
    ("x-systemd.device-timeout=", "`JobRunningTimeoutSec=` in a drop-in of the `.device` unit"),
    ("x-systemd.automount", "an `.automount` unit of the same name"),
    ("x-systemd.idle-timeout=", "`TimeoutIdleSec=` in the `.automount` unit"),
    ("x-systemd.makefs", "a unit that runs `systemd-makefs`, or `filesystems` of the config"),
    ("x-systemd.growfs", "a unit that grows the file system"),
    ("x-systemd.rw-only", "`ReadWriteOnly=` in `[Mount]`"),
    ("noauto", "`enabled: false`"),
];
/// Options of that kind that systemd looks for in every mount, wherever it came from.
const READ: &[&str] = &["x-systemd.device-bound"];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in lint.units.iter().filter(|unit| unit.name.ends_with(".mount") || unit.name.ends_with(".swap")) {
        options(unit, findings);
        if unit.name.ends_with(".mount") {
            target(unit, findings);
        }
    }
}

fn options(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    let section = if unit.name.ends_with(".swap") { "Swap" } else { "Mount" };
    let lists = unit.text.options(section).filter(|option| option.name == "Options");
    for (at, word) in lists.flat_map(|option| option.items()) {
        let mut start = at.start;
        for option in word.split(',') {
            let here = start..start + option.len();
            start = here.end + 1;
            let fstab = option.starts_with("x-systemd.") || matches!(option, "noauto" | "auto");
            if !fstab || READ.iter().any(|read| option.starts_with(read)) || option == "auto" {
                continue;
            }
            let finding = findings.inside(&FSTAB_OPTION, unit.body, here, format!("`{option}` does nothing in a unit"));
            let instead = INSTEAD.iter().find(|(begin, _)| option.starts_with(begin));
            let help = match instead {
                Some((_, instead)) => format!("use {instead}"),
                None => "remove it".to_owned(),
            };
            findings.push(finding.note("systemd reads this from `/etc/fstab` alone").help(help));
        }
    }
}

/// Whether systemd takes a mount for one over the network.
pub(super) fn is_network(text: &UnitText<'_>) -> bool {
    let has = |key: &str, is: &dyn Fn(&str) -> bool| text.last("Mount", key).is_some_and(|option| is(&option.joined()));
    has("Type", &|kind| NETWORK.contains(&kind))
        || has("Options", &|options| options.split(',').any(|option| option == "_netdev"))
}

fn target(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    let text = &unit.text;
    let network = is_network(text);
    // What says everything itself, or is ordered after a service of its own, has reasons.
    let plain = text.last("Unit", "DefaultDependencies").is_none()
        && !text.options("Unit").any(|option| matches!(option.name, "After" | "Requires" | "BindsTo" | "Wants"));
    let wanted = text.options("Install").filter(|option| matches!(option.name, "WantedBy" | "RequiredBy"));
    for (at, target) in wanted.flat_map(|option| option.items()) {
        let (message, meant) = match (target, network) {
            ("multi-user.target" | "default.target", false) if plain => {
                (format!("a local mount hangs on `{target}`"), "local-fs.target")
            }
            ("local-fs.target", true) => ("a network mount hangs on `local-fs.target`".to_owned(), "remote-fs.target"),
            _ => continue,
        };
        let finding = findings.inside(&MOUNT_TARGET, unit.body, at, message);
        findings.push(finding.help(format!("use `{meant}`")));
    }
}
