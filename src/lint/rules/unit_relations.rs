//! Units that name others.

use crate::diagnostic::{Applicability, Severity};
use crate::lint::{Findings, KnownUnits, Lint, Rule, Status, Unit};
use crate::spec::Variant;
use std::collections::HashSet;

crate::problem! {
    /// A unit that another needs, and that is nowhere.
    ///
    /// `Requires=` and `BindsTo=` a unit that does not exist keep the unit from starting at all; `Wants=`, `After=` and
    /// `Before=` do nothing. Often the name is left over from the text it was copied from.
    ///
    /// Bad: `Requires=systemd-mkfs@dev-sdb.service` where neither the config nor the system has it.
    ///
    /// Source: systemd.unit(5).
    pub(crate) MISSING_UNIT = "FS2430", "missing-unit", Warning;

    /// An `[Install]` section that names a unit that is nowhere.
    ///
    /// Enabling makes a link below a unit that is never started, and so is this one.
    ///
    /// Bad: `WantedBy=var-lib-containers.mount` where the config has `var-lib-etcd.mount`.
    ///
    /// Source: systemd.unit(5), the `[Install]` section.
    pub(crate) INSTALLED_NOWHERE = "FS2431", "installed-nowhere", Warning;

    /// `Requires=` without `After=`.
    ///
    /// Both are then started at the same time; the unit does not wait for what it needs.
    ///
    /// Bad: `Requires=network.service`. Good: `Requires=` and `After=` with the same name.
    ///
    /// Source: systemd.unit(5).
    pub(crate) REQUIRED_NOT_AWAITED = "FS2432", "requires-without-after", Info;

    /// A unit that waits for `network-online.target`, which nothing starts.
    ///
    /// `After=` is order alone. The target is only part of the boot when some unit wants it; without one, the unit
    /// starts before there is a network.
    ///
    /// Bad: `After=network-online.target` alone. Good: `Wants=network-online.target` too.
    ///
    /// Source: systemd.special(7).
    pub(crate) NETWORK_NOT_WANTED = "FS2433", "network-online-not-wanted", Warning;
}

pub(super) static RULE: Rule = Rule {
    problems: &[&MISSING_UNIT, &INSTALLED_NOWHERE, &REQUIRED_NOT_AWAITED, &NETWORK_NOT_WANTED],
    status: Status::Stable,
    check,
};
/// Names that may belong to a unit of the product which no table here has.
pub(super) static UNSURE: Rule = Rule { problems: &[], status: Status::Preview, check: check_unsure };

/// Directives that keep a unit from starting when what they name does not exist.
const NEEDS: &[&str] = &["Requires", "BindsTo", "Requisite"];
/// Directives that do nothing then.
const HINTS: &[&str] = &["Wants", "After", "Before", "PartOf", "Upholds", "OnFailure", "OnSuccess"];
const ONLINE: &str = "network-online.target";

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let known = KnownUnits::of(lint);
    if known.is_product_known() {
        lint.units.iter().for_each(|unit| missing(unit, &known, NEEDS, findings));
    }
    for unit in &lint.units {
        install(unit, lint, &known, true, findings);
    }
    awaited(lint, findings);
}

fn check_unsure(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let known = KnownUnits::of(lint);
    for unit in &lint.units {
        if !known.is_product_known() {
            missing(unit, &known, NEEDS, findings);
        }
        missing(unit, &known, HINTS, findings);
        install(unit, lint, &known, false, findings);
    }
}

fn missing(unit: &Unit<'_>, known: &KnownUnits<'_>, directives: &[&str], findings: &mut Findings<'_>) {
    for option in unit.text.options("Unit").filter(|option| directives.contains(&option.name)) {
        for (at, name) in option.items() {
            if known.exists(name) || crate::spec::systemd::is_shipped(None, name) || !name.contains('.') {
                continue;
            }
            let message = format!("`{}={name}` names a unit that is neither here nor known to be shipped", option.name);
            let finding = findings.inside(&MISSING_UNIT, unit.body, at, message);
            findings.push(match directives.contains(&"Requires") {
                true => finding
                    .note("where there is no such unit, this one never starts")
                    .help("check the name; it may be left over from another config"),
                false => finding.severity(Severity::Info).note("where there is no such unit, this does nothing"),
            });
        }
    }
}

