//! Command lines that systemd does not read as their author thought.

use crate::diagnostic::{Applicability, Severity};
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::spec::systemd::{self, EXPANDED};
use crate::unit::{Command, UnitOption, Word};
use std::collections::HashSet;

crate::problem! {
    /// Shell syntax in a command that no shell runs.
    ///
    /// systemd starts the program itself: `&&`, `|` and `>` are handed to it as arguments.
    ///
    /// Bad: `ExecStart=/usr/bin/echo text >> /etc/motd`. Good: `ExecStart=/bin/sh -c 'echo text >> /etc/motd'`.
    ///
    /// Source: systemd.service(5), "Command lines".
    pub(crate) SHELL_SYNTAX = "FS2440", "shell-syntax-without-shell", Warning;

    /// A variable in the place of the program.
    ///
    /// systemd puts variables in for arguments only; the program must be a path.
    ///
    /// Bad: `ExecStart=${PROGRAM} --port=1`. Good: `ExecStart=/bin/sh -c 'exec "$PROGRAM" --port=1'`.
    ///
    /// Source: systemd.service(5), "Command lines".
    pub(crate) VARIABLE_AS_PROGRAM = "FS2441", "variable-as-program", Error;

    /// A `%` that systemd takes for one of its own.
    ///
    /// `%` and a letter stand for something in a unit, `%s` for the user's shell. One that stands for nothing keeps the
    /// unit from loading; systemd 239 leaves it as it is.
    ///
    /// Bad: `ExecStart=/usr/bin/date +%s`. Good: `ExecStart=/usr/bin/date +%%s`.
    ///
    /// Source: systemd.unit(5), "Specifiers".
    pub(crate) UNESCAPED_PERCENT = "FS2442", "unescaped-percent", Warning;

    /// A quote that is never closed.
    ///
    /// systemd passes over the whole line, and a service without its command is refused.
    ///
    /// Bad: `ExecStart=/usr/bin/echo it's done`. Good: `ExecStart=/usr/bin/echo "it's done"`.
    ///
    /// Source: systemd.service(5), "Command lines".
    pub(crate) OPEN_QUOTE = "FS2443", "open-quote", Error;

    /// A shell's variable that systemd replaces before the shell sees it.
    ///
    /// systemd puts its own value in for `${name}` everywhere, for `$name` where it is a word by itself; a name that the
    /// unit does not set becomes nothing.
    ///
    /// Bad: `ExecStart=/bin/sh -c 'for i in 1 2; do echo ${i}; done'`. Good: `$${i}`.
    ///
    /// Source: systemd.service(5), "Command lines".
    pub(crate) SHELL_VARIABLE = "FS2444", "shell-variable-replaced", Warning;

    /// A command without its path.
    ///
    /// systemd looks it up in folders that were set when it was built, from version 239 on; it is not the `PATH` of a
    /// shell, and `/usr/local/bin` may hide a program of the system.
    ///
    /// Good: `ExecStart=/usr/bin/podman …`.
    ///
    /// Source: systemd.service(5), "Command lines".
    pub(crate) RELATIVE_COMMAND = "FS2445", "command-without-path", Info;

    /// A command after one that reboots.
    ///
    /// The reboot is under way when it runs: it may be cut off or never run. A stamp file that shall keep the service
    /// from rebooting again is then not there at the next boot.
    ///
    /// Good: the reboot as the last command.
    ///
    /// Source: systemctl(1), systemd.service(5).
    pub(crate) AFTER_REBOOT = "FS2446", "command-after-reboot", Warning;
}

pub(super) static RULE: Rule = Rule {
    problems: &[&SHELL_SYNTAX, &VARIABLE_AS_PROGRAM, &UNESCAPED_PERCENT, &OPEN_QUOTE, &SHELL_VARIABLE, &AFTER_REBOOT],
    status: Status::Stable,
    check,
};

/// systemd finds such a program, so there is little wrong with it.
pub(super) static PATHLESS: Rule = Rule { problems: &[&RELATIVE_COMMAND], status: Status::Preview, check: check_paths };

const OPERATORS: &[&str] =
    &["&&", "||", "|", "&", ">", ">>", "<", "<<", "2>", "2>>", "2>&1", "&>", ">&2", "1>&2", "|&", "1>"];
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"];

