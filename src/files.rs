//! The one door to files: everything below the command line reads through [`Files`].

use std::collections::BTreeMap;
use std::fmt;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// There is none of that name.
    Missing,
    /// The name leads out of the folder that may be read.
    Escapes,
    /// Anything else, in the operating system's words.
    Other(String),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::Escapes => f.write_str("the path leads out of the folder that may be read"),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for FileError {}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Link,
    /// A pipe, socket or device.
    Other,
}

/// Reads files and variables for the compiler, which itself touches neither disk nor environment.
///
/// Implementations remember what they were asked for, missing files included, so that a build tool can be told.
pub trait Files {
    /// The bytes of the file at `path`, relative to the folder of the text that names it.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// What is at `path`, links followed.
    ///
    /// # Errors
    /// When there is nothing, or it cannot be told.
    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.read(path).map(|_| FileKind::File)
    }

    /// What is at `path` itself, links not followed.
    ///
    /// # Errors
    /// As for [`kind`](Self::kind).
    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.kind(path)
    }

    /// The names in the folder at `path`, sorted by their bytes.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let _ = path;
        Err(FileError::Other("folders cannot be read here".to_owned()))
    }

    /// What the link at `path` points to.
    ///
    /// # Errors
    /// When there is no such link, or it cannot be read.
    fn link_target(&self, path: &str) -> Result<String, FileError> {
        let _ = path;
        Err(FileError::Other("links cannot be read here".to_owned()))
    }

    /// The value of a variable that a text names as the place of a secret.
    fn variable(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// The permission bits of the file at `path`, where there is such a thing.
    fn mode(&self, path: &str) -> Option<u32> {
        let _ = path;
        None
    }
}

/// Files and variables held in memory, for tests and embedding programs.
#[derive(Clone, Default)]
pub struct MemoryFiles {
    /// Contents by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Values by name.
    pub variables: BTreeMap<String, String>,
}

// Contents and values may be secrets.
impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryFiles")
            .field("files", &self.files.keys())
            .field("variables", &self.variables.keys())
            .finish()
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.get(path).cloned().ok_or(FileError::Missing)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}
