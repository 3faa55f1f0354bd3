//! Files below a mount point that is mounted later: they vanish underneath.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{Directory, File};

crate::problem! {
    /// A file below the mount point of a unit, where Ignition does not mount that filesystem itself.
    ///
    /// Ignition writes files before any unit is started, so this one lands on the disk underneath. Once the unit mounts
    /// its filesystem there, the file is hidden.
    ///
    /// Bad: a file `/srv/data/config` and a unit `srv-data.mount`, with a filesystem that has no `path`.
    /// Good: `path: /srv/data` at the filesystem, so that Ignition mounts it before it writes.
    ///
    /// Source: `storage.filesystems[].path` of the Ignition specification; mount(8).
    pub(crate) VANISHING_PATH = "FS2214", "vanishing-path", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&VANISHING_PATH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // An operator writes files to running machines as well, where the mount is there already.
    if lint.subject.object.is_some() {
        return;
    }
    let storage = &lint.subject.config.storage;
    let mounted: Vec<&str> = storage.filesystems.iter().filter_map(|one| one.path.as_deref()).collect();
    let wheres = lint.units.iter().filter(|unit| unit.name.ends_with(".mount") && unit.dropin.is_none());
    let wheres: Vec<(&str, &str)> = wheres
        .filter(|unit| unit.entry.mask != Some(true))
        .filter_map(|unit| {
            let mut options = unit.text.options("Mount");
            // A bind mount shows what lies elsewhere, and that may be this very folder.
            let is_bind =
                unit.text.options("Mount").any(|option| option.name == "Options" && option.value.contains("bind"));
            let path = options.find(|option| option.name == "Where")?.value.trim().trim_end_matches('/');
            (!is_bind && path.starts_with('/') && !mounted.contains(&path)).then_some((unit.name, path))
        })
        .collect();
    let files = storage.files.iter().map(|one| (one.path.as_str(), one.origin.field(File::path)));
    let directories = storage.directories.iter().map(|one| (one.path.as_str(), one.origin.field(Directory::path)));
    for (path, origin) in files.chain(directories) {
        let below = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'));
        let Some((unit, place)) = wheres.iter().find(|(_, place)| below(place)) else { continue };
        let message = format!("`{path}` is hidden as soon as `{unit}` mounts `{place}`");
        let finding = findings.at(&VANISHING_PATH, &origin, message);
        let help = format!("give the filesystem `path: {place}`, so that Ignition mounts it before it writes files");
        findings.push(finding.note("Ignition writes files before any unit is started").help(help));
    }
}
