//! A root tree with the units of this machine's systemd and stand-ins for those of the hosts, for `systemd-analyze`.

use super::Config;
use crate::lab::files::entries;
use crate::lab::process::{bounded, output, said};
use crate::machine_config;
use crate::root;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Stand-ins that are enabled on the hosts which they stand for.
const HOST_ENABLED: &[&str] = &["kubelet", "crio", "iscsid", "iscsi", "network-wait", "postgresql"];
/// What a host starts anyway, so that cycles through it are seen.
const HOST_TARGETS: &[&str] = &["default.target", "remote-fs.target", "systemd-user-sessions.service"];

/// What systemd says about the units that the engine has laid; `None` when it says nothing at all.
pub(super) fn verify(configs: &[Config], laid: &Path, tree: &Path) -> Result<Option<String>, String> {
    host(tree)?;
    for folder in ["etc", "usr"] {
        if laid.join(folder).exists() {
            overlay(&laid.join(folder), &tree.join(folder))?;
        }
    }
    let mut units: Vec<String> = configs.iter().flat_map(|config| machine_config::units(&config.json).0).collect();
    // A device unit has drop-ins alone; systemd makes the unit itself when the device is there.
    units.retain(|unit| !unit.ends_with(".device"));
    let asked = configs.iter().flat_map(|config| machine_config::units(&config.json).1);
    let at = format!("--root={}", tree.display());
    let mut enable = bounded(120, "systemctl");
    enable.args([&at, "--quiet", "enable"]).args(HOST_ENABLED);
    if let Some(said) = said(&mut enable, "systemctl enable")? {
        return Ok(Some(said));
    }
    // By the preset that the engine wrote, as a first boot does it.
    for unit in asked {
        if let Some(said) = said(bounded(120, "systemctl").args([&at, "--quiet", "preset", &unit]), "systemctl preset")?
        {
            return Ok(Some(said));
        }
        let state = output(bounded(120, "systemctl").args([&at, "is-enabled", &unit]), "systemctl is-enabled")?;
        if state.stdout.trim_ascii() != b"enabled" {
            return Ok(Some(format!("{unit}: the preset does not enable it")));
        }
    }
    let mut verify = bounded(120, "systemd-analyze");
    verify.args(["verify", &at, "--man=no", "--recursive-errors=yes"]).args(&units).args(HOST_TARGETS);
    said(&mut verify, "systemd-analyze verify")
}

fn host(tree: &Path) -> Result<(), String> {
    for folder in ["usr/bin", "usr/sbin", "usr/local/bin", "usr/lib/systemd/system", "etc/systemd/system"] {
        fs::create_dir_all(tree.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    }
    for name in ["bin", "sbin", "lib"] {
        symlink(format!("usr/{name}"), tree.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    let systemd = Path::new("/usr/lib/systemd");
    for path in entries(systemd)?.into_iter().filter(|path| path.is_file()) {
        copy(&path, &tree.join("usr/lib/systemd"))?;
    }
    overlay(&systemd.join("system"), &tree.join("usr/lib/systemd/system"))?;
    copy(Path::new("/usr/bin/true"), &tree.join("usr/bin"))?;
    for path in entries(&root().join("tests/lab/host-units"))? {
        copy(&path, &tree.join("etc/systemd/system"))?;
    }
    Ok(())
}

fn copy(from: &Path, folder: &Path) -> Result<(), String> {
    let name = from.file_name().ok_or("a file without a name")?;
    fs::copy(from, folder.join(name)).map(drop).map_err(|error| format!("{}: {error}", from.display()))
}

/// Copies a folder over another; links, of which aliases of units are made, stay links.
fn overlay(from: &Path, to: &Path) -> Result<(), String> {
    for path in entries(from)? {
        let place = to.join(path.file_name().ok_or("a file without a name")?);
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        let kind = fs::symlink_metadata(&path).map_err(told)?;
        if kind.is_symlink() {
            symlink(fs::read_link(&path).map_err(told)?, &place).map_err(told)?;
        } else if kind.is_dir() {
            fs::create_dir_all(&place).map_err(told)?;
            overlay(&path, &place)?;
        } else {
            fs::copy(&path, &place).map_err(told)?;
        }
    }
    Ok(())
}
