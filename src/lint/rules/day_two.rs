//! What of a MachineConfig takes effect on the first boot of a machine alone.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Spec};
use crate::model::ignition::{Config, Passwd, Storage, User};
use crate::model::{NodeView, Origin};

crate::problem! {
    /// A MachineConfig with what nodes take on their first boot alone.
    ///
    /// Right among the installer's manifests and in a pool that has no nodes yet. In a pool with nodes the operator
    /// refuses the change, the pool is degraded, and nothing else is rolled out until it is taken back. Units can do
    /// the same on nodes that run.
    ///
    /// This holds for disks, filesystems, RAID, directories, links, users other than `core`, groups and FIPS. Encrypted
    /// volumes are worse: the change is accepted, and never made.
    ///
    /// From OpenShift 4.20 on `irreconcilableValidationOverrides` (a technology preview) lets disks, filesystems and
    /// RAID change for nodes to come.
    ///
    /// Source: the Machine Config Operator, what it reconciles; each row was tried with its own functions.
    pub(crate) FIRST_BOOT_ONLY = "FS2525", "first-boot-only", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&FIRST_BOOT_ONLY], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = lint.subject.machine_config() else { return };
    let config = &lint.subject.config;
    let (storage, passwd) = (&config.storage, &config.passwd);
    let section = config.origin.field(Config::storage);
    let lists = [
        (!storage.disks.is_empty(), Storage::disks),
        (!storage.filesystems.is_empty(), Storage::filesystems),
        (!storage.raid.is_empty(), Storage::raid),
        (!storage.luks.is_empty(), Storage::luks),
        (!storage.directories.is_empty(), Storage::directories),
        (!storage.links.is_empty(), Storage::links),
    ];
    let mut found: Vec<(Origin, String)> = lists
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, field)| (section.field(field), format!("`storage.{}`", field.name)))
        .collect();
    let users = config.origin.field(Config::passwd);
    if !passwd.groups.is_empty() {
        found.push((users.field(Passwd::groups), "`passwd.groups`".to_owned()));
    }
    for user in &passwd.users {
        if user.name != "core" {
            found.push((user.origin.field(User::name), "users other than `core`".to_owned()));
        } else if let Some(field) = more_than_access(user) {
            found.push((user.origin.field(field), format!("`{}` of `core`", field.name_in(user.origin.naming()))));
        }
    }
    if object.spec.fips {
        found.push((object.origin.field(MachineConfig::spec).field(Spec::fips), "`fips`".to_owned()));
    }
    let is_refused = found.iter().any(|(_, what)| !what.contains("luks"));
    let mut found = found.into_iter();
    let Some((first, what)) = found.next() else { return };
    let place = findings.key(&first);
    let finding = FIRST_BOOT_ONLY.at(place, format!("nodes take {what} on their first boot alone"));
    let finding = found.fold(finding, |finding, (origin, what)| {
        let place = findings.key(&origin);
        finding.label(place, format!("and {what}"))
    });
    let overrides = lint.subject.operator().is_some_and(|release| release.irreconcilable_overrides);
    let is_disk = !storage.disks.is_empty() || !storage.filesystems.is_empty() || !storage.raid.is_empty();
    let finding = match overrides && is_disk {
        true => finding.note("`irreconcilableValidationOverrides` (4.20, preview) lets disks change for nodes to come"),
        false => finding,
    };
    let finding = match storage.luks.is_empty() {
        true => finding,
        false => finding.note("a change of `storage.luks` is accepted on nodes that run, and never made"),
    };
    let finding = match is_refused {
        true => finding.note("in a pool that has nodes the operator refuses the change, and the pool is degraded"),
        false => finding,
    };
    findings.push(finding.help("right at installation and for a new pool; for nodes that run, use units"));
}

/// A field of the user `core` that the operator does not change.
fn more_than_access(user: &User) -> Option<&'static crate::model::FieldInfo> {
    let allowed = [User::name, User::ssh_authorized_keys, User::password_hash].map(|field| field.name);
    let fields = user.all_fields().iter().enumerate();
    let mut extra = fields.filter(|(_, field)| !allowed.contains(&field.name));
    extra.find(|(index, _)| !user.view_field(*index).is_empty()).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_hash_of_core_are_fine() {
        let user =
            User { name: "core".into(), ssh_authorized_keys: vec!["ssh-ed25519 AAAA".into()], ..User::default() };
        assert!(more_than_access(&user).is_none());
        assert!(more_than_access(&User { gecos: Some(String::new()), ..user }).is_some());
    }
}
