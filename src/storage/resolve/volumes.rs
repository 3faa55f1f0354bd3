//! The volumes: paths, disks, filesystems.

use super::head::MISPLACED;
use super::{Resolver, clashes};
use crate::diagnostic::Problem;
use crate::model::{FieldInfo, NOT_YET};
use crate::storage::plan::{Volume, VolumeSource};
use crate::storage::spec::{DiskSelect, Filesystem, Format, Spec, Stage, Volume as Written, VolumeDisk};
use crate::storage::{grammar, host};

crate::problem! {
    /// A name that cannot name units, labels and objects.
    ///
    /// The names of units, the label of the filesystem and the names of emitted objects are made from it, so it has to fit
    /// all of their grammars.
    ///
    /// Good: `name: etcd`. Source: RFC 1123 for object names; systemd.unit(5).
    pub(super) BAD_NAME = "FS1102", "bad-name", Error;

    /// Two volumes that cannot be told apart or lie in one another.
    ///
    /// Two filesystems on one path hide one another, and two of one label or disk are taken for each other.
    pub(super) CLASH = "FS1103", "clashing-volumes", Error;

    /// A path that nothing can be mounted at.
    ///
    /// The name of a mount unit is made from the path, and systemd refuses a unit whose name and path differ, so the path
    /// is absolute and written without detours.
    ///
    /// Good: `path: /var/lib/etcd`. Source: systemd.mount(5).
    pub(super) BAD_PATH = "FS1104", "bad-path", Error;

    /// A path that the operating system owns.
    ///
    /// Fedora CoreOS and RHEL CoreOS keep everything that may change below `/var`, and have links to there at `/home`,
    /// `/srv`, `/opt`, `/mnt`, `/root` and `/usr/local`. A mount over `/usr`, `/boot`, `/etc` or `/var` itself breaks
    /// the boot.
    ///
    /// Bad: `path: /srv/data`. Good: `path: /var/srv/data`.
    ///
    /// Source: the documentation of both on what may be on a partition of its own.
    pub(super) SYSTEM_PATH = "FS1105", "system-path", Error;

    /// A volume needs exactly one place it comes from.
    ///
    /// Good: either `disk: {device: …}` or `iscsi: {target: …}`.
    pub(super) ONE_SOURCE = "FS1106", "one-source", Error;

    /// A label that the filesystem cannot hold.
    ///
    /// XFS holds 12 characters and ext4 16; mkfs stops at a longer one, and with it the boot.
    ///
    /// Source: mkfs.xfs(8), mke2fs(8).
    pub(super) BAD_LABEL = "FS1107", "bad-label", Error;

    /// etcd on another filesystem than XFS.
    ///
    /// The restore scripts of OpenShift insist on an empty directory, and ext4 has a `lost+found` in it.
    ///
    /// Source: the scripts of the cluster-etcd-operator.
    pub(super) ETCD_WANTS_XFS = "FS1108", "etcd-wants-xfs", Error;

    /// A disk by the name that the kernel happened to give it.
    ///
    /// `/dev/sdb` is another disk after the next boot, when a controller answers faster. With `wipe` that disk is lost.
    ///
    /// Good: a name below `/dev/disk/by-path` or `/dev/disk/by-id`; `select` where it differs from node to node.
    pub(super) KERNEL_DEVICE = "FS1109", "kernel-device-name", Warning;

    /// A size that is none, or below what the filesystem needs.
    ///
    /// Good: `min_size: 20GiB`. mkfs.xfs wants 300 MB at least.
    pub(super) BAD_SIZE = "FS1110", "bad-size", Error;

    /// An option that cannot go into a unit, or has no effect there.
    ///
    /// `x-systemd.*` options are read from fstab alone; in a mount unit they do nothing. `%` and blanks would change the
    /// meaning of the line. Of mkfs's arguments, label and UUID say whose a disk is, and force would format one in use.
    ///
    /// Source: systemd.mount(5), mkfs.xfs(8).
    pub(super) BAD_OPTION = "FS1111", "bad-option", Error;

    /// A device that is no path below `/dev`.
    ///
    /// The host looks the disk up by that path, and nothing else can name a disk there.
    ///
    /// Good: `device: /dev/disk/by-path/pci-0000:00:1f.0-nvme-1`. Source: udev(7).
    pub(super) BAD_DEVICE = "FS1112", "bad-device", Error;

    /// Data that cannot be told from a path that leads elsewhere.
    ///
    /// What is to be moved to the volume is one entry directly below its path; anything else could move, or overwrite,
    /// what does not belong to the volume.
    ///
    /// Good: `data: member`.
    pub(super) BAD_DATA = "FS1113", "bad-data", Error;

    /// Data that is left behind.
    ///
    /// Where nothing is moved, the script refuses to mount over a path that holds data, so a node with anything there
    /// stays down until a person moves it.
    ///
    /// Good: `data: member`, the entry to move; or `migrate: false` where the path is empty on all nodes.
    pub(super) DATA_LEFT_BEHIND = "FS1114", "data-left-behind", Warning;

    /// `wipe` that destroys a disk known by an unstable name, or a spec that would overwrite data.
    ///
    /// On the first boot Ignition destroys whatever disk has this name at that moment.
    pub(super) WIPES_UNSTABLE = "FS1115", "wipes-unstable-name", Warning;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[
    &BAD_NAME,
    &CLASH,
    &BAD_PATH,
    &SYSTEM_PATH,
    &ONE_SOURCE,
    &BAD_LABEL,
    &ETCD_WANTS_XFS,
    &KERNEL_DEVICE,
    &BAD_SIZE,
    &BAD_OPTION,
    &BAD_DEVICE,
    &BAD_DATA,
    &DATA_LEFT_BEHIND,
    &WIPES_UNSTABLE,
];

const ETCD: &str = "/var/lib/etcd";
const NAME_LENGTH: usize = 32;
pub(super) const GIB: u64 = 1 << 30;
/// What mkfs.xfs wants at least (mkfs.xfs(8) of xfsprogs 5.19).
const SMALLEST: u64 = 300 << 20;

pub(super) fn resolve(spec: &Spec, resolver: &mut Resolver<'_>) -> Vec<Volume> {
    clashes::check(spec, resolver);
    spec.volumes.iter().filter_map(|volume| one(spec, volume, resolver)).collect()
}

fn one(spec: &Spec, written: &Written, resolver: &mut Resolver<'_>) -> Option<Volume> {
    if !written.name.is_empty() {
        let good = grammar::dns_label(&written.name, NAME_LENGTH);
        resolver.good(&BAD_NAME, written.at(Written::name), "this cannot be the name of a volume", good);
    }
    let stage = spec.stage.0;
    let etcd = written.path == ETCD;
    // Ignition makes it; everything else is the work of our scripts.
    let first_boot = stage.is_some_and(|stage| stage != Stage::Running) && written.disk.is_some();
    let is_good_path = path(written, resolver);
    let filesystem = written.filesystem.clone().unwrap_or_default();
    let format = filesystem.format.0.unwrap_or(Format::Xfs);
    if etcd && format != Format::Xfs {
        let finding = resolver.at(&ETCD_WANTS_XFS, filesystem.at(Filesystem::format), "etcd needs XFS here");
        let finding = finding.note("the restore scripts insist on an empty directory; ext4 has `lost+found` in it");
        resolver.push(finding.help("leave `format` out"));
    } else if format != Format::Xfs && !first_boot && stage.is_some() {
        let message =
            format!("only Ignition makes {} so far, on disks at stages `install` and `new-pool`", format.word());
        let finding = resolver.at(&NOT_YET, filesystem.at(Filesystem::format), message);
        resolver.push(finding.help("leave `format` out, which makes XFS"));
    }
    let label = label(written, &filesystem, format, resolver);
    options(resolver, &filesystem.options, |index| filesystem.at(Filesystem::options).join(index), Use::Mkfs);
    options(resolver, &written.mount_options, |index| written.at(Written::mount_options).join(index), Use::Mount);
    let min_size = match &written.min_size.0 {
        None => Some(GIB),
        Some(text) => size(resolver, text, || written.at(Written::min_size)),
    };
    let source = source(written, stage, resolver);
    let data = data(written, etcd, resolver);
    let migrate = written.migrate.unwrap_or(data.is_some());
    if first_boot {
        let mut idle = |field: &FieldInfo, message: &str| {
            let finding = resolver.at(&MISPLACED, written.at(field), message);
            resolver.push(finding.help(format!("leave `{}` out at this stage", field.name)));
        };
        if written.migrate == Some(true) {
            idle(Written::migrate, "there is nothing to move before a machine's first boot");
        }
        if written.data.is_some() {
            idle(Written::data, "there is no data before a machine's first boot");
        }
        if written.min_size.0.is_some() {
            idle(Written::min_size, "Ignition does not look at the size of a disk");
        }
    } else if migrate && data.is_none() && !resolver.unsure(&written.at(Written::data)) {
        let message = "moving everything at a path is not there yet, only one entry of it";
        let finding = resolver.at(&NOT_YET, written.at(Written::migrate), message);
        resolver.push(finding.help("name that entry, as in `data: member`, or leave `migrate` out"));
    }
    if stage == Some(Stage::Running) && data.is_none() && written.migrate.is_none() && is_good_path {
        let message = format!("what nodes have at `{}` is not moved", written.path);
        let finding = resolver.at(&DATA_LEFT_BEHIND, written.at(Written::path), message);
        resolver.push(
            finding
                .note("a node with anything there does not mount over it, and what waits for the volume stays down")
                .help("name the entry to move as `data`, or say with `migrate: false` that the path is empty"),
        );
    }
    if etcd && written.migrate == Some(false) && stage == Some(Stage::Running) {
        let message = "running nodes have etcd data, and with `migrate: false` it is not moved";
        let finding = resolver.at(&DATA_LEFT_BEHIND, written.at(Written::migrate), message);
        resolver.push(finding.note("the node refuses to mount over it and stays down until a person moves the data"));
    }
    let mount_options = match written.mount_options.as_slice() {
        [] if format == Format::Xfs => vec!["defaults".to_owned(), "prjquota".to_owned()],
        [] => vec!["defaults".to_owned()],
        given => given.to_vec(),
    };
    Some(Volume {
        name: written.name.clone(),
        path: written.path.clone(),
        source: source?,
        format,
        label,
        mkfs_options: filesystem.options.clone(),
        mount_options,
        min_size: min_size?,
        migrate,
        data,
        realm: spec.cluster.clone().unwrap_or_default(),
        object: written.object.clone(),
        origin: written.origin.clone(),
    })
}

/// The entry under the path that is the data.
fn data(written: &Written, etcd: bool, resolver: &mut Resolver<'_>) -> Option<String> {
    let Some(data) = &written.data else { return etcd.then(|| "member".to_owned()) };
    let good = !data.is_empty()
        && !data.starts_with(['.', '-'])
        && data.len() <= 255
        && data.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !good {
        let finding = resolver.at(&BAD_DATA, written.at(Written::data), "this is no name of an entry");
        resolver.push(finding.help("name one file or directory directly below the path, such as `member`"));
    }
    Some(data.clone())
}

/// Whether the path is good.
fn path(written: &Written, resolver: &mut Resolver<'_>) -> bool {
    let path = &written.path;
    if path.is_empty() {
        // Missing keys are told by the decoder; an empty text is another thing.
        return false;
    }
    let at = || written.at(Written::path);
    if resolver.good(&BAD_PATH, at(), "nothing can be mounted at this path", grammar::clean_path(path)).is_none() {
        return false;
    }
    let before = resolver.report.len();
    const LINKS: [(&str, &str); 8] = [
        ("/var/run", "/run"),
        ("/var/lock", "/run/lock"),
        ("/home", "/var/home"),
        ("/srv", "/var/srv"),
        ("/opt", "/var/opt"),
        ("/mnt", "/var/mnt"),
        ("/root", "/var/roothome"),
        ("/usr/local", "/var/usrlocal"),
    ];
    let below = |path: &str, parent: &str| path == parent || path.starts_with(&format!("{parent}/"));
    if let Some((link, real)) = LINKS.into_iter().find(|(link, _)| below(path, link)) {
        let finding = resolver.at(&SYSTEM_PATH, at(), format!("`{link}` is a link to `{real}` on the host"));
        let written_out = format!("{real}{}", &path[link.len()..]);
        resolver.push(match below(real, "/run") || host::hidden_by(&written_out).is_some() {
            true => finding.help("choose a path of its own below `/var`, such as `/var/lib/etcd`"),
            false => finding.help(format!("write `{written_out}`")),
        });
    } else if let Some(needed) =
        host::hidden_by(path).filter(|needed| below(path, "/var") && path != "/var" && *needed != path)
    {
        let message = format!("`{needed}` is needed before the volume is there");
        resolver.push(
            resolver
                .at(&SYSTEM_PATH, at(), message)
                .help("choose a path of its own below `/var`, such as `/var/lib/etcd`"),
        );
    } else if !below(path, "/var")
        || host::hidden_by(path).is_some()
        || ["/var", "/var/usrlocal"].contains(&path.as_str())
    {
        let finding = resolver.at(&SYSTEM_PATH, at(), "the operating system owns this path");
        resolver.push(finding.help("choose a path of its own below `/var`, such as `/var/lib/etcd`"));
    }
    resolver.report.len() == before
}

fn label(written: &Written, filesystem: &Filesystem, format: Format, resolver: &mut Resolver<'_>) -> String {
    let most = match format {
        Format::Xfs => 12,
        Format::Ext4 => 16,
    };
    let (label, path) = match &filesystem.label {
        Some(label) => (label.clone(), filesystem.at(Filesystem::label)),
        None => (written.name.clone(), written.at(Written::name)),
    };
    let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if filesystem.label.is_none() && grammar::dns_label(&written.name, NAME_LENGTH).is_err() {
        // The name is at fault, and told.
        return label;
    }
    let message = if label.is_empty() && filesystem.label.is_some() {
        Some("the label is empty".to_owned())
    } else if label.len() > most {
        Some(format!("`{label}` has {} characters, and a label of {} holds {most}", label.len(), format.word()))
    } else if !label.chars().all(good) && filesystem.label.is_some() {
        Some("only letters, digits, `.`, `_` and `-` may stand in a label".to_owned())
    } else {
        None
    };
    if let Some(message) = message {
        let finding = resolver.at(&BAD_LABEL, path, message);
        resolver.push(match filesystem.label {
            Some(_) => finding.help("choose another label"),
            None => finding.help("the label is the volume's name unless `filesystem.label` says otherwise"),
        });
    }
    label
}

/// What an option is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Mkfs,
    Mount,
}

