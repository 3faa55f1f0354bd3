//! The files below `--files-dir`, by the rules of Butane.
//!
//! A name leads out when its path, cleaned as a text, is not below the folder; symbolic links are followed wherever
//! they lead. That is not a fence: it keeps mistakes out, not people who may write into the folder.

use crate::cli::{kind_of, reason};
use crate::files::{FileError, FileKind, Files};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// Reads below one folder of the disk.
#[derive(Debug, Clone)]
pub struct FilesDir {
    /// Where relative paths start.
    start: PathBuf,
    /// The folder as it was given.
    folder: PathBuf,
}

impl FilesDir {
    /// The folder `folder`, which is relative to `start`; an empty `start` is the current folder.
    pub fn new(start: &Path, folder: &OsStr) -> Self {
        Self { start: start.to_owned(), folder: folder.into() }
    }

    /// Where the file is that a config calls `name`. An absolute name counts from the folder, too.
    fn locate(&self, name: &str) -> Result<PathBuf, FileError> {
        let is_step = |step: &Component<'_>| !matches!(step, Component::Prefix(_) | Component::RootDir);
        let path = clean(self.folder.components().chain(Path::new(name).components().filter(is_step)));
        let absolute = |path: &Path| -> Result<PathBuf, FileError> {
            let path = std::path::absolute(self.start.join(path)).map_err(|error| in_our_words(&error))?;
            Ok(clean(path.components()))
        };
        let (folder, inside) = (absolute(&clean(self.folder.components()))?, absolute(&path)?);
        // Butane compares with the folder and a slash, and nothing starts with two slashes.
        let below = inside.starts_with(&folder) && folder.parent().is_some();
        if inside == folder || below { Ok(self.start.join(path)) } else { Err(FileError::Escapes) }
    }
}

impl Files for FilesDir {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        fs::read(self.locate(path)?).map_err(|error| in_our_words(&error))
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        let metadata = fs::metadata(self.locate(path)?).map_err(|error| in_our_words(&error))?;
        Ok(kind_of(metadata.file_type()))
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        let metadata = fs::symlink_metadata(self.locate(path)?).map_err(|error| in_our_words(&error))?;
        Ok(kind_of(metadata.file_type()))
    }

    /// Names that are not text have replacement characters, and then there is no file of that name.
    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let names: io::Result<Vec<_>> =
            fs::read_dir(self.locate(path)?).and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
        let mut names = names.map_err(|error| in_our_words(&error))?;
        names.sort_unstable();
        Ok(names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        let target = fs::read_link(self.locate(path)?).map_err(|error| in_our_words(&error))?;
        Ok(target.to_string_lossy().into_owned())
    }

    #[cfg(unix)]
    fn mode(&self, path: &str) -> Option<u32> {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(self.locate(path).ok()?).ok().map(|metadata| metadata.permissions().mode() & 0o7777)
    }
}

