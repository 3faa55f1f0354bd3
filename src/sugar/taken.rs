//! Which paths of the machine the config writes already, so that trees and quadlets do not write them again.

use crate::diagnostic::Problem;
use crate::model::butane::{File, Storage};
use crate::model::ignition::{Directory, Link};
use std::collections::HashMap;

crate::problem! {
    /// A path that a tree or quadlet would write, but that the config has already.
    ///
    /// Good: remove one of the two; a file may stay in the config if it has no contents of its own.
    ///
    /// Source: `storage.trees` of the Butane configuration specification.
    pub(crate) PATH_TAKEN = "FS0703", "path-taken", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&PATH_TAKEN];

/// What stands at a path, by its index in the list of its kind.
#[derive(Clone, Copy)]
pub(super) enum Taken {
    Directory,
    File(usize),
    Link(usize),
}

/// The paths of a config.
pub(super) struct TakenPaths(HashMap<String, Taken>);

impl TakenPaths {
    pub(super) fn of(storage: &Storage) -> Self {
        let directories = storage.directories.iter().map(|node| (node.path.clone(), Taken::Directory));
        let files = storage.files.iter().enumerate().map(|(index, node)| (node.path.clone(), Taken::File(index)));
        let links = storage.links.iter().enumerate().map(|(index, node)| (node.path.clone(), Taken::Link(index)));
        Self(directories.chain(files).chain(links).collect())
    }

    pub(super) fn at(&self, path: &str) -> Option<Taken> {
        self.0.get(path).copied()
    }

    pub(super) fn add_file(&mut self, storage: &mut Storage, file: File) {
        self.0.insert(file.path.clone(), Taken::File(storage.files.len()));
        if storage.files.is_empty() {
            storage.origin.place(Storage::files, file.origin.derived());
        }
        storage.files.push(file);
    }

    pub(super) fn add_link(&mut self, storage: &mut Storage, link: Link) {
        self.0.insert(link.path.clone(), Taken::Link(storage.links.len()));
        if storage.links.is_empty() {
            storage.origin.place(Storage::links, link.origin.derived());
        }
        storage.links.push(link);
    }

    pub(super) fn add_directory(&mut self, storage: &mut Storage, directory: Directory) {
        self.0.insert(directory.path.clone(), Taken::Directory);
        if storage.directories.is_empty() {
            storage.origin.place(Storage::directories, directory.origin.derived());
        }
        storage.directories.push(directory);
    }
}
