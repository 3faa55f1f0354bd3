//! What a MachineConfig needs, and the users of the boot loader.

use super::Checker;
use crate::diagnostic::Problem;
use crate::model::butane::{Config, Grub, GrubUser, Metadata, OpenShift};
use crate::model::ignition::Cex;
use crate::spec::Feature::MachineConfig;
use crate::spec::Gate;
use crate::spec::behavior::CEX_KERNEL_ARGUMENT;
use crate::spec::values::{BUTANE_KERNEL_TYPES, ROLE_LABEL};

crate::problem! {
    /// A superuser of the boot loader without a name or password.
    ///
    /// Source: `grub.users` of the Butane configuration specification.
    pub(crate) GRUB_USER_INCOMPLETE = "FS0616", "grub-user-incomplete", Error;

    /// A MachineConfig without a name, or without the label that says for which pool it is.
    ///
    /// The cluster takes such an object and then never applies it.
    ///
    /// Good: `metadata: {name: 99-worker-x, labels: {machineconfiguration.openshift.io/role: worker}}`.
    ///
    /// Source: the Machine Config Operator.
    pub(crate) METADATA_INCOMPLETE = "FS0617", "metadata-incomplete", Error;

    /// An encrypted root on a Crypto Express card without the kernel argument that names its key.
    ///
    /// Good: `openshift: {kernel_arguments: ["rd.luks.key=/etc/luks/cex.key"]}`.
    ///
    /// Source: the Butane configuration specification, openshift from 4.19.0.
    pub(crate) CARD_WITHOUT_ARGUMENT = "FS0626", "card-without-argument", Error;

    /// A kernel type that there is not.
    ///
    /// Good: `default` or `realtime`.
    ///
    /// Source: `openshift.kernel_type` of the Butane configuration specification.
    pub(crate) BAD_KERNEL_TYPE = "FS0618", "bad-kernel-type", Error;
}

pub(super) static PROBLEMS: &[&Problem] =
    &[&GRUB_USER_INCOMPLETE, &METADATA_INCOMPLETE, &CARD_WITHOUT_ARGUMENT, &BAD_KERNEL_TYPE];

/// The argument that says where the key for the card is.
const CARD_ARGUMENT: &str = "rd.luks.key=/etc/luks/cex.key";

pub(super) fn check_grub(checker: &mut Checker<'_>, grub: &Grub) {
    for user in &grub.users {
        let lacks_hash = user.password_hash.as_deref().is_none_or(str::is_empty);
        for (lacks, field) in [(user.name.is_empty(), GrubUser::name), (lacks_hash, GrubUser::password_hash)] {
            if lacks {
                let message = format!("a superuser needs `{}`", field.name);
                checker.tell(&GRUB_USER_INCOMPLETE, &user.origin.field(field), message, "give it");
            }
        }
    }
}

/// Tells what a Crypto Express card for root needs.
pub(super) fn check_card(checker: &mut Checker<'_>, config: &Config) {
    let arguments = &config.openshift.kernel_arguments;
    if !checker.target.does(CEX_KERNEL_ARGUMENT) || arguments.iter().any(|argument| argument == CARD_ARGUMENT) {
        return;
    }
    let enabled = |cex: &Cex| cex.enabled == Some(true);
    let by_volume = config.storage.luks.iter().any(|luks| luks.name == "root" && enabled(&luks.cex));
    for _ in [enabled(&config.boot_device.luks.cex), by_volume].iter().filter(|used| **used) {
        let origin = config.origin.field(Config::openshift).field(OpenShift::kernel_arguments);
        let message = "the card needs a kernel argument";
        checker.tell(&CARD_WITHOUT_ARGUMENT, &origin, message, format!("add `{CARD_ARGUMENT}`"));
    }
}

pub(super) fn check(checker: &mut Checker<'_>, config: &Config) {
    if !checker.target.gates().allow(Gate::With(MachineConfig)) {
        return;
    }
    let metadata = &config.metadata;
    // A section that is missing is blamed by its name all the same.
    let section = config.origin.field(Config::metadata);
    if metadata.name.is_empty() {
        let message = "the MachineConfig has no name";
        checker.tell(
            &METADATA_INCOMPLETE,
            &section.field(Metadata::name),
            message,
            "give it a name such as `99-worker-x`",
        );
    }
    if metadata.labels.get(ROLE_LABEL).is_none_or(String::is_empty) {
        let message = format!("the MachineConfig has no label `{ROLE_LABEL}`");
        checker.tell(
            &METADATA_INCOMPLETE,
            &section.field(Metadata::labels),
            message,
            format!("add `{ROLE_LABEL}: worker`"),
        );
    }
    let openshift = &config.openshift;
    let kernel_type = openshift.kernel_type.as_deref().unwrap_or_default();
    if !BUTANE_KERNEL_TYPES.contains(&kernel_type) {
        let origin = openshift.origin.field(OpenShift::kernel_type);
        checker.tell(&BAD_KERNEL_TYPE, &origin, "this kernel type is not known", "use `default` or `realtime`");
    }
}
