//! Compiles a Butane config for our own command: assets instead of a text, checks by our own rules, and every finding
//! of all stages at once.

mod folder;
mod fragments;
mod secrets;
mod settled;
mod written;

use super::header::{self, HeaderFault};
use super::{is_machine_config, platform, refuse};
use crate::asset::{Asset, AssetKind, Wrapping};
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId, Sources};
use crate::document::json::Layout;
use crate::document::{Document, Path};
use crate::files::Files;
use crate::lower::{Lowered, lower};
use crate::model::{Dialect, TOO_MANY_ALIASES, UNKNOWN_KEY, butane, decode_with_faults};
use crate::pipeline::NOT_A_SPEC;
use crate::spec::{Target, canonical};
use crate::storage::WRONG_WRAPPING;
use crate::validate::{Manner, validate};
use crate::{check, emit, sugar};
use folder::Folder;
use fragments::Fragments;
use settled::Settled;

pub(super) use fragments::PROBLEMS as FRAGMENT_PROBLEMS;

/// Every kind of finding that is made here alone.
pub(super) static PROBLEMS: &[&Problem] = FRAGMENT_PROBLEMS;

/// One config to compile.
pub(crate) struct Input<'a> {
    /// Its text.
    pub(crate) document: &'a Document,
    /// What findings call it.
    pub(crate) source: SourceId,
    /// The name of its file, without a folder; empty when it has none.
    pub(crate) name: &'a str,
    /// What its result is called where the config itself does not say.
    pub(crate) stem: &'a str,
}

/// The one asset of a config, named for its object or with the stem; none when the report has an error.
///
/// # Errors
/// When there is no such variant and version; the message says so.
pub(crate) fn compile(
    input: &Input<'_>,
    files: &dyn Files,
    wrapping: Option<Wrapping>,
    (sources, report): (&mut Sources, &mut Report),
) -> Result<Vec<Asset>, String> {
    let Some(target) = target_of(input.document, input.source, report)? else { return Ok(Vec::new()) };
    let machine_config = match machine_config(wrapping, target, input.source) {
        Ok(machine_config) => machine_config,
        Err(finding) => {
            report.push(*finding);
            return Ok(Vec::new());
        }
    };
    let mut fragments = Fragments::new(sources, input.name);
    let text = Text { document: input.document, source: input.source, target, folder: Folder::top(files) };
    let generated = generate(&text, machine_config, &mut fragments, report).filter(|generated| generated.sound);
    let asset = generated.and_then(|generated| asset(generated, &text, machine_config, input.stem, report));
    Ok(asset.into_iter().collect())
}

/// The config in `document`, of the file `name`, as the Ignition config that it comes to, with every node's origin in it;
/// none when it cannot be read as a whole. All that our own command finds in it goes to the report.
pub(crate) fn lowered(
    document: &Document,
    (source, name): (SourceId, &str),
    files: &dyn Files,
    (sources, report): (&mut Sources, &mut Report),
) -> Option<(Lowered, &'static Target)> {
    let target = match target_of(document, source, report) {
        Ok(target) => target?,
        Err(message) => {
            report.push(NOT_A_SPEC.at(Place::value(source, Path::root().join("version")), message));
            return None;
        }
    };
    let mut fragments = Fragments::new(sources, name);
    let text = Text { document, source, target, folder: Folder::top(files) };
    let generated = generate(&text, is_machine_config(target), &mut fragments, report)?;
    Some((generated.lowered, target))
}

/// The target that the head of a config names; `None` when the head is told to be faulty.
fn target_of(document: &Document, source: SourceId, report: &mut Report) -> Result<Option<&'static Target>, String> {
    match header::target(document, source) {
        Ok(target) => Ok(Some(target)),
        Err(HeaderFault::Yaml(told)) => {
            // Whatever else is wrong is found again when the whole is decoded.
            let named =
                |key| document.root().and_then(|root| document.get(root, key)).and_then(|at| document.value(at));
            let version = named("version").and_then(canonical);
            if let (Some(variant), Some(version)) = (named("variant"), version)
                && let Some(target) = Target::find(variant, &version)
            {
                return Ok(Some(target));
            }
            // All keys but the two are unknown to the head.
            told.into_iter().filter(|finding| *finding.problem != UNKNOWN_KEY).for_each(|finding| report.push(finding));
            Ok(None)
        }
        Err(HeaderFault::Unknown(message)) => Err(message),
    }
}

