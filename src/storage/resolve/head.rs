//! The head of a spec: release, role, stage, gate.

use super::Resolver;
use crate::asset::Wrapping;
use crate::diagnostic::{Place, Problem};
use crate::document::Path;
use crate::spec::Release;
use crate::storage::plan::{Cluster, Plan};
use crate::storage::spec::{Iscsi, Objects, Pool, Spec, Stage, UserData, Volume};
use crate::storage::{VERSION, assets, grammar};
use std::collections::HashMap;

crate::problem! {
    /// The text is no spec of a version that is known.
    ///
    /// Good: `variant: firesteel` and `version: 1.0.0`.
    pub(super) BAD_HEAD = "FS1001", "bad-head", Error;

    /// An OpenShift release that is not known, or too old.
    ///
    /// The release decides which target gates kubelet, which form a pool must have and which Ignition versions the
    /// Machine Config Operator takes. Ignition 3.2.0, which is emitted, is taken from 4.7 on.
    ///
    /// Good: `openshift: "4.16"`, in quotes, since YAML reads 4.10 as the number 4.1.
    ///
    /// Source: the release branches of the Machine Config Operator.
    pub(super) UNKNOWN_RELEASE = "FS1002", "unknown-release", Error;

    /// The role is missing or cannot be the name of a pool.
    ///
    /// Every MachineConfig carries its pool's role in the label `machineconfiguration.openshift.io/role`; without it the
    /// Machine Config Operator passes over the object in silence.
    ///
    /// Good: `role: master`.
    pub(super) BAD_ROLE = "FS1003", "bad-role", Error;

    /// A pool that cannot be made at this stage.
    ///
    /// `master`, `worker` and `arbiter` exist in every cluster and have nodes, so nothing of stage `new-pool` can be
    /// right for them: the operator refuses changes of disks and filesystems on existing nodes and stops the pool.
    ///
    /// Good: `stage: running` for nodes that exist, `stage: install` for the installer's manifests.
    ///
    /// Source: the operator's check whether a change can be reconciled.
    pub(super) BUILT_IN_POOL = "FS1004", "built-in-pool", Error;

    /// Nothing waits for the volumes.
    ///
    /// Without a gate a service starts on the empty directory below the mount point when the volume is late or broken.
    /// On OpenShift kubelet and crio wait; elsewhere only you know what has to.
    ///
    /// Good: `gate: [postgresql.service]`, or `openshift: "4.16"`.
    pub(super) NO_GATE = "FS1005", "no-gate", Error;

    /// The name of a unit that cannot be one.
    ///
    /// Good: `gate: [postgresql.service]`.
    ///
    /// Source: systemd.unit(5).
    pub(super) BAD_UNIT_NAME = "FS1006", "bad-unit-name", Error;

    /// A wrapping that the spec cannot be emitted in.
    ///
    /// MachineConfigs exist only on OpenShift, and a Butane config has no place for annotations.
    ///
    /// Good: `--emit ignition` for plain Ignition hosts.
    pub(crate) WRONG_WRAPPING = "FS1007", "wrong-wrapping", Error;

    /// A key that has no meaning in this spec.
    ///
    /// It is refused, never ignored: the machine would do less than the spec says.
    pub(super) MISPLACED = "FS1008", "misplaced-key", Error;

    /// etcd's path in a pool that never runs etcd.
    ///
    /// The etcd operator places members on nodes with the master role alone. A node of a custom pool gets the volume at
    /// this path and never a member.
    ///
    /// Good: `role: master`.
    ///
    /// Source: the cluster-etcd-operator.
    pub(super) NO_ETCD_HERE = "FS1009", "no-etcd-here", Warning;

    /// A label or annotation that Kubernetes refuses, or that is not yours to set.
    ///
    /// A key is a name of 63 characters at most, with a domain and `/` before it if you like. The value of a label has 63
    /// characters at most: letters, digits, `-`, `_` and `.`, the first and last a letter or digit.
    ///
    /// Good: `labels: {team: storage, example.com/ticket: "1234"}`.
    ///
    /// Source: the Kubernetes documentation on labels and annotations.
    pub(super) BAD_OBJECT_LABEL = "FS1010", "bad-object-label", Error;

    /// Two objects of one name.
    ///
    /// Each object is written to a file of its name, so one would take the place of the other.
    pub(super) SAME_OBJECT = "FS1011", "same-object-twice", Error;

    /// A name that no object can have.
    ///
    /// Kubernetes takes lower-case letters, digits, `-` and dots, the first and last a letter or digit.
    ///
    /// Good: `object: 98-var-lib-etcd`.
    ///
    /// Source: the Kubernetes documentation on object names (RFC 1123).
    pub(crate) BAD_OBJECT_NAME = "FS1012", "bad-object-name", Error;

    /// A name that no cluster can have.
    ///
    /// It becomes part of the mark by which a node knows its volumes: lower-case letters, digits and `-`.
    ///
    /// Good: `cluster: lab-x7k2p`, the infrastructure name of an OpenShift cluster.
    ///
    /// Source: RFC 1123 for the form.
    pub(super) BAD_CLUSTER = "FS1013", "bad-cluster", Error;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[
    &BAD_HEAD,
    &UNKNOWN_RELEASE,
    &BAD_ROLE,
    &BUILT_IN_POOL,
    &NO_GATE,
    &BAD_UNIT_NAME,
    &WRONG_WRAPPING,
    &MISPLACED,
    &NO_ETCD_HERE,
    &BAD_OBJECT_LABEL,
    &SAME_OBJECT,
    &BAD_OBJECT_NAME,
    &BAD_CLUSTER,
];

/// Roles whose pools exist in every cluster.
pub(super) const BUILT_IN: [&str; 3] = ["master", "worker", "arbiter"];

pub(super) struct Head {
    pub(super) stage: Option<Stage>,
    pub(super) cluster: Option<Cluster>,
}

pub(super) fn resolve(spec: &Spec, resolver: &mut Resolver<'_>) -> Head {
    if !spec.version.is_empty() && spec.version != VERSION {
        let finding =
            resolver.at(&BAD_HEAD, spec.at(Spec::version), "this version of the spec's language is not known");
        resolver.push(finding.help(format!("write `version: {VERSION}`")));
    }
    let cluster = cluster(spec, resolver);
    gate(spec, resolver);
    object_names(spec, resolver);
    if let Some(name) = &spec.cluster {
        let good = grammar::dns_label(name, 63);
        resolver.good(&BAD_CLUSTER, spec.at(Spec::cluster), "this cannot be the name of a cluster", good);
    }
    if let Some(role) = &spec.role
        && spec.stage.0 == Some(Stage::NewPool)
        && BUILT_IN.contains(&role.as_str())
    {
        let message = format!("the pool `{role}` exists in every cluster and has nodes");
        let finding = resolver.at(&BUILT_IN_POOL, spec.at(Spec::stage), message);
        let finding =
            finding.mark("for a pool without nodes").label(resolver.place(spec.at(Spec::role)), "this pool has nodes");
        resolver
            .push(finding.help("write `stage: running` for nodes that exist, `stage: install` before installation"));
    }
    let etcd = spec.volumes.iter().find(|volume| volume.path == "/var/lib/etcd");
    if let (Some(volume), Some(role), Some(_)) = (etcd, &spec.role, &spec.openshift)
        && role != "master"
        && grammar::dns_label(role, 63).is_ok()
    {
        let message = format!("nodes of role `{role}` never run an etcd member");
        let finding = resolver.at(&NO_ETCD_HERE, volume.at(crate::storage::spec::Volume::path), message);
        resolver.push(finding.note("the etcd operator places members on nodes of the master role alone"));
    }
    labels(spec, resolver);
    Head { stage: spec.stage.0, cluster }
}

fn cluster(spec: &Spec, resolver: &mut Resolver<'_>) -> Option<Cluster> {
    let Some(name) = &spec.openshift else {
        if !resolver.unsure(&spec.at(Spec::openshift)) {
            without_cluster(spec, resolver);
        }
        return None;
    };
    let release = match Release::find(name) {
        Some(release) if release.takes(crate::storage::EMITTED) => Some(release),
        Some(_) => {
            let message = format!("OpenShift {name} does not take Ignition 3.2.0");
            let finding = resolver.at(&UNKNOWN_RELEASE, spec.at(Spec::openshift), message);
            resolver.push(finding.mark("too old").help("the first release that does is 4.7"));
            None
        }
        None => {
            let message = format!("`{name}` is no OpenShift release that is known");
            let finding = resolver.at(&UNKNOWN_RELEASE, spec.at(Spec::openshift), message);
            let tens = format!("{name}0");
            resolver.push(match Release::find(&tens) {
                Some(release) => finding
                    .note("a tool that takes this for a number drops the 0 at its end")
                    .help(format!("did you mean `\"{}\"`?", release.name)),
                None => finding.help(format!("known: {}", usable().join(", "))),
            });
            None
        }
    };
    let role = match &spec.role {
        None => {
            if resolver.unsure(&spec.at(Spec::role)) {
                return None;
            }
            let finding = resolver.at(&BAD_ROLE, spec.at(Spec::role), "`role` is missing");
            resolver.push(finding.help("name the MachineConfigPool that the assets are for, such as `master`"));
            None
        }
        Some(role) => {
            let good = grammar::dns_label(role, 63);
            resolver.good(&BAD_ROLE, spec.at(Spec::role), "this cannot be the name of a pool", good).map(|()| role)
        }
    };
    Some(Cluster { release: release?, role: role?.clone() })
}

/// The releases that can be compiled for.
fn usable() -> Vec<&'static str> {
    Release::known()
        .filter(|name| Release::find(name).is_some_and(|release| release.takes(crate::storage::EMITTED)))
        .collect()
}

