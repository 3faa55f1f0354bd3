//! MachineConfigPools: which MachineConfigs one takes, and for which nodes.

use super::envelope::{Metadata, Verbatim, read_object};
use crate::diagnostic::{Report, SourceId};
use crate::document::{Document, NodeId, Path};
use crate::model::StringMap;
use crate::model::node::node;
use std::collections::BTreeMap;

node! {
    /// A MachineConfigPool.
    pub struct MachineConfigPool ("a MachineConfigPool") {
        /// `machineconfiguration.openshift.io/v1`.
        api_version: String = { json: Some("apiVersion") },
        /// `MachineConfigPool`.
        kind: String = {},
        /// Its name, labels and what the API server added.
        metadata: Metadata = {},
        /// What it takes, and for which nodes.
        spec: PoolSpec = {},
        /// What became of it.
        status: Verbatim = {},
    }

    /// What a pool takes, and for which nodes.
    pub struct PoolSpec ("`spec` of a MachineConfigPool") {
        /// What the nodes have now; the operator's own.
        configuration: Verbatim = {},
        /// Which MachineConfigs it takes.
        machine_config_selector: Selector = { json: Some("machineConfigSelector") },
        /// How many nodes are updated at once.
        max_unavailable: Verbatim = { json: Some("maxUnavailable") },
        /// Which nodes are in it.
        node_selector: Selector = { json: Some("nodeSelector") },
        /// The stream of the system.
        os_image_stream: Verbatim = { json: Some("osImageStream") },
        /// Whether nothing is rolled out.
        paused: bool = {},
        /// Images that are fetched beforehand.
        pinned_image_sets: Verbatim = { json: Some("pinnedImageSets") },
    }

    /// A choice by labels.
    pub struct Selector ("a selector") {
        /// Conditions, all of which must hold.
        match_expressions: Vec<Requirement> = { json: Some("matchExpressions") },
        /// Labels, all of which must be there.
        match_labels: StringMap = { json: Some("matchLabels") },
    }

    /// A condition on one label.
    pub struct Requirement ("a condition") {
        /// The label.
        key: String = {},
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
        operator: String = {},
        /// The values that the operator looks for.
        values: Vec<String> = {},
    }
}

/// Reads the pool at a node.
pub fn read(document: &Document, source: SourceId, part: (NodeId, &Path), report: &mut Report) -> MachineConfigPool {
    read_object(document, source, part, report)
}

impl Selector {
    /// Whether something with those labels is chosen. A selector without any condition chooses nothing.
    pub fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        let is_there = |(key, value): (&String, &String)| labels.get(key) == Some(value);
        let holds = |requirement: &Requirement| {
            let value = labels.get(&requirement.key);
            let listed = value.is_some_and(|value| requirement.values.contains(value));
            match requirement.operator.as_str() {
                "In" => listed,
                "NotIn" => !listed,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        };
        let is_empty = self.match_labels.is_empty() && self.match_expressions.is_empty();
        !is_empty && self.match_labels.iter().all(is_there) && self.match_expressions.iter().all(holds)
    }
}