/// Whether the result is a MachineConfig, or why it cannot be wrapped so.
fn machine_config(wrapping: Option<Wrapping>, target: &Target, source: SourceId) -> Result<bool, Box<Diagnostic>> {
    let has_object = is_machine_config(target);
    let message = match wrapping {
        None => return Ok(has_object),
        Some(Wrapping::MachineConfig) if has_object => return Ok(true),
        Some(Wrapping::Ignition) => return Ok(false),
        Some(Wrapping::Butane) => "this is a Butane config already".to_owned(),
        Some(Wrapping::MachineConfig) => format!("`{}` configs do not become MachineConfigs", target.variant),
    };
    let place = Place::value(source, Path::root().join("variant"));
    Err(Box::new(WRONG_WRAPPING.at(place, message).help("use `--emit ignition`, or leave `--emit` out")))
}

/// A config whose target is known.
struct Text<'a> {
    document: &'a Document,
    source: SourceId,
    target: &'static Target,
    folder: Folder<'a>,
}

/// What a config comes to.
struct Generated {
    lowered: Lowered,
    /// Nothing was found to be at fault.
    sound: bool,
    has_boot_password: bool,
}

/// Runs every stage, the later ones over what the earlier ones found sound; `None` when the config could not be
/// read as a whole.
fn generate(
    text: &Text<'_>,
    machine_config: bool,
    fragments: &mut Fragments<'_>,
    report: &mut Report,
) -> Option<Generated> {
    let &Text { document, source, target, ref folder } = text;
    let mut found = Report::default();
    let dialect = Dialect::OwnButane(target);
    let (mut config, faults): (butane::Config, _) =
        decode_with_faults(document, source, dialect, target.gates(), &mut found);
    if found.iter().any(|finding| *finding.problem == TOO_MANY_ALIASES) {
        // The rest was not decoded, so nothing more can be said.
        report.extend(found);
        return None;
    }
    let mut settled = Settled::new(document, source, faults, found);

    // Compiled fragments come back after the checks of the config as written, which would look at them again.
    let mut stage = Report::default();
    let compiled = fragments.take(&mut config, text, &mut stage);
    settled.add_of_all_sources(stage);
    let mut stage = Report::default();
    check::check(&config, target, source, Manner::Own, &mut stage);
    settled.add(stage);
    fragments::put_back(&mut config, compiled);

    settled.prune(&mut config);
    let has_boot_password = config.grub.users.iter().any(|user| user.password_hash.is_some());
    let mut stage = Report::default();
    let mut context = sugar::Context::new(target, Some(folder), (document, source), &mut stage);
    context.own_command();
    sugar::apply_common(&mut config, &mut context);
    sugar::apply_boot_device(&mut config, target);
    settled.add(stage);
    settled.stand_in(&mut config);

    let mut stage = Report::default();
    check::check_merged_disks(&config.storage.disks, target, source, &mut stage);
    sugar::apply_product(&mut config, target);
    let lowered = lower(config, target);
    if is_machine_config(target) {
        platform::check(&lowered.config, target, source, &mut stage);
        platform::check_duplicates(&lowered.openshift, source, &mut stage);
    }
    if machine_config || !is_machine_config(target) {
        stage.extend(refuse::check(&lowered.config, target, source));
    }
    written::place(&mut stage, &lowered, source);
    if is_machine_config(target) && !machine_config {
        platform::warn_ignored(&lowered.openshift, document, source, &mut stage);
    }
    let readable = !settled.has_errors();
    validate(&lowered.config, target.ignition, source, Manner::Own, &mut stage);
    settled.add(stage);
    let sound = settled.finish(report);
    readable.then_some(Generated { lowered, sound, has_boot_password })
}

fn asset(
    generated: Generated,
    text: &Text<'_>,
    machine_config: bool,
    stem: &str,
    report: &mut Report,
) -> Option<Asset> {
    let Generated { lowered, sound: _, has_boot_password } = generated;
    let version = text.target.ignition;
    let secret = has_boot_password || secrets::are_in(&lowered.config);
    let (name, contents) = if machine_config {
        let object = emit::machine_config_value(&lowered, version, emit::ObjectFacts::default());
        (format!("{}.yaml", lowered.metadata.name), emit::object_yaml(&object))
    } else {
        let stem = if is_machine_config(text.target) { &lowered.metadata.name } else { stem };
        (format!("{stem}.ign"), emit::ignition_json(&lowered.config, version, Layout::Pretty))
    };
    if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
        let place = Place::value(text.source, Path::root().join("metadata").join("name"));
        let finding = crate::storage::BAD_OBJECT_NAME.at(place, "this name cannot be that of a file");
        report.push(finding.help("use lower-case letters, digits, `-` and `.`"));
        return None;
    }
    Some(Asset { name, kind: AssetKind::Object, contents, secret })
}
