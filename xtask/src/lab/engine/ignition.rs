//! What Ignition says of a config, and how what it has laid differs from what was meant.

use super::Config;
use crate::lab::files::walk;
use crate::lab::ignition::{NOT_OURS, PRESET};
use crate::lab::process::{bounded, said};
use crate::machine_config::{self, Laid};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What the validator says; `None` when it is content.
pub(super) fn validate(path: &Path) -> Result<Option<String>, String> {
    said(bounded(120, "ignition-validate").arg(path), &path.display().to_string())
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
