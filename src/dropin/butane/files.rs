//! The folder of local files, with the reference's rule for what lies in it: by the text of the path alone.

use crate::cli::read_capped;
use crate::files::{FileError, FileKind, Files};
use crate::validate::cleaned;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Files below one folder. Links are followed wherever they lead.
#[derive(Debug, Clone)]
pub struct FilesDir {
    /// Where the process is.
    folder: PathBuf,
    /// The folder as it was named.
    named: String,
    /// Its absolute path in clean form.
    root: String,
}

impl FilesDir {
    /// The folder `named`, which is relative to `folder`.
    pub fn new(folder: &Path, named: &str) -> Self {
        let root = cleaned(&folder.join(named).to_string_lossy());
        Self { folder: folder.to_owned(), named: named.to_owned(), root }
    }

    fn path(&self, path: &str) -> Result<PathBuf, FileError> {
        let joined = cleaned(&format!("{}/{path}", self.named));
        let full = cleaned(&self.folder.join(joined).to_string_lossy());
        let inside = full == self.root || full.starts_with(&format!("{}/", self.root));
        if inside { Ok(PathBuf::from(full)) } else { Err(FileError::Escapes) }
    }
}

impl Files for FilesDir {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = self.path(path)?;
        if fs::metadata(&path).map_err(|error| in_our_words(&error))?.is_dir() {
            return Err(FileError::Other("it is a directory".to_owned()));
        }
        read_capped(fs::File::open(&path).map_err(|error| in_our_words(&error))?)
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        fs::metadata(self.path(path)?).map(|metadata| kind(metadata.file_type())).map_err(|error| in_our_words(&error))
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        let metadata = fs::symlink_metadata(self.path(path)?);
        metadata.map(|metadata| kind(metadata.file_type())).map_err(|error| in_our_words(&error))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let entries = fs::read_dir(self.path(path)?).map_err(|error| in_our_words(&error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| in_our_words(&error))?;
            let name = entry.file_name().into_string();
            names.push(name.map_err(|_| FileError::Other("a name in it is not UTF-8".to_owned()))?);
        }
        names.sort_unstable();
        Ok(names)
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        let target = fs::read_link(self.path(path)?).map_err(|error| in_our_words(&error))?;
        Ok(target.to_string_lossy().into_owned())
    }

    #[cfg(unix)]
    fn mode(&self, path: &str) -> Option<u32> {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(self.path(path).ok()?).ok().map(|metadata| metadata.permissions().mode() & 0o7777)
    }
}

fn kind(kind: fs::FileType) -> FileKind {
    if kind.is_symlink() {
        FileKind::Link
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

fn in_our_words(error: &std::io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Other(error.to_string()),
    }
}
