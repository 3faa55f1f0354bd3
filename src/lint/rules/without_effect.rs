//! MachineConfigs that ask for nothing.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::MachineConfig;
use crate::model::ignition::{Config, Ignition};
use crate::model::is_empty;

crate::problem! {
    /// A MachineConfig that asks for nothing.
    ///
    /// It is valid, and no node changes. What was meant probably stands under another key, at another level, or with
    /// another indentation.
    ///
    /// Bad: `spec: {storage: …}`. Good: `spec: {config: {ignition: {version: 3.2.0}, storage: …}}`.
    ///
    /// Source: the CRD of MachineConfigs, which drops what it does not know.
    pub(crate) WITHOUT_EFFECT = "FS2507", "without-effect", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&WITHOUT_EFFECT], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = lint.subject.machine_config() else { return };
    let spec = &object.spec;
    let asks = !spec.kernel_arguments.is_empty()
        || !spec.extensions.is_empty()
        || spec.fips
        || !spec.kernel_type.is_empty()
        || !spec.os_image_url.is_empty()
        || !spec.base_os_extensions_container_image.is_empty();
    let config = &lint.subject.config;
    let Config { origin: _, ignition, kernel_arguments, passwd, storage, systemd } = config;
    let Ignition { origin: _, config: sources, proxy, security, timeouts, version } = ignition;
    let sections: [&dyn crate::model::NodeView; 8] =
        [kernel_arguments, passwd, storage, systemd, sources, proxy, security, timeouts];
    // A config that could not be read has no version here, and was told.
    let is_bare = !version.is_empty() && sections.into_iter().all(is_empty);
    if asks || !(spec.config.0.is_none() || is_bare) {
        return;
    }
    let finding =
        findings.at(&WITHOUT_EFFECT, &object.origin.field(MachineConfig::spec), "this MachineConfig asks for nothing");
    findings.push(finding.help("the Ignition config belongs below `spec.config`"));
}
