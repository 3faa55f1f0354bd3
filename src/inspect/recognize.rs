//! What a text is, told by what is in it and never by its file's name.

use crate::document::{Document, NodeId, Path};
use crate::spec::TARGETS;
use crate::storage;

/// What a document, or an item of a list of objects, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An Ignition config.
    Ignition,
    /// A Butane config.
    Butane,
    /// A storage spec of ours.
    Spec,
    /// A MachineConfig.
    MachineConfig,
    /// A MachineConfigPool.
    MachineConfigPool,
    /// A Secret with user data.
    UserData,
    /// A Kubernetes object of another kind.
    OtherObject,
    /// Anything else.
    Unknown,
}

/// What the value at `node` is.
pub fn recognize(document: &Document, node: NodeId) -> Kind {
    let text = |node: Option<NodeId>| node.and_then(|node| document.value(node));
    let has = |key: &str| document.get(node, key).is_some();
    if let Some(variant) = text(document.get(node, "variant")) {
        return if variant == storage::VARIANT { Kind::Spec } else { Kind::Butane };
    }
    // The cluster's reader takes keys in any letter case.
    let alike = |&&(key, _): &&(NodeId, NodeId)| text(Some(key)).is_some_and(|key| key.eq_ignore_ascii_case("kind"));
    let kind = document.entries(node).iter().find(alike).map(|&(_, kind)| kind);
    if let Some(kind) = text(document.get(node, "kind").or(kind)) {
        let data = || ["data", "stringData"].iter().filter_map(|key| document.get(node, key));
        return match kind {
            _ if is_nearly(kind, "MachineConfig") => Kind::MachineConfig,
            _ if is_nearly(kind, "MachineConfigPool") => Kind::MachineConfigPool,
            "Secret" if data().any(|data| document.get(data, "userData").is_some()) => Kind::UserData,
            _ => Kind::OtherObject,
        };
    }
    let is_ignition = |(key, value): &(NodeId, NodeId)| {
        let named = document.value(*key).is_some_and(|key| key.eq_ignore_ascii_case("ignition"));
        named && !document.entries(*value).is_empty()
    };
    if document.entries(node).iter().any(is_ignition) || has("ignitionVersion") || has("ignition") {
        return Kind::Ignition;
    }
    Kind::Unknown
}

/// Whether that is the kind, in any letter case, or its plural.
fn is_nearly(written: &str, kind: &str) -> bool {
    let written = written.strip_suffix('s').unwrap_or(written);
    written.eq_ignore_ascii_case(kind)
}

/// The things in a document: itself, or the items of a list of objects, lists in lists included.
pub(super) fn parts(document: &Document, root: NodeId) -> Vec<(NodeId, Path, Kind)> {
    let mut found = Vec::new();
    let mut open = vec![(root, Path::root(), 0)];
    while let Some((node, path, depth)) = open.pop() {
        let kind = document.get(node, "kind").and_then(|kind| document.value(kind));
        match document.get(node, "items") {
            // No tool nests lists; the bound is against texts that contain themselves.
            Some(items) if kind.is_some_and(|kind| kind.ends_with("List")) && depth < 3 => {
                let items = document.items(items).iter().enumerate();
                let items = items.map(|(index, &item)| (item, path.join("items").join(index), depth + 1));
                open.extend(items.rev());
            }
            _ => found.push((node, path, recognize(document, node))),
        }
    }
    found
}

/// Whether a text that cannot be read was probably meant to be one of ours.
pub(super) fn looks_like_ours(text: &str) -> bool {
    let is_variant = |line: &str| {
        let name = line.strip_prefix("variant:").map(str::trim);
        name.is_some_and(|name| name == storage::VARIANT || TARGETS.iter().any(|target| target.variant.name() == name))
    };
    let marks = ["kind: MachineConfig", "\"kind\": \"MachineConfig\"", "\"ignition\":", "\"ignition\" :"];
    marks.iter().any(|mark| text.contains(mark)) || text.lines().any(is_variant)
}

/// What the author may have wanted to write, from the keys that are there.
pub(super) fn what_is_known(document: &Document, node: NodeId) -> String {
    let has = |key: &str| document.get(node, key).is_some();
    if ["storage", "systemd", "passwd"].iter().any(|key| has(key)) {
        return "a Butane config begins with `variant:` and `version:`; an Ignition config has `ignition.version`"
            .into();
    }
    if has("apiVersion") || has("spec") {
        return "an object needs `kind:`".into();
    }
    "known are Ignition configs, MachineConfigs, user-data Secrets, Butane configs, specs and units".into()
}
