//! Programs that are asked, and files that are laid down for them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Seconds after which a program has hung.
const BOUND: &str = "120";

/// A program that is ended when it hangs.
pub(super) fn bounded(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", BOUND]).arg(program).stdin(Stdio::null());
    command
}

/// Runs a program to its end.
pub(super) fn output(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))
}

/// What a program says on either stream, or that it failed without a word; `None` when it is content. Most of them exit
/// with 0 whatever they find.
pub(super) fn said(command: &mut Command, about: &str) -> Result<Option<String>, String> {
    let output = output(command)?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    Ok(match (text.is_empty(), output.status.success()) {
        (true, true) => None,
        (true, false) => Some(format!("{about}: {}", output.status)),
        (false, _) => Some(format!("{about}:\n{text}")),
    })
}

/// What ShellCheck says about a script.
pub(super) fn shellcheck(path: &Path) -> Result<Option<String>, String> {
    said(bounded("shellcheck").args(["--norc", "--color=never"]).arg(path), &path.display().to_string())
}

pub(super) fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

pub(super) fn is_root() -> Result<bool, String> {
    Ok(output(Command::new("id").arg("-u"))?.stdout.trim_ascii() == b"0")
}

/// What lies in a folder, by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).map_err(told)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// Everything below a folder that is no folder, by name; links are not followed.
pub(super) fn walk(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let (mut waiting, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = waiting.pop() {
        for path in entries(&folder)? {
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_dir());
            if is_folder { waiting.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a file and the folders it lies in.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().ok_or("a file in no folder")?).map_err(told)?;
    fs::write(path, bytes).map_err(told)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(told)
}
