//! Guests' images: Debian, what `tests/lab/images` lays over it, kernel and initramfs; made once and kept.

use crate::lab::files::{empty, walk};
use crate::lab::process;
use crate::root;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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

/// A kind of guest: folders of `tests/lab/images`, in the order in which their scripts build.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind(&'static [&'static str]);

/// A node of a cluster.
pub(super) const NODE: Kind = Kind(&["node", "base"]);
/// The same, with SELinux.
pub(super) const SELINUX_NODE: Kind = Kind(&["node", "base", "selinux"]);
/// A machine with LIO.
pub(super) const STORAGE: Kind = Kind(&["storage", "base"]);

const MIRROR: &str = "http://deb.debian.org/debian";

/// Downloads and trees are shared, and cases run beside each other.
static MAKING: Mutex<()> = Mutex::new(());

/// Makes the image below the folder unless it is there.
pub(super) fn image(folder: &Path, kind: Kind) -> Result<Image, String> {
    let _one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let sources: Vec<PathBuf> = kind.0.iter().map(|name| source(name)).collect();
    let mut packages = Vec::new();
    for source in &sources {
        packages.extend(list(&source.join("packages"))?);
    }
    let packages = packages.join(",");
    let debian = folder.join(format!("debian-{}", stamp(&packages)));
    let path = |path: &Path| path.display().to_string();
    if !debian.join("complete").exists() {
        println!("machine: installing Debian into {}", debian.display());
        empty(&debian)?;
        let downloads = folder.join("packages");
        fs::create_dir_all(&downloads).map_err(|error| format!("{}: {error}", downloads.display()))?;
        let options = [format!("--include={packages}"), format!("--cache-dir={}", downloads.display())];
        let tree = path(&debian.join("tree"));
        let arguments = ["--variant=minbase", &options[0], &options[1], "bookworm", &tree, MIRROR];
        process::run(1200, "debootstrap", &arguments)?;
        mark_complete(&debian)?;
    }
    let stamp = contents(&sources)?;
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
        println!("machine: packing a guest's image into {}", made.display());
        empty(&made)?;
        process::run(300, "cp", &["-a", "--reflink=auto", &path(&debian.join("tree")), &path(&tree)])?;
        for source in &sources {
            process::run(60, "cp", &["-r", "--no-preserve=ownership", &path(&source.join("files/.")), &path(&tree)])?;
        }
        let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"];
        for source in sources.iter().filter(|source| source.join("build").exists()) {
            process::run(60, "install", &["-m", "0755", &path(&source.join("build")), &path(&tree.join("build"))])?;
            let [paths, language] = environment;
            process::run(900, "chroot", &[&path(&tree), "/usr/bin/env", paths, language, "/build"])?;
        }
        process::run(60, "truncate", &["-s", "3G", &path(&image.disk)])?;
        process::run(300, "mkfs.ext4", &["-q", "-F", "-d", &path(&tree), &path(&image.disk)])?;
        mark_complete(&made)?;
    }
    Ok(image)
}

/// What a kind of guest is made of.
pub(super) fn source(name: &str) -> PathBuf {
    root().join("tests/lab/images").join(name)
}

/// A stamp of all files below the folders, with their modes.
fn contents(sources: &[PathBuf]) -> Result<String, String> {
    let mut all = Vec::new();
    for source in sources {
        for path in walk(source)? {
            all.push(format!("{} {}", path.display(), mode(&path)?));
            all.push(fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?);
        }
    }
    Ok(stamp(&all))
}

fn mark_complete(folder: &Path) -> Result<(), String> {
    fs::write(folder.join("complete"), "").map_err(|error| format!("{}: {error}", folder.display()))
}

/// The lines of a file, without comments.
pub(super) fn list(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
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
