//! SSH keys that are none.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::User;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

crate::problem! {
    /// A line under `sshAuthorizedKeys` that is no public key.
    ///
    /// sshd passes it over, and nobody can log in with it. If it is the only one, nobody can log in at all.
    ///
    /// Bad: `ssh-rsa ssh-rsa AAAA…`, `ssh-ed25519 xxxxx`, `YOUR_KEY`. Good: the line of the `.pub` file as it is.
    ///
    /// Source: sshd(8), the format of the file of authorized keys.
    pub(crate) BAD_SSH_KEY = "FS2701", "bad-ssh-key", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&BAD_SSH_KEY], status: Status::Stable, check };

/// The types of keys that sshd takes.
const TYPES: [&str; 7] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for user in &lint.subject.config.passwd.users {
        for (index, key) in user.ssh_authorized_keys.iter().enumerate() {
            // One entry may hold the lines of a whole file.
            for line in key.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let Some(fault) = fault(line) else { continue };
                let origin = user.origin.field(User::ssh_authorized_keys).join(index);
                let finding = findings.at(&BAD_SSH_KEY, &origin, format!("this is no SSH key: {fault}"));
                let finding = finding.note("sshd passes it over, and nobody can log in with it");
                findings.push(finding.help("put the one line of the `.pub` file there"));
                break;
            }
        }
    }
}

/// What is wrong with a line; never with a part of it, since it may be a private key by mistake.
fn fault(line: &str) -> Option<String> {
    if line.starts_with("-----BEGIN") {
        return Some("it is the beginning of a key in another form".into());
    }
    let mut words = line.split_whitespace();
    let is_type = |word: &str| TYPES.contains(&word) || word.starts_with("sk-") || word.contains("-cert-v01@");
    let Some(kind) = words.by_ref().find(|word| is_type(word)) else {
        return Some("it names no type of key, such as `ssh-ed25519`".into());
    };
    let Some(body) = words.next() else { return Some(format!("nothing follows `{kind}`")) };
    if is_type(body) {
        return Some(format!("`{kind}` stands there twice"));
    }
    if body.contains("...") || body.contains('…') {
        return Some("it is cut short".into());
    }
    if !body.starts_with("AAAA") {
        return Some(format!("what follows `{kind}` is no key, which begins with `AAAA`"));
    }
    let any = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    // Keys in documents are cut short; what is there is enough to see the type.
    let start = body.get(..body.len().min(48) / 4 * 4).unwrap_or_default();
    let Ok(bytes) = GeneralPurpose::new(&STANDARD, any).decode(start) else {
        return Some("the key is no base64".into());
    };
    let inner = bytes.get(4..).unwrap_or_default();
    let length = bytes.get(3).copied().unwrap_or_default() as usize;
    let named = inner.get(..length);
    (named.is_some_and(|named| named != kind.as_bytes())).then(|| format!("the key is not of the type `{kind}`"))
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn keys() {
        let good = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHN0YW5kLWluIGtleSBmb3IgdGVzdHMgb25seSAhIQ== me";
        let option = format!("no-pty,command=\"a b\" {good}");
        for line in [good, option.as_str(), "ssh-rsa AAAAB3Nz"] {
            assert_eq!(fault(line), None, "{line}");
        }
        let twice = "ssh-rsa ssh-rsa AAAAB3NzaC1yc2E";
        let other = "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHN0YW5k";
        for line in [
            twice,
            other,
            "YOUR_KEY",
            "ssh-rsa",
            "ssh-ed25519 xxxxx",
            "ssh-rsa AAAAB3NzaC1yc2E... me",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
        ] {
            assert!(fault(line).is_some(), "{line}");
        }
    }
}
