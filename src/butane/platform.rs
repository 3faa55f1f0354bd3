//! What a MachineConfig cannot do on an OpenShift node.

use crate::diagnostic::{Problem, Report, SourceId};
use crate::document::{Document, Kind};
use crate::model::butane::{self, OpenShift};
use crate::model::ignition::{Cex, Config, File, Filesystem, Resource, User};
use crate::model::{Findings, Naming, Origin};
use crate::spec::Target;
use crate::spec::behavior::{CEX_KERNEL_ARGUMENT, FORMAT_NONE_REFUSED, SPECIAL_MODE_BITS_REFUSED};
use crate::spec::refused::{OPENSHIFT_REFUSED_FORMAT, OPENSHIFT_USER};
use crate::spec::values::DATA_SCHEME;
use crate::validate::url::Url;
use std::collections::HashSet;

crate::problem! {
    /// Something that the Machine Config Operator refuses.
    ///
    /// It takes the formats of RHEL, files whose contents are in the config, plain permission bits, and one user.
    /// An object with anything else degrades its pool.
    ///
    /// Source: the Machine Config Operator.
    pub(super) REFUSED_BY_OPERATOR = "FS0624", "refused-by-operator", Error;

    /// A setting of the MachineConfig, in an output that is none.
    ///
    /// With `--raw` only the Ignition config is written, and the settings beside it are lost.
    ///
    /// Source: the reference.
    pub(super) LOST_SETTING = "FS0625", "lost-setting", Warning;

    /// An encrypted root on a Crypto Express card without the kernel argument that names its key.
    ///
    /// Good: `openshift: {kernel_arguments: ["rd.luks.key=/etc/luks/cex.key"]}`.
    ///
    /// Source: the Butane configuration specification, openshift from 4.19.0.
    pub(super) CARD_WITHOUT_ARGUMENT = "FS0626", "card-without-argument", Error;

    /// A kernel argument or extension that is given twice.
    ///
    /// Source: the reference.
    pub(super) REPEATED_SETTING = "FS0627", "repeated-setting", Error;
}

pub(super) static PROBLEMS: &[&Problem] =
    &[&REFUSED_BY_OPERATOR, &LOST_SETTING, &CARD_WITHOUT_ARGUMENT, &REPEATED_SETTING];

/// The argument that says where the key for the card is.
const CARD_ARGUMENT: &str = "rd.luks.key=/etc/luks/cex.key";

/// The places are those of the MachineConfig.
pub(super) fn check(config: &Config, target: &Target, source: SourceId, report: &mut Report) {
    let mut findings = Findings::new(source, report);
    let mut tell = |origin: Origin, message: &str, help: &str| {
        findings.tell(&REFUSED_BY_OPERATOR, &origin, message, help);
    };
    let root = Origin::root(Naming::Camel).join("spec").join("config");
    let storage = root.join("storage");
    for (index, filesystem) in config.storage.filesystems.iter().enumerate() {
        let at = || storage.join("filesystems").join(index).field(Filesystem::format);
        match filesystem.format.as_deref() {
            Some(OPENSHIFT_REFUSED_FORMAT) => tell(at(), "nodes cannot use this format", "use `xfs` or `ext4`"),
            Some("none") if target.does(FORMAT_NONE_REFUSED) => {
                tell(at(), "nodes cannot use this format", "use `xfs` or `ext4`");
            }
            _ => {}
        }
    }
    for (index, file) in config.storage.files.iter().enumerate() {
        let at = storage.join("files").join(index);
        let url = file.contents.source.as_deref().and_then(Url::parse);
        if url.is_some_and(|url| url.scheme != DATA_SCHEME) {
            let at = at.join("contents").field(Resource::source);
            tell(at, "the operator does not fetch files", "put the contents into the config, by `inline` or `local`");
        }
        if target.does(SPECIAL_MODE_BITS_REFUSED) && file.mode.is_some_and(|mode| mode & !0o777 != 0) {
            tell(at.field(File::mode), "the operator takes no special mode bits", "use a mode up to 0777");
        }
    }
    let users = root.join("passwd").join("users");
    for (index, user) in config.passwd.users.iter().enumerate() {
        if user.name != OPENSHIFT_USER {
            let at = users.join(index).field(User::name);
            tell(at, "the operator changes no other user than `core`", "use `core`");
        }
    }
}

/// Tells settings that an Ignition config alone does not carry.
pub(super) fn warn_ignored(openshift: &OpenShift, document: &Document, source: SourceId, report: &mut Report) {
    let mut findings = Findings::new(source, report);
    // An empty list counts as given.
    let listed = |field| {
        let found = document.find(&openshift.origin.field(field).path());
        let node = found.value.map(|node| &document.node(document.resolve(node)).kind);
        found.depth == 2 && matches!(node, Some(Kind::Sequence { .. }))
    };
    for (given, field) in [
        (listed(OpenShift::kernel_arguments), OpenShift::kernel_arguments),
        (listed(OpenShift::extensions), OpenShift::extensions),
        (openshift.fips.is_some(), OpenShift::fips),
        (openshift.kernel_type.is_some(), OpenShift::kernel_type),
    ] {
        if given {
            let message = "this setting is lost: `--raw` writes the Ignition config alone";
            findings.tell(&LOST_SETTING, &openshift.origin.field(field), message, "leave out `--raw`");
        }
    }
}

/// Where the author uses a Crypto Express card for root.
#[derive(Clone, Copy)]
pub(super) struct Card {
    boot_device: bool,
    volume: bool,
}

impl Card {
    pub(super) fn of(config: &butane::Config) -> Self {
        let enabled = |cex: &Cex| cex.enabled == Some(true);
        Self {
            boot_device: enabled(&config.boot_device.luks.cex),
            volume: config.storage.luks.iter().any(|luks| luks.name == "root" && enabled(&luks.cex)),
        }
    }
}

/// Tells what a Crypto Express card needs.
pub(super) fn check_card(
    openshift: &OpenShift,
    card: Card,
    target: &Target,
    source: SourceId,
    report: &mut Report,
) {
    if !target.does(CEX_KERNEL_ARGUMENT) {
        return;
    }
    let mut findings = Findings::new(source, report);
    if openshift.kernel_arguments.iter().any(|argument| argument == CARD_ARGUMENT) {
        return;
    }
    for _ in [card.boot_device, card.volume].iter().filter(|given| **given) {
        let origin = Origin::root(Naming::Snake).join("openshift").field(OpenShift::kernel_arguments);
        let message = "the card needs a kernel argument";
        findings.tell(&CARD_WITHOUT_ARGUMENT, &origin, message, format!("add `{CARD_ARGUMENT}`"));
    }
}

/// Tells settings that are given twice, at their places in the MachineConfig.
pub(super) fn check_duplicates(openshift: &OpenShift, source: SourceId, report: &mut Report) {
    let mut findings = Findings::new(source, report);
    let spec = Origin::root(Naming::Camel).join("spec");
    for (name, list) in [("kernelArguments", &openshift.kernel_arguments), ("extensions", &openshift.extensions)] {
        let mut seen = HashSet::new();
        for (index, text) in list.iter().enumerate() {
            if !seen.insert(text) {
                let origin = spec.join(name).join(index);
                findings.tell(&REPEATED_SETTING, &origin, format!("`{text}` is given twice"), "remove one of the two");
            }
        }
    }
}
