//! Passwords that are no hashes, or weak ones.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::Origin;
use crate::model::ignition::{Group, User};

crate::problem! {
    /// A password hash that crypt(5) does not know, or an MD5 one.
    ///
    /// Ignition writes it to the table of passwords as it is. A password in clear does not let anybody in, and stands there
    /// to be read; MD5 hashes (`$1$`) are guessed in no time.
    ///
    /// Bad: `passwordHash: secret`. Good: what `mkpasswd --method=yescrypt` prints, or `*` for no password.
    ///
    /// Source: crypt(5), shadow(5).
    pub(crate) BAD_PASSWORD_HASH = "FS2702", "bad-password-hash", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&BAD_PASSWORD_HASH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let passwd = &lint.subject.config.passwd;
    let users = passwd.users.iter().map(|one| (&one.password_hash, one.origin.field(User::password_hash), &one.name));
    let groups =
        passwd.groups.iter().map(|one| (&one.password_hash, one.origin.field(Group::password_hash), &one.name));
    for (hash, origin, name) in users.chain(groups) {
        let Some(hash) = hash.as_deref() else { continue };
        tell(hash, name, &origin, findings);
    }
}

fn tell(hash: &str, name: &str, origin: &Origin, findings: &mut Findings<'_>) {
    // `!` and `*` lock the account; an empty one asks for no password.
    let locked = hash.trim_start_matches(['!', '*']);
    if locked.is_empty() {
        return;
    }
    let method = locked.strip_prefix('$').and_then(|rest| rest.split_once('$'));
    let message = match method {
        Some(("1", _)) => format!("the password of `{name}` is an MD5 hash, which is guessed in no time"),
        Some((id, rest)) if !id.is_empty() && id.len() <= 12 && !rest.is_empty() => return,
        // DES and BSDi of old.
        None if locked.len() == 13 && is_crypt(locked) || locked.starts_with('_') && locked.len() == 20 => return,
        _ => format!("the password of `{name}` is no hash that crypt(5) knows"),
    };
    let finding = findings.at(&BAD_PASSWORD_HASH, origin, message);
    let finding = finding.help("take what `mkpasswd --method=yescrypt` prints; `*` for an account without a password");
    findings.push(finding);
}

fn is_crypt(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'))
}
