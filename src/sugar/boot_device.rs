//! `boot_device`: encryption of the root filesystem, mirroring of the boot disk.

use crate::model::Origin;
use crate::model::butane::{BootDevice, BootLuks, Config, Filesystem, Luks, Mirror, Storage};
use crate::model::ignition::{Cex, Clevis, Disk, Partition, Raid};
use crate::model::merge::merge_node;
use crate::spec::Target;
use crate::spec::behavior::S390X_LAYOUTS;

const BIOS: &str = "21686148-6449-6E6F-744E-656564454649";
const ESP: &str = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const RESERVED: &str = "8DA63339-0007-60C0-C436-083AC8230908";
const PREP: &str = "9E1A2D38-C612-4316-AA26-8B49521E5A8B";

/// A partition at the start of every mirrored disk: label without the disk's number, size in MiB, type.
type Start = (&'static str, i64, Option<&'static str>);

const ESP_START: Start = ("esp", 127, Some(ESP));
const X86_64: &[Start] = &[("bios", 1, Some(BIOS)), ESP_START];
const AARCH64: &[Start] = &[("reserved", 1, Some(RESERVED)), ESP_START];
const PPC64LE: &[Start] = &[("prep", 4, Some(PREP)), ("reserved", 1, Some(RESERVED))];

const MIRRORED_ROOT: &str = "/dev/md/md-root";

pub(super) fn add(config: &mut Config, target: &Target) {
    let boot = std::mem::take(&mut config.boot_device);
    let cex = target.does(S390X_LAYOUTS) && boot.luks.cex.enabled == Some(true);
    let encrypted = boot.luks.tpm2 == Some(true) || !boot.luks.tang.is_empty() || cex;
    let mirrored = !boot.mirror.devices.is_empty();
    if !encrypted && !mirrored {
        return;
    }
    let origin = boot.origin.derived();
    let mut storage = Storage { origin: origin.clone(), ..Storage::default() };
    if mirrored {
        add_mirror(&mut storage, &boot);
    }
    let mut root = MIRRORED_ROOT.to_owned();
    if encrypted {
        storage.luks.push(encryption(&boot, mirrored, cex));
        root = "/dev/mapper/root".to_owned();
    }
    storage.filesystems.push(filesystem(origin, root, "xfs", "root"));
    merge_node(&mut config.storage, storage);
}

fn add_mirror(storage: &mut Storage, boot: &BootDevice) {
    let start = match boot.layout.as_deref() {
        Some("aarch64") => AARCH64,
        Some("ppc64le") => PPC64LE,
        _ => X86_64,
    };
    let mirror = boot.mirror.origin.derived();
    let devices = boot.mirror.origin.field(Mirror::devices);
    for (index, device) in boot.mirror.devices.iter().enumerate() {
        let origin = devices.join(index).derived();
        let number = index + 1;
        let partition = |label: &str, size: Option<i64>, kind: Option<&str>| Partition {
            origin: origin.clone(),
            label: Some(format!("{label}-{number}")),
            size_mib: size,
            type_guid: kind.map(str::to_owned),
            ..Partition::default()
        };
        let mut partitions: Vec<Partition> =
            start.iter().map(|&(label, size, kind)| partition(label, Some(size), kind)).collect();
        partitions.push(partition("boot", Some(384), None));
        partitions.push(partition("root", None, None));
        let disk = Disk { origin: origin.clone(), device: device.clone(), partitions, wipe_table: Some(true) };
        storage.disks.push(disk);
        if start.contains(&ESP_START) {
            let label = format!("esp-{number}");
            storage.filesystems.push(filesystem(origin, format!("/dev/disk/by-partlabel/{label}"), "vfat", &label));
        }
    }
    let raid = |name: &str, options: &[&str]| Raid {
        origin: mirror.clone(),
        devices: (1..=boot.mirror.devices.len()).map(|disk| format!("/dev/disk/by-partlabel/{name}-{disk}")).collect(),
        level: Some("raid1".to_owned()),
        name: format!("md-{name}"),
        options: options.iter().map(|&option| option.to_owned()).collect(),
        ..Raid::default()
    };
    storage.raid.push(raid("boot", &["--metadata=1.0"]));
    storage.raid.push(raid("root", &[]));
    storage.filesystems.push(filesystem(mirror, "/dev/md/md-boot".to_owned(), "ext4", "boot"));
}

fn filesystem(origin: Origin, device: String, format: &str, label: &str) -> Filesystem {
    Filesystem {
        origin,
        device,
        format: Some(format.to_owned()),
        label: Some(label.to_owned()),
        wipe_filesystem: Some(true),
        ..Filesystem::default()
    }
}

fn encryption(boot: &BootDevice, mirrored: bool, cex: bool) -> Luks {
    let BootLuks { origin, cex: _, device, discard, tang, threshold, tpm2 } = boot.luks.clone();
    let disk = device.unwrap_or_default();
    let device = match boot.layout.as_deref() {
        _ if mirrored => MIRRORED_ROOT.to_owned(),
        Some("s390x-eckd") => format!("{disk}2"),
        Some("s390x-zfcp") => format!("{disk}4"),
        _ => "/dev/disk/by-partlabel/root".to_owned(),
    };
    let generated = origin.derived();
    let mut luks = Luks {
        origin: generated.clone(),
        device: Some(device),
        discard,
        label: Some("luks-root".to_owned()),
        name: "root".to_owned(),
        wipe_volume: Some(true),
        ..Luks::default()
    };
    luks.origin.place(Luks::discard, origin.field(BootLuks::discard));
    if cex {
        luks.cex = Cex { origin: boot.luks.cex.origin.clone(), enabled: Some(true) };
    } else {
        let mut clevis_origin = generated;
        clevis_origin.place(Clevis::threshold, origin.field(BootLuks::threshold));
        clevis_origin.place(Clevis::tpm2, origin.field(BootLuks::tpm2));
        luks.clevis = Some(Clevis { origin: clevis_origin, custom: None, tang, threshold, tpm2 });
    }
    luks
}
