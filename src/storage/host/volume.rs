//! A volume on a disk that the host prepares itself: check, format if blank, move old data, mount, gate.

use super::escape::{device_unit, mount_unit, value, word};
use super::gate;
use super::iscsi::{device_waits_for, login_unit};
use super::scripts::Script;
use super::text::{Assets, HostFile, Unit};

/// The facts of one volume.
#[derive(Debug, Clone)]
pub struct Volume<'a> {
    /// Its name: lower-case letters, digits and `-`. Units, files and the owner's UUID rest on it.
    pub name: &'a str,
    /// Where it is mounted; see [`hidden_by`] for what cannot be.
    pub path: &'a str,
    /// Keeps apart what has the same volume and node names, such as two clusters on one SAN. May be empty. Part of the
    /// owner's UUID, so it must not change later.
    pub realm: &'a str,
    /// The XFS label, 12 bytes at most.
    pub label: &'a str,
    /// The disk.
    pub source: Source<'a>,
    /// A blank disk of fewer bytes is refused. XFS itself needs 300 MiB.
    pub min_size: Option<u64>,
    /// Mount options; empty for `defaults`.
    pub options: &'a [String],
    /// Further arguments of mkfs.xfs, each one word.
    pub mkfs: &'a [String],
    /// What becomes of data that lies at the path on the root disk.
    pub old_data: OldData<'a>,
    /// Permission bits of the directory where there is none to imitate.
    pub dir_mode: u32,
    /// Units that must not start without the volume.
    pub gate: &'a [String],
}

/// Where the disk comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// A local disk or partition with the same name on every node.
    Disk {
        /// Its path, best below `/dev/disk/by-path` or `by-id`.
        device: &'a str,
    },
    /// The whole local disk that is this node's already, or else the only blank one of at least `min_size`.
    Select,
    /// The iSCSI disk that [`super::iscsi`] brings.
    Iscsi,
}

/// What becomes of data on the root disk at the volume's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldData<'a> {
    /// The directory `entry` is the data (for etcd `member`): it is copied, compared, renamed, and the old one set aside.
    Move {
        /// A name directly below the path.
        entry: &'a str,
    },
    /// Nothing is touched: the volume is mounted only when no old data is there. Without `entry` anything counts as data.
    Refuse {
        /// A name directly below the path, if only that counts.
        entry: Option<&'a str>,
    },
    /// The whole old directory is renamed to a sibling on the root disk; the volume's contents are used as they are.
    SetAside,
}

/// What tells that a node of OpenShift has run etcd, and when last: the static pod's manifest, the folders of its
/// revisions (which stay when the manifest is moved away), the log of its container.
const ETCD: (&str, [&str; 3]) = (
    "/var/lib/etcd",
    [
        "trace /etc/kubernetes/manifests/etcd-pod.yaml",
        "trace /etc/kubernetes/static-pod-resources/etcd-pod-*",
        "last_use /var/log/pods/openshift-etcd_etcd-*/etcd/*.log",
    ],
);

/// Script, facts and units for one volume.
pub fn volume(volume: &Volume<'_>) -> Assets {
    let name = volume.name;
    let mount = mount_unit(volume.path);
    let prepare = prepare_unit(name);
    let migrate = format!("firesteel-volume-{name}-migrate.service");
    let mut units = vec![
        Unit::plain(prepare.clone(), prepare_text(volume)),
        Unit::plain(migrate.clone(), migrate_text(volume, &prepare, &mount)),
        Unit::enabled(mount, mount_text(volume, &migrate)),
    ];
    if volume.source == Source::Select {
        units.push(device_waits_for(name, &prepare));
    }
    units.extend(gate::guarded(name, volume.path, volume.gate));
    Assets { files: vec![Script::Volume.file(), facts(volume)], units }
}

