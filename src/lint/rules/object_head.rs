//! The `apiVersion` and `kind` of MachineConfigs: what is spelt otherwise is another object.

use crate::diagnostic::{Applicability, Fix};
use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{API_VERSION, KIND, MachineConfig};

crate::problem! {
    /// A MachineConfig with another `apiVersion`, or none.
    ///
    /// `oc apply` refuses it. The installer passes it over without a word, and the machines come up without it.
    ///
    /// Bad: `apiVersion: machineconfiguration.openshift.io/v1beta1`.
    /// Good: `apiVersion: machineconfiguration.openshift.io/v1`.
    ///
    /// Source: the CRD of MachineConfigs; the reader that the operator uses for the installer's manifests.
    pub(crate) WRONG_API_VERSION = "FS2501", "wrong-api-version", Error;

    /// A `kind` that is nearly `MachineConfig`.
    ///
    /// Letter case counts. `oc apply` does not know the kind, and the installer passes the object over without a word.
    ///
    /// Bad: `kind: Machineconfig`. Good: `kind: MachineConfig`.
    ///
    /// Source: the CRD of MachineConfigs.
    pub(crate) WRONG_KIND = "FS2502", "wrong-kind", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&WRONG_API_VERSION, &WRONG_KIND], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = lint.subject.machine_config() else { return };
    let facts = [
        (&WRONG_API_VERSION, &object.api_version, MachineConfig::api_version, API_VERSION),
        (&WRONG_KIND, &object.kind, MachineConfig::kind, KIND),
    ];
    for (problem, written, field, right) in facts.into_iter().filter(|(_, written, _, right)| written != right) {
        let origin = object.origin.field(field);
        let name = field.name_in(origin.naming());
        let finding = if written.is_empty() {
            findings.at(problem, &origin, format!("the MachineConfig has no `{name}`"))
        } else {
            let place = findings.place(&origin);
            let fix = Fix { place, replacement: right.to_owned(), applicability: Applicability::Safe };
            findings.at(problem, &origin, format!("the `{name}` of MachineConfigs is `{right}`")).fix(fix)
        };
        let finding = finding.note("`oc apply` refuses it, and the installer passes it over without a word");
        findings.push(finding.help(format!("write `{name}: {right}`")));
    }
}
