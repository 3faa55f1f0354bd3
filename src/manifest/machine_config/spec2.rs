//! Ignition configs of spec 2 in MachineConfigs: the operator still reads them, and translates what has a counterpart.

use crate::diagnostic::{Place, Report, Severity, SourceId};
use crate::document::{Document, NodeId, Path};
use crate::model::ignition::{
    Config, Directory, Disk, Dropin, File, Filesystem, Group, Link, Luks, Owner, Partition, Raid, Resource, User,
};
use crate::model::node::node;
use crate::model::{Keys, Node as _, Origin, UNKNOWN_KEY, decode_ignition, ignition, is_empty};
use crate::spec::{Gates, IgnitionVersion};

use super::envelope::Verbatim;

crate::problem! {
    /// Something in an Ignition config of spec 2 that has no counterpart in Ignition 3.
    ///
    /// The operator takes the MachineConfig and fails when it renders the pool: from then on no node of the pool gets
    /// any change at all.
    ///
    /// Bad: a `networkd` section. Good: a file below `/etc/NetworkManager/system-connections`.
    ///
    /// Source: the translation from spec 2 to 3 that the Machine Config Operator uses.
    pub NOT_TRANSLATED = "FS2510", "not-translated", Error;

    /// A file, directory or link of spec 2 that does not say on which filesystem it is.
    ///
    /// In spec 2 every one of them has to; the operator refuses the config.
    ///
    /// Bad: `- path: /etc/motd`. Good, in spec 2: `- {filesystem: root, path: /etc/motd}`; in Ignition 3 there is no
    /// such key.
    ///
    /// Source: the Ignition specification 2.2.
    pub NO_FILESYSTEM = "FS2528", "no-filesystem", Error;
}

/// The versions of spec 2 that the operator takes; its messages name the last alone.
const TAKEN: [&str; 3] = ["2.0.0", "2.1.0", "2.2.0"];

/// Whether the operator takes a config of that version, which is one of spec 2.
pub fn is_taken(version: &str) -> bool {
    TAKEN.contains(&version)
}

node! {
    /// A config of spec 2.
    pub struct Config2 ("an Ignition config of spec 2") {
        /// The config about itself.
        ignition: Verbatim = {},
        /// Network units.
        networkd: Networkd2 = {},
        /// Users and groups.
        passwd: Passwd2 = {},
        /// Disks, filesystems and what is on them.
        storage: Storage2 = {},
        /// Units.
        systemd: Systemd2 = {},
    }

    /// The network section.
    pub struct Networkd2 ("the `networkd` section") {
        /// Its units.
        units: Vec<ignition::Unit> = {},
    }

    /// Users and groups.
    pub struct Passwd2 ("the `passwd` section") {
        /// Users.
        users: Vec<User> = {},
        /// Groups.
        groups: Vec<Group> = {},
    }

    /// Disks, filesystems and what is on them.
    pub struct Storage2 ("the `storage` section") {
        /// Directories.
        directories: Vec<Directory2> = {},
        /// Disks.
        disks: Vec<Disk2> = {},
        /// Files.
        files: Vec<File2> = {},
        /// Filesystems.
        filesystems: Vec<Filesystem2> = {},
        /// Links.
        links: Vec<Link2> = {},
        /// Arrays.
        raid: Vec<Raid> = {},
    }

    /// A directory.
    pub struct Directory2 ("a directory") {
        /// The filesystem it is on.
        filesystem: String = {},
        /// The group.
        group: Owner = {},
        /// Whether what is there is removed first.
        overwrite: Option<bool> = {},
        /// The path.
        path: String = { key: true },
        /// The user.
        user: Owner = {},
        /// The mode.
        mode: Option<i64> = { octal: true },
    }

    /// A disk.
    pub struct Disk2 ("a disk") {
        /// The device.
        device: String = { key: true },
        /// Its partitions.
        partitions: Vec<Partition2> = {},
        /// Whether the table is wiped.
        wipe_table: Option<bool> = { json: Some("wipeTable") },
    }

    /// A partition.
    pub struct Partition2 ("a partition") {
        /// Its GUID.
        guid: Option<String> = {},
        /// Its label.
        label: Option<String> = {},
        /// Its number.
        number: i64 = {},
        /// Its size in sectors.
        size: Verbatim = {},
        /// Its first sector.
        start: Verbatim = {},
        /// The GUID of its type.
        type_guid: Option<String> = { json: Some("typeGuid") },
    }

    /// A file.
    pub struct File2 ("a file") {
        /// Whether the contents are added to what is there.
        append: bool = {},
        /// What is in it.
        contents: Resource = {},
        /// The filesystem it is on.
        filesystem: String = {},
        /// The group.
        group: Owner = {},
        /// Whether what is there is replaced.
        overwrite: Option<bool> = {},
        /// The path.
        path: String = { key: true },
        /// The user.
        user: Owner = {},
        /// The mode.
        mode: Option<i64> = { octal: true },
    }

    /// A filesystem.
    pub struct Filesystem2 ("a filesystem") {
        /// How it is made.
        mount: Verbatim = {},
        /// Its name within the config.
        name: String = { key: true },
        /// Where it is mounted.
        path: Option<String> = {},
    }

    /// A link.
    pub struct Link2 ("a link") {
        /// The filesystem it is on.
        filesystem: String = {},
        /// The group.
        group: Owner = {},
        /// Whether it is a hard one.
        hard: Option<bool> = {},
        /// Whether what is there is replaced.
        overwrite: Option<bool> = {},
        /// The path.
        path: String = { key: true },
        /// What it leads to.
        target: Option<String> = {},
        /// The user.
        user: Owner = {},
    }

    /// Units.
    pub struct Systemd2 ("the `systemd` section") {
        /// The units.
        units: Vec<Unit2> = {},
    }

    /// A unit.
    pub struct Unit2 ("a unit") {
        /// The text.
        contents: Option<String> = {},
        /// Drop-ins.
        dropins: Vec<Dropin> = {},
        /// An old form of `enabled`.
        enable: bool = {},
        /// Whether it starts by itself.
        enabled: Option<bool> = {},
        /// Whether it cannot start.
        mask: bool = {},
        /// The name.
        name: String = { key: true },
    }
}

