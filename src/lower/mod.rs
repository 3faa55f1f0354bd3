//! From the Butane model to the Ignition model: every field is named, so that a new one does not compile until
//! somebody decides about it.

mod contents;
mod deflate;

use crate::model::{FieldInfo, Origin, butane, ignition, is_empty};
use crate::spec::Target;
use crate::spec::behavior::CLEVIS_MAY_BE_NULL;

/// What a Butane config comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lowered {
    /// The Ignition config.
    pub config: ignition::Config,
    /// The rest of a MachineConfig, for targets that have one.
    pub metadata: butane::Metadata,
    /// Its settings beside the Ignition config.
    pub openshift: butane::OpenShift,
}

/// Lowers what has a plain counterpart. Sugar that makes nodes of its own (trees, mount units, quadlets, the boot
/// device, grub) is the business of the passes before this one; files named by `local` must have been read by them.
pub fn lower(config: butane::Config, target: &Target) -> Lowered {
    let butane::Config {
        origin,
        variant: _,
        version: _,
        ignition,
        kernel_arguments,
        passwd,
        storage,
        systemd,
        boot_device: _,
        grub: _,
        metadata,
        openshift,
    } = config;
    let config = ignition::Config {
        origin,
        ignition: self::ignition(ignition, target),
        kernel_arguments,
        passwd: self::passwd(passwd),
        storage: self::storage(storage, target),
        systemd: self::systemd(systemd),
    };
    Lowered { config, metadata, openshift }
}

fn ignition(section: butane::Ignition, target: &Target) -> ignition::Ignition {
    let butane::Ignition { origin, config, proxy, security, timeouts } = section;
    let butane::ConfigSources { origin: config_origin, merge, replace } = config;
    let butane::Security { origin: security_origin, tls } = security;
    let butane::Tls { origin: tls_origin, certificate_authorities } = tls;
    let references = |list: Vec<butane::Reference>| list.into_iter().map(|entry| reference(entry, target)).collect();
    ignition::Ignition {
        origin,
        config: ignition::ConfigSources {
            origin: config_origin,
            merge: references(merge),
            replace: reference(replace, target),
        },
        proxy,
        security: ignition::Security {
            origin: security_origin,
            tls: ignition::Tls { origin: tls_origin, certificate_authorities: references(certificate_authorities) },
        },
        timeouts,
        version: target.ignition.name().to_owned(),
    }
}

/// `source` and `compression`, from whichever of the three the author gave.
fn source(
    source: Option<String>,
    inline: Option<String>,
    mut compression: Option<String>,
    origin: &mut Origin,
    target: &Target,
) -> (Option<String>, Option<String>) {
    let Some(inline) = inline else { return (source, compression) };
    let (url, kind) = encode(inline.as_bytes(), compression.as_deref(), target);
    if let Some(kind) = kind {
        *origin = placed(origin, ignition::Resource::compression);
        compression = Some(kind.to_owned());
    }
    *origin = placed(origin, ignition::Resource::source);
    (Some(url), compression)
}

/// The origin of a node whose field was made of its `inline`.
fn placed(origin: &Origin, field: &FieldInfo) -> Origin {
    let mut placed = origin.clone();
    placed.place(field, origin.field(butane::Resource::inline));
    placed
}

/// The `data:` URL for contents, and the compression to set beside it unless the author's own stays.
pub(crate) fn encode(contents: &[u8], compression: Option<&str>, target: &Target) -> (String, Option<&'static str>) {
    let author_compressed = compression.is_some_and(|kind| !kind.is_empty());
    let encoded = contents::encode(contents, author_compressed, target);
    (encoded.url, encoded.compression)
}

fn reference(reference: butane::Reference, target: &Target) -> ignition::Reference {
    let butane::Reference { mut origin, compression, http_headers, source, inline, local: _, verification } = reference;
    let (source, compression) = self::source(source, inline, compression, &mut origin, target);
    ignition::Reference { origin, compression, http_headers, source, verification }
}

fn resource(resource: butane::Resource, target: &Target) -> ignition::Resource {
    let butane::Resource { mut origin, compression, http_headers, source, inline, local: _, verification } = resource;
    let (source, compression) = self::source(source, inline, compression, &mut origin, target);
    ignition::Resource { origin, compression, http_headers, source, verification }
}

fn passwd(passwd: butane::Passwd) -> ignition::Passwd {
    let butane::Passwd { origin, groups, users } = passwd;
    let user = |user: butane::User| {
        let butane::User {
            origin,
            gecos,
            groups,
            home_dir,
            name,
            no_create_home,
            no_log_init,
            no_user_group,
            password_hash,
            primary_group,
            ssh_authorized_keys,
            ssh_authorized_keys_local: _,
            shell,
            should_exist,
            system,
            uid,
        } = user;
        ignition::User {
            origin,
            gecos,
            groups,
            home_dir,
            name,
            no_create_home,
            no_log_init,
            no_user_group,
            password_hash,
            primary_group,
            ssh_authorized_keys,
            shell,
            should_exist,
            system,
            uid,
        }
    };
    ignition::Passwd { origin, groups, users: users.into_iter().map(user).collect() }
}

