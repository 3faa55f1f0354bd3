//! The guest's image: Debian, the stand-ins of `tests/lab/image`, kernel and initramfs; made once and kept.

use super::process;
use crate::root;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What a guest is booted from.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) disk: PathBuf,
    pub(super) kernel: PathBuf,
    pub(super) initramfs: PathBuf,
    /// The units of the guest, below which `systemctl --root` finds what it enables.
    pub(super) tree: PathBuf,
    /// Changes with everything that it was made of.
    pub(super) stamp: String,
}

const MIRROR: &str = "http://deb.debian.org/debian";

/// Makes the image below the folder unless it is there.
pub(super) fn image(folder: &Path) -> Result<Image, String> {
    let source = root().join("tests/lab/image");
    let packages = packages(&source.join("packages"))?;
    let debian = folder.join(format!("debian-{}", stamp(&packages)));
    if !debian.join("complete").exists() {
        println!("machine: installing Debian into {}", debian.display());
        start_anew(&debian)?;
        let tree = debian.join("tree").display().to_string();
        let include = format!("--include={packages}");
        process::run(1200, "debootstrap", &["--variant=minbase", &include, "bookworm", &tree, MIRROR])?;
        mark_complete(&debian)?;
    }
    let mut all = vec![packages];
    for path in files(&source)? {
        all.push(format!("{} {}", path.display(), mode(&path)?));
        all.push(fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    let stamp = stamp(&all);
    let made = folder.join(format!("image-{stamp}"));
    let tree = made.join("tree");
    let image = Image {
        disk: made.join("root.ext4"),
        kernel: tree.join("boot/vmlinuz"),
        initramfs: tree.join("boot/initrd"),
        tree: tree.clone(),
        stamp,
    };
    if !made.join("complete").exists() {
        println!("machine: packing the guest's image into {}", made.display());
        start_anew(&made)?;
        let path = |path: &Path| path.display().to_string();
        process::run(300, "cp", &["-a", "--reflink=auto", &path(&debian.join("tree")), &path(&tree)])?;
        process::run(60, "cp", &["-r", "--no-preserve=ownership", &path(&source.join("files/.")), &path(&tree)])?;
        process::run(60, "install", &["-m", "0755", &path(&source.join("build")), &path(&tree.join("build"))])?;
        process::run(600, "chroot", &[&path(&tree), "/build"])?;
        process::run(60, "truncate", &["-s", "3G", &path(&image.disk)])?;
        process::run(300, "mkfs.ext4", &["-q", "-F", "-d", &path(&tree), &path(&image.disk)])?;
        mark_complete(&made)?;
    }
    Ok(image)
}

fn start_anew(folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(told)?;
    }
    fs::create_dir_all(folder).map_err(told)
}

fn mark_complete(folder: &Path) -> Result<(), String> {
    fs::write(folder.join("complete"), "").map_err(|error| format!("{}: {error}", folder.display()))
}

fn packages(list: &Path) -> Result<String, String> {
    let text = fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
    let names: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    Ok(names.join(","))
}

/// All files below a folder, in a fixed order.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let (mut waiting, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(path) = waiting.pop() {
        let kind = fs::symlink_metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if kind.is_dir() {
            let entries = fs::read_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            waiting.extend(entries.flatten().map(|entry| entry.path()));
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn mode(path: &Path) -> Result<u32, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(metadata.permissions().mode() & 0o777)
}

/// Names what something was made of; it only has to differ from run to run when that differs.
pub(super) fn stamp(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
