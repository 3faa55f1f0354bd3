//! Modes that are a decimal number read as octal, or the other way round.

use crate::diagnostic::{Applicability, Fix};
use crate::document::Syntax;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::Origin;
use crate::model::ignition::{Directory, File};

crate::problem! {
    /// A mode with the digits of another number system.
    ///
    /// JSON has no octal numbers, so 0644 is written 420 there; YAML has them. Whoever copies from one to the other ends
    /// with `0420` (the owner may read, the group may write, nobody else) or with 644 (which is 01204). A service that
    /// runs as another user cannot read its file, and nothing says why.
    ///
    /// Bad, in YAML: `mode: 0420`. Good: `mode: 0644`.
    ///
    /// Source: `mode` in the Ignition specification; chmod(1).
    pub(crate) MISREAD_MODE = "FS2201", "misread-mode", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&MISREAD_MODE], status: Status::Stable, check };

/// What decimal digits come to when they are read as octal ones, and the mode that was meant by them.
const MEANT: [(i64, i64); 3] = [(0o420, 0o644), (0o416, 0o640), (0o256, 0o400)];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    for file in &storage.files {
        tell(file.mode, &file.origin.field(File::mode), findings);
    }
    for directory in &storage.directories {
        tell(directory.mode, &directory.origin.field(Directory::mode), findings);
    }
}

fn tell(mode: Option<i64>, origin: &Origin, findings: &mut Findings<'_>) {
    let Some(mode) = mode else { return };
    let Some(&(_, meant)) = MEANT.iter().find(|(read, _)| *read == mode) else { return };
    let message = format!("`0{mode:o}` are the decimal digits of `0{meant:o}`, read as octal ones");
    let place = findings.place(origin);
    // JSON has decimal numbers alone.
    let in_json = findings.document().is_some_and(|document| document.syntax() == Syntax::Json);
    let replacement = if in_json { meant.to_string() } else { format!("0{meant:o}") };
    let finding = findings.at(&MISREAD_MODE, origin, message);
    let finding = finding.note(format!("as it stands: {}", in_words(mode))).help(format!("write `{replacement}`"));
    findings.push(finding.fix(Fix { place, replacement, applicability: Applicability::Safe }));
}

/// What a mode lets whom do.
fn in_words(mode: i64) -> String {
    let rights = |bits: i64| match bits & 7 {
        0 => "do nothing".to_owned(),
        bits => {
            let words = [(4, "read"), (2, "write"), (1, "execute")];
            words.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, word)| *word).collect::<Vec<_>>().join(" and ")
        }
    };
    format!("the owner may {}, the group may {}, others may {}", rights(mode >> 6), rights(mode >> 3), rights(mode))
}
