//! `trees`: whole local directories written to the machine.

use super::taken::{PATH_TAKEN, Taken, TakenPaths};
use super::{Context, local, paths};
use crate::diagnostic::Problem;
use crate::files::{FileError, FileKind, Files};
use crate::model::Origin;
use crate::model::butane::{Config, File, Storage, Tree};
use crate::model::ignition::{Directory, Link, Owner};
use crate::model::is_empty;

crate::problem! {
    /// A tree that is no directory, or holds what cannot be written to a machine.
    ///
    /// A tree may hold files, directories and symbolic links.
    ///
    /// Source: `storage.trees` of the Butane configuration specification.
    pub(crate) BAD_TREE = "FS0704", "bad-tree", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_TREE];

const EXECUTABLE: i64 = 0o755;
const PLAIN: i64 = 0o644;

pub(super) fn add(config: &mut Config, context: &mut Context<'_>) {
    let trees = std::mem::take(&mut config.storage.trees);
    let Some(first) = trees.first() else { return };
    let Some(files) = context.files else {
        return local::tell_no_folder(&first.origin, context);
    };
    let mut taken = TakenPaths::of(&config.storage);
    for tree in &trees {
        let mut writer =
            Writer { tree, origin: tree.origin.derived(), files, storage: &mut config.storage, taken: &mut taken };
        writer.write(context);
    }
}

struct Writer<'a> {
    tree: &'a Tree,
    origin: Origin,
    files: &'a dyn Files,
    storage: &'a mut Storage,
    taken: &'a mut TakenPaths,
}

impl Writer<'_> {
    fn write(&mut self, context: &mut Context<'_>) {
        match self.files.kind(&self.tree.local) {
            Ok(FileKind::Directory) => {}
            Ok(_) => {
                let message = format!("`{}` is no directory", self.tree.local);
                return context.findings.tell(&BAD_TREE, &self.origin, message, "write single files under `files`");
            }
            Err(error) => return local::tell_unreadable(&self.tree.local, &error, &self.origin, context),
        }
        let root = self.tree.path.as_deref().filter(|path| !path.is_empty()).unwrap_or("/");
        // What is still to be written, the next at the end: local path and path on the machine.
        let mut waiting = vec![(self.tree.local.clone(), paths::joined(&[root]))];
        while let Some((local, path)) = waiting.pop() {
            if let Err(error) = self.write_entry(&local, &path, &mut waiting, context) {
                local::tell_unreadable(&local, &error, &self.origin, context);
            }
        }
    }

    fn write_entry(
        &mut self,
        local: &str,
        path: &str,
        waiting: &mut Vec<(String, String)>,
        context: &mut Context<'_>,
    ) -> Result<(), FileError> {
        match self.files.own_kind(local)? {
            FileKind::Directory => {
                self.write_directory(path, context);
                let names = self.files.list(local)?;
                let below = names.iter().rev().map(|name| (format!("{local}/{name}"), paths::joined(&[path, name])));
                waiting.extend(below);
            }
            FileKind::File => self.write_file(local, path, context)?,
            FileKind::Link => self.write_link(local, path, context)?,
            FileKind::Other => {
                let message = format!("`{local}` is neither file nor directory nor link");
                context.findings.tell(&BAD_TREE, &self.origin, message, "move it out of the tree");
            }
        }
        Ok(())
    }

    fn tell_taken(&self, path: &str, context: &mut Context<'_>) {
        let message = format!("`{path}` is in the config already");
        context.findings.tell(&PATH_TAKEN, &self.origin, message, "remove it from the config or from the tree");
    }

    fn owner(&self, owner: &Owner) -> Owner {
        Owner { origin: self.origin.clone(), ..owner.clone() }
    }

    fn write_directory(&mut self, path: &str, context: &mut Context<'_>) {
        let tree = self.tree;
        if tree.dir_mode.is_none() && is_empty(&tree.user) && is_empty(&tree.group) {
            return;
        }
        if self.taken.at(path).is_some() {
            return self.tell_taken(path, context);
        }
        let directory = Directory {
            origin: self.origin.clone(),
            group: self.owner(&tree.group),
            path: path.to_owned(),
            user: self.owner(&tree.user),
            mode: Some(tree.dir_mode.unwrap_or(EXECUTABLE)),
            ..Directory::default()
        };
        self.taken.add_directory(self.storage, directory);
    }

    fn write_file(&mut self, local: &str, path: &str, context: &mut Context<'_>) -> Result<(), FileError> {
        let index = match self.taken.at(path) {
            Some(Taken::File(index)) if !has_contents(&self.storage.files[index]) => Some(index),
            Some(_) => {
                self.tell_taken(path, context);
                return Ok(());
            }
            None => None,
        };
        let bytes = self.files.read(local)?;
        let mode = match self.tree.file_mode {
            Some(mode) => mode,
            None if self.files.mode(local).is_some_and(|bits| bits & 0o111 != 0) => EXECUTABLE,
            None => PLAIN,
        };
        match index {
            Some(index) => {
                let file = &mut self.storage.files[index];
                local::set_contents(&mut file.contents, &bytes, &self.origin, context);
                if file.mode.is_none() {
                    file.mode = Some(mode);
                    file.origin.place(File::mode, self.origin.clone());
                }
            }
            None => {
                let mut file = File {
                    origin: self.origin.clone(),
                    group: self.owner(&self.tree.group),
                    path: path.to_owned(),
                    user: self.owner(&self.tree.user),
                    mode: Some(mode),
                    ..File::default()
                };
                file.contents.origin = self.origin.clone();
                local::set_contents(&mut file.contents, &bytes, &self.origin, context);
                self.taken.add_file(self.storage, file);
            }
        }
        Ok(())
    }

    fn write_link(&mut self, local: &str, path: &str, context: &mut Context<'_>) -> Result<(), FileError> {
        let index = match self.taken.at(path) {
            Some(Taken::Link(index)) if !has_target(&self.storage.links[index]) => Some(index),
            Some(_) => {
                self.tell_taken(path, context);
                return Ok(());
            }
            None => None,
        };
        let target = Some(self.files.link_target(local)?);
        match index {
            Some(index) => {
                let link = &mut self.storage.links[index];
                link.target = target;
                link.origin.place(Link::target, self.origin.clone());
            }
            None => {
                let link = Link {
                    origin: self.origin.clone(),
                    group: self.owner(&self.tree.group),
                    path: path.to_owned(),
                    user: self.owner(&self.tree.user),
                    target,
                    ..Link::default()
                };
                self.taken.add_link(self.storage, link);
            }
        }
        Ok(())
    }
}

fn has_contents(file: &File) -> bool {
    let given = [&file.contents.source, &file.contents.inline];
    // An empty source is written as if there were none.
    given.iter().any(|source| source.is_some()) && file.contents.source.as_deref() != Some("")
}

fn has_target(link: &Link) -> bool {
    link.target.as_deref().is_some_and(|target| !target.is_empty())
}
