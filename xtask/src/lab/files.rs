//! Files and folders of the lab's scratch trees.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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

/// Makes a folder that has nothing in it.
pub(super) fn empty(folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(told)?;
    }
    fs::create_dir_all(folder).map_err(told)
}

/// Makes a sparse file of so many bytes, all zero.
pub(super) fn blank(path: &Path, size: u64) -> Result<(), String> {
    let file = fs::File::create(path).and_then(|file| file.set_len(size));
    file.map_err(|error| format!("{}: {error}", path.display()))
}
