//! Which units there will be on the machine, as far as a run shows.

use super::{Lint, Platform};
use crate::spec::systemd;
use crate::unit::{UnitText, escaped_path, split_name, template};
use std::collections::HashSet;

/// Where unit files and links to them lie.
const FOLDERS: [&str; 3] = ["/etc/systemd/system/", "/usr/lib/systemd/system/", "/usr/local/lib/systemd/system/"];
/// Where Podman finds quadlets.
const QUADLETS: &str = "/etc/containers/systemd/";
/// The kinds of quadlets, and what is put after the stem of the service that each becomes.
const QUADLET_KINDS: [(&str, &str); 8] = [
    ("container", ""),
    ("kube", ""),
    ("volume", "-volume"),
    ("network", "-network"),
    ("image", "-image"),
    ("build", "-build"),
    ("pod", "-pod"),
    ("artifact", "-artifact"),
];

/// The units of a run and of the product.
pub(super) struct KnownUnits<'a> {
    lint: &'a Lint<'a>,
    platform: Platform,
    own: HashSet<String>,
    quadlets: HashSet<String>,
}

impl<'a> KnownUnits<'a> {
    /// Collects what the subject writes.
    pub(super) fn of(lint: &'a Lint<'a>) -> Self {
        let subject = lint.subject;
        let mut own: HashSet<String> = HashSet::new();
        let with_text =
            |unit: &&crate::model::ignition::Unit| unit.contents.as_deref().is_some_and(|text| !text.is_empty());
        own.extend(subject.config.systemd.units.iter().filter(with_text).map(|unit| unit.name.clone()));
        for unit in &lint.units {
            let aliases = unit.text.options("Install").filter(|option| option.name == "Alias");
            own.extend(aliases.flat_map(|option| option.items()).map(|(_, name)| name.to_owned()));
        }
        let mut quadlets = HashSet::new();
        for file in &subject.config.storage.files {
            quadlets.extend(quadlet_service(&file.path));
        }
        for file in &subject.files {
            let path = &subject.config.storage.files[file.file].path;
            if path.starts_with(QUADLETS) {
                let text = UnitText::read(&file.body.text);
                let named = text.sections.iter().flat_map(|section| &section.options);
                let named = named.filter(|option| option.name == "ServiceName");
                quadlets.extend(named.map(|option| format!("{}.service", option.joined())));
            } else if path == "/etc/fstab" {
                own.extend(file.body.text.lines().filter_map(mounted));
            }
        }
        Self { lint, platform: subject.platform, own, quadlets }
    }

    /// Whether it is known what the machine runs.
    pub(super) fn is_product_known(&self) -> bool {
        self.platform.product.is_some()
    }

    /// Whether a quadlet of this config becomes that service.
    pub(super) fn is_of_quadlet(&self, name: &str) -> bool {
        self.quadlets.contains(name) || template(name).is_some_and(|template| self.quadlets.contains(&template))
    }

    /// Whether the run or the product has a unit of that name, or may have: devices, names with specifiers.
    pub(super) fn exists(&self, name: &str) -> bool {
        let candidates = [Some(name.to_owned()), template(name)];
        name.contains('%')
            || candidates.into_iter().flatten().any(|name| self.is_written(&name))
            || systemd::is_shipped(self.platform.product, name)
    }

    fn is_written(&self, name: &str) -> bool {
        let around = self.lint.around;
        self.own.contains(name)
            || self.quadlets.contains(name)
            || around.units.contains(name)
            || FOLDERS.iter().any(|folder| around.paths.contains(&format!("{folder}{name}")))
            || quadlets_of(name).any(|path| around.paths.contains(&path))
    }
}

/// The service that a quadlet becomes.
fn quadlet_service(path: &str) -> Option<String> {
    let name = path.strip_prefix(QUADLETS)?.rsplit('/').next()?;
    let (stem, suffix) = split_name(name)?;
    let (_, added) = QUADLET_KINDS.iter().find(|(kind, _)| *kind == suffix)?;
    Some(match stem.split_once('@') {
        Some((template, instance)) => format!("{template}{added}@{instance}.service"),
        None => format!("{stem}{added}.service"),
    })
}

/// The quadlets that could become that service.
fn quadlets_of(service: &str) -> impl Iterator<Item = String> {
    let stem = service.strip_suffix(".service").map(str::to_owned);
    QUADLET_KINDS.iter().filter_map(move |(kind, added)| {
        let stem = stem.as_deref()?.strip_suffix(added)?;
        Some(format!("{QUADLETS}{stem}.{kind}"))
    })
}

/// The mount or swap unit of a line of fstab(5).
fn mounted(line: &str) -> Option<String> {
    let mut fields = line.split_whitespace();
    let (what, path, kind) = (fields.next()?, fields.next()?, fields.next()?);
    match kind {
        _ if what.starts_with('#') => None,
        "swap" => Some(format!("{}.swap", escaped_path(what))),
        _ => Some(format!("{}.mount", escaped_path(path))),
    }
}
