//! The MachineConfigPool of a custom role.

use crate::document::Value;

/// What a pool is made from.
#[derive(Debug, Clone, Copy)]
pub struct PoolFacts<'a> {
    /// The name of the pool, which is also its role.
    pub role: &'a str,
    /// How many nodes may be updated at once: a number or a percentage.
    pub max_unavailable: Option<&'a str>,
    /// Whether nothing is rolled out at first.
    pub paused: bool,
    /// Further labels.
    pub labels: &'a [(String, String)],
    /// Annotations.
    pub annotations: &'a [(String, String)],
}

/// The pool as an object.
///
/// It inherits from worker: since 4.18 the API server refuses a pool whose selector does not take in `worker`, and
/// in earlier releases the form is right as well. Of the labels of a built-in pool it has one only: with
/// `mco-built-in` the image config controller would write the pool's registries itself, and with
/// `required-for-upgrade` cluster upgrades would wait for it.
pub fn pool(facts: &PoolFacts<'_>) -> Value {
    let role = facts.role;
    let mut labels = vec![(format!("pools.operator.machineconfiguration.openshift.io/{role}"), Value::from(""))];
    labels.extend(facts.labels.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))));
    let mut metadata = vec![("name".to_owned(), Value::from(role)), ("labels".to_owned(), Value::Mapping(labels))];
    if !facts.annotations.is_empty() {
        let annotations = facts.annotations.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        metadata.push(("annotations".to_owned(), Value::Mapping(annotations.collect())));
    }
    let expression = Value::Mapping(vec![
        ("key".to_owned(), "machineconfiguration.openshift.io/role".into()),
        ("operator".to_owned(), "In".into()),
        ("values".to_owned(), Value::Sequence(vec!["worker".into(), role.into()])),
    ]);
    let node_label = (format!("node-role.kubernetes.io/{role}"), Value::from(""));
    let mut spec = vec![
        (
            "machineConfigSelector".to_owned(),
            Value::Mapping(vec![("matchExpressions".to_owned(), Value::Sequence(vec![expression]))]),
        ),
        ("nodeSelector".to_owned(), Value::Mapping(vec![("matchLabels".to_owned(), Value::Mapping(vec![node_label]))])),
    ];
    if let Some(most) = facts.max_unavailable {
        let most = most.parse().map_or_else(|_| Value::from(most), Value::Int);
        spec.push(("maxUnavailable".to_owned(), most));
    }
    if facts.paused {
        spec.push(("paused".to_owned(), true.into()));
    }
    Value::Mapping(vec![
        ("apiVersion".to_owned(), "machineconfiguration.openshift.io/v1".into()),
        ("kind".to_owned(), "MachineConfigPool".into()),
        ("metadata".to_owned(), Value::Mapping(metadata)),
        ("spec".to_owned(), Value::Mapping(spec)),
    ])
}
