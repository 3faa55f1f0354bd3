//! The real Ignition engine, as far as it runs without devices and systemd: its fetch and files stages.

use super::files::write;
use super::process::{bounded, output, words};
use base64::Engine as _;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Where Debian's package has the engine.
pub(super) const ENGINE: &str = "/usr/lib/dracut/modules.d/30ignition/ignition";
/// What the engine writes of which units are enabled.
pub(super) const PRESET: &str = "etc/systemd/system-preset/20-ignition.preset";
/// What the root has before, and what the engine writes of its own.
pub(super) const NOT_OURS: &[&str] =
    &["etc/selinux/config", "etc/selinux/targeted/contexts/files/file_contexts", "etc/.ignition-result.json", PRESET];

/// The config that lets the engine merge others; each is embedded as it is.
pub(super) fn merging<'a>(configs: impl IntoIterator<Item = &'a Value>) -> Value {
    let merged: Vec<Value> = configs
        .into_iter()
        .map(|config| {
            let encoded = base64::engine::general_purpose::STANDARD.encode(config.to_string());
            json!({ "source": format!("data:;base64,{encoded}") })
        })
        .collect();
    json!({ "ignition": { "version": "3.2.0", "config": { "merge": merged } } })
}

/// Lets the engine lay a config into an empty root. The config and what the engine says are kept in `run`, as
/// `config.json` and `log`.
pub(super) fn lay(config: &Value, laid: &Path, run: &Path) -> Result<(), String> {
    write(&run.join("config.json"), config.to_string().as_bytes(), 0o600)?;
    // The stage ends with labels for SELinux, and fails at the very end where there is nothing to label with.
    write(&laid.join(NOT_OURS[0]), b"SELINUXTYPE=targeted\n", 0o644)?;
    write(&laid.join(NOT_OURS[1]), b"", 0o644)?;
    write(&run.join("bin/setfiles"), b"#!/bin/sh\nexit 0\n", 0o755)?;
    fs::create_dir_all(run.join("system")).map_err(|error| error.to_string())?;
    let path = format!("{}:{}", run.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut log = String::new();
    for stage in ["fetch", "files"] {
        let mut command = bounded(120, ENGINE);
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
        let output = output(&mut command, "ignition")?;
        log.push_str(&words(&output));
        write(&run.join("log"), log.as_bytes(), 0o600)?;
        if !output.status.success() {
            return Err(format!("stage {stage}: {}; {}", output.status, run.join("log").display()));
        }
    }
    Ok(())
}