/// Reads a config of spec 2 and translates it as far as it has a counterpart. The origins lead to what was written.
///
/// Files are replaced where they exist, and of entries with one name the last counts; the operator turns the lists of
/// files and units round while it looks for those.
pub fn translate(document: &Document, source: SourceId, part: (Option<NodeId>, &Path), report: &mut Report) -> Config {
    let mut told = Report::default();
    let gates = Gates::ignition(IgnitionVersion::V3_0);
    let (config, _): (Config2, _) = decode_ignition(document, source, part, (Keys::All, gates), &mut told);
    for mut finding in told {
        if *finding.problem == UNKNOWN_KEY {
            finding.severity = Severity::Error;
            finding.notes.push("the operator drops it, and says nothing".to_owned());
        }
        report.push(finding);
    }
    refuse(&config, source, report);
    translated(config)
}

/// Tells what cannot be translated.
fn refuse(config: &Config2, source: SourceId, report: &mut Report) {
    let mut tell = |origin: Origin, message: &str, help: &str| {
        report.push(NOT_TRANSLATED.at(Place::value(source, origin.path()), message).help(help));
    };
    let networkd = &config.networkd;
    if !networkd.units.is_empty() {
        tell(
            networkd.origin.field(Networkd2::units),
            "Ignition 3 has no `networkd` section",
            "write the network's configuration as files",
        );
    }
    let storage = &config.storage;
    for filesystem in storage.filesystems.iter().filter(|filesystem| filesystem.name != "root") {
        tell(
            filesystem.origin.clone(),
            "the operator does not know where this filesystem is mounted, and renders nothing",
            "write the config as Ignition 3, where a filesystem has its `path`",
        );
    }
    let on = storage.files.iter().map(|file| (&file.filesystem, file.origin.field(File2::filesystem)));
    let on =
        on.chain(storage.directories.iter().map(|node| (&node.filesystem, node.origin.field(Directory2::filesystem))));
    let on = on.chain(storage.links.iter().map(|node| (&node.filesystem, node.origin.field(Link2::filesystem))));
    let mut unplaced = Vec::new();
    let declared = |name: &str| storage.filesystems.iter().any(|filesystem| filesystem.name == name);
    for (name, origin) in on {
        if name.is_empty() {
            unplaced.push(origin);
        } else if name != "root" && !declared(name) {
            tell(origin, "no filesystem has this name", "files of a MachineConfig lie on `filesystem: root`");
        }
    }
    for partition in storage.disks.iter().flat_map(|disk| &disk.partitions) {
        for (value, field) in [(&partition.size, Partition2::size), (&partition.start, Partition2::start)] {
            let is_zero = value.0.is_none();
            if !is_zero {
                tell(
                    partition.origin.field(field),
                    "a size in sectors cannot be translated",
                    "write the config as Ignition 3, with `sizeMiB` and `startMiB`",
                );
            }
        }
    }
    for user in config.passwd.users.iter().filter(|user| user.name != "core") {
        tell(
            user.origin.field(User::name),
            "of users only `core` is translated",
            "the operator manages the user `core` alone",
        );
    }
    for origin in unplaced {
        let finding = NO_FILESYSTEM.at(Place::value(source, origin.path()), "in spec 2 this needs a `filesystem`");
        report.push(finding.help("add `filesystem: root`, or write the config as Ignition 3, which has no such key"));
    }
}

