//! Compiles a Butane config for our own command: assets instead of a text, and checks by our own rules.

use super::header::{self, HeaderFault};
use super::trace::Trace;
use super::{Options, generated_findings, is_machine_config, place, refuse, translate, unknown_keys};
use crate::asset::{Asset, AssetKind, Wrapping};
use crate::diagnostic::{Place, Report, SourceId};
use crate::document::json::Layout;
use crate::document::{Document, Path};
use crate::files::{FileError, FileKind, Files};
use crate::lower::Lowered;
use crate::model::{Dialect, Field as _, Naming, Origin, butane, decode, ignition};
use crate::spec::Target;
use crate::storage::WRONG_WRAPPING;
use crate::validate::{Manner, decode_data_url};
use crate::{check, emit};

/// The one asset of the config in `document`, named for its object or with `stem`; none when the report has an error.
///
/// # Errors
/// When there is no such variant and version; the message says so.
pub(crate) fn compile(
    document: &Document,
    source: SourceId,
    files: &dyn Files,
    (wrapping, stem): (Option<Wrapping>, &str),
    report: &mut Report,
) -> Result<Vec<Asset>, String> {
    let target = match header::target(document, source) {
        Ok(target) => target,
        Err(HeaderFault::Yaml(told)) => {
            report.extend(told);
            return Ok(Vec::new());
        }
        Err(HeaderFault::Unknown(message)) => return Err(message),
    };
    let has_object = is_machine_config(target);
    let machine_config = match wrapping {
        None => has_object,
        Some(Wrapping::MachineConfig) if has_object => true,
        Some(Wrapping::Ignition) => false,
        Some(wrapping) => {
            let message = match wrapping {
                Wrapping::Butane => "this is a Butane config already".to_owned(),
                _ => format!("`{}` configs do not become MachineConfigs", target.variant),
            };
            let place = Place::value(source, Path::root().join("variant"));
            report.push(WRONG_WRAPPING.at(place, message).help("use `--emit ignition`, or leave `--emit` out"));
            return Ok(Vec::new());
        }
    };
    let config: butane::Config = decode(document, source, Dialect::Butane, target.gates(), report);
    unknown_keys::check(document, &config, target, source, report);
    if report.has_errors() {
        return Ok(Vec::new());
    }
    check::check(&config, target, source, report);
    if report.has_errors() {
        return Ok(Vec::new());
    }
    let has_boot_password = config.grub.users.iter().any(|user| user.password_hash.is_some());
    let options = Options { pretty: true, raw: !machine_config };
    let files = Below(files);
    let Ok(mut lowered) = translate(config, target, Some(&files), options, (document, source, report)) else {
        return Ok(Vec::new());
    };
    verify(&mut lowered, target, machine_config, source, report);
    if report.has_errors() {
        return Ok(Vec::new());
    }
    let secret = has_boot_password || holds_secret(&lowered.config);
    let (name, contents) = if machine_config {
        let object = emit::machine_config_value(&lowered, target.ignition, emit::ObjectFacts::default());
        (format!("{}.yaml", lowered.metadata.name), emit::object_yaml(&object))
    } else {
        let stem = if has_object { &lowered.metadata.name } else { stem };
        (format!("{stem}.ign"), emit::ignition_json(&lowered.config, target.ignition, Layout::Pretty))
    };
    if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
        let place = Place::value(source, Path::root().join("metadata").join("name"));
        let finding = crate::storage::BAD_OBJECT_NAME.at(place, "this name cannot be that of a file");
        report.push(finding.help("use lower-case letters, digits, `-` and `.`"));
        return Ok(Vec::new());
    }
    Ok(vec![Asset { name, kind: AssetKind::Object, contents, secret }])
}

/// Checks the generated config, everything at once.
pub(super) fn verify(
    lowered: &mut Lowered,
    target: &Target,
    machine_config: bool,
    source: SourceId,
    report: &mut Report,
) {
    let mut refused = Report::default();
    if machine_config || !is_machine_config(target) {
        refused = refuse::check(&lowered.config, target, source);
        place::map(&mut refused, source, || Trace::of(lowered, target, machine_config));
    }
    let shape = (machine_config, Manner::Own);
    if !generated_findings(lowered, target, shape, source).is_empty() {
        let trace = Trace::of(lowered, target, machine_config);
        lowered.config.relocate(&Origin::root(Naming::Camel));
        let mut told = generated_findings(lowered, target, shape, source);
        place::map(&mut told, source, || trace);
        report.extend(told);
    }
    report.extend(refused);
}

/// Whether only the owner should be able to read the config.
fn holds_secret(config: &ignition::Config) -> bool {
    // What is sent with a request is mostly a token.
    let has_headers = |headers: &[ignition::HttpHeader]| headers.iter().any(|header| header.value.is_some());
    let ignition::Config { ignition, passwd, storage, systemd, .. } = config;
    let fragments = ignition.config.merge.iter().chain([&ignition.config.replace]);
    passwd.users.iter().any(|user| user.password_hash.is_some())
        || passwd.groups.iter().any(|group| group.password_hash.is_some())
        || storage.luks.iter().any(|luks| luks.key_file.source.is_some())
        || storage.files.iter().any(|file| is_private(file) || has_headers(&file.contents.http_headers))
        || storage.files.iter().flat_map(|file| &file.append).any(|part| has_headers(&part.http_headers))
        || fragments.clone().any(|part| has_headers(&part.http_headers))
        || fragments.filter_map(|part| part.source.as_deref()).any(|url| url.starts_with("data:"))
        || systemd.units.iter().any(|unit| {
            let dropins = unit.dropins.iter().filter_map(|dropin| dropin.contents.as_deref());
            dropins.chain(unit.contents.as_deref()).any(|text| has_private_key(text.as_bytes()))
        })
}

/// A file that others may not read, or that holds a private key. What is compressed cannot be seen and counts as one
/// only by its mode.
fn is_private(file: &ignition::File) -> bool {
    let for_owner = file.mode.is_some_and(|mode| mode & 0o044 == 0);
    let mut sources = file.append.iter().chain([&file.contents]).filter_map(|part| part.source.as_deref());
    for_owner || sources.any(|url| decode_data_url(url).is_ok_and(|bytes| has_private_key(&bytes)))
}

fn has_private_key(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"PRIVATE KEY-----";
    bytes.windows(MARK.len()).any(|part| part == MARK)
}

/// Files below the folder of the config, and no others.
pub(super) struct Below<'a>(pub(super) &'a dyn Files);

impl Below<'_> {
    fn inside(path: &str) -> Result<&str, FileError> {
        let mut depth = 0usize;
        for step in path.split('/') {
            depth = match step {
                "" | "." => depth,
                ".." => depth.checked_sub(1).ok_or(FileError::Escapes)?,
                _ => depth + 1,
            };
        }
        if path.starts_with('/') { Err(FileError::Escapes) } else { Ok(path) }
    }
}

impl Files for Below<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.0.read(Self::inside(path)?)
    }

    fn kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.0.kind(Self::inside(path)?)
    }

    fn own_kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.0.own_kind(Self::inside(path)?)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        self.0.list(Self::inside(path)?)
    }

    fn link_target(&self, path: &str) -> Result<String, FileError> {
        self.0.link_target(Self::inside(path)?)
    }

    fn mode(&self, path: &str) -> Option<u32> {
        self.0.mode(Self::inside(path).ok()?)
    }
}
