//! The engine layer: what the examples emit, read by Debian's Ignition, laid out by its files stage, and held against
//! systemd and ShellCheck.

mod host;
mod ignition;

use super::files::{entries, walk, write};
use super::ignition::{ENGINE, PRESET, lay, merging};
use super::process::{bounded, is_root, missing, said};
use super::{CaseResult, Context};
use crate::machine_config;
use crate::root;
use firesteel::cli::DiskFiles;
use firesteel::pipeline::{AssetKind, Compiled, Input, Options, TargetForm, Wrapping, compile};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const LAYER: &str = "engine";
/// Programs, and with the engine itself the one file, that the layer needs.
const TOOLS: &[&str] = &["ignition-validate", "shellcheck", "systemctl", "systemd-analyze", "timeout"];
const FORMS: [TargetForm; 3] = [TargetForm::Tgt, TargetForm::Targetcli, TargetForm::Saveconfig];

/// Runs the cases whose names contain the filter.
pub(super) fn run(context: &Context, filter: Option<&str>) -> Vec<CaseResult> {
    if let Err(reason) = can_run() {
        return vec![CaseResult::not_run(LAYER, LAYER, reason)];
    }
    let specs = match specs() {
        Ok(specs) if !specs.is_empty() => specs,
        Ok(_) => return vec![CaseResult::of(LAYER, LAYER, None, || Err("there are no examples".into()))],
        Err(reason) => return vec![CaseResult::of(LAYER, LAYER, None, || Err(reason))],
    };
    let mut cases: Vec<(String, Case)> = specs.into_iter().map(|spec| (name(&spec), Case::Example(spec))).collect();
    let broken = [
        ("refused-config", refused_config as Broken),
        ("refused-contents", refused_contents),
        ("refused-unit", refused_unit),
        ("refused-script", refused_script),
        ("seen-differences", seen_differences),
    ];
    cases.extend(broken.map(|(name, case)| (name.to_owned(), Case::Broken(case))));
    cases.retain(|(name, _)| filter.is_none_or(|filter| name.contains(filter)));
    cases.into_iter().map(|(name, case)| one(context, &name, &case)).collect()
}

/// That a broken thing is found, so that the layer can fail; gets the configs of an example and a scratch folder.
type Broken = fn(&[Config], &Path) -> Result<(), String>;

enum Case {
    Example(PathBuf),
    Broken(Broken),
}

/// One emitted config, as JSON.
struct Config {
    name: String,
    json: Value,
}

fn can_run() -> Result<(), String> {
    let mut missing = missing(TOOLS);
    if !Path::new(ENGINE).exists() {
        missing.push(ENGINE);
    }
    if !missing.is_empty() {
        return Err(format!("not installed: {}; run `.ci/install-lab`", missing.join(", ")));
    }
    if is_root()? { Ok(()) } else { Err("the engine gives files their owners, which needs root".into()) }
}

