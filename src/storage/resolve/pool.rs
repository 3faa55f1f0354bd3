//! The pool and its user data.

use super::Resolver;
use super::head::{BUILT_IN, BUILT_IN_POOL, Head, MISPLACED};
use super::iscsi::UNUSED;
use crate::diagnostic::{Place, Problem};
use crate::document::{Document, Kind, NodeId, json, yaml};
use crate::manifest::rewrite_user_data;
use crate::storage::grammar;
use crate::storage::plan::{Pool as Planned, UserData as PlannedUserData};
use crate::storage::spec::{Pool, Spec, Stage, UserData};

crate::problem! {
    /// A file that the spec names cannot be read.
    ///
    /// Nothing is emitted without it. Paths are relative to the folder of the spec; folders, pipes and files above 64 MiB are
    /// not read.
    pub(super) MISSING_FILE = "FS1401", "missing-file", Error;

    /// An exported Secret that cannot be rewritten for another pool.
    ///
    /// The user data of a machine is a pointer config: it names the Machine Config Server, the pool
    /// (`…:22623/config/<pool>`) and the certificate authority to trust. Only the pool is changed, and only where it is
    /// clear which source is meant.
    ///
    /// Good: the Secret as `oc -n openshift-machine-api get secret master-user-data -o json` prints it.
    ///
    /// Source: the installer's pointer configs.
    pub(super) BAD_USER_DATA = "FS1402", "bad-user-data", Error;

    /// User data that the cluster keeps by itself.
    ///
    /// Since 4.10 the Machine Config Operator makes `<pool>-user-data-managed` for every pool and renews its certificate
    /// authority. A Secret made by hand goes stale up to 4.18, when the authority changes.
    ///
    /// Good: point the machine set at `<pool>-user-data-managed` and leave `user_data` out.
    ///
    /// Source: the Machine Config Operator's handling of user-data Secrets.
    pub(super) MANAGED_USER_DATA = "FS1403", "managed-user-data", Info;

    /// A pool setting that is none.
    ///
    /// The cluster refuses the object, or the operator stops rolling the pool out.
    ///
    /// Good: `max_unavailable: 1`, `max_unavailable: "10%"`. Source: the MachineConfigPool API.
    pub(super) BAD_POOL = "FS1404", "bad-pool", Error;

    /// User data that the certificate controller will not renew.
    ///
    /// From 4.19 on it rewrites user-data Secrets with exactly one certificate authority and passes over others.
    ///
    /// Source: the Machine Config Operator's certificate rotation.
    pub(super) NOT_RENEWED = "FS1405", "user-data-not-renewed", Warning;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] =
    &[&MISSING_FILE, &BAD_USER_DATA, &MANAGED_USER_DATA, &BAD_POOL, &NOT_RENEWED];

pub(super) fn pool(spec: &Spec, head: &Head, resolver: &mut Resolver<'_>) -> Option<Planned> {
    let written = spec.pool.as_ref()?;
    if let Some(most) = &written.max_unavailable.0 {
        let number = most.strip_suffix('%').unwrap_or(most);
        let good = number.parse::<u32>().is_ok_and(|number| number > 0 && (number <= 100 || !most.ends_with('%')));
        if !good {
            let finding = resolver.at(&BAD_POOL, written.at(Pool::max_unavailable), "this is no number of nodes");
            resolver.push(finding.help("write a number such as `1`, or a percentage such as `\"10%\"`"));
        }
    }
    if written.emit != Some(true) {
        if written.emit.is_none() && !resolver.unsure(&written.at(Pool::emit)) {
            let finding = resolver.at(&UNUSED, spec.at(Spec::pool), "without `emit: true` no pool is made");
            resolver.push(finding.help("add `emit: true`, or leave `pool` out"));
        }
        return None;
    }
    let cluster = head.cluster.as_ref()?;
    if BUILT_IN.contains(&cluster.role.as_str()) && head.stage != Some(Stage::NewPool) {
        let message = format!("the pool `{}` exists in every cluster", cluster.role);
        let finding = resolver.at(&BUILT_IN_POOL, written.at(Pool::emit), message);
        resolver.push(finding.help("leave `pool` out"));
    }
    Some(Planned { max_unavailable: written.max_unavailable.0.clone(), paused: written.paused == Some(true) })
}