/// The directives that are commands.
pub(super) fn is_command(name: &str) -> bool {
    matches!(
        name,
        "ExecStart"
            | "ExecStartPre"
            | "ExecStartPost"
            | "ExecCondition"
            | "ExecReload"
            | "ExecStop"
            | "ExecStopPost"
            | "ExecStopPre"
    )
}

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let refused = systemd::refuses_unknown_specifiers(lint.subject.platform.product, lint.subject.platform.release);
    for unit in &lint.units {
        let mut rebooted = None;
        let set = set_variables(unit);
        for section in
            unit.text.sections.iter().filter(|section| matches!(section.name, "Service" | "Socket" | "Mount" | "Swap"))
        {
            for option in section.options.iter().filter(|option| is_command(option.name)) {
                match option.commands() {
                    Err(fault) => {
                        let message = format!("a quote in `{}=` is never closed", option.name);
                        let finding = findings.inside(&OPEN_QUOTE, unit.body, fault.at..fault.at + 1, message);
                        let finding = finding.note("systemd passes over the whole line");
                        findings.push(finding.help("close it, or write `\\'` for the character itself"));
                    }
                    Ok(commands) => {
                        for command in &commands {
                            words(unit, option, command, set.as_ref(), findings);
                            after_reboot(unit, option, command, &mut rebooted, findings);
                        }
                    }
                }
                percents(unit, option, refused, findings);
            }
        }
    }
}

fn check_paths(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        for option in unit.text.options("Service").filter(|option| is_command(option.name)) {
            for command in option.commands().unwrap_or_default() {
                let program = command.program();
                let begins = program.text.starts_with(|c: char| c.is_ascii_alphanumeric());
                if begins && !is_assignment(&program.text) {
                    let message = format!("`{}` has no path", program.text);
                    let finding = findings.inside(&RELATIVE_COMMAND, unit.body, program.at.clone(), message);
                    findings.push(finding.help("write where it is: `/usr/bin/…`"));
                }
            }
        }
    }
}

/// `NAME=value`.
fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn words(
    unit: &Unit<'_>,
    option: &UnitOption<'_>,
    command: &Command,
    set: Option<&HashSet<String>>,
    findings: &mut Findings<'_>,
) {
    let program = command.program();
    if program.text.starts_with('$') {
        let message = format!("`{}=` has a variable in the place of the program", option.name);
        let finding = findings.inside(&VARIABLE_AS_PROGRAM, unit.body, program.at.clone(), message);
        findings.push(
            finding.note("systemd looks for a program of that very name").help("let a shell run it: `/bin/sh -c '…'`"),
        );
    } else if is_assignment(&program.text) {
        let message = "a variable is set before the program, as only a shell can";
        let finding = findings.inside(&SHELL_SYNTAX, unit.body, program.at.clone(), message);
        findings.push(
            finding.note("systemd looks for a program of that name").help("use `Environment=`, or `/usr/bin/env`"),
        );
    }
    let shell =
        command.words.iter().position(|word| SHELLS.contains(&word.text.rsplit('/').next().unwrap_or_default()));
    let script = shell.is_some_and(|at| {
        let flags = command.words[at + 1..].iter().take(4);
        flags.take_while(|word| word.text.starts_with('-')).any(|word| word.text.ends_with('c'))
    });
    let operator = command.words[1..].iter().find(|word| is_operator(word));
    // Backquotes are plain characters in the rules of a proxy, which are labels of containers.
    let substitution = command.words[1..].iter().find(|word| word.text.contains("$(")).filter(|_| shell.is_none());
    if let Some(word) = operator.or(substitution) {
        let message = format!("`{}` is shell syntax, and no shell reads it", shown(&word.text));
        let finding = findings.inside(&SHELL_SYNTAX, unit.body, word.at.clone(), message);
        let help = match script {
            true => "put the whole script into one pair of quotes",
            false => "let a shell run it: `/bin/sh -c '…'`",
        };
        findings.push(finding.note("systemd hands it to the program as an argument").help(help));
    }
    // A `:` before the program turns the replacing off.
    if let (true, Some(set), false) = (script, set, command.prefix.contains(':')) {
        command.words[1..].iter().for_each(|word| variables(unit, word, set, findings));
    }
}

fn is_operator(word: &Word) -> bool {
    !word.quoted
        && (OPERATORS.contains(&word.text.as_str())
            || word.text.starts_with(">/")
            || word.text.starts_with("2>/")
            || word.text.starts_with(">>/"))
}

/// The operator alone: what is in parentheses may be anything.
fn shown(word: &str) -> &str {
    if word.contains("$(") { "$(" } else { word }
}

/// The variables that a unit sets; `None` when files or the manager set some too.
fn set_variables(unit: &Unit<'_>) -> Option<HashSet<String>> {
    let mut set: HashSet<String> = HashSet::new();
    for option in unit.text.options("Service") {
        match option.name {
            "EnvironmentFile" | "PassEnvironment" => return None,
            "Environment" => {
                for word in option.words().ok()? {
                    set.extend(word.text.split_once('=').map(|(name, _)| name.to_owned()));
                }
            }
            _ => {}
        }
    }
    // A drop-in may have its variables from the unit.
    unit.dropin.is_none().then_some(set)
}