fn storage(storage: butane::Storage, target: &Target) -> ignition::Storage {
    let butane::Storage { origin, directories, disks, files, filesystems, links, luks, raid, trees: _ } = storage;
    ignition::Storage {
        origin,
        directories,
        disks,
        files: self::files(files, target),
        filesystems: filesystems.into_iter().map(filesystem).collect(),
        links,
        luks: luks.into_iter().map(|volume| self::luks(volume, target)).collect(),
        raid,
    }
}

/// As many files as are worth a thread.
const WORTH_A_THREAD: usize = 256;
/// A number of our own: the library does not ask what machine it runs on, and a thread too many costs little.
const MOST_THREADS: usize = 4;

/// Lowers files side by side where there are many: most of the time goes into compressing their contents.
fn files(mut files: Vec<butane::File>, target: &Target) -> Vec<ignition::File> {
    let threads = (files.len() / WORTH_A_THREAD).clamp(1, MOST_THREADS);
    let share = files.len().div_ceil(threads);
    let mut parts: Vec<(Vec<butane::File>, Vec<ignition::File>)> = Vec::with_capacity(threads);
    while files.len() > share {
        let rest = files.split_off(share);
        parts.push((std::mem::replace(&mut files, rest), Vec::new()));
    }
    parts.push((files, Vec::new()));
    let lower = |(files, lowered): &mut (Vec<butane::File>, Vec<ignition::File>)| {
        lowered.extend(std::mem::take(files).into_iter().map(|file| self::file(file, target)));
    };
    std::thread::scope(|scope| {
        let mut parts = parts.iter_mut();
        let own = parts.next();
        for part in parts {
            // Without a thread the part is still there afterwards.
            let _ = std::thread::Builder::new().spawn_scoped(scope, move || lower(part));
        }
        own.map(lower);
    });
    parts.iter_mut().for_each(lower);
    parts.into_iter().flat_map(|(_, lowered)| lowered).collect()
}

fn file(file: butane::File, target: &Target) -> ignition::File {
    let butane::File { origin, group, overwrite, path, user, append, contents, mode } = file;
    ignition::File {
        origin,
        group,
        overwrite,
        path,
        user,
        append: append.into_iter().map(|entry| resource(entry, target)).collect(),
        contents: resource(contents, target),
        mode,
    }
}

fn filesystem(filesystem: butane::Filesystem) -> ignition::Filesystem {
    let butane::Filesystem {
        origin,
        device,
        format,
        label,
        mount_options,
        options,
        path,
        uuid,
        wipe_filesystem,
        with_mount_unit: _,
    } = filesystem;
    ignition::Filesystem { origin, device, format, label, mount_options, options, path, uuid, wipe_filesystem }
}

fn luks(luks: butane::Luks, target: &Target) -> ignition::Luks {
    let butane::Luks {
        origin,
        cex,
        clevis,
        device,
        discard,
        key_file,
        label,
        name,
        open_options,
        options,
        uuid,
        wipe_volume,
    } = luks;
    let keeps_empty = target.gates().allow(CLEVIS_MAY_BE_NULL);
    let clevis = clevis
        .map(|mut clevis| {
            clevis.custom = clevis.custom.filter(|custom| keeps_empty || !is_empty(custom));
            clevis
        })
        .filter(|clevis| keeps_empty || !is_empty(clevis));
    ignition::Luks {
        origin,
        cex,
        clevis,
        device,
        discard,
        key_file: resource(key_file, target),
        label,
        name,
        open_options,
        options,
        uuid,
        wipe_volume,
    }
}

fn systemd(systemd: butane::Systemd) -> ignition::Systemd {
    let butane::Systemd { origin, units, quadlets: _ } = systemd;
    let dropin = |dropin: butane::Dropin| {
        let butane::Dropin { origin, contents, contents_local: _, name } = dropin;
        ignition::Dropin { origin, contents, name }
    };
    let unit = |unit: butane::Unit| {
        let butane::Unit { origin, contents, contents_local: _, dropins, enabled, mask, name } = unit;
        ignition::Unit { origin, contents, dropins: dropins.into_iter().map(dropin).collect(), enabled, mask, name }
    };
    ignition::Systemd { origin, units: units.into_iter().map(unit).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_files_keep_their_order() {
        let target = Target::find("fcos", "1.5.0").expect("bug: the table has it");
        for count in [0, 1, 255, 256, 1023, 1025] {
            let file = |index: usize| butane::File { path: format!("/{index}"), ..butane::File::default() };
            let lowered = files((0..count).map(file).collect(), target);
            let paths: Vec<String> = lowered.into_iter().map(|file| file.path).collect();
            assert_eq!(paths, (0..count).map(|index| format!("/{index}")).collect::<Vec<_>>());
        }
    }
}
