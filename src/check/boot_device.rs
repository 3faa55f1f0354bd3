//! The boot device: layouts, encryption, mirror.

use super::Checker;
use crate::diagnostic::{Problem, Severity};
use crate::model::Origin;
use crate::model::butane::{BootDevice, BootLuks, Mirror};
use crate::model::is_empty;
use crate::spec::behavior;
use crate::spec::values::{BOOT_LAYOUTS, words};

crate::problem! {
    /// A layout that is missing, unknown, or does not go with the rest of the boot device.
    ///
    /// The layout decides which partitions the firmware finds, and on IBM Z on which of them root is.
    ///
    /// Bad: `layout: amd64`. Good: `layout: x86_64`.
    ///
    /// Source: `boot_device.layout` of the Butane configuration specification.
    pub(crate) BAD_LAYOUT = "FS0612", "bad-layout", Error;

    /// A mirror that does not say for which layout.
    ///
    /// Without one, `x86_64` is taken; a machine of another architecture does not boot from such disks.
    ///
    /// Good: `boot_device: {layout: aarch64, mirror: …}`.
    ///
    /// Source: `boot_device.mirror` of the Butane configuration specification.
    pub(crate) MIRROR_WITHOUT_LAYOUT = "FS0613", "mirror-without-layout", Warning;

    /// A mirror over one disk.
    ///
    /// Good: `devices: [/dev/vda, /dev/vdb]`.
    ///
    /// Source: `boot_device.mirror` of the Butane configuration specification.
    pub(crate) MIRROR_OF_ONE = "FS0614", "mirror-of-one", Error;

    /// Ways to unlock the boot device that exclude each other, or none at all.
    ///
    /// A Crypto Express card works on IBM Z alone, and not together with Clevis.
    ///
    /// Source: `boot_device.luks` of the Butane configuration specification.
    pub(crate) BAD_UNLOCKING = "FS0615", "bad-unlocking", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_LAYOUT, &MIRROR_WITHOUT_LAYOUT, &MIRROR_OF_ONE, &BAD_UNLOCKING];

const ECKD: &str = "s390x-eckd";
const ZFCP: &str = "s390x-zfcp";

pub(super) fn check(checker: &mut Checker<'_>, boot: &BootDevice) {
    check_layout(checker, boot);
    check_mirror_layout(checker, boot);
    if checker.target.does(behavior::S390X_LAYOUTS) {
        check_unlocking(checker, boot);
    }
    // The reference checks the mirror twice: on its own and as part of the boot device.
    check_mirror(checker, &boot.mirror);
}

fn check_layout(checker: &mut Checker<'_>, boot: &BootDevice) {
    let origin = boot.origin.field(BootDevice::layout);
    let Some(layout) = boot.layout.as_deref() else { return };
    let known = words(BOOT_LAYOUTS, &checker.target.gates());
    if !known.contains(&layout) {
        checker.tell(&BAD_LAYOUT, &origin, "this layout is not known", format!("one of: {}", known.join(", ")));
    }
    if !checker.target.does(behavior::S390X_LAYOUTS) {
        return;
    }
    let device = boot.luks.device.as_deref();
    let of_disk = match layout {
        ECKD => Some("/dev/dasd"),
        ZFCP => Some("/dev/sd"),
        _ => None,
    };
    if let Some(kind) = of_disk {
        match device {
            None | Some("") => {
                let message = "this layout needs the disk that holds root";
                checker.tell(&BAD_LAYOUT, &origin, message, format!("set `luks.device`, such as `{kind}a`"));
            }
            Some(device) if !names_disk(device, kind) => {
                let message = "the disk is not one of this layout";
                checker.tell(&BAD_LAYOUT, &origin, message, format!("set `luks.device` to one such as `{kind}a`"));
            }
            Some(_) => {}
        }
    }
    if layout.starts_with("s390x-") && !boot.mirror.devices.is_empty() {
        let message = "this layout cannot be mirrored";
        checker.tell(&BAD_LAYOUT, &origin, message, "remove `mirror`");
    }
}

/// Whether the name ends as a whole disk of that kind: the kind and one letter.
fn names_disk(device: &str, kind: &str) -> bool {
    let Some(last) = device.chars().next_back().filter(char::is_ascii_lowercase) else { return false };
    device[..device.len() - last.len_utf8()].ends_with(kind)
}

fn check_mirror_layout(checker: &mut Checker<'_>, boot: &BootDevice) {
    if boot.mirror.devices.is_empty() || boot.layout.is_some() {
        return;
    }
    let origin = boot.origin.field(BootDevice::mirror);
    let required = checker.target.does(behavior::MIRROR_LAYOUT_REQUIRED);
    let severity = if required { Severity::Error } else { Severity::Warning };
    let finding = MIRROR_WITHOUT_LAYOUT.at(checker.place(&origin), "the mirror does not say for which layout");
    checker.push(finding.severity(severity).help("set `layout` to the machine's architecture"));
}

fn check_unlocking(checker: &mut Checker<'_>, boot: &BootDevice) {
    let luks = &boot.luks;
    let tpm2 = luks.tpm2 == Some(true);
    if luks.cex.enabled == Some(true) {
        let wrong: Option<Origin> = match boot.layout.as_deref() {
            None => Some(luks.origin.field(BootLuks::cex)),
            Some(layout) if !layout.starts_with("s390x-") => Some(boot.origin.field(BootDevice::layout)),
            Some(_) => None,
        };
        if let Some(origin) = wrong {
            let message = "a Crypto Express card is there on IBM Z alone";
            checker.tell(&BAD_UNLOCKING, &origin, message, "set `layout` to one of IBM Z");
        }
        if tpm2 || !luks.tang.is_empty() {
            let message = "a Crypto Express card and Clevis exclude each other";
            checker.tell(&BAD_UNLOCKING, &luks.origin, message, "keep `cex`, or `tpm2` and `tang`");
        }
    }
    let given = luks.device.is_some() && checker.target.does(behavior::BOOT_DEVICE_NEEDS_METHOD);
    if given && !tpm2 && luks.cex.enabled != Some(true) && luks.tang.iter().all(|tang| is_empty(tang)) {
        let origin = luks.origin.join("luks");
        let message = "nothing says how the disk is unlocked";
        checker.tell(&BAD_UNLOCKING, &origin, message, "set `tpm2`, `tang` or `cex`");
    }
}

fn check_mirror(checker: &mut Checker<'_>, mirror: &Mirror) {
    if mirror.devices.len() == 1 {
        for _ in 0..2 {
            let origin = mirror.origin.field(Mirror::devices);
            let message = "a mirror needs two disks at least";
            checker.tell(&MIRROR_OF_ONE, &origin, message, "add a disk");
        }
    }
}
