//! The local files of one config: those below its own folder, and below the folder of the config that names it.

use crate::files::{FileError, FileKind, Files};

/// Files named relative to one folder; nothing outside the folder of the first config is read.
#[derive(Clone)]
pub(super) struct Folder<'a> {
    files: &'a dyn Files,
    /// Its steps below the folder of the first config.
    steps: Vec<String>,
}

impl<'a> Folder<'a> {
    /// The folder of the first config.
    pub(super) fn top(files: &'a dyn Files) -> Self {
        Self { files, steps: Vec::new() }
    }

    /// The folder in which the file at `path` lies.
    pub(super) fn of(&self, path: &str) -> Self {
        let mut steps = self.clean(path).unwrap_or_default();
        steps.pop();
        Self { files: self.files, steps }
    }

    /// The steps to `path` without detours, from the folder of the first config.
    ///
    /// # Errors
    /// When the path leads out of that folder.
    pub(super) fn clean(&self, path: &str) -> Result<Vec<String>, FileError> {
        if path.starts_with('/') {
            return Err(FileError::Escapes);
        }
        let mut steps = self.steps.clone();
        for step in path.split('/') {
            match step {
                "" | "." => {}
                ".." => drop(steps.pop().ok_or(FileError::Escapes)?),
                _ => steps.push(step.to_owned()),
            }
        }
        Ok(steps)
    }

    fn inside(&self, path: &str) -> Result<String, FileError> {
        let clean = self.clean(path)?;
        // As it was written, where that is possible: links make detours that are none.
        Ok(if self.steps.is_empty() { path.to_owned() } else { clean.join("/") })
    }
}

impl Files for Folder<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.read(&self.inside(path)?)
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.files.kind(&self.inside(path)?)
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.files.own_kind(&self.inside(path)?)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        self.files.list(&self.inside(path)?)
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        self.files.link_target(&self.inside(path)?)
    }

    fn mode(&self, path: &str) -> Option<u32> {
        self.files.mode(&self.inside(path).ok()?)
    }
}
