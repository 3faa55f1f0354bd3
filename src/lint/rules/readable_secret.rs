//! Secrets in files that everybody on the machine may read.

use crate::lint::{Embedded, Findings, Form, Lint, Rule, Status};
use crate::model::ignition::File;
use std::ops::Range;

crate::problem! {
    /// A file with a secret in it that everybody on the machine may read.
    ///
    /// Every process, in many cases those in containers too, can then log in with it. A file without `mode` has 0644.
    ///
    /// Bad: `/etc/iscsi/iscsid.conf` with a CHAP password and `mode: 0644`. Good: `mode: 0600`.
    ///
    /// Source: the documents of the programs: iscsid(8), containers-auth.json(5), wg(8), ssh-keygen(1).
    pub(crate) READABLE_SECRET = "FS2601", "world-readable-secret", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&READABLE_SECRET], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        if file.mode.unwrap_or(0o644) & 0o004 == 0 {
            continue;
        }
        let Some((what, range)) = secret(&file.path, text) else { continue };
        let origin = file.origin.field(if file.mode.is_some() { File::mode } else { File::path });
        let message = format!("`{}` holds {what}, and everybody may read it", file.path);
        let finding = findings.at(&READABLE_SECRET, &origin, message);
        let place = findings.inner_place(text, range);
        let finding = finding.label(place, "named here").help("write `mode: 0600`, in JSON `384`");
        let finding = if file.mode.is_none() { finding.note("a file without `mode` has 0644") } else { finding };
        findings.push(match lint.subject.form {
            Form::MachineConfig => {
                finding.note("the node also keeps a copy of the MachineConfig that everybody may read")
            }
            _ => finding,
        });
    }
}

/// What secret the text holds, and the bytes of its name: never of its value.
fn secret(path: &str, text: &Embedded) -> Option<(&'static str, Range<usize>)> {
    let text = &*text.text;
    let name = path.rsplit('/').next().unwrap_or_default();
    if let Some(at) = private_key(text) {
        return Some(("a private key", at));
    }
    if name == "iscsid.conf" {
        return setting(text, |key| key.contains(".auth.password")).map(|at| ("a CHAP password", at));
    }
    if path.starts_with("/etc/wireguard/") || name.ends_with(".netdev") || name.ends_with(".nmconnection") {
        let is_key =
            |key: &str| ["privatekey", "presharedkey", "private-key", "psk"].contains(&&*key.to_ascii_lowercase());
        return setting(text, is_key).map(|at| ("a private key", at));
    }
    if name == "auth.json"
        || name == ".dockercfg"
        || path.ends_with(".docker/config.json")
        || path.ends_with("kubelet/config.json")
    {
        let at =
            text.find("\"auth\"").or_else(|| text.find("\"identitytoken\"").or_else(|| text.find("\"password\"")))?;
        return Some(("the login to a registry", at..at + "\"auth\"".len()));
    }
    None
}

/// Where a private key in PEM form begins.
fn private_key(text: &str) -> Option<Range<usize>> {
    text.match_indices("-----BEGIN ").find_map(|(at, _)| {
        let line = text[at..].lines().next()?;
        line.trim_end().ends_with("PRIVATE KEY-----").then(|| at..at + line.trim_end().len())
    })
}

/// Whether there is a private key in the text.
pub(super) fn has_private_key(text: &str) -> bool {
    private_key(text).is_some()
}

/// The name of the first setting of that kind that has a value.
fn setting(text: &str, wanted: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let Some((key, value)) = line.split_once('=') else { continue };
        let name = key.trim();
        if !name.starts_with(['#', ';']) && wanted(name) && !value.trim().is_empty() {
            let at = at + key.find(name)?;
            return Some(at..at + name.len());
        }
    }
    None
}