/// Why a volume cannot be mounted at this path, if so: the directory it would hide, which the scripts or the boot need
/// before the volume is there.
pub fn hidden_by(path: &str) -> Option<&'static str> {
    const NEEDED: [&str; 10] = [
        "/etc/firesteel",
        "/etc/iscsi",
        "/usr/local/bin",
        "/var/usrlocal/bin",
        "/var/lib/firesteel",
        "/var/lib/iscsi",
        "/var/log/journal",
        "/run/firesteel",
        "/dev/firesteel",
        "/var/tmp",
    ];
    let path = path.trim_end_matches('/');
    NEEDED.into_iter().find(|needed| {
        needed.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || path.strip_prefix(needed).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The name udev gives to the disk of a volume.
pub(super) fn device_path(volume: &str) -> String {
    format!("/dev/firesteel/{volume}")
}

fn prepare_unit(name: &str) -> String {
    format!("firesteel-volume-{name}-prepare.service")
}

fn what(volume: &Volume<'_>) -> String {
    match volume.source {
        Source::Disk { device } => device.to_owned(),
        Source::Select | Source::Iscsi => device_path(volume.name),
    }
}

/// Lines "key value", read and never executed by the script.
fn facts(volume: &Volume<'_>) -> HostFile {
    let Volume { name, path, realm, label, source, min_size, options, mkfs, old_data, dir_mode, gate } = volume;
    let mut lines = vec![format!("path {path}")];
    let floor = min_size.unwrap_or(0).max(300 * 1024 * 1024);
    lines.push(match source {
        Source::Select => format!("select {floor}"),
        Source::Disk { .. } | Source::Iscsi => format!("device {}", what(volume)),
    });
    lines.push(if *source == Source::Iscsi { "node iscsi".to_owned() } else { "node hostname".to_owned() });
    if !realm.is_empty() {
        lines.push(format!("realm {realm}"));
    }
    lines.push(format!("label {label}"));
    lines.push(format!("min_size {floor}"));
    lines.push(format!("options {}", joined(options)));
    match old_data {
        OldData::Move { entry } => lines.extend(["old_data move".to_owned(), format!("entry {entry}")]),
        OldData::Refuse { entry } => {
            lines.push("old_data refuse".to_owned());
            lines.extend(entry.map(|entry| format!("entry {entry}")));
        }
        OldData::SetAside => lines.push("old_data set-aside".to_owned()),
    }
    // Only a disk in a network can be formatted by two nodes at once. The script bounds proof and mkfs by 95 seconds.
    lines.push(format!("settle {}", if *source == Source::Iscsi { 105 } else { 0 }));
    lines.push(format!("dir_mode {dir_mode:04o}"));
    lines.extend(gate.iter().map(|unit| format!("gate {unit}")));
    let (etcd, use_of_etcd) = ETCD;
    if *path == etcd && gate.iter().any(|unit| unit == "kubelet.service") {
        lines.extend(use_of_etcd.map(str::to_owned));
    }
    lines.extend(mkfs.iter().map(|argument| format!("mkfs {argument}")));
    let contents = format!("# Read by firesteel-volume: \"key value\", no quoting.\n{}\n", lines.join("\n"));
    HostFile { path: format!("/etc/firesteel/volume-{name}.conf"), mode: 0o644, contents, secret: false }
}

/// What brings the disk, or the name by which its owner is known.
fn prepare_text(volume: &Volume<'_>) -> String {
    let name = volume.name;
    let needs = match volume.source {
        Source::Iscsi => {
            let login = login_unit(name);
            format!("Requires={login}\nAfter={login}\n")
        }
        Source::Disk { device } => {
            let device = device_unit(device);
            format!("Requires={device}\nAfter={device}\n{HOST_NAME}")
        }
        Source::Select => HOST_NAME.to_owned(),
    };
    format!(
        "[Unit]\n\
         Description=Volume {name}: the disk is this node's, or is formatted if blank\n\
         {needs}\
         RequiresMountsFor=/var/lib/firesteel\n\
         \n{}\
         PrivateMounts=yes\n",
        Script::Volume.service(&format!("prepare {name}"))
    )
}

/// The owner of a local disk is known by the host name, which OpenShift waits for here.
const HOST_NAME: &str = "Wants=network-online.target node-valid-hostname.service\n\
                         After=network-online.target node-valid-hostname.service\n";

/// Before the mount and in a mount namespace of its own: what is half moved is seen by nobody else.
fn migrate_text(volume: &Volume<'_>, prepare: &str, mount: &str) -> String {
    let name = volume.name;
    let parent = match volume.path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    };
    format!(
        "[Unit]\n\
         Description=Volume {name}: old data is moved, once\n\
         Requires={prepare}\n\
         After={prepare}\n\
         Before={}\n\
         RequiresMountsFor={}\n\
         \n{}\
         PrivateMounts=yes\n",
        before(&[mount], volume.gate),
        word(parent),
        Script::Volume.service(&format!("migrate {name}"))
    )
}

/// No default dependencies: with them the mount would hold up remote-fs.target, and with it every login, until the
/// disk comes. Only the gate waits.
fn mount_text(volume: &Volume<'_>, migrate: &str) -> String {
    let name = volume.name;
    let network = volume.source == Source::Iscsi;
    let mut options = joined(volume.options);
    if network {
        options.push_str(",_netdev");
    }
    format!(
        "[Unit]\n\
         Description=Volume {name} at {path}\n\
         DefaultDependencies=no\n\
         Conflicts=umount.target\n\
         Before={before}\n\
         Requires={migrate}\n\
         After={migrate}{network}\n\
         \n[Mount]\n\
         What={what}\n\
         Where={path}\n\
         Type=xfs\n\
         Options={options}\n\
         TimeoutSec=120\n\
         {install}",
        path = value(volume.path),
        before = before(&["umount.target"], volume.gate),
        network = if network { " network-online.target" } else { "" },
        what = value(&what(volume)),
        options = value(&options),
        install = gate::install(volume.gate),
    )
}

fn before(first: &[&str], gate: &[String]) -> String {
    let mut units = first.to_vec();
    units.extend(gate.iter().map(String::as_str));
    units.join(" ")
}

fn joined(options: &[String]) -> String {
    if options.is_empty() { "defaults".to_owned() } else { options.join(",") }
}

#[cfg(test)]
mod tests {
    use super::hidden_by;

    #[test]
    fn paths_that_the_boot_needs_cannot_be_volumes() {
        for path in ["/", "/var", "/var/lib", "/var/lib/", "/etc", "/run", "/var/lib/firesteel/x", "/var/log"] {
            assert!(hidden_by(path).is_some(), "{path}");
        }
        for path in ["/var/lib/etcd", "/var/lib/containers", "/srv", "/var/lib/iscsi-data", "/data/x"] {
            assert_eq!(hidden_by(path), None, "{path}");
        }
    }
}