pub(super) fn user_data(spec: &Spec, head: &Head, resolver: &mut Resolver<'_>) -> Option<PlannedUserData> {
    let written = spec.user_data.as_ref()?;
    let cluster = head.cluster.as_ref()?;
    if head.stage.is_some_and(|stage| stage != Stage::NewPool) {
        let finding = resolver.at(&MISPLACED, spec.at(Spec::user_data), "user data is for the machines of a new pool");
        resolver.push(finding.help("use stage `new-pool`, or leave `user_data` out"));
    }
    let name = written.name.clone().unwrap_or_else(|| format!("{}-user-data", cluster.role));
    let dns = name.split('.').try_for_each(|label| grammar::dns_label(label, 63));
    resolver.good(&BAD_POOL, written.at(UserData::name), "this cannot be the name of a Secret", dns);
    let mut is_pool = false;
    if !written.from_pool.is_empty() {
        let dns = grammar::dns_label(&written.from_pool, 63);
        let what = "this cannot be the name of a pool";
        is_pool = resolver.good(&BAD_POOL, written.at(UserData::from_pool), what, dns).is_some();
    }
    if cluster.release.managed_user_data && head.stage == Some(Stage::NewPool) {
        let message = format!("the operator makes and renews `{}-user-data-managed` by itself", cluster.role);
        let finding = resolver.at(&MANAGED_USER_DATA, spec.at(Spec::user_data), message);
        resolver.push(finding.help("point the machine set at that Secret and leave `user_data` out"));
    }
    if written.from.is_empty() {
        return None;
    }
    let bytes = match resolver.files.read(&written.from) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("`{}` cannot be read: {error}", written.from);
            let finding = resolver.at(&MISSING_FILE, written.at(UserData::from), message);
            resolver.push(finding.note("the path is relative to the spec"));
            return None;
        }
    };
    let document = match read(&bytes) {
        Ok(document) => document,
        Err(reason) => {
            let message = format!("`{}` is neither JSON nor YAML", written.from);
            resolver.push(resolver.at(&BAD_USER_DATA, written.at(UserData::from), message).note(reason));
            return None;
        }
    };
    if !is_pool {
        return None;
    }
    let rewritten = rewrite_user_data(&document, &written.from_pool, &cluster.role, &name);
    match rewritten {
        Ok(rewritten) => {
            if cluster.release.renews_user_data && rewritten.authorities != 1 {
                let message = format!("the pointer config has {} certificate authorities", rewritten.authorities);
                let finding = resolver.at(&NOT_RENEWED, written.at(UserData::from), message);
                resolver.push(finding.note("the certificate controller renews Secrets with exactly one"));
            }
            Some(PlannedUserData { name, secret: rewritten.secret })
        }
        Err(fault) => {
            let source = resolver.sources.add_document(&written.from, document);
            hide_data(resolver, source);
            let finding = resolver.at(&BAD_USER_DATA, written.at(UserData::from), fault.message);
            let finding = finding.label(Place::value(source, fault.path), "here").help(fault.help);
            resolver.push(finding);
            None
        }
    }
}

/// JSON when it begins like JSON, YAML otherwise: `oc` prints both.
fn read(bytes: &[u8]) -> Result<Document, String> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'{') => json::read(bytes).map_err(|error| error.to_string()),
        _ => yaml::read(bytes).map_err(|error| error.to_string()),
    }
}

/// What a Secret holds is shown nowhere.
fn hide_data(resolver: &mut Resolver<'_>, source: crate::diagnostic::SourceId) {
    let Some(document) = resolver.sources.get(source).document.clone() else { return };
    let Some(root) = document.root() else { return };
    let sections = ["data", "stringData"].into_iter().filter_map(|key| document.get(root, key));
    let mut stack: Vec<NodeId> = sections.collect();
    let mut budget = document.len();
    while let Some(node) = stack.pop() {
        match &document.node(node).kind {
            Kind::Mapping { entries, .. } => stack.extend(entries.iter().map(|&(_, value)| value)),
            Kind::Sequence { items, .. } => stack.extend(items),
            _ => resolver.sources.hide(source, document.node(document.resolve(node)).span),
        }
        // Every node is on the stack once at most; this only guards against a damaged tree.
        budget = budget.saturating_sub(1);
        if budget == 0 {
            break;
        }
    }
}
