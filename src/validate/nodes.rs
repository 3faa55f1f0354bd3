//! Files, directories and links: each by itself, below each other, and against the units.

use super::checker::{Checker, is_empty};
use super::paths::{self, cleaned};
use super::resource;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{Config, Directory, File, Link, Owner, Storage};
use crate::spec::behavior::{LINK_TARGET_REQUIRED, SPECIAL_MODE_BITS_DROPPED};
use crate::spec::values::{MODE_BITS, working_mode_bits};
use std::collections::{HashMap, HashSet};

crate::problem! {
    /// An owner given twice, by number and by name.
    ///
    /// Bad: `user: {id: 0, name: root}`. Good: `user: {name: root}`.
    ///
    /// Source: `user` and `group` of files, directories and links in the Ignition specification.
    pub(crate) OWNER_GIVEN_TWICE = "FS0402", "owner-given-twice", Error;

    /// A mode that no file can have.
    ///
    /// JSON has no octal numbers: 0644 is written 420, and 644 means 01204.
    ///
    /// Source: the `mode` fields of the Ignition specification.
    pub(crate) BAD_MODE = "FS0403", "bad-mode", Error;

    /// A setuid, setgid or sticky bit that has no effect.
    ///
    /// Up to 3.5.0 Ignition drops these bits. Often they were never meant: decimal 644 has the sticky bit.
    ///
    /// Bad: `mode: 644` in JSON. Good: `mode: 420`, which is 0644.
    ///
    /// Source: the `mode` fields of the Ignition specification.
    pub(crate) SPECIAL_MODE_BITS = "FS0404", "special-mode-bits", Warning;

    /// A file that shall be overwritten with nothing.
    ///
    /// Bad: `{path: …, overwrite: true}`. Good: the same with `contents: {source: "data:,"}` for an empty file.
    ///
    /// Source: `storage.files[].overwrite` of the Ignition specification.
    pub(crate) OVERWRITE_WITHOUT_SOURCE = "FS0405", "overwrite-without-source", Error;

    /// A path that leads through a link of the same config.
    ///
    /// Links are made last, so the path does not lead there yet, and then the link is in the way.
    ///
    /// Bad: a link `/opt/a` and a file `/opt/a/b`. Good: the file below what the link points to.
    ///
    /// Source: the order in which Ignition works: directories, files, links.
    pub(crate) PATH_BELOW_LINK = "FS0406", "path-below-link", Error;

    /// A link that points nowhere.
    ///
    /// Source: `storage.links[].target` of the Ignition specification, from 3.3.0.
    pub(crate) MISSING_TARGET = "FS0407", "missing-target", Error;

    /// A hard link to a directory of the same config.
    ///
    /// No filesystem allows that. Make it a symbolic link: remove `hard`.
    ///
    /// Source: `storage.links[].hard` of the Ignition specification.
    pub(crate) HARD_LINK_TO_DIRECTORY = "FS0408", "hard-link-to-directory", Error;

    /// An owner for a hard link.
    ///
    /// A hard link is another name of a file and has that file's owner.
    ///
    /// Source: `storage.links[].hard` of the Ignition specification.
    pub(crate) OWNER_OF_HARD_LINK = "FS0409", "owner-of-hard-link", Warning;

    /// A path at which Ignition writes a unit of the same config.
    ///
    /// Bad: a file `/etc/systemd/system/a.service` beside the unit `a.service` with contents. Good: one of them.
    ///
    /// Source: `systemd.units` of the Ignition specification.
    pub(crate) PATH_OF_UNIT = "FS0410", "path-of-unit", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[
    &OWNER_GIVEN_TWICE,
    &BAD_MODE,
    &SPECIAL_MODE_BITS,
    &OVERWRITE_WITHOUT_SOURCE,
    &PATH_BELOW_LINK,
    &MISSING_TARGET,
    &HARD_LINK_TO_DIRECTORY,
    &OWNER_OF_HARD_LINK,
    &PATH_OF_UNIT,
];

/// Where Ignition writes units.
const UNIT_DIRECTORY: &str = "/etc/systemd/system";

/// Tells paths at which units or drop-ins are written.
pub(super) fn check_against_units(checker: &mut Checker<'_>, config: &Config) {
    let mut written = HashSet::new();
    for unit in &config.systemd.units {
        if !is_empty(&unit.contents) {
            written.insert(format!("{UNIT_DIRECTORY}/{}", unit.name));
        }
        for dropin in unit.dropins.iter().filter(|dropin| !is_empty(&dropin.contents)) {
            written.insert(format!("{UNIT_DIRECTORY}/{}.d/{}", unit.name, dropin.name));
        }
    }
    if written.is_empty() {
        return;
    }
    let storage = &config.storage;
    let mut check = |path: &str, origin: Origin| {
        if written.contains(path) {
            let message = format!("`{path}` is also written for `systemd.units`");
            checker.tell(&PATH_OF_UNIT, &origin, message, "keep one of the two, best the unit");
        }
    };
    storage.files.iter().for_each(|file| check(&file.path, file.origin.field(File::path)));
    storage.directories.iter().for_each(|directory| check(&directory.path, directory.origin.field(Directory::path)));
    storage.links.iter().for_each(|link| check(&link.path, link.origin.field(Link::path)));
}

/// Tells nodes below links, and what is wrong with what links point to.
pub(super) fn check_below_links(checker: &mut Checker<'_>, storage: &Storage) {
    if storage.links.is_empty() {
        return;
    }
    let links = LinkPaths::new(&storage.links);
    let directories: HashSet<&str> = storage.directories.iter().map(|directory| directory.path.as_str()).collect();
    for directory in &storage.directories {
        links.check(checker, &directory.path, &directory.origin, "the directory");
    }
    for file in &storage.files {
        links.check(checker, &file.path, &file.origin, "the file");
    }
    for link in &storage.links {
        links.check(checker, &link.path, &link.origin, "the link");
        if checker.allows(LINK_TARGET_REQUIRED) && is_empty(&link.target) {
            let help = "add `target` with what it shall point to";
            checker.tell(&MISSING_TARGET, &link.origin.field(Link::target), "the link has no target", help);
        } else if link.hard == Some(true) {
            check_hard_link(checker, link, &directories);
        }
    }
}

/// The links by path, to find those that a path leads through.
struct LinkPaths<'a> {
    links: HashMap<&'a str, Vec<&'a Link>>,
    /// The lengths of their paths: only parts of those lengths are worth looking up.
    lengths: HashSet<usize>,
}

