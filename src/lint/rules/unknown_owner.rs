//! Owners of files that are no accounts of the machine.

use crate::diagnostic::Severity;
use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::Origin;
use crate::model::ignition::{Config, Directory, File, Link, Owner};
use crate::spec::images;

crate::problem! {
    /// A file, directory or link that belongs to a user or group that does not exist.
    ///
    /// Ignition looks the name up, stops where it finds none, and the machine does not boot. Users and groups of the
    /// config itself are made before.
    ///
    /// Bad: `user: {name: cor}`. Good: `user: {name: core}`, or `user: {id: 1000}`.
    ///
    /// Source: `user` and `group` in `storage` of the Ignition specification; the account files of the images.
    pub(crate) UNKNOWN_OWNER = "FS2211", "unknown-owner", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_OWNER], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let config: &Config = &lint.subject.config;
    let further = &config.ignition.config;
    // Another config may make the account.
    let is_part = lint.subject.form == Form::UserData;
    if is_part || !further.merge.is_empty() || further.replace.source.is_some() {
        return;
    }
    let users: Vec<&str> =
        config.passwd.users.iter().map(|user| user.name.as_str()).chain(images::USERS.iter().copied()).collect();
    let groups = config.passwd.groups.iter().map(|group| group.name.as_str()).chain(images::GROUPS.iter().copied());
    // A user brings a group of the same name.
    let groups: Vec<&str> = groups.chain(users.iter().copied()).collect();
    let storage = &config.storage;
    let owners = storage.files.iter().map(|one| (&one.user, &one.group, &one.origin, File::user, File::group));
    let directories = storage.directories.iter();
    let owners =
        owners.chain(directories.map(|one| (&one.user, &one.group, &one.origin, Directory::user, Directory::group)));
    let links = storage.links.iter().filter(|link| link.hard != Some(true));
    let owners = owners.chain(links.map(|one| (&one.user, &one.group, &one.origin, Link::user, Link::group)));
    for (user, group, ..) in owners {
        tell("user", user, &users, lint.subject.form, findings);
        tell("group", group, &groups, lint.subject.form, findings);
    }
}

fn tell(what: &str, owner: &Owner, known: &[&str], form: Form, findings: &mut Findings<'_>) {
    let Some(name) = owner.name.as_deref().filter(|name| !name.is_empty() && !known.contains(name)) else { return };
    let origin: Origin = owner.origin.field(Owner::name);
    let near = nearest(name, known.iter().copied());
    let severity = match form {
        Form::Ignition => Severity::Error,
        // A part of a larger config, or a node with accounts of its own.
        Form::Butane(_) if near.is_none() => Severity::Info,
        _ => Severity::Warning,
    };
    let finding = findings.at(&UNKNOWN_OWNER, &origin, format!("there is no {what} `{name}`")).severity(severity);
    let finding = finding.note(match severity {
        Severity::Error => "Ignition looks the name up and stops; the machine does not boot",
        _ => "unless another config makes it, Ignition looks the name up and stops; the machine does not boot",
    });
    let finding = match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    findings.push(finding.help(format!("add the {what} under `passwd.{what}s`, or give its number as `id`")));
}