fn options(resolver: &mut Resolver<'_>, options: &[String], path: impl Fn(usize) -> crate::document::Path, used: Use) {
    // What we say ourselves, and what would format a disk that is not blank.
    const OURS: [&str; 4] = ["-L", "-U", "-f", "-F"];
    let mount = used == Use::Mount;
    for (index, option) in options.iter().enumerate() {
        let odd = option.is_empty()
            || option.chars().any(|c| c.is_control() || "%\"'\\$;`".contains(c))
            || (mount && option.contains([' ', ',']));
        if odd {
            let message = "this cannot stand in a unit as one option";
            let finding = resolver.at(&BAD_OPTION, path(index), message);
            resolver.push(finding.help("write one option an entry, without quotes, blanks, `%`, `$` and backslashes"));
        } else if !mount && (OURS.iter().any(|ours| option.starts_with(ours)) || option.contains("uuid=")) {
            let finding = resolver.at(&BAD_OPTION, path(index), "this option is not yours to set");
            resolver.push(
                finding
                    .note("label and UUID say whose a disk is, and force would format one in use")
                    .help("leave it out"),
            );
        } else if mount && option.starts_with("x-systemd.") {
            let finding = resolver.at(&BAD_OPTION, path(index), format!("`{option}` has no effect in a mount unit"));
            resolver.push(finding.note("systemd reads such options from fstab alone").help("leave it out"));
        } else if mount && matches!(option.as_str(), "noauto" | "nofail" | "ro") {
            let finding = resolver.at(&BAD_OPTION, path(index), format!("`{option}` would defeat the gate"));
            resolver.push(finding.help("leave it out"));
        }
    }
}

