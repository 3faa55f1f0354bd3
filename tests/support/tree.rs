//! Files of the tree, in an order that is the same everywhere.

use std::fs;
use std::path::{Path, PathBuf};

/// What lies directly in `folder`; nothing when there is no such folder.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Every file in `folder` and below.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
