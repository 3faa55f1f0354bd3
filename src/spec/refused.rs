//! Fields that the language has and a product refuses.

use super::gate::Gate;
use super::ignition::IgnitionVersion::{V3_3, V3_4, V3_7Experimental};
use super::target::{Target, Variant};

/// One refused field of the Ignition config that a target compiles to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The variant that refuses it.
    pub variant: Variant,
    /// In which of the variant's targets.
    pub targets: Targets,
    /// The field, in Ignition's spelling, through lists: `storage.files.append`.
    pub path: &'static str,
    /// Whether an empty text is let through.
    pub empty_allowed: bool,
}

/// Which targets of a variant a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    /// Those of the Ignition versions that the gate allows.
    Where(Gate),
    /// These versions by name.
    Named(&'static [&'static str]),
}

impl Targets {
    /// Whether the row is about that target.
    pub fn contain(&self, target: &Target) -> bool {
        match self {
            Self::Where(gate) => target.gates().allow(*gate),
            Self::Named(versions) => versions.contains(&target.version),
        }
    }
}

/// What `target` refuses. A row fires when the field is not empty: a switch or number that is given counts whatever
/// it is, an empty list does not, a map counts if anything in it does. Below a row that fired nothing more is told.
pub fn refused(target: &Target) -> impl Iterator<Item = &'static Refused> {
    REFUSED.iter().filter(move |row| row.variant == target.variant && row.targets.contain(target))
}

const ALL: Targets = Targets::Where(Gate::Always);

const fn row(variant: Variant, targets: Targets, path: &'static str) -> Refused {
    Refused { variant, targets, path, empty_allowed: false }
}

/// Every row, in the order of the generated config's fields.
#[rustfmt::skip]
pub static REFUSED: &[Refused] = &[
    row(Variant::Flatcar, Targets::Where(Gate::Until(V3_4)), "storage.luks.clevis"),
    row(Variant::Flatcar, Targets::Where(Gate::Since(V3_7Experimental)), "storage.luks.cex"),

    row(Variant::R4e, ALL, "kernelArguments"),
    row(Variant::R4e, ALL, "storage.disks"),
    row(Variant::R4e, ALL, "storage.filesystems"),
    row(Variant::R4e, ALL, "storage.luks"),
    row(Variant::R4e, ALL, "storage.raid"),

    row(Variant::Fiot, ALL, "kernelArguments"),
    row(Variant::Fiot, ALL, "storage.disks"),
    row(Variant::Fiot, ALL, "storage.filesystems"),
    row(Variant::Fiot, ALL, "storage.luks"),
    row(Variant::Fiot, ALL, "storage.raid"),

    row(Variant::OpenShift, Targets::Where(Gate::Since(V3_3)), "kernelArguments"),
    row(Variant::OpenShift, ALL, "passwd.groups"),
    row(Variant::OpenShift, ALL, "passwd.users.gecos"),
    row(Variant::OpenShift, ALL, "passwd.users.groups"),
    row(Variant::OpenShift, ALL, "passwd.users.homeDir"),
    row(Variant::OpenShift, ALL, "passwd.users.noCreateHome"),
    row(Variant::OpenShift, ALL, "passwd.users.noLogInit"),
    row(Variant::OpenShift, ALL, "passwd.users.noUserGroup"),
    row(Variant::OpenShift, Targets::Named(&["4.8.0", "4.9.0", "4.10.0", "4.11.0", "4.12.0"]), "passwd.users.passwordHash"),
    row(Variant::OpenShift, ALL, "passwd.users.primaryGroup"),
    row(Variant::OpenShift, ALL, "passwd.users.shell"),
    row(Variant::OpenShift, ALL, "passwd.users.shouldExist"),
    row(Variant::OpenShift, ALL, "passwd.users.system"),
    row(Variant::OpenShift, ALL, "passwd.users.uid"),
    row(Variant::OpenShift, ALL, "storage.directories"),
    row(Variant::OpenShift, ALL, "storage.files.append"),
    Refused { variant: Variant::OpenShift, targets: Targets::Named(&["4.8.0", "4.9.0"]), path: "storage.files.contents.compression", empty_allowed: true },
    row(Variant::OpenShift, ALL, "storage.files.contents.httpHeaders"),
    row(Variant::OpenShift, ALL, "storage.links"),
];

/// The only user that a MachineConfig may change.
pub const OPENSHIFT_USER: &str = "core";
/// The filesystem format that no OpenShift target takes.
pub const OPENSHIFT_REFUSED_FORMAT: &str = "btrfs";