fn size(resolver: &mut Resolver<'_>, text: &str, path: impl Fn() -> crate::document::Path) -> Option<u64> {
    let size = resolver.good(&BAD_SIZE, path(), "this is no size", grammar::size(text))?;
    if size < SMALLEST {
        let finding = resolver.at(&BAD_SIZE, path(), "no filesystem of ours fits into that");
        resolver.push(finding.help("mkfs.xfs wants 300MiB at least"));
    }
    Some(size)
}

fn source(written: &Written, stage: Option<Stage>, resolver: &mut Resolver<'_>) -> Option<VolumeSource> {
    match (&written.disk, &written.iscsi) {
        (Some(disk), None) => self::disk(disk, stage, resolver),
        (None, Some(_)) => Some(VolumeSource::Lun),
        (None, None) => {
            let field = [Written::disk, Written::iscsi].into_iter().find(|field| resolver.unsure(&written.at(field)));
            if field.is_some() || resolver.faults.cover(&written.origin.path()) {
                return None;
            }
            let message = "the volume comes from nowhere";
            let finding = resolver.at(&ONE_SOURCE, written.origin.path(), message);
            resolver.push(finding.help("add `disk: {device: …}` or `iscsi: {target: …}`"));
            None
        }
        (Some(_), Some(_)) => {
            let message = "the volume comes from two places";
            let finding = resolver.at(&ONE_SOURCE, written.at(Written::iscsi), message).mark("one");
            let finding = finding.label(resolver.place(written.at(Written::disk)), "two");
            resolver.push(finding.help("leave `disk` or `iscsi` out"));
            None
        }
    }
}

