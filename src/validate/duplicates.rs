//! Entries of a list that mean the same thing.

use super::checker::Checker;
use crate::diagnostic::Problem;
use crate::model::Node;
use crate::model::Origin;
use crate::model::ignition::{
    Config, ConfigSources, Disk, File, HttpHeader, KernelArguments, Luks, Partition, Passwd, Proxy, Raid, Reference,
    Resource, Storage, Systemd, Tls, User,
};
use std::borrow::Cow;
use std::collections::HashMap;

crate::problem! {
    /// Two entries of a list that mean the same thing.
    ///
    /// Ignition would not know which of them counts, and refuses the whole config. Files, directories and links share
    /// one space of paths; the two lists of kernel arguments share one space of arguments.
    ///
    /// Bad: two files with `path: /etc/motd`. Good: one of them.
    ///
    /// Source: the lists of the Ignition specification; merging relies on their entries being different.
    pub(crate) DUPLICATE_ENTRY = "FS0221", "duplicate-entry", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&DUPLICATE_ENTRY];

/// The keys seen so far in one space of names.
#[derive(Default)]
struct Seen<'a>(HashMap<Cow<'a, str>, Origin>);

impl<'a> Seen<'a> {
    fn add(&mut self, checker: &mut Checker<'_>, key: impl Into<Cow<'a, str>>, origin: Origin, what: &str) {
        let key = key.into();
        let Some(first) = self.0.get(&key) else {
            self.0.insert(key, origin);
            return;
        };
        // That it is missing is told where it is asked for.
        if key.is_empty() && !checker.as_reference() {
            return;
        }
        let first = checker.place(first);
        let diagnostic = DUPLICATE_ENTRY
            .at(checker.place(&origin), format!("a second entry for the same {what}"))
            .label(first, "the first one")
            .help("remove one of the two, or make one out of both");
        checker.push(diagnostic);
    }
}

/// Checks the entries of a list, each under the key it has.
fn list<'a, T: Node>(checker: &mut Checker<'_>, list: &'a [T], what: &str, key: impl Fn(&'a T) -> Cow<'a, str>) {
    let mut seen = Seen::default();
    for entry in list {
        seen.add(checker, key(entry), entry.origin().clone(), what);
    }
}

/// Adds the texts of a list.
fn texts<'a>(checker: &mut Checker<'_>, seen: &mut Seen<'a>, list: &'a [String], origin: &Origin, what: &str) {
    for (index, text) in list.iter().enumerate() {
        seen.add(checker, text, origin.join(index), what);
    }
}

fn unique_texts(checker: &mut Checker<'_>, list: &[String], origin: &Origin, what: &str) {
    texts(checker, &mut Seen::default(), list, origin, what);
}

/// Lists of a node come before those of its children.
pub(super) fn check(checker: &mut Checker<'_>, config: &Config) {
    check_sources(checker, &config.ignition.config);
    let proxy = &config.ignition.proxy;
    unique_texts(checker, &proxy.no_proxy, &proxy.origin.field(Proxy::no_proxy), "host");
    check_authorities(checker, &config.ignition.security.tls);
    check_arguments(checker, &config.kernel_arguments);
    check_passwd(checker, &config.passwd);
    check_storage(checker, &config.storage);
    check_systemd(checker, &config.systemd);
}

fn check_sources(checker: &mut Checker<'_>, config: &ConfigSources) {
    list(checker, &config.merge, "source", |reference| source(reference).into());
    config.merge.iter().for_each(|reference| check_headers(checker, &reference.http_headers));
    check_headers(checker, &config.replace.http_headers);
}

fn check_authorities(checker: &mut Checker<'_>, tls: &Tls) {
    list(checker, &tls.certificate_authorities, "source", |reference| source(reference).into());
    tls.certificate_authorities.iter().for_each(|reference| check_headers(checker, &reference.http_headers));
}