/// Labels and annotations of the objects, by the rules of Kubernetes.
fn labels(spec: &Spec, resolver: &mut Resolver<'_>) {
    let Some(objects) = &spec.objects else { return };
    for (key, value) in &objects.labels {
        let path = objects.at(Objects::labels).join(key.as_str());
        if key == "machineconfiguration.openshift.io/role" {
            let finding = resolver.at(&BAD_OBJECT_LABEL, path, "this label says which pool an object is for");
            resolver.push(finding.help("set `role` instead"));
        } else {
            bad_key(key, path.clone(), resolver);
            resolver.good(&BAD_OBJECT_LABEL, path, "Kubernetes refuses this value", grammar::label_value(value));
        }
    }
    for key in objects.annotations.keys() {
        let path = objects.at(Objects::annotations).join(key.as_str());
        bad_key(key, path, resolver);
    }
    if !objects.annotations.is_empty() && resolver.wrapping == Some(Wrapping::Butane) {
        let path = objects.at(Objects::annotations);
        let finding = resolver.at(&WRONG_WRAPPING, path, "a Butane config has no place for annotations");
        resolver.push(finding.help("leave them out, or use `--emit machineconfig`"));
    }
}

fn bad_key(key: &str, path: Path, resolver: &mut Resolver<'_>) {
    if let Err(reason) = grammar::label_key(key) {
        let place = Place::key(resolver.source, path);
        resolver.push(BAD_OBJECT_LABEL.at(place, "Kubernetes refuses this key").help(reason));
    }
}