fn disk(disk: &VolumeDisk, stage: Option<Stage>, resolver: &mut Resolver<'_>) -> Option<VolumeSource> {
    let running = stage == Some(Stage::Running);
    let wipe = disk.wipe == Some(true);
    let mut misplaced = |field: &FieldInfo, message: &str, help: &str| {
        let finding = resolver.at(&MISPLACED, disk.at(field), message);
        resolver.push(finding.help(help));
    };
    if running && wipe {
        let why = "`wipe` would destroy what running nodes have on this disk";
        misplaced(
            VolumeDisk::wipe,
            why,
            "leave it out: at stage `running` only a disk that is proven blank is formatted",
        );
    }
    if running && disk.size_mib.is_some() {
        let why = "at stage `running` the whole disk is used, without a partition";
        misplaced(VolumeDisk::size_mib, why, "leave `size_mib` out");
    }
    if !running && stage.is_some() && disk.select.is_some() {
        let why = "Ignition cannot choose a disk";
        misplaced(VolumeDisk::select, why, "name the disk as `device`, or use stage `running`");
    }
    match (&disk.device, &disk.select) {
        (Some(device), None) => {
            device_name(disk, device, wipe, resolver);
            if let Some(size) = disk.size_mib.filter(|&size| size < 300 && !running) {
                let finding = resolver.at(&BAD_SIZE, disk.at(VolumeDisk::size_mib), format!("{size} MiB are too few"));
                resolver.push(finding.help("mkfs.xfs wants 300 MiB at least; leave the key out for the whole disk"));
            }
            Some(VolumeSource::Disk { device: device.clone(), wipe, size_mib: disk.size_mib })
        }
        (None, Some(select)) => {
            let size =
                select.min_size.0.as_deref().and_then(|text| size(resolver, text, || select.at(DiskSelect::min_size)));
            if select.blank == Some(false) {
                let message = "only a blank disk can be taken unseen";
                let finding = resolver.at(&MISPLACED, select.at(DiskSelect::blank), message);
                resolver.push(finding.help("write `blank: true`, or name the disk as `device`"));
            }
            Some(VolumeSource::Select { min_size: size? })
        }
        (None, None) if resolver.unsure(&disk.origin.path()) => None,
        (given, _) => {
            let message = match given {
                None => "the disk is not named",
                Some(_) => "`device` and `select` exclude each other",
            };
            let finding = resolver.at(&ONE_SOURCE, disk.origin.path(), message);
            resolver.push(finding.help("give either `device: /dev/disk/…` or `select: {min_size: …, blank: true}`"));
            None
        }
    }
}

