//! Holds what the examples emit against the real tools. They must say nothing at all: most exit with 0 whatever they find.

use crate::machine_config::{self, Laid};
use crate::root;
use firesteel::cli::DiskFiles;
use firesteel::pipeline::{AssetKind, Compiled, Input, Options, compile};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const TOOLS: &[&str] = &["ignition-validate", "shellcheck", "systemctl", "systemd-analyze"];
/// Stand-ins that are enabled on the hosts which they stand for.
const HOST_ENABLED: &[&str] = &["kubelet", "crio", "iscsid", "iscsi", "network-wait", "postgresql"];
/// What a host starts anyway, so that cycles through it are seen.
const HOST_TARGETS: &[&str] = &["default.target", "remote-fs.target", "systemd-user-sessions.service"];

/// Compiles every example to `target/oracle` and asks the tools about each.
pub fn run() -> Result<(), String> {
    let missing: Vec<&str> = TOOLS.iter().copied().filter(|tool| !is_installed(tool)).collect();
    if !missing.is_empty() {
        return Err(format!("not installed: {}; run `.ci/install-oracle`", missing.join(", ")));
    }
    let specs = specs()?;
    if specs.is_empty() {
        return Err("there are no examples".into());
    }
    let scratch = root().join("target/oracle");
    let mut faults = Vec::new();
    let mut asked = Asked::default();
    for spec in &specs {
        let name = spec.file_stem().and_then(|stem| stem.to_str()).unwrap_or("example");
        if let Err(fault) = example(spec, &scratch.join(name), &mut asked, &mut faults) {
            faults.push(format!("{name}: {fault}"));
        }
    }
    let Asked { configs, units, scripts } = asked;
    println!(
        "cargo xtask oracle: {} examples, {configs} configs, {units} units, {scripts} scripts; {} faults",
        specs.len(),
        faults.len()
    );
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

#[derive(Default)]
struct Asked {
    configs: usize,
    units: usize,
    scripts: usize,
}

/// The specs in the folders of `examples/`.
fn specs() -> Result<Vec<PathBuf>, String> {
    let mut specs = Vec::new();
    for folder in entries(&root().join("examples"))?.iter().filter(|path| path.is_dir()) {
        specs.extend(entries(folder)?.into_iter().filter(|path| {
            path.is_file()
                && fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line == "variant: firesteel"))
        }));
    }
    Ok(specs)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).map_err(told)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn example(spec: &Path, scratch: &Path, asked: &mut Asked, faults: &mut Vec<String>) -> Result<(), String> {
    println!("{}", spec.strip_prefix(root()).unwrap_or(spec).display());
    let folder = spec.parent().ok_or("it lies nowhere")?;
    let bytes = fs::read(spec).map_err(|error| error.to_string())?;
    let name = spec.to_string_lossy();
    let Compiled { assets, report, .. } =
        compile(Input { name: &name, bytes: &bytes }, &DiskFiles::new(folder), &Options::default());
    if report.has_errors() || assets.is_empty() {
        return Err("it does not compile".into());
    }
    if scratch.exists() {
        fs::remove_dir_all(scratch).map_err(|error| error.to_string())?;
    }
    let tree = scratch.join("root");
    host(&tree)?;
    let (mut ours, mut enabled) = (Vec::new(), Vec::new());
    for asset in &assets {
        let path = scratch.join(&asset.name);
        write(&path, asset.contents.as_bytes(), 0o600)?;
        if is_script(asset.contents.as_bytes()) {
            shellcheck(&path, asked, faults)?;
        }
        if asset.kind != AssetKind::Object {
            continue;
        }
        let config = if asset.name.ends_with(".ign") {
            Some(serde_json::from_str(&asset.contents).map_err(|error| error.to_string())?)
        } else {
            machine_config::config(&asset.contents).map_err(|error| format!("{}: {error}", asset.name))?
        };
        let Some(config) = config else { continue };
        let json = scratch.join(format!("{}.json", asset.name));
        write(&json, config.to_string().as_bytes(), 0o600)?;
        asked.configs += 1;
        faults.extend(said(Command::new("ignition-validate").arg(&json), &asset.name)?);
        for Laid { path, mode, bytes } in machine_config::laid(&config)? {
            let place = tree.join(path.trim_start_matches('/'));
            write(&place, &bytes, mode)?;
            if is_script(&bytes) {
                shellcheck(&place, asked, faults)?;
            }
        }
        let (all, on) = machine_config::units(&config);
        ours.extend(all);
        enabled.extend(on);
    }
    // A device unit has drop-ins alone; systemd makes the unit itself when the device is there.
    ours.retain(|unit| !unit.ends_with(".device"));
    asked.units += ours.len();
    let mut enable = Command::new("systemctl");
    enable.arg(format!("--root={}", tree.display())).args(["--quiet", "enable"]).args(HOST_ENABLED).args(&enabled);
    faults.extend(said(&mut enable, &format!("{}: systemctl enable", scratch.display()))?);
    let mut verify = Command::new("systemd-analyze");
    verify.arg("verify").arg(format!("--root={}", tree.display())).args(["--man=no", "--recursive-errors=yes"]);
    verify.args(&ours).args(HOST_TARGETS);
    faults.extend(said(&mut verify, &format!("{}: systemd-analyze verify", scratch.display()))?);
    Ok(())
}

/// A root tree with the units of this machine's systemd and stand-ins for those of the hosts.
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
    copy_units(&systemd.join("system"), &tree.join("usr/lib/systemd/system"))?;
    copy(Path::new("/usr/bin/true"), &tree.join("usr/bin"))?;
    for path in entries(&root().join("tests/oracle/host-units"))? {
        copy(&path, &tree.join("etc/systemd/system"))?;
    }
    Ok(())
}

fn copy(from: &Path, folder: &Path) -> Result<(), String> {
    let name = from.file_name().ok_or("a file without a name")?;
    fs::copy(from, folder.join(name)).map(drop).map_err(|error| format!("{}: {error}", from.display()))
}

/// Units and the folders of links beside them; links, of which aliases are made, stay links.
fn copy_units(from: &Path, to: &Path) -> Result<(), String> {
    for path in entries(from)? {
        let place = to.join(path.file_name().ok_or("a unit without a name")?);
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        let kind = fs::symlink_metadata(&path).map_err(told)?;
        if kind.is_symlink() {
            symlink(fs::read_link(&path).map_err(told)?, &place).map_err(told)?;
        } else if kind.is_dir() {
            fs::create_dir_all(&place).map_err(told)?;
            copy_units(&path, &place)?;
        } else {
            fs::copy(&path, &place).map_err(told)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().ok_or("a file in no folder")?).map_err(told)?;
    fs::write(path, bytes).map_err(told)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(told)
}

fn is_script(bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!/bin/bash") || bytes.starts_with(b"#!/bin/sh")
}

fn shellcheck(path: &Path, asked: &mut Asked, faults: &mut Vec<String>) -> Result<(), String> {
    asked.scripts += 1;
    faults.extend(said(
        Command::new("shellcheck").args(["--norc", "--color=never"]).arg(path),
        &path.display().to_string(),
    )?);
    Ok(())
}

/// What a tool says on either stream, or that it failed without a word; `None` when it is content.
fn said(command: &mut Command, about: &str) -> Result<Option<String>, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    Ok(match (text.is_empty(), output.status.success()) {
        (true, true) => None,
        (true, false) => Some(format!("{about}: {}", output.status)),
        (false, _) => Some(format!("{about}:\n{text}")),
    })
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}
