//! Programs of units that the config should bring along.

use super::exec_lines::is_command;
use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::File;
use std::collections::HashMap;

crate::problem! {
    /// A script that a unit runs, and that is not executable.
    ///
    /// The service fails with status 203. Ignition's default mode is 0644.
    ///
    /// Bad: `ExecStart=/usr/local/bin/setup.sh` with `mode: 0644`. Good: `mode: 0755`.
    ///
    /// Source: systemd.exec(5), "Process exit codes".
    pub(crate) NOT_EXECUTABLE = "FS2460", "program-not-executable", Warning;

    /// A script that a unit runs, and that is not in the config.
    ///
    /// `/usr` comes with the product; what lies in `/etc`, `/opt` and `/usr/local` only a config puts there, or a unit
    /// that runs before.
    ///
    /// Source: the file systems of each product.
    pub(crate) MISSING_PROGRAM = "FS2461", "program-missing", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&NOT_EXECUTABLE], status: Status::Stable, check };
pub(super) static MISSING: Rule = Rule { problems: &[&MISSING_PROGRAM], status: Status::Preview, check: check_missing };

/// Where only configs put programs.
const OURS: &[&str] = &["/etc/", "/opt/", "/usr/local/", "/var/"];
/// Prefixes of one folder under two names.
const SAME: &[(&str, &str)] = &[("/usr/local/", "/var/usrlocal/"), ("/opt/", "/var/opt/")];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let files = files(lint);
    for_each_program(lint, |unit, path, at| {
        let Some(file) = files.get(&same(path)) else { return };
        // Without a source the file of the system stays as it is.
        let mode = match file.mode {
            Some(mode) => mode,
            None if file.contents.source.is_some() || !file.append.is_empty() => 0o644,
            None => return,
        };
        if mode & 0o111 == 0 {
            let message = format!("`{path}` cannot be run: its mode is {mode:04o}");
            let finding = findings.inside(&NOT_EXECUTABLE, unit.body, at, message);
            let field = file.origin.field(File::mode);
            let place = if file.mode.is_some() { findings.place(&field) } else { findings.place(&file.origin) };
            findings.push(finding.label(place, "the file").help("give the file `mode: 0755`"));
        }
    });
}

fn check_missing(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    if lint.subject.form == Form::Unit {
        return;
    }
    let files = files(lint);
    let storage = &lint.subject.config.storage;
    let linked: Vec<String> = storage.links.iter().map(|link| same(&link.path)).collect();
    // How often each path is named in any unit.
    let mut named: HashMap<&str, usize> = HashMap::new();
    for unit in &lint.units {
        for word in unit.body.text.split(|c: char| c.is_whitespace() || "=;,'\"-@:+!|()".contains(c)) {
            *named.entry(word).or_default() += usize::from(word.starts_with('/'));
        }
    }
    for_each_program(lint, |unit, path, at| {
        let place = same(path);
        let known = files.contains_key(&place)
            || lint.around.paths.contains(path)
            || linked.iter().any(|link| place.starts_with(link.as_str()));
        if known || !OURS.iter().any(|folder| path.starts_with(folder)) {
            return;
        }
        // One that another unit names too may be made by it.
        if named.get(path).is_none_or(|&times| times > 1) {
            return;
        }
        let message = format!("nothing here brings `{path}` along");
        let finding = findings.inside(&MISSING_PROGRAM, unit.body, at, message);
        findings.push(finding.help("add it to `storage.files`, or check the path"));
    });
}

/// The files of the config by path.
fn files<'a>(lint: &Lint<'a>) -> HashMap<String, &'a File> {
    lint.subject.config.storage.files.iter().map(|file| (same(&file.path), file)).collect()
}

/// One name for what has two.
fn same(path: &str) -> String {
    match SAME.iter().find(|(_, other)| path.starts_with(other)) {
        Some((name, other)) => format!("{name}{}", &path[other.len()..]),
        None => path.to_owned(),
    }
}

/// Every program of every service, with its place.
fn for_each_program(lint: &Lint<'_>, mut see: impl FnMut(&crate::lint::Unit<'_>, &str, std::ops::Range<usize>)) {
    for unit in &lint.units {
        for option in unit.text.options("Service").filter(|option| is_command(option.name)) {
            for command in option.commands().unwrap_or_default() {
                let program = command.program();
                if program.text.starts_with('/') && !program.text.contains(['%', '$']) {
                    see(unit, &program.text, program.at.clone());
                }
            }
        }
    }
}
