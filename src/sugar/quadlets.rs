//! `quadlets`: Podman's units as files and links.

use super::taken::{PATH_TAKEN, TakenPaths};
use super::{Context, local, paths};
use crate::model::Origin;
use crate::model::butane::{Config, File, Quadlet, QuadletDropin, Resource, Storage};
use crate::model::ignition::Link;

const ROOTFUL: &str = "/etc/containers/systemd";
const ROOTLESS: &str = "/etc/containers/systemd/users";
const MODE: i64 = 0o644;

pub(super) fn add(config: &mut Config, context: &mut Context<'_>) {
    let quadlets = std::mem::take(&mut config.systemd.quadlets);
    if quadlets.is_empty() {
        return;
    }
    let storage = &mut config.storage;
    let mut taken = TakenPaths::of(storage);
    for mut quadlet in quadlets {
        let base = if quadlet.rootful == Some(true) { ROOTFUL } else { ROOTLESS };
        let dropins = std::mem::take(&mut quadlet.dropins);
        let path = paths::joined(&[base, &quadlet.name]);
        add_quadlet(quadlet, &path, storage, &mut taken, context);
        for dropin in dropins {
            add_dropin(dropin, &path, storage, &mut taken, context);
        }
    }
}

/// The name of the template, if this is an instance.
fn template_of(name: &str) -> Option<String> {
    let (stem, suffix) = name.rsplit_once('.')?;
    let (before, instance) = stem.split_once('@')?;
    (!instance.is_empty()).then(|| format!("{before}@.{suffix}"))
}

fn add_quadlet(quadlet: Quadlet, path: &str, storage: &mut Storage, taken: &mut TakenPaths, context: &mut Context<'_>) {
    let mut origin = quadlet.origin.derived();
    if let Some(template) = template_of(&quadlet.name) {
        if taken.at(path).is_some() {
            return tell_taken(path, &origin, context);
        }
        origin.place(Link::path, quadlet.origin.field(Quadlet::name));
        let link = Link { origin, path: path.to_owned(), target: Some(template), ..Link::default() };
        return taken.add_link(storage, link);
    }
    let fields = (quadlet.origin.field(Quadlet::contents), quadlet.origin.field(Quadlet::contents_local));
    let Some((text, from)) = text(quadlet.contents, quadlet.contents_local, fields, context) else { return };
    if taken.at(path).is_some() {
        return tell_taken(path, &origin, context);
    }
    origin.place(File::path, quadlet.origin.field(Quadlet::name));
    taken.add_file(storage, file(origin, path.to_owned(), text, &from));
}

fn add_dropin(
    dropin: QuadletDropin,
    path: &str,
    storage: &mut Storage,
    taken: &mut TakenPaths,
    context: &mut Context<'_>,
) {
    let mut origin = dropin.origin.derived();
    let path = paths::joined(&[&format!("{path}.d")]) + "/" + &dropin.name;
    let fields = (dropin.origin.field(QuadletDropin::contents), dropin.origin.field(QuadletDropin::contents_local));
    let Some((text, from)) = text(dropin.contents, dropin.contents_local, fields, context) else { return };
    if taken.at(&path).is_some() {
        return tell_taken(&path, &origin, context);
    }
    origin.place(File::path, dropin.origin.field(QuadletDropin::name));
    taken.add_file(storage, file(origin, path, text, &from));
}

/// The text with where it came from; `None` when its local file cannot be read.
fn text(
    contents: Option<String>,
    local: Option<String>,
    (at_contents, at_local): (Origin, Origin),
    context: &mut Context<'_>,
) -> Option<(String, Origin)> {
    match local.filter(|path| !path.is_empty()) {
        Some(path) => local::read_text(Some(path), &at_local, context).map(|text| (text, at_local)),
        None => Some((contents.unwrap_or_default(), at_contents)),
    }
}

fn file(origin: Origin, path: String, text: String, from: &Origin) -> File {
    let mut contents = Resource { origin: origin.clone(), inline: Some(text), ..Resource::default() };
    contents.origin.place(Resource::inline, from.clone());
    File { origin, path, contents, mode: Some(MODE), ..File::default() }
}

fn tell_taken(path: &str, origin: &Origin, context: &mut Context<'_>) {
    let message = format!("`{path}` is in the config already");
    context.findings.tell(&PATH_TAKEN, origin, message, "remove one of the two");
}
