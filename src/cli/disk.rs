//! The compiler's door to the real disk and the real environment.

use super::console::reason;
use crate::files::{FileError, FileKind, Files};
use std::fs::{self, File, FileType};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes. A config of that size is refused by every service that would serve it.
pub(crate) const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads files relative to one folder, and variables of the process.
#[derive(Debug, Clone)]
pub struct DiskFiles {
    folder: PathBuf,
}

impl DiskFiles {
    /// Names are relative to `folder`; absolute ones, and those that lead out of it, are taken as they are.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = self.folder.join(path);
        let metadata = fs::metadata(&path).map_err(|error| in_our_words(&error))?;
        // Opening a pipe would wait for a writer that may never come.
        if !metadata.is_file() {
            let kind = if metadata.is_dir() { "a directory" } else { "no regular file" };
            return Err(FileError::Other(format!("it is {kind}")));
        }
        let file = File::open(&path).map_err(|error| in_our_words(&error))?;
        read_capped(file)
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        let metadata = fs::metadata(self.folder.join(path)).map_err(|error| in_our_words(&error))?;
        Ok(kind_of(metadata.file_type()))
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        let metadata = fs::symlink_metadata(self.folder.join(path)).map_err(|error| in_our_words(&error))?;
        Ok(kind_of(metadata.file_type()))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let entries = fs::read_dir(self.folder.join(path)).map_err(|error| in_our_words(&error))?;
        let names: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
        let mut names = names.map_err(|error| in_our_words(&error))?;
        names.sort_unstable();
        Ok(names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        let target = fs::read_link(self.folder.join(path)).map_err(|error| in_our_words(&error))?;
        Ok(target.to_string_lossy().into_owned())
    }

    fn variable(&self, name: &str) -> Option<String> {
        // The call panics on names that no variable can have.
        if name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        std::env::var(name).ok()
    }

    #[cfg(unix)]
    fn mode(&self, path: &str) -> Option<u32> {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(self.folder.join(path)).ok().map(|metadata| metadata.permissions().mode() & 0o7777)
    }
}

/// All of `reader`, unless that is more than [`LARGEST`].
pub(crate) fn read_capped(reader: impl Read) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| in_our_words(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::Other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// The folder to which the references of the text at `path` are relative.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// What the operating system calls a kind, in our terms.
pub(crate) fn kind_of(kind: FileType) -> FileKind {
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Other
    }
}

fn in_our_words(error: &std::io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Other(reason(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_regular_files_only() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        fs::write(folder.path().join("a"), "text").expect("scratch file");
        fs::create_dir(folder.path().join("d")).expect("scratch folder");
        let files = DiskFiles::new(folder.path());
        assert_eq!(files.read("a"), Ok(b"text".to_vec()));
        assert_eq!(files.read("b"), Err(FileError::Missing));
        assert_eq!(files.read("d"), Err(FileError::Other("it is a directory".into())));
        assert_eq!(files.read("/dev/null"), Err(FileError::Other("it is no regular file".into())));
        let absolute = folder.path().join("a");
        assert_eq!(files.read(absolute.to_str().expect("scratch path is text")), Ok(b"text".to_vec()));
    }

    #[test]
    fn refuses_what_is_too_large() {
        assert!(read_capped(std::io::repeat(0)).is_err());
        assert_eq!(read_capped(std::io::repeat(0).take(LARGEST)).map(|bytes| bytes.len() as u64), Ok(LARGEST));
    }

    #[test]
    fn odd_variable_names_are_unset() {
        let files = DiskFiles::new("");
        for name in ["", "a=b", "a\0b", "FIRESTEEL_TEST_SURELY_UNSET"] {
            assert_eq!(files.variable(name), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn knows_the_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("a");
        fs::write(&path, "").expect("scratch file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("own file");
        assert_eq!(DiskFiles::new(folder.path()).mode("a"), Some(0o640));
        assert_eq!(DiskFiles::new(folder.path()).mode("b"), None);
    }
}
