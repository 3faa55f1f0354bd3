//! Services that systemd refuses to load, and words that it passes over.

use super::exec_lines::is_command;
use crate::diagnostic::Applicability;
use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::unit::UnitOption;
use std::collections::HashMap;

crate::problem! {
    /// A service with several commands of which only one may be.
    ///
    /// Only `Type=oneshot` may have more than one `ExecStart=`, and more than one command in it, separated by `;`.
    /// systemd refuses to load the unit. A drop-in that replaces the command first empties the list: `ExecStart=`.
    ///
    /// Bad: two lines `ExecStart=` and no `Type=oneshot`.
    ///
    /// Source: systemd.service(5).
    pub(crate) SEVERAL_COMMANDS = "FS2450", "several-exec-starts", Error;

    /// A service without a command.
    ///
    /// systemd refuses to load one that has neither `ExecStart=`, nor `ExecStop=` with `RemainAfterExit=yes`, nor
    /// `SuccessAction=`.
    ///
    /// Source: systemd.service(5).
    pub(crate) NO_COMMAND = "FS2451", "service-without-command", Error;

    /// `Restart=always` or `on-success` with `Type=oneshot`.
    ///
    /// systemd refuses to load the unit.
    ///
    /// Good: `Restart=on-failure`, or a timer that starts the service again.
    ///
    /// Source: systemd.service(5); seen with systemd 252.
    pub(crate) ONESHOT_RESTARTS = "FS2452", "oneshot-restart", Error;

    /// A word that the directive does not have.
    ///
    /// systemd passes over the line and takes the default: a service of an unknown type counts as started at once, and
    /// one with an unknown `Restart=` is not started again.
    ///
    /// Bad: `Type=one-shot`. Good: `Type=oneshot`.
    ///
    /// Source: systemd.service(5).
    pub(crate) UNKNOWN_WORD = "FS2453", "unknown-directive-value", Warning;
}

pub(super) static RULE: Rule = Rule {
    problems: &[&SEVERAL_COMMANDS, &NO_COMMAND, &ONESHOT_RESTARTS, &UNKNOWN_WORD],
    status: Status::Stable,
    check,
};

/// Directives of `[Service]` that have one of a few words.
const WORDS: &[(&str, &[&str])] = &[
    ("Type", &["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"]),
    ("Restart", &["no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog"]),
    ("KillMode", &["control-group", "mixed", "process", "none"]),
    ("NotifyAccess", &["none", "main", "exec", "all"]),
];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let mut dropins: HashMap<&str, Vec<&Unit<'_>>> = HashMap::new();
    for unit in &lint.units {
        for option in unit.text.options("Service") {
            word(unit, option, findings);
        }
        if unit.dropin.is_some() {
            dropins.entry(unit.name).or_default().push(unit);
        }
    }
    for unit in lint.units.iter().filter(|unit| unit.dropin.is_none() && unit.name.ends_with(".service")) {
        if unit.text.fault.is_some() || unit.text.sections.is_empty() {
            continue;
        }
        let mut parts = vec![unit];
        let mut added = dropins.remove(unit.name).unwrap_or_default();
        added.sort_by_key(|dropin| dropin.dropin);
        parts.extend(added);
        whole(unit, &parts, findings);
    }
}

/// A command of a unit or one of its drop-ins.
type Placed<'a> = (&'a Unit<'a>, &'a UnitOption<'a>);

fn whole<'a>(unit: &'a Unit<'a>, parts: &[&'a Unit<'a>], findings: &mut Findings<'_>) {
    let mut starts: Vec<Placed<'_>> = Vec::new();
    let (mut stops, mut unreadable) = (0, false);
    let mut last: HashMap<&str, (Placed<'_>, String)> = HashMap::new();
    for part in parts {
        for option in part.text.options("Service") {
            let empty = option.value.trim().is_empty();
            if is_command(option.name) && option.commands().is_err() {
                unreadable = true;
            }
            match option.name {
                "ExecStart" if empty => starts.clear(),
                "ExecStart" => {
                    let count = option.commands().map_or(1, |commands| commands.len());
                    starts.extend(std::iter::repeat_n((*part, option), count));
                }
                "ExecStop" => stops += usize::from(!empty),
                "Type" | "Restart" | "RemainAfterExit" => {
                    _ = last.insert(option.name, ((*part, option), option.joined()));
                }
                _ => {}
            }
        }
    }
    let said = |name: &str| last.get(name).map_or("", |(_, value)| value.as_str());
    let oneshot = said("Type") == "oneshot";
    if let (false, Some((part, option))) = (oneshot, starts.get(1)) {
        let message = format!("`{}` has more than one `ExecStart=`, and is no `Type=oneshot`", unit.name);
        let at = option.name_at.start..option.name_at.end;
        let mut finding = findings.inside(&SEVERAL_COMMANDS, part.body, at, message);
        if part.dropin.is_some() {
            finding = finding.help("to replace the command, begin the drop-in with an empty `ExecStart=`");
        }
        findings.push(
            finding.note("systemd refuses to load it").help("use `Type=oneshot`, `ExecStartPre=`, or one script"),
        );
    }
    let action = parts.iter().any(|part| part.text.last("Unit", "SuccessAction").is_some());
    let remains = matches!(said("RemainAfterExit"), "yes" | "true" | "on" | "1");
    let enough = unreadable || action || (stops > 0 && remains);
    if starts.is_empty() && !enough {
        let section = unit.text.sections.iter().find(|section| section.name == "Service");
        let at = section.or(unit.text.sections.first()).map_or(0..0, |section| section.header.clone());
        let finding = findings.inside(&NO_COMMAND, unit.body, at, format!("`{}` has no `ExecStart=`", unit.name));
        findings.push(finding.note("systemd refuses to load it").help("add `ExecStart=` with the program to run"));
    }
    if oneshot
        && let Some(((part, option), word)) = last.get("Restart")
        && matches!(word.as_str(), "always" | "on-success")
    {
        let message = format!("`Restart={word}` is not allowed with `Type=oneshot`");
        let finding = findings.inside(&ONESHOT_RESTARTS, part.body, option.name_at.start..option.value_at.end, message);
        let help = "use `Restart=on-failure`, another type, or a timer";
        findings.push(finding.note("systemd refuses to load the unit").help(help));
    }
}

fn word(unit: &Unit<'_>, option: &UnitOption<'_>, findings: &mut Findings<'_>) {
    let Some((_, words)) = WORDS.iter().find(|(name, _)| *name == option.name) else { return };
    let value = option.joined();
    if value.is_empty() || words.contains(&value.as_str()) || value.contains('%') {
        return;
    }
    let at = match option.items().as_slice() {
        [(first, _), .., (last, _)] => first.start..last.end,
        [(only, _)] => only.clone(),
        [] => option.value_at.clone(),
    };
    let message = format!("`{}=` has no value `{value}`", option.name);
    let mut finding = findings.inside(&UNKNOWN_WORD, unit.body, at.clone(), message);
    finding = finding.note("systemd passes over the line and takes the default");
    finding = finding.note(format!("its values: {}", words.join(", ")));
    if let Some(meant) = nearest(&value, words.iter().copied()) {
        if let Some(fix) = findings.fix_inside(unit.body, at, meant, Applicability::Unsafe) {
            finding = finding.fix(fix);
        }
        finding = finding.help(format!("did you mean `{meant}`?"));
    }
    findings.push(finding);
}