/// Whether the kernel gives this name, to another disk each time if it likes.
pub(super) fn is_kernel_name(device: &str) -> bool {
    let name = device.trim_start_matches("/dev/");
    ["sd", "vd", "xvd", "hd", "nvme", "dm-", "mmcblk"].iter().any(|prefix| name.starts_with(prefix))
}

fn device_name(disk: &VolumeDisk, device: &str, wipe: bool, resolver: &mut Resolver<'_>) {
    let at = || disk.at(VolumeDisk::device);
    let good = grammar::clean_path(device).and_then(|()| {
        let odd = device.chars().any(|c| !c.is_ascii() || "%$\"'`\\".contains(c));
        match device.strip_prefix("/dev/") {
            Some(_) if !odd => Ok(()),
            Some(_) => Err("it is made of ASCII without quotes, `%`, `$` and backslashes".to_owned()),
            None => Err("a disk is named by a path below `/dev`".to_owned()),
        }
    });
    if resolver.good(&BAD_DEVICE, at(), "this is no name of a disk", good).is_none() {
        return;
    }
    if !is_kernel_name(device) {
        return;
    }
    let stable = "use a link below `/dev/disk/by-path` or `/dev/disk/by-id` that is the same on all nodes";
    if wipe {
        let message = format!("`wipe` destroys whatever disk is called `{device}` at that moment");
        let finding = resolver.at(&WIPES_UNSTABLE, at(), message);
        let finding = finding.label(resolver.place(disk.at(VolumeDisk::wipe)), "everything on it goes");
        resolver.push(finding.note("kernel names change between boots, so this can be the wrong disk").help(stable));
    } else {
        let finding = resolver.at(&KERNEL_DEVICE, at(), format!("`{device}` can be another disk after the next boot"));
        resolver.push(finding.help(stable));
    }
}
