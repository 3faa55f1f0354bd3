//! Groups that a user is added to and that nobody makes.

use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::User;
use crate::spec::images;

crate::problem! {
    /// A user is added to a group that is neither in the config nor in the images.
    ///
    /// `useradd` refuses it, Ignition stops there, and the machine does not boot.
    ///
    /// Bad: `groups: [dockerr]`. Good: `groups: [docker]`.
    ///
    /// Source: `passwd.users[].groups` of the Ignition specification; useradd(8).
    pub(crate) UNKNOWN_GROUP = "FS2703", "unknown-group", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_GROUP], status: Status::Preview, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let passwd = &lint.subject.config.passwd;
    let own =
        passwd.groups.iter().map(|group| group.name.as_str()).chain(passwd.users.iter().map(|user| user.name.as_str()));
    let known: Vec<&str> = own.chain(images::GROUPS.iter().copied()).chain(images::USERS.iter().copied()).collect();
    for user in &passwd.users {
        for (index, group) in user.groups.iter().enumerate().filter(|(_, group)| !known.contains(&group.as_str())) {
            let origin = user.origin.field(User::groups).join(index);
            let finding = findings.at(&UNKNOWN_GROUP, &origin, format!("nothing makes the group `{group}`"));
            findings.push(match nearest(group, known.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add it under `passwd.groups`"),
            });
        }
    }
}
