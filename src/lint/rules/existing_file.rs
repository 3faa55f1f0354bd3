//! Files that the image has already and that the config does not say to replace.

use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::File;
use crate::spec::Variant;
use crate::spec::images::FILES_OF_COREOS;

crate::problem! {
    /// A file with contents that the image has already, without `overwrite: true`.
    ///
    /// Ignition finds the file, may not replace it, stops, and the machine does not boot; that the contents are equal does
    /// not help.
    ///
    /// Bad: `{path: /etc/chrony.conf, contents: {…}}`. Good: the same with `overwrite: true`.
    ///
    /// Source: `storage.files[].overwrite` of the Ignition specification; seen with its engine.
    pub(crate) EXISTING_FILE = "FS2221", "existing-file", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&EXISTING_FILE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // The operator of OpenShift replaces files whatever is said; of a bare Ignition config the system is not known.
    let is_coreos = matches!(lint.subject.platform.product, Some(Variant::Fcos | Variant::R4e | Variant::Fiot));
    if !is_coreos || matches!(lint.subject.form, Form::MachineConfig | Form::Unit) {
        return;
    }
    for file in &lint.subject.config.storage.files {
        let replaces = file.overwrite == Some(true) || file.contents.source.is_none();
        if replaces || !FILES_OF_COREOS.contains(&file.path.as_str()) {
            continue;
        }
        let message = format!("the image has `{}` already, and it is not to be overwritten", file.path);
        let finding = findings.at(&EXISTING_FILE, &file.origin.field(File::path), message);
        findings
            .push(finding.note("Ignition stops there, and the machine does not boot").help("add `overwrite: true`"));
    }
}
