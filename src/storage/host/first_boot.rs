//! A local disk that Ignition partitions and formats: only the mount and the gate are left.

use super::escape::{escape_path, mount_unit, value};
use super::gate;
use super::text::{Assets, Unit};

/// The facts of a disk that is made on the first boot (stages install and new-pool).
#[derive(Debug, Clone)]
pub struct FirstBootDisk<'a> {
    /// The volume's name.
    pub name: &'a str,
    /// Where it is mounted.
    pub path: &'a str,
    /// What is mounted, for example `/dev/disk/by-partlabel/etcd`.
    pub device: &'a str,
    /// The filesystem Ignition makes, for example `xfs`.
    pub format: &'a str,
    /// Mount options.
    pub options: &'a [String],
    /// Units that must not start without the volume.
    pub gate: &'a [String],
}

/// The mount unit and the gate. The filesystem itself belongs into the config that carries them.
///
/// Not required by local-fs.target: a missing disk would end in emergency mode, where nobody can log in. It is
/// required by the gate instead.
pub fn first_boot_disk(disk: &FirstBootDisk<'_>) -> Assets {
    let FirstBootDisk { name, path, device, format, options, gate } = disk;
    let fsck = format!("systemd-fsck@{}.service", escape_path(device));
    let before = if gate.is_empty() { String::new() } else { format!("Before={}\n", gate::names(gate)) };
    let options = if options.is_empty() { "defaults".to_owned() } else { options.join(",") };
    let contents = format!(
        "[Unit]\n\
         Description=Volume {name} at {path}\n\
         Requires={fsck}\n\
         After={fsck}\n\
         {before}\
         \n[Mount]\n\
         What={device}\n\
         Where={path}\n\
         Type={format}\n\
         Options={options}\n\
         {install}",
        path = value(path),
        device = value(device),
        options = value(&options),
        install = gate::install(gate),
    );
    let mut units = vec![Unit::enabled(mount_unit(path), contents)];
    units.extend(gate::guarded(name, path, gate));
    Assets { files: Vec::new(), units }
}
