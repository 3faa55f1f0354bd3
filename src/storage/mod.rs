//! The storage spec: what a user says about disks and iSCSI volumes, and what we make of it.

mod assets;
mod grammar;
pub mod host;
mod plan;
mod resolve;
mod runbook;
pub mod secret;
pub mod spec;
mod target;
mod verify;

pub(crate) use resolve::{BAD_OBJECT_NAME, WRONG_WRAPPING, no_target_side};

use crate::asset::{Asset, AssetKind, TargetForm, Wrapping};
use crate::diagnostic::{Problem, Report, SourceId, Sources};
use crate::document::Document;
use crate::document::Value;
use crate::document::json::Layout;
use crate::emit::{self, ObjectFacts};
use crate::files::Files;
use crate::lower;
use crate::manifest::{self, PoolFacts};
use crate::model::{self, Dialect, butane};
use crate::spec::{Gates, IgnitionVersion};

/// The Ignition version of everything a spec makes: the widest there is, taken by every OpenShift from 4.7 on.
pub const EMITTED: IgnitionVersion = IgnitionVersion::V3_2;

/// The `variant` that says that a text is a spec.
pub const VARIANT: &str = "firesteel";

/// The one version of the spec's language so far.
pub const VERSION: &str = "1.0.0";

/// Every kind of finding about a spec.
pub static PROBLEMS: &[&[&Problem]] = &[
    resolve::HEAD_PROBLEMS,
    resolve::VOLUME_PROBLEMS,
    resolve::ISCSI_PROBLEMS,
    resolve::CHAP_PROBLEMS,
    resolve::POOL_PROBLEMS,
    resolve::BACKSTORE_PROBLEMS,
    resolve::TARGET_PROBLEMS,
    verify::PROBLEMS,
];

/// Reads the spec in `document` and makes its assets; none of them when the report has an error.
pub(crate) fn compile(
    document: &Document,
    source: SourceId,
    sources: &mut Sources,
    files: &dyn Files,
    (wrapping, target): (Option<Wrapping>, Option<TargetForm>),
    report: &mut Report,
) -> Vec<Asset> {
    for span in secret::inline_spans(document) {
        sources.hide(source, span);
    }
    let gates = Gates::ignition(EMITTED);
    let (written, faults) = model::decode_with_faults::<spec::Spec>(document, source, Dialect::Spec, gates, report);
    if report.iter().any(|finding| *finding.problem == model::TOO_MANY_ALIASES) {
        // The rest was not decoded, so nothing more can be said.
        return Vec::new();
    }
    let resolver = resolve::Resolver { source, sources, files, wrapping, target, faults, report };
    let plan = resolve::resolve(&written, resolver);
    let Some(plan) = plan.filter(|_| !report.has_errors()) else { return Vec::new() };
    let name = sources.get(source).name.clone();
    let assets = wrap(&plan, &stem(&name), (wrapping, target), source, report);
    if report.has_errors() { Vec::new() } else { assets }
}

/// The name of the input's file without folder and suffix.
pub(crate) fn stem(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let good = !stem.is_empty() && stem.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    if good { stem.to_owned() } else { "config".to_owned() }
}

fn wrap(
    plan: &plan::Plan,
    stem: &str,
    (wrapping, form): (Option<Wrapping>, Option<TargetForm>),
    source: SourceId,
    report: &mut Report,
) -> Vec<Asset> {
    let default = if plan.cluster.is_some() { Wrapping::MachineConfig } else { Wrapping::Ignition };
    let wrapping = wrapping.unwrap_or(default);
    let mut configs = assets::configs(plan);
    if plan.cluster.is_none() {
        configs = vec![merged(configs, stem)];
    }
    let mut assets = Vec::new();
    for assets::Config { name, butane, secret } in configs {
        let target = assets::target();
        let lowered = lower::lower(butane.clone(), target);
        let facts = ObjectFacts { annotations: &plan.annotations };
        verify::own_output(&lowered.config, EMITTED, &name, source, report);
        let (suffix, contents) = match wrapping {
            Wrapping::MachineConfig => {
                ("yaml", emit::object_yaml(&emit::machine_config_value(&lowered, EMITTED, facts)))
            }
            Wrapping::Ignition => ("ign", emit::ignition_json(&lowered.config, EMITTED, Layout::Pretty)),
            Wrapping::Butane => ("bu", emit::butane_yaml(&butane, target)),
        };
        assets.push(Asset { name: format!("{name}.{suffix}"), kind: AssetKind::Object, contents, secret });
    }
    assets.extend(others(plan));
    assets.push(Asset {
        name: "RUNBOOK.md".to_owned(),
        kind: AssetKind::Extra,
        contents: runbook::runbook(plan, form),
        secret: false,
    });
    assets.extend(form.map(|form| target::side(plan, form)));
    assets.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    assets
}

/// A plain Ignition host boots from one config.
fn merged(configs: Vec<assets::Config>, stem: &str) -> assets::Config {
    let mut whole = assets::Config { name: stem.to_owned(), butane: butane::Config::default(), secret: false };
    for config in configs {
        let butane::Config { storage, systemd, .. } = config.butane;
        whole.secret |= config.secret;
        whole.butane.storage.disks.extend(storage.disks);
        whole.butane.storage.filesystems.extend(storage.filesystems);
        for file in storage.files {
            // Volumes share their script.
            if !whole.butane.storage.files.iter().any(|known| known.path == file.path) {
                whole.butane.storage.files.push(file);
            }
        }
        for unit in systemd.units {
            match whole.butane.systemd.units.iter_mut().find(|known| known.name == unit.name) {
                // Volumes add drop-ins to the same units of the host.
                Some(known) => known.dropins.extend(unit.dropins),
                None => whole.butane.systemd.units.push(unit),
            }
        }
    }
    whole
}

/// Objects that are no MachineConfigs: the pool and the user data.
fn others(plan: &plan::Plan) -> Vec<Asset> {
    let mut assets = Vec::new();
    let object = |name: &str, value: &Value, secret| Asset {
        name: format!("{name}.yaml"),
        kind: AssetKind::Object,
        contents: emit::object_yaml(value),
        secret,
    };
    if let (Some(pool), Some(cluster)) = (&plan.pool, &plan.cluster) {
        let facts = PoolFacts {
            role: &cluster.role,
            max_unavailable: pool.max_unavailable.as_deref(),
            paused: pool.paused,
            labels: &plan.labels,
            annotations: &plan.annotations,
        };
        assets.push(object(&cluster.role, &manifest::pool(&facts), false));
    }
    if let Some(user_data) = &plan.user_data {
        assets.push(object(&user_data.name, &user_data.secret, true));
    }
    assets
}
