//! Local files as contents: of files, references, keys, units.

use super::Context;
use crate::diagnostic::Problem;
use crate::document::yaml::{Resolved, scalar};
use crate::files::FileError;
use crate::lower::encode;
use crate::model::Origin;
use crate::model::butane::{Config, Dropin, Reference, Resource, Unit, User};

crate::problem! {
    /// A local file, but no folder that local files are in.
    ///
    /// Good: `--files-dir DIR`; every `local` is a path below it.
    ///
    /// Source: `local` in the Butane configuration specification.
    pub(crate) NO_FILES_DIR = "FS0701", "no-files-dir", Error;

    /// A local file that cannot be read, or that lies outside the folder of local files.
    ///
    /// Source: `local` in the Butane configuration specification.
    pub(crate) LOCAL_UNREADABLE = "FS0702", "local-unreadable", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&NO_FILES_DIR, &LOCAL_UNREADABLE];

pub(super) fn read(config: &mut Config, context: &mut Context<'_>) {
    let sources = &mut config.ignition.config;
    sources.merge.iter_mut().for_each(|reference| read_reference(reference, context));
    read_reference(&mut sources.replace, context);
    let authorities = &mut config.ignition.security.tls.certificate_authorities;
    authorities.iter_mut().for_each(|reference| read_reference(reference, context));
    config.passwd.users.iter_mut().for_each(|user| read_keys(user, context));
    for file in &mut config.storage.files {
        file.append.iter_mut().for_each(|part| read_resource(part, context));
        read_resource(&mut file.contents, context);
    }
    config.storage.luks.iter_mut().for_each(|luks| read_resource(&mut luks.key_file, context));
    for unit in &mut config.systemd.units {
        let at = unit.origin.field(Unit::contents_local);
        if let Some(text) = read_text(unit.contents_local.take(), &at, context) {
            unit.contents = Some(text);
            unit.origin.place(Unit::contents, at);
        }
        for dropin in &mut unit.dropins {
            let at = dropin.origin.field(Dropin::contents_local);
            if let Some(text) = read_text(dropin.contents_local.take(), &at, context) {
                dropin.contents = Some(text);
                dropin.origin.place(Dropin::contents, at);
            }
        }
    }
}

/// The bytes of a local file; what is in the way is told at `origin`.
pub(super) fn file(path: &str, origin: &Origin, context: &mut Context<'_>) -> Option<Vec<u8>> {
    let Some(files) = context.files else {
        tell_no_folder(origin, context);
        return None;
    };
    match files.read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            tell_unreadable(path, &error, origin, context);
            None
        }
    }
}

pub(super) fn tell_no_folder(origin: &Origin, context: &mut Context<'_>) {
    let message = "no folder of local files was given";
    context.findings.tell(&NO_FILES_DIR, origin, message, "name it with `--files-dir`");
}

pub(super) fn tell_unreadable(path: &str, error: &FileError, origin: &Origin, context: &mut Context<'_>) {
    let help = match error {
        FileError::Escapes => format!("name a file below {}", context.folder),
        _ => format!("local paths are relative to {}", context.folder),
    };
    context.findings.tell(&LOCAL_UNREADABLE, origin, format!("`{path}` cannot be read: {error}"), help);
}

/// The text of a local file in a field of units and quadlets, where an empty name counts for nothing.
pub(super) fn read_text(local: Option<String>, origin: &Origin, context: &mut Context<'_>) -> Option<String> {
    let path = local.filter(|path| !path.is_empty())?;
    let bytes = file(&path, origin, context)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn read_keys(user: &mut User, context: &mut Context<'_>) {
    let paths = std::mem::take(&mut user.ssh_authorized_keys_local);
    let origin = user.origin.field(User::ssh_authorized_keys_local);
    if !paths.is_empty() && context.files.is_none() {
        return tell_no_folder(&origin, context);
    }
    let mut keys = user.origin.field(User::ssh_authorized_keys);
    for (index, path) in paths.iter().enumerate() {
        let at = origin.join(index);
        let Some(bytes) = file(path, &at, context) else { continue };
        for line in String::from_utf8_lossy(&bytes).split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !line.is_empty() {
                keys.place_item(user.ssh_authorized_keys.len(), at.clone());
                user.ssh_authorized_keys.push(line.to_owned());
            }
        }
    }
    if !paths.is_empty() {
        user.origin.place(User::ssh_authorized_keys, keys);
    }
}

fn read_resource(resource: &mut Resource, context: &mut Context<'_>) {
    let inline = resource.origin.field(Resource::inline);
    if let Some(bytes) = binary(resource.inline.as_deref(), &inline, context) {
        resource.inline = None;
        return set_contents(resource, &bytes, &inline, context);
    }
    let Some(path) = resource.local.take() else { return };
    let at = resource.origin.field(Resource::local);
    if let Some(bytes) = file(&path, &at, context) {
        set_contents(resource, &bytes, &at, context);
    }
}

/// The bytes of an inline value that are no text: those of a `!!binary` scalar. The text has replacements instead.
fn binary(inline: Option<&str>, origin: &Origin, context: &Context<'_>) -> Option<Vec<u8>> {
    if !inline?.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let path = origin.path();
    let found = context.document.find(&path);
    let node = found.value.filter(|_| found.depth == path.segments().len())?;
    match scalar::resolved(context.document, node) {
        Ok(Resolved::Binary(bytes)) => Some(bytes.to_vec()),
        _ => None,
    }
}

/// Makes `bytes`, which came from `origin`, the contents of the resource.
pub(super) fn set_contents(resource: &mut Resource, bytes: &[u8], origin: &Origin, context: &Context<'_>) {
    let (url, compression) = encode(bytes, resource.compression.as_deref(), context.target);
    resource.source = Some(url);
    resource.origin.place(Resource::source, origin.clone());
    if let Some(kind) = compression {
        resource.compression = Some(kind.to_owned());
        resource.origin.place(Resource::compression, origin.clone());
    }
}

fn read_reference(reference: &mut Reference, context: &mut Context<'_>) {
    let Some(path) = reference.local.take() else { return };
    let at = reference.origin.field(Reference::local);
    let Some(bytes) = file(&path, &at, context) else { return };
    let (url, compression) = encode(&bytes, reference.compression.as_deref(), context.target);
    reference.source = Some(url);
    reference.origin.place(Reference::source, at.clone());
    if let Some(kind) = compression {
        reference.compression = Some(kind.to_owned());
        reference.origin.place(Reference::compression, at);
    }
}