impl<'a> LinkPaths<'a> {
    fn new(list: &'a [Link]) -> Self {
        let mut links: HashMap<&str, Vec<&Link>> = HashMap::new();
        for link in list {
            links.entry(&link.path).or_default().push(link);
        }
        let lengths = links.keys().map(|path| path.len()).collect();
        Self { links, lengths }
    }

    fn check(&self, checker: &mut Checker<'_>, path: &str, origin: &Origin, what: &str) {
        let parts = path.match_indices('/').filter(|(at, _)| self.lengths.contains(at)).map(|(at, _)| &path[..at]);
        for link in parts.filter_map(|part| self.links.get(part)).flatten() {
            // A link without a path is told as such; the reference finds every absolute path below it.
            if link.path.is_empty() && !checker.as_reference() {
                continue;
            }
            let diagnostic = PATH_BELOW_LINK
                .at(checker.place(origin), format!("{what} `{path}` lies below a link of this config"))
                .label(checker.place(&link.origin), "the link")
                .help("put it below what the link points to");
            checker.push(diagnostic);
        }
    }
}

fn check_hard_link(checker: &mut Checker<'_>, link: &Link, directories: &HashSet<&str>) {
    let target = link.target.as_deref().unwrap_or_default();
    let target = if target.starts_with('/') {
        cleaned(target)
    } else if checker.as_reference() {
        // The reference resolves against the link itself, not against the directory it is in.
        cleaned(&format!("{}/{target}", link.path))
    } else {
        let directory = link.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        cleaned(&format!("{directory}/{target}"))
    };
    if directories.contains(target.as_str()) {
        let message = format!("a hard link cannot lead to the directory `{target}`");
        checker.tell(&HARD_LINK_TO_DIRECTORY, &link.origin, message, "remove `hard` to make it a symbolic link");
    }
    for owner in [&link.user, &link.group] {
        let given = [(Owner::id, owner.id.is_some()), (Owner::name, owner.name.is_some())];
        for (field, _) in given.iter().filter(|(_, given)| *given) {
            let message = "a hard link has no owner of its own";
            checker.tell(&OWNER_OF_HARD_LINK, &owner.origin.field(field), message, "set the owner of the file instead");
        }
    }
}

pub(super) fn check_directory(checker: &mut Checker<'_>, directory: &Directory) {
    let Directory { origin, group, path, user, mode, .. } = directory;
    paths::check(checker, &origin.field(Directory::path), path, "the path");
    check_mode(checker, *mode, &origin.field(Directory::mode));
    check_owner(checker, group);
    check_owner(checker, user);
}

pub(super) fn check_file(checker: &mut Checker<'_>, file: &File) {
    let File { origin, group, overwrite, path, user, append, contents, mode } = file;
    paths::check(checker, &origin.field(File::path), path, "the path");
    check_mode(checker, *mode, &origin.field(File::mode));
    if *overwrite == Some(true) && contents.source.is_none() {
        let message = "the file shall be overwritten, but there is no source of new contents";
        let help = "add `contents.source` (`data:,` for an empty file), or remove `overwrite`";
        checker.tell(&OVERWRITE_WITHOUT_SOURCE, &origin.field(File::overwrite), message, help);
    }
    check_owner(checker, group);
    check_owner(checker, user);
    append.iter().for_each(|part| resource::check(checker, part));
    resource::check(checker, contents);
}

pub(super) fn check_link(checker: &mut Checker<'_>, link: &Link) {
    let Link { origin, group, path, user, .. } = link;
    paths::check(checker, &origin.field(Link::path), path, "the path");
    check_owner(checker, group);
    check_owner(checker, user);
}

fn check_owner(checker: &mut Checker<'_>, owner: &Owner) {
    if owner.id.is_some() && !is_empty(&owner.name) {
        let message = "the owner is given by number and by name";
        checker.tell(&OWNER_GIVEN_TWICE, &owner.origin, message, "keep `id` or `name`");
    }
}

fn check_mode(checker: &mut Checker<'_>, mode: Option<i64>, origin: &Origin) {
    let Some(mode) = mode else { return };
    let refused = mode & !MODE_BITS != 0;
    if refused {
        let message = format!("{mode} is not a mode");
        let help = "a mode is at most 07777, which JSON writes as 4095; 0644 is 420";
        checker.tell(&BAD_MODE, origin, message, help);
    }
    let dropped = mode & MODE_BITS & !working_mode_bits(&checker.gates) != 0;
    if checker.allows(SPECIAL_MODE_BITS_DROPPED) && dropped && (!refused || checker.as_reference()) {
        let message = format!("the mode {:04o} has setuid, setgid or sticky bits, which are dropped", mode & MODE_BITS);
        let help = format!("if {mode} was meant in octal, write the number in decimal; else use 3.6.0 or later");
        checker.tell(&SPECIAL_MODE_BITS, origin, message, help);
    }
}
