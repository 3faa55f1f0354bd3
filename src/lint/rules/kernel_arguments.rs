//! Kernel arguments of Ignition in a MachineConfig.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::Config;
use crate::model::is_empty;

crate::problem! {
    /// Ignition's own kernel arguments in a MachineConfig.
    ///
    /// They are set on the first boot of a machine; nodes that run already refuse the change and are degraded.
    /// `spec.kernelArguments` of the MachineConfig works for both.
    ///
    /// Bad: `config: {kernelArguments: {shouldExist: [quiet]}}`. Good: `spec: {kernelArguments: [quiet]}`.
    ///
    /// Source: the Machine Config Operator, what it reconciles.
    pub(crate) IGNITION_KERNEL_ARGUMENTS = "FS2521", "ignition-kernel-arguments", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&IGNITION_KERNEL_ARGUMENTS], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let (Some(_), config) = (lint.subject.machine_config(), &lint.subject.config) else { return };
    if is_empty(&config.kernel_arguments) {
        return;
    }
    let place = findings.key(&config.origin.field(Config::kernel_arguments));
    let finding = IGNITION_KERNEL_ARGUMENTS.at(place, "nodes that run already refuse Ignition's own kernel arguments");
    findings.push(finding.help("use `spec.kernelArguments`, a list of arguments to add"));
}
