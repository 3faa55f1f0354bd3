//! Ignition itself: its validator, and its fetch and files stages into a scratch root.

use super::Config;
use super::tools::{bounded, output, said, walk, write};
use crate::machine_config::{self, Laid};
use base64::Engine as _;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Where Debian's package has the engine.
pub(super) const ENGINE: &str = "/usr/lib/dracut/modules.d/30ignition/ignition";
/// What the engine writes of which units are enabled.
pub(super) const PRESET: &str = "etc/systemd/system-preset/20-ignition.preset";
/// What the root has before, and what the engine writes of its own.
const NOT_OURS: &[&str] =
    &["etc/selinux/config", "etc/selinux/targeted/contexts/files/file_contexts", "etc/.ignition-result.json", PRESET];

/// What the validator says; `None` when it is content.
pub(super) fn validate(path: &Path) -> Result<Option<String>, String> {
    said(bounded("ignition-validate").arg(path), &path.display().to_string())
}

/// Lets the engine lay the configs, merged by itself, into an empty root.
pub(super) fn lay(configs: &[Config], laid: &Path, run: &Path) -> Result<(), String> {
    let merged: Vec<_> = configs
        .iter()
        .map(|config| {
            let encoded = base64::engine::general_purpose::STANDARD.encode(config.json.to_string());
            json!({ "source": format!("data:;base64,{encoded}") })
        })
        .collect();
    let config = json!({ "ignition": { "version": "3.2.0", "config": { "merge": merged } } });
    write(&run.join("config.json"), config.to_string().as_bytes(), 0o600)?;
    // The stage ends with labels for SELinux, and fails at the very end where there is nothing to label with.
    write(&laid.join(NOT_OURS[0]), b"SELINUXTYPE=targeted\n", 0o644)?;
    write(&laid.join(NOT_OURS[1]), b"", 0o644)?;
    write(&run.join("bin/setfiles"), b"#!/bin/sh\nexit 0\n", 0o755)?;
    fs::create_dir_all(run.join("system")).map_err(|error| error.to_string())?;
    let path = format!("{}:{}", run.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut log = Vec::new();
    for stage in ["fetch", "files"] {
        let mut command = bounded(ENGINE);
        command.args(["-platform", "file", "-log-to-stdout", "-stage", stage]);
        for (flag, place) in [
            ("-root", laid.to_owned()),
            ("-config-cache", run.join("cache.json")),
            ("-state-file", run.join("state")),
            ("-neednet", run.join("neednet")),
        ] {
            command.arg(flag).arg(place);
        }
        command.env("IGNITION_CONFIG_FILE", run.join("config.json"));
        command.env("IGNITION_SYSTEM_CONFIG_DIR", run.join("system")).env("PATH", &path);
        let output = output(&mut command)?;
        log.extend([output.stdout, output.stderr].concat());
        write(&run.join("log"), &log, 0o600)?;
        if !output.status.success() {
            return Err(format!("stage {stage}: {}; {}", output.status, run.join("log").display()));
        }
    }
    Ok(())
}

/// How the root differs from what the configs say: files, units, drop-ins, modes, owners, presets.
pub(super) fn differences(configs: &[Config], laid: &Path) -> Result<Vec<String>, String> {
    let (mut wanted, mut presets) = (BTreeMap::new(), BTreeSet::new());
    for config in configs {
        for Laid { path, mode, bytes } in machine_config::laid(&config.json)? {
            wanted.insert(path.trim_start_matches('/').to_owned(), (mode, bytes));
        }
        presets.extend(machine_config::presets(&config.json));
    }
    let mut faults = Vec::new();
    for path in walk(laid)? {
        let name = path.strip_prefix(laid).map_err(|error| error.to_string())?.to_string_lossy().into_owned();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let Some((mode, bytes)) = wanted.remove(&name) else {
            faults.push(format!("{name}: it was not asked for"));
            continue;
        };
        let told = |error: std::io::Error| format!("{name}: {error}");
        let facts = fs::symlink_metadata(&path).map_err(told)?;
        if !facts.is_file() {
            faults.push(format!("{name}: it is no file"));
            continue;
        }
        if facts.mode() & 0o7777 != mode {
            faults.push(format!("{name}: mode {:04o} instead of {mode:04o}", facts.mode() & 0o7777));
        }
        if (facts.uid(), facts.gid()) != (0, 0) {
            faults.push(format!("{name}: it belongs to {}:{}", facts.uid(), facts.gid()));
        }
        if fs::read(&path).map_err(told)? != bytes {
            faults.push(format!("{name}: it has other contents"));
        }
    }
    faults.extend(wanted.into_keys().map(|name| format!("{name}: it is not there")));
    // The engine's order of lines differs from run to run.
    let text = fs::read_to_string(laid.join(PRESET)).unwrap_or_default();
    let found: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    if found != presets {
        faults.push(format!("the preset is {found:?} instead of {presets:?}"));
    }
    Ok(faults)
}
