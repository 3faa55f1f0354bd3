//! Folders of a home that root comes to own.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{File, Owner};
use std::collections::BTreeSet;

crate::problem! {
    /// A file in the home of a user, in a folder that is not listed.
    ///
    /// Ignition makes the folders above a file by itself, and root owns them. The user cannot write there: `~/.config`
    /// that belongs to root breaks most programs of the user's session.
    ///
    /// Bad: only the file `/home/core/.config/app/conf` with `user: {name: core}`.
    /// Good: the directories `/home/core/.config` and `/home/core/.config/app` as well, with the same owner.
    ///
    /// Source: `storage.directories` of the Ignition specification; Fedora CoreOS on user-level units.
    pub(crate) ROOT_OWNS_HOME = "FS2215", "root-owns-home", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&ROOT_OWNS_HOME], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    let mut known: BTreeSet<&str> = lint.around.paths.iter().map(String::as_str).collect();
    for file in &storage.files {
        if !has_owner(&file.user) {
            continue;
        }
        let Some(home) = home_of(&file.path) else { continue };
        let inside =
            file.path.char_indices().skip(home.len() + 1).filter(|&(_, c)| c == '/').map(|(at, _)| &file.path[..at]);
        let Some(folder) = inside.take(64).find(|folder| !known.contains(folder)) else { continue };
        // Ignition itself takes care of this one for the keys of a config, and sshd does not mind the owner root.
        if folder.ends_with("/.ssh") {
            continue;
        }
        known.insert(folder);
        let message = format!("root will own `{folder}`, which is made for this file");
        let finding = findings.at(&ROOT_OWNS_HOME, &file.origin.field(File::path), message);
        let help = format!("list `{folder}`, and every folder below it, under `directories` with the same owner");
        findings.push(finding.help(help));
    }
}

fn has_owner(owner: &Owner) -> bool {
    owner.name.as_deref().is_some_and(|name| name != "root" && !name.is_empty()) || owner.id.is_some_and(|id| id != 0)
}

/// The home that a path is in, below the folder of homes or where that is on systems made with OSTree.
fn home_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/var").unwrap_or(path);
    let mut parts = rest.strip_prefix('/')?.splitn(3, '/');
    let (folder, user, _) = (parts.next()?, parts.next()?, parts.next()?);
    let length = path.len() - rest.len() + "/".len() + folder.len() + "/".len() + user.len();
    (folder == "home").then_some(&path[..length])
}
