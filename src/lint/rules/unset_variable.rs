//! Variables in command lines that nothing sets.

use super::exec_lines::is_command;
use crate::lint::{Findings, Lint, Rule, Status, Unit};

crate::problem! {
    /// A variable in a command line that the unit never sets.
    ///
    /// systemd puts in what `Environment=` and `EnvironmentFile=` of the unit say, and leaves out a variable that nothing
    /// sets: `--portal $targetportal` becomes `--portal`. It is no shell, so what another command or a profile sets does
    /// not count. Mostly the text was meant as a template whose values were never filled in.
    ///
    /// Bad: `ExecStart=/usr/sbin/iscsiadm -m discovery -t st -p $targetportal`. Good: the address itself.
    ///
    /// Source: systemd.service(5), "Command lines"; systemd.exec(5), "Environment variables in spawned processes".
    pub(crate) UNSET_VARIABLE = "FS2447", "variable-never-set", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNSET_VARIABLE], status: Status::Stable, check };

/// What systemd itself sets for the processes of a service.
const GIVEN: &[&str] = &[
    "PATH",
    "LANG",
    "USER",
    "LOGNAME",
    "HOME",
    "SHELL",
    "INVOCATION_ID",
    "TERM",
    "MAINPID",
    "MANAGERPID",
    "PIDFILE",
    "NOTIFY_SOCKET",
    "JOURNAL_STREAM",
    "SERVICE_RESULT",
    "EXIT_CODE",
    "EXIT_STATUS",
    "CREDENTIALS_DIRECTORY",
    "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY",
    "CACHE_DIRECTORY",
    "LOGS_DIRECTORY",
    "CONFIGURATION_DIRECTORY",
    "SYSTEMD_EXEC_PID",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
    "TRIGGER_UNIT",
    "TRIGGER_PATH",
    "MONITOR_UNIT",
    "FDSTORE",
    "MEMORY_PRESSURE_WATCH",
];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // A drop-in changes a unit that may set the variable, and is changed by others.
    for unit in lint.units.iter().filter(|unit| unit.dropin.is_none() && unit.entry.dropins.is_empty()) {
        let sets = |name: &str| matches!(name, "Environment" | "EnvironmentFile" | "PassEnvironment" | "PAMName");
        if !unit.text.sections.iter().flat_map(|section| &section.options).any(|option| sets(option.name)) {
            check_unit(unit, findings);
        }
    }
}

fn check_unit(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    for option in unit.text.options("Service").filter(|option| is_command(option.name)) {
        for command in option.commands().unwrap_or_default() {
            // A `:` before the program turns the replacing off.
            if command.prefix.contains(':') {
                continue;
            }
            for word in command.words.iter().skip(1) {
                // Only a whole word is replaced without braces; what is inside of a shell's script is for the shell.
                let Some(name) = word.text.strip_prefix('$') else { continue };
                let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
                let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if is_name && !name.starts_with(|c: char| c.is_ascii_digit()) && !GIVEN.contains(&name) {
                    let message = format!("nothing sets `{name}` for this command");
                    let finding = findings.inside(&UNSET_VARIABLE, unit.body, word.at.clone(), message);
                    let finding = finding.note("systemd leaves the word out");
                    findings.push(finding.help(format!("write the value, or `Environment={name}=…`")));
                }
            }
        }
    }
}
