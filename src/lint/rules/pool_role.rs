//! The label that says for which pool a MachineConfig is.

use super::object_name::has_placeholder;
use crate::diagnostic::{Severity, suggest};
use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Metadata};
use crate::spec::values::ROLE_LABEL;

crate::problem! {
    /// A MachineConfig without the label that says for which pool it is.
    ///
    /// The cluster takes the object, and no pool ever does.
    ///
    /// Good: `labels: {machineconfiguration.openshift.io/role: worker}`.
    ///
    /// Source: the `machineConfigSelector` of the pools of the Machine Config Operator.
    pub(crate) NO_ROLE = "FS2505", "no-role", Error;

    /// A role that no pool has.
    ///
    /// The value is the name of one pool: not a list, and in lower case. The pool of the control plane is called
    /// `master`, whatever the nodes' labels are.
    ///
    /// Bad: `machineconfiguration.openshift.io/role: Master`. Good: `machineconfiguration.openshift.io/role: master`.
    ///
    /// Source: Kubernetes, names of objects; the pools of the Machine Config Operator.
    pub(crate) BAD_ROLE = "FS2506", "pool-of-no-name", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&NO_ROLE, &BAD_ROLE], status: Status::Stable, check };

/// Names that people give the pools `master` and `worker`.
const MEANT: [(&str, &str); 6] = [
    ("control-plane", "master"),
    ("controlplane", "master"),
    ("masters", "master"),
    ("workers", "worker"),
    ("compute", "worker"),
    ("node", "worker"),
];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = lint.subject.machine_config() else { return };
    let labels = &object.metadata.labels;
    let origin = object.origin.field(MachineConfig::metadata).field(Metadata::labels);
    let Some(role) = labels.get(ROLE_LABEL).filter(|role| !role.is_empty()) else {
        let finding = findings.at(&NO_ROLE, &origin, format!("there is no label `{ROLE_LABEL}`"));
        let finding = finding.note("no pool takes a MachineConfig without it, and nothing is applied");
        let near = suggest::nearest(ROLE_LABEL, labels.keys().map(String::as_str));
        let annotated = object.metadata.annotations.contains_key(ROLE_LABEL);
        findings.push(match near {
            Some(near) => finding.help(format!("`{near}` is probably meant to be it")),
            None if annotated => finding.help("it stands among the annotations; move it to `labels`"),
            None => finding.help(format!("add `{ROLE_LABEL}: worker`, or the name of another pool")),
        });
        return;
    };
    let origin = origin.join(ROLE_LABEL);
    let is_name = role.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte));
    if has_placeholder(role) {
        return;
    }
    if !is_name {
        let finding = findings.at(&BAD_ROLE, &origin, "no pool can have this name");
        let finding = finding.note("the value is the name of one pool, in lower case");
        findings.push(if role.contains([',', ' ']) {
            finding.help("write one MachineConfig for each pool")
        } else {
            finding.help(format!("write `{}`", role.to_ascii_lowercase()))
        });
    } else if let Some((_, meant)) = MEANT.iter().find(|(name, _)| name == role) {
        let finding = findings.at(&BAD_ROLE, &origin, format!("the pool is called `{meant}`"));
        let finding = finding.severity(Severity::Warning).note("unless there is a pool of your own with this name");
        findings.push(finding.help(format!("write `{meant}`")));
    }
}
