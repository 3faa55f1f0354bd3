//! The variant/version pairs that a Butane config can name.

use super::gate::{Feature, Gate, Gates};
use super::ignition::IgnitionVersion;
use super::ignition::IgnitionVersion::{V3_0, V3_1, V3_2, V3_3, V3_4, V3_5, V3_6, V3_7Experimental};
use std::fmt;

/// The `variant:` of a Butane config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// Fedora CoreOS.
    Fcos,
    /// Flatcar Container Linux.
    Flatcar,
    /// RHEL for Edge.
    R4e,
    /// Fedora IoT.
    Fiot,
    /// OpenShift and OKD; the output is a MachineConfig.
    OpenShift,
}

impl Variant {
    /// As it stands in the config.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fcos => "fcos",
            Self::Flatcar => "flatcar",
            Self::R4e => "r4e",
            Self::Fiot => "fiot",
            Self::OpenShift => "openshift",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One row: what a `variant` and `version` compile to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The variant.
    pub variant: Variant,
    /// The version in its canonical form.
    pub version: &'static str,
    /// The Ignition version of the output.
    pub ignition: IgnitionVersion,
    /// What the language has beyond the common base.
    pub features: &'static [Feature],
}

impl Target {
    /// The row of that variant and canonical version.
    pub fn find(variant: &str, version: &str) -> Option<&'static Target> {
        TARGETS.iter().find(|target| target.variant.name() == variant && target.version == version)
    }

    /// What field gates are held against.
    pub fn gates(&self) -> Gates {
        Gates { ignition: self.ignition, features: self.features }
    }
}

/// Where something is that a target does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// In later versions of the variant, from this one on.
    Since(&'static Target),
    /// In earlier versions of the variant, up to this one.
    Until(&'static Target),
    /// In other variants alone: the first version of each that has it.
    Elsewhere(Vec<&'static Target>),
}

impl Target {
    /// Where that gate is open, for a target in which it is not.
    pub fn availability(&self, gate: Gate) -> Availability {
        let place = TARGETS.iter().position(|target| target == self).unwrap_or_default();
        let open = |target: &&'static Target| target.gates().allow(gate);
        let own = |target: &&'static Target| target.variant == self.variant;
        if let Some(first) = TARGETS[place..].iter().filter(own).find(open) {
            return Availability::Since(first);
        }
        if let Some(last) = TARGETS[..place].iter().rev().filter(own).find(open) {
            return Availability::Until(last);
        }
        let mut first: Vec<&'static Target> = Vec::new();
        for target in TARGETS.iter().filter(open) {
            if first.iter().all(|known| known.variant != target.variant) {
                first.push(target);
            }
        }
        Availability::Elsewhere(first)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variant, self.version)
    }
}

const BOOT: &[Feature] = &[Feature::BootDevice];
const BOOT_GRUB: &[Feature] = &[Feature::BootDevice, Feature::Grub];
const MACHINE_CONFIG: &[Feature] = &[Feature::BootDevice, Feature::MachineConfig];
const MACHINE_CONFIG_GRUB: &[Feature] = &[Feature::BootDevice, Feature::Grub, Feature::MachineConfig];

/// Every target there is, oldest first within a variant.
#[rustfmt::skip]
pub static TARGETS: &[Target] = &[
    Target { variant: Variant::Fcos, version: "1.0.0", ignition: V3_0, features: &[] },
    Target { variant: Variant::Fcos, version: "1.1.0", ignition: V3_1, features: &[] },
    Target { variant: Variant::Fcos, version: "1.2.0", ignition: V3_2, features: &[] },
    Target { variant: Variant::Fcos, version: "1.3.0", ignition: V3_2, features: BOOT },
    Target { variant: Variant::Fcos, version: "1.4.0", ignition: V3_3, features: BOOT },
    Target { variant: Variant::Fcos, version: "1.5.0", ignition: V3_4, features: BOOT_GRUB },
    Target { variant: Variant::Fcos, version: "1.6.0", ignition: V3_5, features: BOOT_GRUB },
    Target { variant: Variant::Fcos, version: "1.7.0", ignition: V3_6, features: BOOT_GRUB },
    Target { variant: Variant::Fcos, version: "1.8.0-experimental", ignition: V3_7Experimental, features: BOOT_GRUB },
    Target { variant: Variant::Flatcar, version: "1.0.0", ignition: V3_3, features: &[] },
    Target { variant: Variant::Flatcar, version: "1.1.0", ignition: V3_4, features: &[] },
    Target { variant: Variant::Flatcar, version: "1.2.0-experimental", ignition: V3_7Experimental, features: &[] },
    Target { variant: Variant::R4e, version: "1.0.0", ignition: V3_3, features: &[] },
    Target { variant: Variant::R4e, version: "1.1.0", ignition: V3_4, features: &[] },
    Target { variant: Variant::R4e, version: "1.2.0-experimental", ignition: V3_7Experimental, features: &[] },
    Target { variant: Variant::Fiot, version: "1.0.0", ignition: V3_4, features: &[] },
    Target { variant: Variant::Fiot, version: "1.1.0-experimental", ignition: V3_7Experimental, features: &[] },
    Target { variant: Variant::OpenShift, version: "4.8.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.9.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.10.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.11.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.12.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.13.0", ignition: V3_2, features: MACHINE_CONFIG },
    Target { variant: Variant::OpenShift, version: "4.14.0", ignition: V3_4, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.15.0", ignition: V3_4, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.16.0", ignition: V3_4, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.17.0", ignition: V3_4, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.18.0", ignition: V3_4, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.19.0", ignition: V3_5, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.20.0", ignition: V3_5, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.21.0", ignition: V3_5, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.22.0", ignition: V3_5, features: MACHINE_CONFIG_GRUB },
    Target { variant: Variant::OpenShift, version: "4.23.0-experimental", ignition: V3_7Experimental, features: MACHINE_CONFIG_GRUB },
];
