//! Paths at which nothing can be made.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{Directory, File, Link};
use std::collections::BTreeMap;

crate::problem! {
    /// A path at which Ignition can make nothing.
    ///
    /// Below a file there can be no other; the root is a directory; no name has more than 255 bytes, no path more than
    /// 4095, and none has a NUL. Ignition stops there, and the machine does not boot.
    ///
    /// Bad: a file `/etc/a` and a file `/etc/a/b`. Good: a directory `/etc/a` and a file `/etc/a/b`.
    ///
    /// Source: path_resolution(7); seen with the engine of Ignition.
    pub(crate) IMPOSSIBLE_PATH = "FS2209", "impossible-path", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&IMPOSSIBLE_PATH], status: Status::Stable, check };

/// The longest name in a directory, in bytes.
const NAME_BYTES: usize = 255;
/// The longest path that the kernel takes, in bytes.
const PATH_BYTES: usize = 4095;

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    let files: BTreeMap<&str, &File> = storage.files.iter().map(|file| (file.path.as_str(), file)).collect();
    let places = storage.files.iter().map(|file| (file.path.as_str(), file.origin.field(File::path), "file"));
    let directories = storage.directories.iter();
    let directories = directories.map(|one| (one.path.as_str(), one.origin.field(Directory::path), "directory"));
    let links = storage.links.iter().map(|link| (link.path.as_str(), link.origin.field(Link::path), "link"));
    for (path, origin, what) in places.chain(directories).chain(links) {
        if let Some(message) = impossible(path, what) {
            stop(findings.at(&IMPOSSIBLE_PATH, &origin, message), findings);
        }
        if let Some(above) = file_above(path, &files) {
            let message = format!("`{path}` is below `{}`, which is a file", above.path);
            let label = findings.place(&above.origin.field(File::path));
            let finding = findings.at(&IMPOSSIBLE_PATH, &origin, message).label(label, "this is no directory");
            stop(finding.help(format!("move `{path}`, or make `{}` a directory", above.path)), findings);
        }
    }
}

fn stop(finding: crate::diagnostic::Diagnostic, findings: &mut Findings<'_>) {
    findings.push(finding.note("Ignition stops there, and the machine does not boot"));
}

fn impossible(path: &str, what: &str) -> Option<String> {
    if path == "/" && what != "directory" {
        return Some(format!("a {what} cannot be made at `/`, which is a directory"));
    }
    if path.contains('\0') {
        return Some("the path holds a NUL character".to_owned());
    }
    if path.len() > PATH_BYTES {
        return Some(format!("the path has {} bytes, and {PATH_BYTES} is the most", path.len()));
    }
    let long = path.split('/').map(str::len).find(|&length| length > NAME_BYTES)?;
    Some(format!("a name in the path has {long} bytes, and {NAME_BYTES} is the most"))
}

/// The file that a path leads through.
fn file_above<'a>(path: &str, files: &BTreeMap<&str, &'a File>) -> Option<&'a File> {
    let ends = path.char_indices().filter(|&(at, c)| c == '/' && at > 0).map(|(at, _)| at);
    // A path of thousands of parts is told for its length.
    ends.take(128).find_map(|end| files.get(&path[..end]).copied())
}
