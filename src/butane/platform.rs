//! What a MachineConfig cannot do on an OpenShift node.

use crate::diagnostic::{Problem, Report, SourceId};
use crate::document::{Document, Kind};
use crate::model::butane::OpenShift;
use crate::model::ignition::{Config, File, Filesystem, Resource, User};
use crate::model::{Findings, Naming, Origin};
use crate::spec::Target;
use crate::spec::behavior::{FORMAT_NONE_REFUSED, SPECIAL_MODE_BITS_REFUSED};
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

    /// A kernel argument or extension that is given twice.
    ///
    /// The operator adds each once, so the second says nothing, and the reference refuses such a config.
    ///
    /// Bad: `extensions: [usbguard, usbguard]`. Good: `extensions: [usbguard]`.
    ///
    /// Source: the reference.
    pub(super) REPEATED_SETTING = "FS0627", "repeated-setting", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&REFUSED_BY_OPERATOR, &LOST_SETTING, &REPEATED_SETTING];

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
