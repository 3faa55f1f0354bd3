//! Root disks and LUNs that many cases begin with; made once, kept below `target/lab`, never written to again.

use super::bench::{Bench, Lab, Node};
use super::image::stamp;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A node whose etcd has run on the root disk.
#[derive(Debug, Clone)]
pub(super) struct Seeded {
    pub(super) disk: PathBuf,
    /// The keys under `before`, as the guest's `keys` prints them.
    pub(super) keys: String,
    /// What lies in `/var/lib/etcd`, as the guest's `root-disk` prints it.
    pub(super) data: String,
}

/// A node after its first boot with the units: its etcd runs on the volume.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    pub(super) seeded: Seeded,
    pub(super) disk: PathBuf,
    pub(super) lun: PathBuf,
}

static SEEDING: Mutex<()> = Mutex::new(());
static MOVING: Mutex<()> = Mutex::new(());

/// The first: booted without our files, fifty keys written, switched off.
pub(super) fn seeded(lab: &Lab) -> Result<Seeded, String> {
    let _one = SEEDING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = lab.folder.join(format!("seeded-{}", lab.image.stamp));
    let (disk, keys, data) = (folder.join("root.qcow2"), folder.join("keys"), folder.join("data"));
    if !data.exists() {
        let bench = Bench::new(lab, "seeded")?;
        let mut node = bench.node(0, &lab.image.disk)?;
        node.boot()?;
        node.wait_for_rest()?;
        node.wait_for_etcd()?;
        node.run("/usr/local/lib/lab/put before")?;
        let seen = [(&keys, node.run("/usr/local/lib/lab/keys before")?), (&data, stop_etcd(&mut node)?)];
        node.off()?;
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        fs::rename(&node.disk, &disk).map_err(|error| error.to_string())?;
        for (path, text) in seen {
            fs::write(path, text).map_err(|error| error.to_string())?;
        }
    }
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    Ok(Seeded { keys: read(&keys)?, data: read(&data)?, disk })
}

/// Stops what writes to the root disk, for good, and tells what lies there then.
fn stop_etcd(node: &mut Node<'_>) -> Result<String, String> {
    node.run("systemctl stop kubelet.service && systemctl stop etcd.scope && ! pgrep -x etcd")?;
    node.root_data()
}

/// The second; the case that makes it keeps it with [`keep_moved`].
pub(super) fn moved(lab: &Lab) -> Result<Moved, String> {
    let seeded = seeded(lab)?;
    let folder = moved_folder(lab)?;
    let _one = MOVING.lock().unwrap_or_else(PoisonError::into_inner);
    if !folder.join("lun").exists() {
        super::cases::moves::first_boot(&Bench::new(lab, "moved")?)?;
    }
    Ok(Moved { seeded, disk: folder.join("root.qcow2"), lun: folder.join("lun") })
}

/// Keeps the disks of a node that is switched off after its move.
pub(super) fn keep_moved(lab: &Lab, disk: &Path, lun: &Path) -> Result<(), String> {
    let folder = moved_folder(lab)?;
    if folder.join("lun").exists() {
        return Ok(());
    }
    // Each under a name of this thread first: what has its name is whole.
    let own = format!("{:?}", std::thread::current().id());
    for (from, to) in [(disk, "root.qcow2"), (lun, "lun")] {
        let part = folder.join(format!("{to}-{own}"));
        crate::lab::process::run(120, "cp", &["--sparse=always".as_ref(), from.as_os_str(), part.as_os_str()])?;
        fs::rename(&part, folder.join(to)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Named after everything that lies on the node, so that a change of the product makes it anew.
fn moved_folder(lab: &Lab) -> Result<PathBuf, String> {
    let work = lab.folder.join("moved-files").join(format!("{:?}", std::thread::current().id()));
    let overlay = super::overlay::overlay(&work, &lab.image, "etcd-iscsi", &[])?;
    let folder = lab.folder.join(format!("moved-{}", stamp(&(&overlay.stamp, &lab.image.stamp))));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
