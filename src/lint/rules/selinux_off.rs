//! What switches SELinux off, or changes its policy on the machine.

use crate::diagnostic::Severity;
use crate::document::Path;
use crate::lint::{Embedded, Findings, Lint, Rule, Status};
use crate::model::ignition::KernelArguments;
use std::ops::Range;

crate::problem! {
    /// SELinux is switched off, or its policy is changed on the machine.
    ///
    /// `setenforce 0` lets every process of the machine do anything; if the step after it fails, the `setenforce 1`
    /// that was to follow never runs. `setsebool -P` changes the policy of an image-based system, and updates then no
    /// longer bring a new one. With SELinux off, containers are kept apart by less, and OpenShift is not supported.
    ///
    /// Bad: `ExecStartPre=setenforce 0`. Good: label the file that the program may not read: `chcon`, `restorecon`.
    ///
    /// Source: setenforce(8), setsebool(8), selinux(8); the documentation of RHEL CoreOS.
    pub(crate) SELINUX_OFF = "FS2605", "selinux-weakened", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&SELINUX_OFF], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        commands(unit.body, findings);
    }
    for (file, text) in lint.files() {
        if file.path == "/etc/selinux/config" || file.path == "/etc/sysconfig/selinux" {
            for (at, line) in lines(&text.text) {
                let value = line.trim().strip_prefix("SELINUX=").map(str::trim);
                if matches!(value, Some("disabled" | "permissive")) {
                    let trimmed = at + (line.len() - line.trim_start().len());
                    let range = trimmed..trimmed + line.trim().len();
                    let message = format!("SELinux is {} on this machine", value.unwrap_or_default());
                    let finding = findings.inside(&SELINUX_OFF, text, range, message);
                    findings.push(finding.help("write `SELINUX=enforcing`, and label what is refused"));
                }
            }
        } else if text.text.starts_with("#!") {
            commands(text, findings);
        }
    }
    let arguments = &lint.subject.config.kernel_arguments;
    for (index, argument) in arguments.should_exist.iter().enumerate() {
        if is_off(argument) {
            let origin = arguments.origin.field(KernelArguments::should_exist).join(index);
            let finding = findings.at(&SELINUX_OFF, &origin, format!("`{argument}` switches SELinux off"));
            findings.push(finding.help("leave it out, and label what is refused"));
        }
    }
    of_the_object(lint, findings);
}

/// `spec.kernelArguments` of a MachineConfig.
fn of_the_object(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = &lint.subject.object else { return };
    let path = object.path.join("spec").join("kernelArguments");
    let Some(document) = findings.document() else { return };
    let found = document.find(&path);
    let Some(list) = found.value.filter(|_| found.depth == path.segments().len()) else { return };
    let values = document.items(list).iter().enumerate();
    let off: Vec<(Path, String)> = values
        .filter_map(|(index, &item)| {
            Some((path.join(index), document.value(item).filter(|value| is_off(value))?.to_owned()))
        })
        .collect();
    for (path, argument) in off {
        let place = crate::diagnostic::Place::value(lint.subject.source, path);
        let finding = SELINUX_OFF.at(place, format!("`{argument}` switches SELinux off"));
        findings.push(finding.help("leave it out, and label what is refused"));
    }
}

fn is_off(argument: &str) -> bool {
    argument.split_whitespace().any(|word| matches!(word, "selinux=0" | "enforcing=0"))
}

/// Commands in the lines of a unit or script.
fn commands(text: &Embedded, findings: &mut Findings<'_>) {
    for (at, line) in lines(&text.text) {
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        let Some((what, range)) = command(line) else { continue };
        let (message, help) = match what {
            "setenforce" => (
                "SELinux is switched off for the whole machine",
                "label what the program may not read, instead: `chcon`, `restorecon`, or a script with its own label",
            ),
            _ => (
                "the SELinux policy of the machine is changed for good",
                "an image-based system then gets no new policy with updates; label the files instead",
            ),
        };
        let finding = findings.inside(&SELINUX_OFF, text, at + range.start..at + range.end, message);
        // Some do it on purpose, and know what it costs.
        let severity = if what == "setsebool" { Severity::Info } else { SELINUX_OFF.severity };
        findings.push(finding.severity(severity).help(help));
    }
}

/// `setenforce 0`, `setsebool -P`, and where in the line.
fn command(line: &str) -> Option<(&'static str, Range<usize>)> {
    ["setenforce", "setsebool"].into_iter().find_map(|name| {
        let at = line.find(name)?;
        let starts = line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '.'));
        let rest = &line[at + name.len()..];
        let word = rest.split_whitespace().next()?.trim_matches(['"', '\'', ';', ')']);
        let is_it = match name {
            "setenforce" => matches!(word, "0" | "Permissive" | "permissive"),
            _ => word == "-P",
        };
        let end = at + name.len() + rest.find(word)? + word.len();
        (starts && is_it && rest.starts_with(char::is_whitespace)).then_some((name, at..end))
    })
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        start += line.len();
        (start - line.len(), line)
    })
}
