//! Which fields exist where.

use super::ignition::IgnitionVersion;

/// A part of the Butane language that not every variant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// `boot_device`: fcos from 1.3.0, openshift.
    BootDevice,
    /// `grub`: fcos from 1.5.0, openshift from 4.14.0.
    Grub,
    /// `metadata` and `openshift`: the output is a MachineConfig.
    MachineConfig,
}

/// When a field exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// In every version.
    Always,
    /// In none; as the gate of a requirement: never required.
    Never,
    /// From that Ignition version on, and in the Butane targets that compile to it.
    Since(IgnitionVersion),
    /// Up to and with that Ignition version.
    Until(IgnitionVersion),
    /// In targets with that feature.
    With(Feature),
    /// In targets with that feature, from that Ignition version on.
    WithSince(Feature, IgnitionVersion),
}

/// What gates are held against: the version and features of one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gates {
    /// The Ignition version read or compiled to.
    pub ignition: IgnitionVersion,
    /// The features of a Butane target; none for Ignition itself.
    pub features: &'static [Feature],
}

impl Gates {
    /// The gates of an Ignition config of that version.
    pub const fn ignition(version: IgnitionVersion) -> Self {
        Self { ignition: version, features: &[] }
    }

    /// Whether `gate` is open.
    pub fn allow(&self, gate: Gate) -> bool {
        match gate {
            Gate::Always => true,
            Gate::Never => false,
            Gate::Since(version) => self.ignition >= version,
            Gate::Until(version) => self.ignition <= version,
            Gate::With(feature) => self.features.contains(&feature),
            Gate::WithSince(feature, version) => self.features.contains(&feature) && self.ignition >= version,
        }
    }
}