fn one(context: &Context, name: &str, case: &Case) -> CaseResult {
    context.case(LAYER, name, |folder| match case {
        Case::Example(spec) => example(spec, folder),
        Case::Broken(case) => {
            let spec = root().join("examples/etcd-iscsi/etcd-iscsi.yaml");
            case(&configs(&spec, Wrapping::MachineConfig)?, folder)
        }
    })
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

fn name(spec: &Path) -> String {
    spec.file_stem().map_or_else(|| "example".into(), |stem| stem.to_string_lossy().into_owned())
}

fn compiled(spec: &Path, options: &Options) -> Result<Compiled, String> {
    let folder = spec.parent().ok_or("it lies nowhere")?;
    let bytes = fs::read(spec).map_err(|error| format!("{}: {error}", spec.display()))?;
    let name = spec.to_string_lossy();
    Ok(compile(Input { name: &name, bytes: &bytes }, &DiskFiles::new(folder), options))
}

/// The Ignition configs that a spec compiles to.
fn configs(spec: &Path, wrapping: Wrapping) -> Result<Vec<Config>, String> {
    let compiled = compiled(spec, &Options { wrapping: Some(wrapping), target: None })?;
    let mut configs = Vec::new();
    for asset in compiled.assets.iter().filter(|asset| asset.kind == AssetKind::Object) {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", asset.name);
        let json = match wrapping {
            Wrapping::Ignition if asset.name.ends_with(".ign") => {
                Some(serde_json::from_str(&asset.contents).map_err(|error| told(&error))?)
            }
            Wrapping::Ignition => None,
            _ => machine_config::config(&asset.contents).map_err(|error| told(&error))?,
        };
        configs.extend(json.map(|json| Config { name: asset.name.clone(), json }));
    }
    if configs.is_empty() { Err("it compiles to no config".into()) } else { Ok(configs) }
}

/// Everything the layer knows to ask about an example.
fn example(spec: &Path, folder: &Path) -> Result<(), String> {
    let mut faults = Vec::new();
    for wrapping in [Wrapping::MachineConfig, Wrapping::Ignition] {
        for config in configs(spec, wrapping)? {
            let path = folder.join(format!("{}.json", config.name));
            write(&path, config.json.to_string().as_bytes(), 0o600)?;
            faults.extend(ignition::validate(&path)?);
        }
    }
    // The storage side, in the forms that the spec is fit for.
    for form in FORMS {
        let compiled = compiled(spec, &Options { wrapping: None, target: Some(form) })?;
        for asset in compiled.assets.iter().filter(|asset| asset.name == "target.sh") {
            let path = folder.join(format!("{form:?}-{}", asset.name));
            write(&path, asset.contents.as_bytes(), 0o600)?;
            faults.extend(shellcheck(&path)?);
        }
    }
    let configs = configs(spec, Wrapping::MachineConfig)?;
    let laid = folder.join("laid");
    lay(&merged(&configs), &laid, &folder.join("run"))?;
    faults.extend(ignition::differences(&configs, &laid)?);
    for path in walk(&laid)? {
        if fs::read(&path).is_ok_and(|bytes| is_script(&bytes)) {
            faults.extend(shellcheck(&path)?);
        }
    }
    faults.extend(host::verify(&configs, &laid, &folder.join("host"))?);
    told(faults)
}

fn merged(configs: &[Config]) -> Value {
    merging(configs.iter().map(|config| &config.json))
}

/// What ShellCheck says about a script.
fn shellcheck(path: &Path) -> Result<Option<String>, String> {
    let mut command = bounded(120, "shellcheck");
    said(command.args(["--norc", "--color=never"]).arg(path), &path.display().to_string())
}

fn told(faults: Vec<String>) -> Result<(), String> {
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn is_script(bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!/bin/bash") || bytes.starts_with(b"#!/bin/sh")
}

/// A change to each config that has what is to be changed.
fn changed(configs: &[Config], change: impl Fn(&mut Value) -> Option<()>) -> Result<Vec<Config>, String> {
    let copy = |config: &Config| Config { name: config.name.clone(), json: config.json.clone() };
    let mut all: Vec<Config> = configs.iter().map(copy).collect();
    let count = all.iter_mut().filter_map(|config| change(&mut config.json)).count();
    if count == 0 { Err("the example has nothing to break".into()) } else { Ok(all) }
}

fn refused_config(configs: &[Config], folder: &Path) -> Result<(), String> {
    let broken = changed(configs, |json| {
        *json.pointer_mut("/storage/files/0/path")? = "etc/relative".into();
        Some(())
    })?;
    let path = folder.join("config.json");
    for config in broken.iter().filter(|config| config.json.pointer("/storage/files/0").is_some()) {
        write(&path, config.json.to_string().as_bytes(), 0o600)?;
        ignition::validate(&path)?.ok_or("ignition-validate takes a relative path")?;
    }
    match lay(&merged(&broken), &folder.join("laid"), &folder.join("run")) {
        Ok(()) => Err("the engine takes a relative path".into()),
        Err(_) => Ok(()),
    }
}

fn refused_contents(configs: &[Config], folder: &Path) -> Result<(), String> {
    let broken = changed(configs, |json| {
        let contents = json.pointer_mut("/storage/files/0/contents")?.as_object_mut()?;
        let verification = serde_json::json!({ "hash": format!("sha512-{}", "0".repeat(128)) });
        contents.insert("verification".into(), verification);
        Some(())
    })?;
    match lay(&merged(&broken), &folder.join("laid"), &folder.join("run")) {
        Ok(()) => Err("the engine takes contents of another hash".into()),
        Err(_) => Ok(()),
    }
}

fn refused_unit(configs: &[Config], folder: &Path) -> Result<(), String> {
    let broken = changed(configs, |json| {
        let units = json.pointer_mut("/systemd/units")?.as_array_mut()?;
        let unit = units.iter_mut().find(|unit| unit["contents"].is_string())?;
        let text = unit["contents"].as_str()?.replace("[Unit]\n", "[Unit]\nAftre=basic.target\n");
        unit["contents"] = text.into();
        Some(())
    })?;
    let laid = folder.join("laid");
    lay(&merged(&broken), &laid, &folder.join("run"))?;
    match host::verify(&broken, &laid, &folder.join("host"))? {
        Some(said) if said.contains("Aftre") => Ok(()),
        Some(said) => Err(format!("systemd-analyze says something else: {said}")),
        None => Err("systemd-analyze takes `Aftre=`".into()),
    }
}

fn refused_script(_: &[Config], folder: &Path) -> Result<(), String> {
    let path = folder.join("script");
    write(&path, b"#!/bin/bash\nrm -rf $1/*\n", 0o755)?;
    match shellcheck(&path)? {
        Some(said) if said.contains("SC2086") => Ok(()),
        said => Err(format!("shellcheck says {said:?}")),
    }
}

fn seen_differences(configs: &[Config], folder: &Path) -> Result<(), String> {
    let laid = folder.join("laid");
    lay(&merged(configs), &laid, &folder.join("run"))?;
    let scripts: Vec<PathBuf> = walk(&laid.join("usr/local/bin"))?;
    let [first, second, ..] = &scripts[..] else { return Err("the example has fewer than two scripts".into()) };
    let units = walk(&laid.join("etc/systemd/system"))?;
    let unit = units.first().ok_or("the example has no unit")?;
    write(first, b"other\n", 0o755)?;
    write(second, &fs::read(second).map_err(|error| error.to_string())?, 0o644)?;
    fs::remove_file(unit).map_err(|error| error.to_string())?;
    write(&laid.join("etc/added"), b"", 0o644)?;
    write(&laid.join(PRESET), b"disable other.service\n", 0o644)?;
    let found = ignition::differences(configs, &laid)?;
    let wanted = ["other contents", "mode 0644", "is not there", "was not asked for", "preset"];
    let missed: Vec<&str> = wanted.into_iter().filter(|word| !found.iter().any(|fault| fault.contains(word))).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("not seen: {}; told: {found:?}", missed.join(", "))) }
}
