//! Private keys in files that are named as public ones.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::File;

crate::problem! {
    /// A file named `.pub` that holds a private key.
    ///
    /// Whoever copies or serves the public key then gives the private one away; and the program that reads it fails.
    ///
    /// Bad: `ssh_host_rsa_key.pub` with the contents of `ssh_host_rsa_key`. Good: the contents of the file of that name.
    ///
    /// Source: ssh-keygen(1).
    pub(crate) PRIVATE_KEY_AS_PUBLIC = "FS2218", "private-key-as-public", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&PRIVATE_KEY_AS_PUBLIC], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        if file.path.ends_with(".pub") && super::readable_secret::has_private_key(&text.text) {
            let message = format!("`{}` is named as a public key, and holds a private one", file.path);
            let finding = findings.at(&PRIVATE_KEY_AS_PUBLIC, &file.origin.field(File::path), message);
            findings.push(finding.help("give it the contents of the `.pub` file"));
        }
    }
}
