//! Writes the files that are made from the model, or tells which of them are stale.

use std::path::Path;
use std::process::ExitCode;

/// `cargo xtask codegen [--check]`: brings everything below `schemas/` up to date; with `--check`, touches nothing
/// and fails if something is not.
pub fn run(check: bool) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let mut failed = false;
    let mut known = Vec::new();
    for (name, text) in firesteel::reference::generated() {
        let path = root.join(&name);
        known.push(path.clone());
        if std::fs::read_to_string(&path).ok().as_deref() == Some(&text) {
            continue;
        }
        if check {
            eprintln!("stale: schemas/{name}");
            failed = true;
        } else if let Err(error) = write(&path, &text) {
            eprintln!("cannot write schemas/{name}: {error}");
            failed = true;
        } else {
            println!("wrote schemas/{name}");
        }
    }
    for path in files(&root) {
        if !known.contains(&path) {
            eprintln!("nothing makes this file any more, remove it: {}", path.display());
            failed = true;
        }
    }
    if check && failed {
        eprintln!("run `cargo xtask codegen`");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

/// The files in the folders of `root`.
fn files(root: &Path) -> Vec<std::path::PathBuf> {
    let list = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    list(root).filter(|folder| folder.is_dir()).flat_map(|folder| list(&folder).collect::<Vec<_>>()).collect()
}
