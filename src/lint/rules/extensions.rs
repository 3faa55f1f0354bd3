//! `spec.extensions`.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Spec};
use crate::spec::Release;

crate::problem! {
    /// An extension that the release does not have.
    ///
    /// The operator refuses to render the pool. There is a short list of extensions; other packages need an image of
    /// your own. `iscsi-initiator-utils` and `device-mapper-multipath` are in the base image already.
    ///
    /// Bad: `extensions: [iscsi]`. Good: `extensions: [usbguard]`.
    ///
    /// Source: the extensions in the Machine Config Operator.
    pub(crate) UNKNOWN_EXTENSION = "FS2513", "unknown-extension", Error;

    /// The extension `kernel-devel` beside another kernel.
    ///
    /// It belongs to the default kernel alone, and the operator refuses to render the pool.
    ///
    /// Source: the extensions in the Machine Config Operator.
    pub(crate) KERNEL_DEVEL = "FS2514", "kernel-devel-of-another-kernel", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_EXTENSION, &KERNEL_DEVEL], status: Status::Stable, check };

/// Packages that people ask for and that are there.
const IN_THE_IMAGE: [&str; 5] = ["iscsi", "iscsi-initiator-utils", "multipath", "device-mapper-multipath", "chrony"];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let (Some(object), Some(release)) = (lint.subject.machine_config(), lint.subject.operator()) else { return };
    let spec = object.origin.field(MachineConfig::spec);
    for (index, extension) in object.spec.extensions.iter().enumerate() {
        let origin = spec.field(Spec::extensions).join(index);
        let has = |release: &Release| release.extensions.contains(&extension.as_str());
        let is_known = match lint.subject.platform.release {
            Some(release) => has(release),
            None => Release::first(has).is_some(),
        };
        if !is_known {
            let message = match lint.subject.platform.release {
                Some(release) => format!("{release} has no extension `{extension}`"),
                None => format!("no release of OpenShift has an extension `{extension}`"),
            };
            let finding = findings.at(&UNKNOWN_EXTENSION, &origin, message);
            let finding = match IN_THE_IMAGE.contains(&extension.as_str()) {
                true => finding.note("the base image has it already"),
                false => finding,
            };
            findings.push(finding.help(format!("extensions of {release}: {}", release.extensions.join(", "))));
        } else if extension == "kernel-devel" && !matches!(object.spec.kernel_type.as_str(), "" | "default") {
            let finding = findings.at(&KERNEL_DEVEL, &origin, "`kernel-devel` is not there for this kernel");
            let label = findings.place(&spec.field(Spec::kernel_type));
            findings.push(finding.label(label, "this kernel").help("leave one of the two out"));
        }
    }
}
