//! Units that are enabled and not there, or there and not enabled.

use crate::lint::{Findings, Form, KnownUnits, Lint, Rule, Status};
use crate::model::ignition::Unit;
use crate::spec::systemd::is_shipped;

crate::problem! {
    /// A unit that is enabled, but neither in the config nor shipped with the product.
    ///
    /// On a first boot the line in the preset does nothing. The daemon of OpenShift runs `systemctl enable`, which
    /// degrades the node up to 4.19, and is left out with a line in its log from 4.20 on.
    ///
    /// Good: the unit's text in `contents`, or the name as the product has it.
    ///
    /// Source: systemd.preset(5); the sources of the machine-config operator.
    pub(crate) ENABLED_NOWHERE = "FS2420", "enabled-unit-nowhere", Warning;

    /// A drop-in of a unit that is neither in the config nor shipped with the product.
    ///
    /// It changes nothing: a drop-in alone makes no unit.
    ///
    /// Source: systemd.unit(5).
    pub(crate) DROPIN_OF_NOTHING = "FS2421", "dropin-of-nothing", Warning;

    /// A service that a quadlet becomes is enabled by name.
    ///
    /// The service is made anew at every boot and cannot be enabled; the `[Install]` section of the quadlet itself is
    /// what starts it.
    ///
    /// Bad: `{name: web.service, enabled: true}` beside `web.container`. Good: `[Install]` in `web.container`.
    ///
    /// Source: podman-systemd.unit(5).
    pub(crate) QUADLET_ENABLED = "FS2422", "quadlet-enabled", Warning;

    /// A unit with an `[Install]` section that nothing enables.
    ///
    /// It may be meant, of templates or of units that others pull in. Otherwise it never runs.
    ///
    /// Good: `enabled: true`.
    ///
    /// Source: `systemd.units[].enabled` of the Ignition specification.
    pub(crate) NEVER_ENABLED = "FS2423", "never-enabled", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&QUADLET_ENABLED], status: Status::Stable, check: check_quadlets };
/// An image of one's own ships more than the product, and templates are enabled elsewhere.
pub(super) static UNSURE: Rule =
    Rule { problems: &[&ENABLED_NOWHERE, &DROPIN_OF_NOTHING, &NEVER_ENABLED], status: Status::Preview, check };

fn check_quadlets(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let known = KnownUnits::of(lint);
    for unit in lint.subject.config.systemd.units.iter().filter(|unit| is_enabled(unit) && !has_text(unit)) {
        if known.is_of_quadlet(&unit.name) {
            let message = format!("`{}` is made from a quadlet at each boot and cannot be enabled", unit.name);
            let finding = findings.at(&QUADLET_ENABLED, &unit.origin.field(Unit::enabled), message);
            findings.push(finding.help("remove `enabled`; the quadlet's own `[Install]` section starts it"));
        }
    }
}

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    if lint.subject.form == Form::Unit {
        return;
    }
    let known = KnownUnits::of(lint);
    for unit in lint.subject.config.systemd.units.iter().filter(|unit| !has_text(unit)) {
        if !known.is_product_known() || known.exists(&unit.name) || is_shipped(None, &unit.name) {
            continue;
        }
        if is_enabled(unit) {
            let message = format!("`{}` is enabled, but neither here nor known to be shipped", unit.name);
            let finding = findings.at(&ENABLED_NOWHERE, &unit.origin.field(Unit::name), message);
            findings.push(finding.help("give its text in `contents`, or check the name"));
        } else if !unit.dropins.is_empty() {
            let message = format!("the drop-ins change `{}`, which is neither here nor known to be shipped", unit.name);
            let finding = findings.at(&DROPIN_OF_NOTHING, &unit.origin.field(Unit::name), message);
            findings.push(finding.help("check the name"));
        }
    }
    check_disabled(lint, findings);
}

fn check_disabled(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in lint.units.iter().filter(|unit| unit.dropin.is_none()) {
        let entry = unit.entry;
        let open = entry.enabled.is_none() && entry.mask != Some(true);
        if open && !unit.name.contains('@') && unit.text.options("Install").next().is_some() {
            let message = format!("`{}` has an `[Install]` section, but nothing enables it", unit.name);
            let finding = findings.at(&NEVER_ENABLED, &entry.origin.field(Unit::name), message);
            findings.push(finding.help("add `enabled: true`, or `enabled: false` to say that it is meant"));
        }
    }
}

fn has_text(unit: &Unit) -> bool {
    unit.contents.as_deref().is_some_and(|text| !text.is_empty())
}

fn is_enabled(unit: &Unit) -> bool {
    unit.enabled == Some(true)
}
