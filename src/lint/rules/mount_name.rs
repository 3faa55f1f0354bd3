//! Names of mount, automount and swap units against what they mount.

use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::unit::{escaped_path, split_name};

crate::problem! {
    /// A mount, automount or swap unit whose name is not that of its path.
    ///
    /// The name says where it is mounted; systemd refuses to load a unit that says two things.
    ///
    /// Bad: `data.mount` with `Where=/var/data`. Good: `var-data.mount`. A `-` in a path stands as `\x2d` in the name:
    /// `systemd-escape -p --suffix=mount /var/my-data` prints it.
    ///
    /// Source: systemd.mount(5), systemd.swap(5), systemd-escape(1).
    pub(crate) MOUNT_NAME = "FS2410", "mount-name", Error;

    /// A mount or swap unit that does not say what it mounts.
    ///
    /// systemd refuses to load a mount without `What=`.
    ///
    /// Good: `What=/dev/disk/by-label/data`.
    ///
    /// Source: systemd.mount(5).
    pub(crate) MOUNT_WITHOUT_SOURCE = "FS2411", "mount-without-what", Error;

    /// A path of a mount that is not absolute.
    ///
    /// systemd passes over it, and takes the path that the unit's name stands for.
    ///
    /// Bad: `Where=var/data`. Good: `Where=/var/data`.
    ///
    /// Source: systemd.mount(5).
    pub(crate) RELATIVE_MOUNT_PATH = "FS2412", "relative-mount-path", Warning;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&MOUNT_NAME, &MOUNT_WITHOUT_SOURCE, &RELATIVE_MOUNT_PATH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        let Some((stem, suffix)) = split_name(unit.name) else { continue };
        let (section, key) = match suffix {
            "mount" => ("Mount", "Where"),
            "automount" => ("Automount", "Where"),
            "swap" => ("Swap", "What"),
            _ => continue,
        };
        if suffix == "mount" && unit.dropin.is_none() && unit.text.last(section, "What").is_none() {
            lacks_source(unit, findings);
        }
        let Some(option) = unit.text.last(section, key) else { continue };
        let path = option.joined();
        let at = option.items().first().map_or(option.value_at.clone(), |(at, _)| at.clone());
        if path.contains('%') || stem.contains('@') {
            continue;
        }
        if !path.starts_with('/') {
            // `LABEL=…` is a device.
            if key == "Where" {
                let message = format!("`{key}={path}` is not absolute, and passed over");
                let finding = findings.inside(&RELATIVE_MOUNT_PATH, unit.body, at, message);
                findings.push(finding.help("begin it with `/`"));
            }
            continue;
        }
        let expected = escaped_path(path.trim_matches('"'));
        if expected != stem {
            let message = format!("a unit for `{path}` is not named `{}`", unit.name);
            let finding = findings.inside(&MOUNT_NAME, unit.body, at, message);
            let finding = finding.note("systemd refuses to load it");
            findings.push(finding.help(format!("name it `{expected}.{suffix}`, or change `{key}=`")));
        }
    }
}

fn lacks_source(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    // A text that cannot be read is told by itself; one without anything in it masks the unit.
    if unit.text.fault.is_some() || unit.body.text.trim().is_empty() {
        return;
    }
    let section = unit.text.sections.iter().find(|section| section.name == "Mount");
    let at = section.map_or(0..unit.body.text.lines().next().map_or(0, str::len), |section| section.header.clone());
    let finding = findings.inside(&MOUNT_WITHOUT_SOURCE, unit.body, at, format!("`{}` has no `What=`", unit.name));
    findings.push(finding.note("systemd refuses to load it").help("add `What=` with the device or share"));
}