/// What `[Install]` names. Mounts are never shipped for a path of one's own, so of those it is sure.
fn install(unit: &Unit<'_>, lint: &Lint<'_>, known: &KnownUnits<'_>, sure: bool, findings: &mut Findings<'_>) {
    let whole = lint.subject.is_whole() || lint.subject.object.is_some();
    for option in unit
        .text
        .options("Install")
        .filter(|option| matches!(option.name, "WantedBy" | "RequiredBy" | "UpheldBy" | "Also"))
    {
        for (at, name) in option.items() {
            let certain = whole && (name.ends_with(".mount") || name.ends_with(".automount"));
            let exists = known.exists(name) || crate::spec::systemd::is_shipped(None, name) || !name.contains('.');
            if exists || certain != sure {
                continue;
            }
            let message = format!("`{}={name}` names a unit that is neither here nor known to be shipped", option.name);
            let finding = findings.inside(&INSTALLED_NOWHERE, unit.body, at, message);
            findings.push(finding.help("check the name; it may be left over from another config"));
        }
    }
}

/// Order against need, over each unit with its drop-ins.
fn awaited(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let collect = |directives: &[&str]| -> HashSet<(&str, &str)> {
        let pairs = lint.units.iter().flat_map(|unit| {
            let options = unit.text.options("Unit").filter(|option| directives.contains(&option.name));
            options.flat_map(|option| option.items()).map(|(_, name)| (unit.name, name)).collect::<Vec<_>>()
        });
        pairs.collect()
    };
    let needed = collect(&["Wants", "Requires", "BindsTo", "Requisite", "Upholds"]);
    let ordered = collect(&["After", "Before"]);
    // One unit of the run that wants the target is enough for all.
    let wanted = lint.around.online_wanted || needed.iter().any(|(_, name)| *name == ONLINE);
    let texts: HashSet<&str> = lint.units.iter().filter(|unit| unit.dropin.is_none()).map(|unit| unit.name).collect();
    // The kubelet wants the target on every node.
    let openshift = lint.subject.platform.product == Some(Variant::OpenShift);
    // A drop-in of a unit that is not here may only add to what is there.
    for unit in lint.units.iter().filter(|unit| texts.contains(unit.name)) {
        for option in unit.text.options("Unit") {
            for (at, name) in option.items() {
                match option.name {
                    "After" if name == ONLINE && !wanted => {
                        let message = format!("the unit waits for `{ONLINE}`, but does not want it");
                        let mut finding = findings.inside(&NETWORK_NOT_WANTED, unit.body, at, message);
                        if openshift {
                            finding = finding.severity(Severity::Info);
                        }
                        let start = option.name_at.start;
                        let line = format!("Wants={ONLINE}\n");
                        if let Some(fix) = findings.fix_inside(unit.body, start..start, line, Applicability::Unsafe) {
                            finding = finding.fix(fix);
                        }
                        let note =
                            "`After=` is order alone: where nothing wants the target, it is not part of the boot";
                        findings.push(finding.note(note).help(format!("add `Wants={ONLINE}`")));
                    }
                    "Requires" if name.ends_with(".service") || name.ends_with(".mount") => {
                        let mutual = ordered.contains(&(unit.name, name)) || ordered.contains(&(name, unit.name));
                        // A mount, socket, path or timer comes before its service by itself.
                        let implied = name.ends_with(".mount") && unit.text.last("Unit", "RequiresMountsFor").is_some();
                        if !mutual && !implied && !is_triggered(unit.name, name) {
                            let message = format!("`{}` requires `{name}`, but does not wait for it", unit.name);
                            let finding = findings.inside(&REQUIRED_NOT_AWAITED, unit.body, at, message);
                            let note = "both are started at the same time";
                            findings.push(finding.note(note).help(format!("add `After={name}`")));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whether the second unit starts the first: those are ordered by themselves.
fn is_triggered(unit: &str, by: &str) -> bool {
    let stem = |name: &str| name.rsplit_once('.').map(|(stem, suffix)| (stem.to_owned(), suffix.to_owned()));
    match (stem(unit), stem(by)) {
        (Some((unit, _)), Some((by, suffix))) => {
            unit == by && matches!(suffix.as_str(), "socket" | "path" | "timer" | "automount")
        }
        _ => false,
    }
}
