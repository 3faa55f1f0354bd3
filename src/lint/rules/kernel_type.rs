//! `spec.kernelType`.

use crate::diagnostic::suggest;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Spec};

crate::problem! {
    /// A kernel that the release does not have.
    ///
    /// The operator refuses to render the pool: from then on no node of it gets any change.
    ///
    /// Bad: `kernelType: rt`. Good: `kernelType: realtime`.
    ///
    /// Source: the kernel types in the Machine Config Operator.
    pub(crate) UNKNOWN_KERNEL_TYPE = "FS2512", "unknown-kernel-type", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_KERNEL_TYPE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let (Some(object), Some(release)) = (lint.subject.machine_config(), lint.subject.operator()) else { return };
    let written = object.spec.kernel_type.as_str();
    if written.is_empty() || release.kernel_types.contains(&written) {
        return;
    }
    let origin = object.origin.field(MachineConfig::spec).field(Spec::kernel_type);
    let finding = findings.at(&UNKNOWN_KERNEL_TYPE, &origin, "there is no kernel of this name");
    let finding = match suggest::nearest(written, release.kernel_types.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    findings.push(finding.help(format!("kernels: {}", release.kernel_types.join(", "))));
}
