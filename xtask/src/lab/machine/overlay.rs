//! From a spec to the files that lie on a node: `firesteel compile`, the real Ignition engine, and what it enables.

use super::image::{self, Image, stamp};
use crate::lab::files::{walk, write};
use crate::lab::{ignition, process};
use crate::machine_config;
use crate::root;
use firesteel::cli::DiskFiles;
use firesteel::pipeline::{Asset, AssetKind, Compiled, Input, Options, TargetForm, compile};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files as they lie on a node, with the links that enable units.
#[derive(Debug, Clone)]
pub(super) struct Overlay {
    pub(super) tree: PathBuf,
    /// Changes with the name or contents of any file.
    pub(super) stamp: String,
}

impl Overlay {
    /// The files, without the folders, relative to the root.
    pub(super) fn names(&self) -> Result<Vec<String>, String> {
        let relative = |path: PathBuf| path.strip_prefix(&self.tree).unwrap_or(&path).display().to_string();
        Ok(walk(&self.tree)?.into_iter().map(relative).collect())
    }

    /// Is this text in any of the files?
    pub(super) fn contains(&self, text: &str) -> Result<bool, String> {
        Ok(walk(&self.tree)?.iter().any(|path| fs::read_to_string(path).is_ok_and(|contents| contents.contains(text))))
    }

    /// The files as an archive that can be given to a guest as a disk.
    pub(super) fn archive(&self) -> Result<PathBuf, String> {
        archive(&self.tree, ".")
    }

    /// The Ignition config, in the same form.
    pub(super) fn config_disk(&self) -> Result<PathBuf, String> {
        archive(&self.tree.with_file_name("ignition"), "config.json")
    }
}

/// A folder, or what of it is named, as an archive that can be given to a guest as a disk.
pub(super) fn archive(folder: &Path, what: &str) -> Result<PathBuf, String> {
    let path = folder.with_extension("tar");
    let (to, folder) = (path.display().to_string(), folder.display().to_string());
    process::run(60, "tar", &["-C", &folder, "-cf", &to, what])?;
    process::run(10, "truncate", &["-s", "%1M", &to])?;
    Ok(path)
}

/// Compiles `tests/lab/specs/NAME.yaml`, changed in some places, and writes what a node gets below the folder.
pub(super) fn overlay(folder: &Path, image: &Image, spec: &str, changes: &[(&str, &str)]) -> Result<Overlay, String> {
    // The engine adds to a preset that is there.
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let config = config(folder, spec, changes)?;
    let tree = folder.join("tree");
    ignition::lay(&config, &tree, &folder.join("ignition"))?;
    // The engine's own note says when it ran, and the same files must give the same stamp.
    let _ = fs::remove_file(tree.join("etc/.ignition-result.json"));
    // The guest has its own.
    fs::remove_dir_all(tree.join("etc/selinux")).map_err(|error| error.to_string())?;
    enable(folder, image, &tree)?;
    let mut all = Vec::new();
    for path in walk(&tree)? {
        // A link's own end is not here. The engine writes the lines of its preset in another order each time.
        let mut contents = fs::read(&path).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "preset") {
            contents.sort_unstable();
        }
        all.push((path.strip_prefix(&tree).unwrap_or(&path).to_owned(), contents));
    }
    Ok(Overlay { stamp: stamp(&all), tree })
}

/// What the compiler emits for `tests/lab/specs/NAME.yaml`, changed in some places, and the changed text.
pub(super) fn compiled(
    spec: &str,
    changes: &[(&str, &str)],
    target: Option<TargetForm>,
) -> Result<(String, Vec<Asset>), String> {
    let specs = root().join("tests/lab/specs");
    let path = specs.join(format!("{spec}.yaml"));
    let mut text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    for (from, to) in changes {
        if !text.contains(from) {
            return Err(format!("{}: has no `{from}` to change", path.display()));
        }
        text = text.replace(from, to);
    }
    let (name, options) = (path.display().to_string(), Options { wrapping: None, target });
    let Compiled { assets, report, .. } =
        compile(Input { name: &name, bytes: text.as_bytes() }, &DiskFiles::new(&specs), &options);
    if report.has_errors() || assets.is_empty() {
        return Err(format!("{name}: does not compile"));
    }
    Ok((text, assets))
}

/// All of a spec's configs, merged by the engine: each object is embedded as it is.
fn config(folder: &Path, spec: &str, changes: &[(&str, &str)]) -> Result<Value, String> {
    let (text, assets) = compiled(spec, changes, None)?;
    write(&folder.join("spec.yaml"), text.as_bytes(), 0o600)?;
    let mut configs = Vec::new();
    for asset in &assets {
        write(&folder.join("out").join(&asset.name), asset.contents.as_bytes(), 0o600)?;
        if asset.kind == AssetKind::Object {
            let config = machine_config::config(&asset.contents).map_err(|error| format!("{}: {error}", asset.name))?;
            configs.extend(config);
        }
    }
    Ok(ignition::merging(&configs))
}

/// The engine leaves a preset, which counts on a first boot; on a running node the operator's daemon enables the units.
fn enable(folder: &Path, image: &Image, tree: &Path) -> Result<(), String> {
    let preset = tree.join(ignition::PRESET);
    let text = fs::read_to_string(&preset).map_err(|error| format!("{}: {error}", preset.display()))?;
    let units: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("enable ")).collect();
    // Links are made where the guest's own units are, and only links come over.
    let whole = folder.join("whole");
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
        let (from, to) = (from.join(".").display().to_string(), to.display().to_string());
        process::run(60, "cp", &["-a", &from, &to])
    };
    copy(&image.tree.join("usr/lib/systemd/system"), &whole.join("usr/lib/systemd/system"))?;
    copy(&tree.join("etc"), &whole.join("etc"))?;
    copy(&image::source("node").join("files/etc/systemd/system"), &whole.join("etc/systemd/system"))?;
    let mut command = Command::new("systemctl");
    command.arg(format!("--root={}", whole.display())).args(["--quiet", "enable"]).args(&units);
    process::finish(&mut command, "systemctl enable")?;
    let wanted = whole.join("etc/systemd/system");
    for path in walk(&wanted)? {
        if !path.is_symlink() {
            continue;
        }
        let place = tree.join("etc/systemd/system").join(path.strip_prefix(&wanted).unwrap_or(&path));
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        process::run(10, "cp", &["-a", &path.display().to_string(), &place.display().to_string()])?;
    }
    Ok(())
}

/// An initramfs with the files beside its own: Linux unpacks archives one after the other.
pub(super) fn initramfs(image: &Image, overlay: &Overlay, to: &Path) -> Result<(), String> {
    let script = "set -euo pipefail; cp -- \"$1\" \"$3\"; truncate -s %512 -- \"$3\"; \
                  cd -- \"$2/..\"; mkdir -p packed; rm -rf packed/overlay; cp -a -- \"$2\" packed/overlay; cd packed; \
                  find overlay | cpio --quiet -o -H newc >>\"$3\"";
    let (from, tree) = (image.initramfs.display().to_string(), overlay.tree.display().to_string());
    process::run(60, "bash", &["-c", script, "bash", &from, &tree, &to.display().to_string()]).map(drop)
}