/// The path without `.`, `..` after a name, and doubled slashes; `.` when nothing is left. Links are not looked at.
fn clean<'a>(steps: impl Iterator<Item = Component<'a>>) -> PathBuf {
    let mut path = PathBuf::new();
    for step in steps {
        match (step, path.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir | Component::Prefix(_))) => (),
            (Component::ParentDir, Some(Component::Normal(_))) => {
                path.pop();
            }
            _ => path.push(step),
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

fn in_our_words(error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Other(reason(error)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// `fd` with files, folders and links, a sibling `fd2`, and `out` beside them.
    fn scratch() -> tempfile::TempDir {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let at = |name: &str| scratch.path().join(name);
        for folder in ["fd/d", "fd2"] {
            fs::create_dir_all(at(folder)).expect("scratch folder");
        }
        for (name, text) in [("fd/a", "in"), ("fd/d/b", "deep"), ("fd2/a", "sibling"), ("out", "outside")] {
            fs::write(at(name), text).expect("scratch file");
        }
        for (name, target) in [("fd/out", "../out"), ("fd/loop", "loop"), ("fd/gone", "nope"), ("real", "fd")] {
            symlink(target, at(name)).expect("scratch link");
        }
        fs::set_permissions(at("fd/d/b"), fs::Permissions::from_mode(0o755)).expect("own file");
        scratch
    }

    #[test]
    fn names_are_found_below_the_folder_and_nowhere_else() {
        let scratch = scratch();
        let inside = scratch.path().file_name().expect("a scratch folder has a name").to_str().expect("it is text");
        let through_above = format!("../../{inside}/fd/a");
        for (folder, name, text) in [
            ("fd", "a", Ok("in")),
            ("fd", "/a", Ok("in")),
            ("fd", "//d/./b/", Ok("deep")),
            ("fd", "d/../a", Ok("in")),
            ("fd", "nope/../a", Ok("in")),
            ("fd", "../fd/a", Ok("in")),
            ("fd", "../real/../fd/a", Ok("in")),
            ("fd", &through_above, Ok("in")),
            ("fd", "out", Ok("outside")),
            ("fd/", "a", Ok("in")),
            ("./fd", "a", Ok("in")),
            ("nope/../fd", "a", Ok("in")),
            ("real", "a", Ok("in")),
            (".", "fd/a", Ok("in")),
            ("fd/..", "out", Ok("outside")),
            ("fd", "../out", Err(FileError::Escapes)),
            ("fd", "/../out", Err(FileError::Escapes)),
            ("fd", "..", Err(FileError::Escapes)),
            ("fd", "../fd2/a", Err(FileError::Escapes)),
            ("fd", "../real/a", Err(FileError::Escapes)),
            ("/", "etc/passwd", Err(FileError::Escapes)),
            ("//", "../etc/passwd", Err(FileError::Escapes)),
            ("fd", "c", Err(FileError::Missing)),
            ("fd", "gone", Err(FileError::Missing)),
            ("nope", "a", Err(FileError::Missing)),
            ("fd", "", Err(FileError::Other("is a directory".into()))),
            ("fd", "d", Err(FileError::Other("is a directory".into()))),
            ("/", "", Err(FileError::Other("is a directory".into()))),
            ("fd", "a/b", Err(FileError::Other("not a directory".into()))),
        ] {
            let found = FilesDir::new(scratch.path(), OsStr::new(folder)).read(name);
            assert_eq!(found, text.map(|text| text.as_bytes().to_vec()), "{folder:?} {name:?}");
        }
        let files = FilesDir::new(scratch.path(), OsStr::new("fd"));
        assert!(matches!(files.read("loop"), Err(FileError::Other(_))));
        assert!(matches!(files.read("a\0b"), Err(FileError::Other(_))));
    }

    #[test]
    fn the_current_folder_is_where_paths_start() {
        let files = FilesDir::new(Path::new(""), OsStr::new("src"));
        assert!(files.read("lib.rs").is_ok());
        assert!(files.read("../src/lib.rs").is_ok());
        assert_eq!(files.read("../Cargo.toml"), Err(FileError::Escapes));
    }

    #[test]
    fn folders_can_be_walked() {
        let scratch = scratch();
        for name in ["fd/d/B", "fd/d/a-b", "fd/d/é"] {
            fs::write(scratch.path().join(name), "").expect("scratch file");
        }
        let files = FilesDir::new(scratch.path(), OsStr::new("fd"));
        assert_eq!(files.list(""), Ok(["a", "d", "gone", "loop", "out"].map(str::to_owned).to_vec()));
        assert_eq!(files.list("d"), Ok(["B", "a-b", "b", "é"].map(str::to_owned).to_vec()), "in the order of bytes");
        assert!(files.list("a").is_err());
        assert_eq!(files.list(".."), Err(FileError::Escapes));
        for (name, kind, own) in [
            ("a", Ok(FileKind::File), Ok(FileKind::File)),
            ("d", Ok(FileKind::Directory), Ok(FileKind::Directory)),
            ("out", Ok(FileKind::File), Ok(FileKind::Link)),
            ("gone", Err(FileError::Missing), Ok(FileKind::Link)),
            ("c", Err(FileError::Missing), Err(FileError::Missing)),
        ] {
            assert_eq!(files.kind(name), kind, "{name}");
            assert_eq!(files.own_kind(name), own, "{name}");
        }
        assert_eq!(FilesDir::new(Path::new("/"), OsStr::new("dev")).kind("null"), Ok(FileKind::Other));
        assert_eq!(files.link_target("gone"), Ok("nope".to_owned()));
        assert!(files.link_target("a").is_err());
        assert_eq!(files.mode("d/b").map(|mode| mode & 0o111), Some(0o111));
        assert_eq!(files.mode("a").map(|mode| mode & 0o111), Some(0));
        assert_eq!(files.mode("c"), None);
    }
}