fn translated(config: Config2) -> Config {
    let Config2 { origin, ignition: _, networkd: _, passwd, storage, systemd } = config;
    let mut out = Config::default();
    out.set_origin(origin.clone());
    out.ignition.set_origin(origin.field(Config::ignition));
    IgnitionVersion::V3_0.name().clone_into(&mut out.ignition.version);
    out.passwd.set_origin(origin.field(Config::passwd));
    let Passwd2 { origin: _, users, groups } = passwd;
    out.passwd.users = users;
    out.passwd.groups = groups;
    let target = &mut out.storage;
    target.set_origin(origin.field(Config::storage));
    let Storage2 { origin: _, directories, disks, files, filesystems: _, links, raid } = storage;
    target.filesystems = Vec::<Filesystem>::new();
    target.luks = Vec::<Luks>::new();
    target.raid = raid;
    target.directories = last_of_each(directories.into_iter().map(directory), |node| &node.path);
    target.disks = disks.into_iter().map(disk).collect();
    target.files = last_of_each(files.into_iter().map(file), |node| &node.path);
    target.links = last_of_each(links.into_iter().map(link), |node| &node.path);
    out.systemd.set_origin(origin.field(Config::systemd));
    out.systemd.units = last_of_each(systemd.units.into_iter().map(unit), |unit| &unit.name);
    out
}

/// The entries from the last to the first, each name once.
fn last_of_each<T>(entries: impl DoubleEndedIterator<Item = T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut seen = std::collections::HashSet::new();
    entries.rev().filter(|entry| seen.insert(name(entry).clone())).collect()
}

fn directory(node: Directory2) -> Directory {
    let Directory2 { origin, filesystem: _, group, overwrite, path, user, mode } = node;
    Directory { origin, group, overwrite, path, user, mode }
}

fn disk(node: Disk2) -> Disk {
    let Disk2 { origin, device, partitions, wipe_table } = node;
    let partition = |node: Partition2| {
        let Partition2 { origin, guid, label, number, size: _, start: _, type_guid } = node;
        Partition { origin, guid, label, number, type_guid, ..Partition::default() }
    };
    Disk { origin, device, partitions: partitions.into_iter().map(partition).collect(), wipe_table }
}

fn file(node: File2) -> File {
    let File2 { origin, append, contents, filesystem: _, group, overwrite, path, user, mode } = node;
    let (append, contents) = if append { (vec![contents], Resource::default()) } else { (Vec::new(), contents) };
    // Files are replaced there unless something is added to them.
    let adds = !append.is_empty();
    let overwrite = if adds || !is_empty(&contents) { overwrite.or(Some(!adds)) } else { overwrite };
    File { origin, group, overwrite, path, user, append, contents, mode }
}

fn link(node: Link2) -> Link {
    let Link2 { origin, filesystem: _, group, hard, overwrite, path, target, user } = node;
    Link { origin, group, overwrite, path, user, hard, target }
}

fn unit(node: Unit2) -> ignition::Unit {
    let Unit2 { origin, contents, dropins, enable, enabled, mask, name } = node;
    let enabled = enabled.or(enable.then_some(true));
    ignition::Unit { origin, contents, dropins, enabled, mask: mask.then_some(true), name }
}
