//! Files that programs refuse to read because of their mode.

use crate::diagnostic::Severity;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::File;

crate::problem! {
    /// A file whose reader passes it over because of its mode.
    ///
    /// NetworkManager leaves out a connection that anybody but root may read: the machine comes up without that network.
    /// sshd does not use a host key that others may read. sudo does not read rules that others may write.
    /// A file without `mode` has 0644.
    ///
    /// Bad: `{path: /etc/NetworkManager/system-connections/eth0.nmconnection, mode: 0644}`. Good: `mode: 0600`.
    ///
    /// Source: nm-settings-keyfile(5), sshd(8), sudoers(5).
    pub(crate) IGNORED_FOR_MODE = "FS2204", "ignored-for-its-mode", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&IGNORED_FOR_MODE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for file in &lint.subject.config.storage.files {
        let Some((reader, bits, right)) = strict(&file.path) else { continue };
        let mode = file.mode.unwrap_or(0o644);
        // A file that only changes what another config writes may leave out its mode; without contents nothing is known.
        if mode & bits == 0 || file.contents.source.is_none() {
            continue;
        }
        let origin = file.origin.field(if file.mode.is_some() { File::mode } else { File::path });
        let message = format!("{reader} does not read `{}` with the mode 0{:o}", file.path, mode & 0o7777);
        let finding = findings.at(&IGNORED_FOR_MODE, &origin, message);
        let finding = finding.help(format!("write `mode: 0{right:o}`, in JSON `{right}`"));
        let finding = if file.mode.is_none() { finding.note("a file without `mode` has 0644") } else { finding };
        let severity = if lint.subject.object.is_some() { Severity::Warning } else { Severity::Error };
        findings.push(finding.severity(if file.mode.is_none() { severity } else { Severity::Error }));
    }
}

/// Who reads the file at `path`, the bits that make that program refuse it, and the mode it should have.
fn strict(path: &str) -> Option<(&'static str, i64, i64)> {
    let name = path.rsplit('/').next()?;
    if path.starts_with("/etc/NetworkManager/system-connections/") {
        return Some(("NetworkManager", 0o077, 0o600));
    }
    let is_host_key = name.starts_with("ssh_host_") && name.ends_with("_key");
    if path.starts_with("/etc/ssh/") && is_host_key {
        // The group is `ssh_keys` on some systems.
        return Some(("sshd", 0o037, 0o600));
    }
    let is_rules = path.strip_prefix("/etc/sudoers.d/").is_some_and(|name| !name.contains(['/', '.', '~']));
    (path == "/etc/sudoers" || is_rules).then_some(("sudo", 0o002, 0o440))
}