/// Every object needs a file name of its own.
pub(super) fn one_file_each(plan: &Plan, spec: &Spec, resolver: &mut Resolver<'_>) {
    let Some(cluster) = plan.cluster.as_ref().filter(|_| !resolver.report.has_errors()) else { return };
    let pool = spec.pool.as_ref().filter(|_| plan.pool.is_some());
    let pool = pool.map(|written| (cluster.role.clone(), written.at(Pool::emit)));
    let user_data = spec.user_data.as_ref().zip(plan.user_data.as_ref());
    let user_data = user_data.map(|(written, planned)| (planned.name.clone(), written.at(UserData::name)));
    let mut seen: HashMap<String, Path> = HashMap::new();
    for (name, path) in assets::names(plan).into_iter().chain(pool).chain(user_data) {
        if let Some(first) = seen.get(&name) {
            let finding = resolver.at(&SAME_OBJECT, path, format!("another object is called `{name}`"));
            let finding = finding.label(resolver.place(first.clone()), "it is made from this");
            resolver
                .push(finding.note("each object gets a file of its name").help("choose another name for one of them"));
        } else {
            seen.insert(name, path);
        }
    }
}

/// The names of objects that the spec gives.
fn object_names(spec: &Spec, resolver: &mut Resolver<'_>) {
    let volumes = spec.volumes.iter().map(|volume| (&volume.object, volume.at(Volume::object)));
    let iscsi = spec.iscsi.iter().map(|section| (&section.object, section.at(Iscsi::object)));
    for (name, path) in volumes.chain(iscsi) {
        let Some(name) = name else { continue };
        let good = name.split('.').try_for_each(|label| grammar::dns_label(label, 63));
        let good =
            good.and_then(|()| if name.len() > 253 { Err("253 characters are the most".into()) } else { Ok(()) });
        resolver.good(&BAD_OBJECT_NAME, path.clone(), "this cannot be the name of an object", good);
        if spec.openshift.is_none() {
            let finding = resolver.at(&MISPLACED, path, "there are objects on OpenShift alone");
            resolver.push(finding.help("say which release, as `openshift: \"4.16\"`, or leave the key out"));
        }
    }
}

