//! Modes that give others more than the owner, and directories that nobody can enter.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::Origin;
use crate::model::ignition::{Directory, File};

crate::problem! {
    /// A mode that gives the group or others what the owner does not have, or a directory without the right to enter it.
    ///
    /// Nobody wants a file that others may write and its owner may not: the digits are swapped, or were counted in
    /// another number system. In a directory with a right to read and none to execute, no file can be opened.
    ///
    /// Bad: `mode: 0466`; a directory with `mode: 0644`. Good: `mode: 0644`; a directory with `mode: 0755`.
    ///
    /// Source: chmod(1), path_resolution(7).
    pub(crate) UNREASONABLE_MODE = "FS2202", "unreasonable-mode", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNREASONABLE_MODE], status: Status::Stable, check };

/// Told by the rule about number systems.
const MISREAD: [i64; 3] = [0o420, 0o416, 0o256];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    for file in &storage.files {
        swapped(file.mode, &file.origin.field(File::mode), findings);
    }
    for directory in &storage.directories {
        let origin = directory.origin.field(Directory::mode);
        let Some(mode) = directory.mode else { continue };
        let closed = mode >> 6 & 0o5 == 0o4;
        if closed && !MISREAD.contains(&mode) {
            let message = format!("a directory with the mode 0{:o} cannot be entered by its owner", mode & 0o7777);
            let finding = findings.at(&UNREASONABLE_MODE, &origin, message);
            let meant = mode | (mode & 0o444) >> 2;
            let help = format!("who may read a directory needs `x` as well: 0{meant:o}, in JSON {meant}");
            findings.push(finding.note("its names can be listed, and nothing in it can be opened").help(help));
        } else {
            swapped(directory.mode, &origin, findings);
        }
    }
}

fn swapped(mode: Option<i64>, origin: &Origin, findings: &mut Findings<'_>) {
    // Bits above the rights are told by the checks.
    let Some(mode) = mode.filter(|mode| (0..=0o777).contains(mode) && !MISREAD.contains(mode)) else { return };
    let owner = mode >> 6;
    let more = (mode >> 3 & 7 | mode & 7) & !owner;
    if more == 0 {
        return;
    }
    let words = [(4, "read"), (2, "write"), (1, "execute")];
    let words: Vec<&str> = words.iter().filter(|(bit, _)| more & bit != 0).map(|(_, word)| *word).collect();
    let message = format!("the mode 0{mode:o} lets others {} it, and not its owner", words.join(" and "));
    let finding = findings.at(&UNREASONABLE_MODE, origin, message);
    findings.push(finding.help("in YAML write the octal digits with a 0 in front; in JSON 0644 is 420, 0600 is 384"));
}
