//! Programs that are downloaded and run in one step.

use crate::lint::{Embedded, Findings, Lint, Rule, Status};
use std::ops::Range;

crate::problem! {
    /// A download that goes straight into a shell.
    ///
    /// What runs as root is whatever the server sends at that moment, and half of it when the connection breaks. Nothing
    /// can be looked at afterwards, and the machine cannot be set up while the server is away.
    ///
    /// Bad: `ExecStart=/bin/sh -c "curl -sSL https://example.com/install | sh"`.
    /// Good: the script as a file of the config, or a file with `source` and `verification.hash`.
    ///
    /// Source: `storage.files[].contents` of the Ignition specification.
    pub(crate) DOWNLOAD_INTO_SHELL = "FS2606", "download-into-shell", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&DOWNLOAD_INTO_SHELL], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        look_at(unit.body, findings);
    }
    for (_, text) in lint.files().filter(|(_, text)| text.text.starts_with("#!")) {
        look_at(text, findings);
    }
}

fn look_at(text: &Embedded, findings: &mut Findings<'_>) {
    let mut start = 0;
    for line in text.text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        let Some(found) = piped(line) else { continue };
        let message = "what a server sends at that moment is run as it comes";
        let finding = findings.inside(&DOWNLOAD_INTO_SHELL, text, at + found.start..at + found.end, message);
        findings.push(finding.help("put the script into the config, or fetch it as a file with a hash"));
    }
}

/// From the download to the shell it goes into.
fn piped(line: &str) -> Option<Range<usize>> {
    let is_word = |at: usize| at == 0 || !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let from = ["curl ", "wget "].iter().filter_map(|name| line.find(name).filter(|&at| is_word(at))).min()?;
    let mut at = from;
    for part in line[from..].split('|').skip(1) {
        at += line[at..].find('|')? + 1;
        let mut words = part.split_whitespace().skip_while(|word| matches!(*word, "sudo" | "exec" | "-E"));
        let word = words.next().unwrap_or_default().trim_matches(['"', '\'', ';', ')']);
        let program = word.rsplit('/').next().unwrap_or_default();
        if matches!(program, "sh" | "bash" | "zsh" | "dash") {
            let end = at + part.find(word)? + word.len();
            return Some(from..end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::piped;

    #[test]
    fn downloads() {
        for (line, expected) in [
            ("ExecStart=/bin/sh -c \"curl -sL https://a | sh -\"", Some("curl -sL https://a | sh")),
            ("wget -qO- x | sudo /bin/bash", Some("wget -qO- x | sudo /bin/bash")),
            ("curl x | tar xz", None),
            ("curl x | tee a | bash", Some("curl x | tee a | bash")),
            ("mycurl x | sh", None),
            ("curl x -o y && sh y", None),
            ("echo | sh", None),
        ] {
            assert_eq!(piped(line).map(|range| &line[range]), expected, "{line}");
        }
    }
}
