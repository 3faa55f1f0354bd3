//! MachineConfigPools: whether the cluster takes one, and what it takes.

use super::{Part, Run};
use crate::diagnostic::{Place, Problem, Severity};
use crate::manifest::machine_config::{API_VERSION, MachineConfigPool, Metadata, PoolSpec, Selector, read_pool};
use crate::model::is_empty;
use crate::spec::Release;
use crate::spec::values::{BUILT_IN_POOLS, ROLE_LABEL};

crate::problem! {
    /// A pool of your own that does not take in the MachineConfigs of the role `worker`.
    ///
    /// Since OpenShift 4.18 the API server refuses it. In earlier releases its nodes get nothing of the platform: no
    /// kubelet, no container runtime.
    ///
    /// Bad: `matchLabels: {machineconfiguration.openshift.io/role: etcd}`.
    /// Good: `matchExpressions: [{key: machineconfiguration.openshift.io/role, operator: In, values: [worker, etcd]}]`.
    ///
    /// Source: the ValidatingAdmissionPolicy `custom-machine-config-pool-selector` of the Machine Config Operator.
    pub(crate) POOL_WITHOUT_WORKER = "FS2530", "pool-without-worker", Error;

    /// A pool of your own with a label that belongs to the pools of the platform.
    ///
    /// With `mco-built-in` the operator writes configs for the pool that collide with clones of them; with
    /// `required-for-upgrade` the cluster's upgrades wait for the pool.
    ///
    /// Good: the label `pools.operator.machineconfiguration.openshift.io/NAME` alone.
    ///
    /// Source: the controllers of the Machine Config Operator.
    pub(crate) PLATFORM_POOL_LABEL = "FS2531", "platform-pool-label", Warning;

    /// A pool with another `apiVersion` or `kind`.
    ///
    /// `oc apply` does not know it.
    ///
    /// Good: `apiVersion: machineconfiguration.openshift.io/v1` and `kind: MachineConfigPool`.
    ///
    /// Source: the CRD of MachineConfigPools.
    pub(crate) WRONG_POOL_HEAD = "FS2532", "wrong-pool-head", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&POOL_WITHOUT_WORKER, &PLATFORM_POOL_LABEL, &WRONG_POOL_HEAD];

/// Labels of those, which a pool of another name should not have.
const LABELS: [&str; 2] = [
    "machineconfiguration.openshift.io/mco-built-in",
    "operator.machineconfiguration.openshift.io/required-for-upgrade",
];

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    let pool = read_pool(part.document, part.source, (part.node, &part.path), &mut run.report);
    let head = [
        (&pool.api_version, MachineConfigPool::api_version, API_VERSION),
        (&pool.kind, MachineConfigPool::kind, "MachineConfigPool"),
    ];
    for (_, field, right) in head.into_iter().filter(|(written, _, right)| written != right) {
        let origin = pool.origin.field(field);
        let name = field.name_in(origin.naming());
        let finding = WRONG_POOL_HEAD
            .at(Place::value(part.source, origin.path()), format!("the `{name}` of MachineConfigPools is `{right}`"));
        run.report.push(finding.help(format!("write `{name}: {right}`")));
    }
    let is_built_in = BUILT_IN_POOLS.contains(&pool.metadata.name.as_str());
    let selector = &pool.spec.machine_config_selector;
    // A part of a pool, as in a patch or policy, says nothing about its selector.
    if !is_empty(selector) && !takes_in_worker(selector) {
        let asked = run.options.platform.release;
        let since = Release::first(|release| release.pools_inherit_worker);
        let severity = match asked {
            Some(release) if release.pools_inherit_worker => Severity::Error,
            _ => Severity::Warning,
        };
        let origin = pool.origin.field(MachineConfigPool::spec).field(PoolSpec::machine_config_selector);
        let place = Place::key(part.source, origin.path());
        let finding = POOL_WITHOUT_WORKER.at(place, "this pool does not take in the MachineConfigs of `worker`");
        let finding = since.into_iter().fold(finding, |finding, release| {
            finding.note(format!("since {release} the API server refuses such a pool"))
        });
        let name = if pool.metadata.name.is_empty() { "NAME" } else { &pool.metadata.name };
        let help = format!("write `matchExpressions: [{{key: {ROLE_LABEL}, operator: In, values: [worker, {name}]}}]`");
        run.report.push(finding.severity(severity).help(help));
    }
    run.pools.push((part.source, pool.clone()));
    if !is_built_in {
        let origin = pool.origin.field(MachineConfigPool::metadata).field(Metadata::labels);
        for label in LABELS.iter().filter(|label| pool.metadata.labels.contains_key(**label)) {
            let place = Place::key(part.source, origin.join(*label).path());
            let finding = PLATFORM_POOL_LABEL.at(place, "this label is for the pools of the platform");
            run.report.push(finding.help("leave it out"));
        }
    }
}

/// Whether the API server takes the selector: it is that of a built-in pool, or takes in `worker`.
fn takes_in_worker(selector: &Selector) -> bool {
    let built_in = selector.match_labels.get(ROLE_LABEL).is_some_and(|role| BUILT_IN_POOLS.contains(&role.as_str()));
    let worker = "worker".to_owned();
    built_in
        || selector.match_expressions.iter().filter(|requirement| requirement.key == ROLE_LABEL).any(|requirement| {
            match requirement.operator.as_str() {
                "In" => requirement.values.contains(&worker),
                "NotIn" => !requirement.values.contains(&worker),
                _ => false,
            }
        })
}
