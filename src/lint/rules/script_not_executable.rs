//! Scripts where programs lie that cannot be run.

use crate::diagnostic::{Applicability, Fix};
use crate::document::Syntax;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::File;

crate::problem! {
    /// A script in a folder of programs, without the right to execute it.
    ///
    /// A unit that names it in `ExecStart=` fails with the status 203/EXEC; a person who types its name gets
    /// `Permission denied`. A file without `mode` has 0644.
    ///
    /// Bad: `{path: /usr/local/bin/setup.sh, mode: 0644}`. Good: the same with `mode: 0755`.
    ///
    /// Source: execve(2); `storage.files[].mode` of the Ignition specification.
    pub(crate) SCRIPT_NOT_EXECUTABLE = "FS2203", "script-not-executable", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&SCRIPT_NOT_EXECUTABLE], status: Status::Stable, check };

/// Folders whose files are programs.
const PROGRAMS: [&str; 6] =
    ["/usr/local/bin/", "/usr/local/sbin/", "/usr/bin/", "/usr/sbin/", "/opt/bin/", "/var/usrlocal/bin/"];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let in_json = findings.document().is_some_and(|document| document.syntax() == Syntax::Json);
    let mode = if in_json { "493" } else { "0755" };
    for (file, text) in lint.files() {
        let is_program = PROGRAMS.iter().any(|folder| file.path.starts_with(folder));
        if !is_program || !text.text.starts_with("#!") || file.mode.is_some_and(|mode| mode & 0o111 != 0) {
            continue;
        }
        // Of what a unit runs, the unit's rule tells.
        if lint.units.iter().any(|unit| unit.body.text.contains(&file.path)) {
            continue;
        }
        let origin = file.origin.field(if file.mode.is_some() { File::mode } else { File::path });
        let message = format!("the script `{}` cannot be executed", file.path);
        let finding = findings.at(&SCRIPT_NOT_EXECUTABLE, &origin, message);
        let finding = finding.help(format!("write `mode: {mode}`"));
        findings.push(match file.mode {
            Some(_) => {
                let fix = Fix {
                    place: findings.place(&origin),
                    replacement: mode.to_owned(),
                    applicability: Applicability::Unsafe,
                };
                finding.fix(fix)
            }
            None => finding.note("a file without `mode` has 0644"),
        });
    }
}