/// `${name}` in a script where the script itself sets that name.
fn variables(unit: &Unit<'_>, word: &Word, set: &HashSet<String>, findings: &mut Findings<'_>) {
    let script = &*word.text;
    let mut told = HashSet::new();
    for (at, _) in script.match_indices("${") {
        if at > 0 && script.as_bytes()[at - 1] == b'$' {
            continue;
        }
        let name: &str = script[at + 2..].split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let closed = script[at + 2 + name.len()..].starts_with('}');
        if name.is_empty() || !closed || set.contains(name) || !is_assigned(script, name) || !told.insert(name) {
            continue;
        }
        let source = &unit.body.text[word.at.clone()];
        let offset = source.find(&format!("${{{name}}}")).unwrap_or(0);
        let place = word.at.start + offset..word.at.start + offset + 1;
        let message = format!("systemd replaces `${{{name}}}` before the shell sees it");
        let mut finding = findings.inside(&SHELL_VARIABLE, unit.body, place.clone(), message);
        if let Some(fix) = findings.fix_inside(unit.body, place, "$$", Applicability::Unsafe) {
            finding = finding.fix(fix);
        }
        findings
            .push(finding.note("the unit does not set it, so nothing is put in").help(format!("write `$${{{name}}}`")));
    }
}

/// Whether a script gives a variable of that name a value.
fn is_assigned(script: &str, name: &str) -> bool {
    let ends = |before: &str| before.is_empty() || before.ends_with([' ', ';', '\t', '\n', '(', '&', '|', '{']);
    script.match_indices(name).any(|(at, _)| {
        let (before, after) = (&script[..at], &script[at + name.len()..]);
        let loops = ["for ", "read ", "read -r "].iter().any(|word| before.ends_with(word));
        (ends(before) && after.starts_with('=') && !after.starts_with("==")) || (loops && after.starts_with([' ', ';']))
    })
}

fn percents(unit: &Unit<'_>, option: &UnitOption<'_>, refused: bool, findings: &mut Findings<'_>) {
    let value = option.value;
    let mut at = 0;
    while let Some(found) = value[at..].find('%') {
        let here = at + found;
        let Some(letter) = value[here + 1..].chars().next() else { return };
        at = here + 1 + letter.len_utf8();
        let unknown = letter.is_ascii_alphanumeric() && !EXPANDED.contains(letter);
        // The format of date(1).
        let begin = value[..here].rfind(|c: char| c.is_whitespace()).map_or(0, |blank| blank + 1);
        let format = value[begin..here].trim_start_matches(['"', '\'']).starts_with('+')
            && (value[..begin].trim_end().ends_with("date") || value[..begin].trim_end().ends_with("-u"));
        let told = if unknown { refused } else { format && letter != '%' };
        if !told {
            continue;
        }
        let place = option.value_at.start + here..option.value_at.start + at;
        let message = match unknown {
            true => format!("`%{letter}` stands for nothing in a unit"),
            false => format!("systemd puts its own value in for `%{letter}`"),
        };
        let mut finding = findings.inside(&UNESCAPED_PERCENT, unit.body, place.clone(), message);
        if let Some(fix) = findings.fix_inside(unit.body, place.start..place.start + 1, "%%", Applicability::Unsafe) {
            finding = finding.fix(fix);
        }
        if unknown {
            finding = finding.severity(Severity::Error).note("systemd refuses to load the unit");
        }
        findings.push(finding.help(format!("write `%%{letter}` for the characters themselves")));
    }
}

fn after_reboot<'a>(
    unit: &Unit<'_>,
    option: &UnitOption<'a>,
    command: &Command,
    rebooted: &mut Option<&'a str>,
    findings: &mut Findings<'_>,
) {
    if *rebooted == Some(option.name) || (*rebooted == Some("ExecStart") && option.name == "ExecStartPost") {
        let message = "this command comes after one that reboots";
        let finding = findings.inside(&AFTER_REBOOT, unit.body, command.program().at.clone(), message);
        findings.push(finding.note("it may be cut off, or never run").help("let the reboot be the last command"));
        *rebooted = None;
    } else if is_reboot(command) {
        *rebooted = Some(option.name);
    }
}

fn is_reboot(command: &Command) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let name = words[0].rsplit('/').next().unwrap_or_default();
    match name {
        "reboot" => true,
        "systemctl" => words[1..].iter().find(|word| !word.starts_with('-')) == Some(&"reboot"),
        "shutdown" => words.contains(&"-r") && words.contains(&"now"),
        _ => false,
    }
}