fn source(reference: &Reference) -> &str {
    reference.source.as_deref().unwrap_or_default()
}

fn check_headers(checker: &mut Checker<'_>, headers: &[HttpHeader]) {
    list(checker, headers, "header", |header| (&header.name).into());
}

fn check_resource(checker: &mut Checker<'_>, resource: &Resource) {
    check_headers(checker, &resource.http_headers);
}

fn check_arguments(checker: &mut Checker<'_>, arguments: &KernelArguments) {
    let mut seen = Seen::default();
    let KernelArguments { origin, should_exist, should_not_exist } = arguments;
    texts(checker, &mut seen, should_exist, &origin.field(KernelArguments::should_exist), "argument");
    texts(checker, &mut seen, should_not_exist, &origin.field(KernelArguments::should_not_exist), "argument");
}

fn check_passwd(checker: &mut Checker<'_>, passwd: &Passwd) {
    list(checker, &passwd.groups, "group", |group| (&group.name).into());
    list(checker, &passwd.users, "user", |user| (&user.name).into());
    for user in &passwd.users {
        unique_texts(checker, &user.groups, &user.origin.field(User::groups), "group");
        unique_texts(checker, &user.ssh_authorized_keys, &user.origin.field(User::ssh_authorized_keys), "key");
    }
}

fn check_storage(checker: &mut Checker<'_>, storage: &Storage) {
    check_paths_and_disks(checker, storage);
    list(checker, &storage.luks, "name", |luks| (&luks.name).into());
    list(checker, &storage.raid, "name", |raid| (&raid.name).into());
    storage.disks.iter().for_each(|disk| check_partitions(checker, disk));
    storage.files.iter().for_each(|file| check_file(checker, file));
    storage.luks.iter().for_each(|luks| check_luks(checker, luks));
    for raid in &storage.raid {
        unique_texts(checker, &raid.devices, &raid.origin.field(Raid::devices), "device");
    }
}

fn check_paths_and_disks(checker: &mut Checker<'_>, storage: &Storage) {
    let mut paths = Seen::default();
    for directory in &storage.directories {
        paths.add(checker, &directory.path, directory.origin.clone(), "path");
    }
    list(checker, &storage.disks, "device", |disk| (&disk.device).into());
    for file in &storage.files {
        paths.add(checker, &file.path, file.origin.clone(), "path");
    }
    list(checker, &storage.filesystems, "device", |filesystem| (&filesystem.device).into());
    for link in &storage.links {
        paths.add(checker, &link.path, link.origin.clone(), "path");
    }
}

fn check_partitions(checker: &mut Checker<'_>, disk: &Disk) {
    // Equal numbers and equal labels have findings of their own.
    if checker.as_reference() {
        list(checker, &disk.partitions, "partition", partition_key);
    }
}

fn partition_key(partition: &Partition) -> Cow<'_, str> {
    match (partition.number, &partition.label) {
        (0, Some(label)) => Cow::Owned(format!("label:{label}")),
        (0, None) => Cow::Borrowed(""),
        (number, _) => Cow::Owned(format!("number:{number}")),
    }
}

fn check_file(checker: &mut Checker<'_>, file: &File) {
    file.append.iter().for_each(|resource| check_resource(checker, resource));
    check_resource(checker, &file.contents);
}

fn check_luks(checker: &mut Checker<'_>, luks: &Luks) {
    unique_texts(checker, &luks.open_options, &luks.origin.field(Luks::open_options), "option");
    if let Some(clevis) = &luks.clevis {
        list(checker, &clevis.tang, "server", |tang| (&tang.url).into());
    }
    check_resource(checker, &luks.key_file);
}

fn check_systemd(checker: &mut Checker<'_>, systemd: &Systemd) {
    list(checker, &systemd.units, "unit", |unit| (&unit.name).into());
    for unit in &systemd.units {
        list(checker, &unit.dropins, "drop-in", |dropin| (&dropin.name).into());
    }
}