fn without_cluster(spec: &Spec, resolver: &mut Resolver<'_>) {
    if spec.gate.is_empty() && !resolver.unsure(&spec.at(Spec::gate)) {
        let finding = resolver.at(&NO_GATE, spec.at(Spec::gate), "nothing waits for the volumes");
        resolver.push(
            finding.help("on OpenShift say which release, as `openshift: \"4.16\"`").help(
                "elsewhere name the units that must not start without the volumes, as `gate: [postgresql.service]`",
            ),
        );
    }
    if matches!(resolver.wrapping, Some(Wrapping::MachineConfig | Wrapping::Butane)) {
        let message = "without `openshift` there is no MachineConfig to emit";
        let finding = resolver.at(&WRONG_WRAPPING, spec.at(Spec::openshift), message);
        resolver.push(finding.help("use `--emit ignition`, or say which release, as `openshift: \"4.16\"`"));
    }
    let only_there = [
        (spec.role.is_some(), Spec::role),
        (spec.pool.is_some(), Spec::pool),
        (spec.user_data.is_some(), Spec::user_data),
        (spec.objects.is_some(), Spec::objects),
    ];
    for (given, field) in only_there {
        if given {
            let message = format!("`{}` means something on OpenShift alone", field.name);
            let finding = MISPLACED.at(Place::key(resolver.source, spec.at(field)), message);
            resolver.push(finding.help("say which release, as `openshift: \"4.16\"`, or leave the key out"));
        }
    }
}

fn gate(spec: &Spec, resolver: &mut Resolver<'_>) {
    const SUFFIXES: [&str; 5] = [".service", ".target", ".socket", ".mount", ".timer"];
    for (index, unit) in spec.gate.iter().enumerate() {
        let good = |c: char| c.is_ascii_alphanumeric() || ":-_.\\@".contains(c);
        let stem = SUFFIXES.iter().find_map(|suffix| unit.strip_suffix(suffix)).filter(|stem| !stem.is_empty());
        let help = match stem {
            None => format!("a unit's name ends in one of {}", SUFFIXES.join(", ")),
            Some(stem) if stem.ends_with('@') => {
                "name one instance of the template, as in `name@instance.service`".into()
            }
            Some(_) if unit.len() > 255 => "255 bytes are the most".into(),
            Some(_) if !unit.chars().all(good) => "letters, digits and `:-_.\\@` may stand in it".into(),
            Some(_) => continue,
        };
        if unit.is_empty() && resolver.unsure(&spec.at(Spec::gate).join(index)) {
            continue;
        }
        let finding = resolver.at(&BAD_UNIT_NAME, spec.at(Spec::gate).join(index), "this cannot be the name of a unit");
        resolver.push(finding.help(help));
    }
}
