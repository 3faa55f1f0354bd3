//! What passes between the command line and the compiler of the `butane` drop-in.

use crate::diagnostic::Severity;
use crate::document::Path;
use crate::files::Files;
use std::sync::Arc;

/// One config to compile, and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What the input is called in reports: the file as it was named, or `<stdin>`.
    pub name: &'a str,
    /// The input as it was read, in any encoding.
    pub bytes: &'a [u8],
    /// The door to local files; none without `--files-dir`, and then the config may not name any.
    pub files: Option<&'a dyn Files>,
    /// Whether JSON output is indented.
    pub pretty: bool,
    /// Whether the Ignition config is wanted even where the variant wraps it in a MachineConfig.
    pub raw: bool,
}

/// One finding as the reports of the drop-in know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How bad it is.
    pub kind: Severity,
    /// The field it is about; the root where it is about none.
    pub path: Path,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// What came of a [`Request`].
#[derive(Clone)]
pub struct Outcome {
    /// The whole text to write, with its last line break; none when there is a fatal reason.
    pub output: Option<String>,
    /// The findings, in the order they are reported.
    pub entries: Vec<Entry>,
    /// Why there is no output, in a few words.
    pub fatal: Option<String>,
    /// The input, decoded.
    pub text: Arc<str>,
}
