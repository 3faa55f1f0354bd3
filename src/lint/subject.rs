//! What rules look at: one config with everything in it that they need.

use super::embedded::Embedded;
use crate::diagnostic::SourceId;
use crate::document::{NodeId, Path};
use crate::manifest::machine_config::MachineConfig;
use crate::model::ignition::Config;
use crate::spec::{IgnitionVersion, Release, Target, Variant};
use std::collections::BTreeSet;

/// What a config was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An Ignition config.
    Ignition,
    /// The Ignition config in a user-data Secret.
    UserData,
    /// A Butane config.
    Butane(&'static Target),
    /// A MachineConfig.
    MachineConfig,
    /// The text of one unit.
    Unit,
}

/// What the machine runs, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Platform {
    /// The product.
    pub product: Option<Variant>,
    /// The release of the cluster.
    pub release: Option<&'static Release>,
}

impl Platform {
    /// The platform of that name: a variant of Butane (`fcos`), a release (`4.16`), or both (`openshift-4.16`).
    pub fn from_name(name: &str) -> Option<Self> {
        use Variant::{Fcos, Fiot, Flatcar, OpenShift, R4e};
        let release = name.strip_prefix("openshift-").unwrap_or(name);
        if let Some(release) = Release::find(release) {
            return Some(Self { product: Some(OpenShift), release: Some(release) });
        }
        let product = [Fcos, Flatcar, R4e, Fiot, OpenShift].into_iter().find(|variant| variant.name() == name)?;
        Some(Self { product: Some(product), release: None })
    }
}

/// The Kubernetes object around a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its node in the document.
    pub node: NodeId,
    /// The path that leads to it: the root, or an item of a list.
    pub path: Path,
    /// `metadata.name`; empty when it has none.
    pub name: String,
    /// The value of the label `machineconfiguration.openshift.io/role`.
    pub role: Option<String>,
    /// The whole object, as it was read.
    pub envelope: MachineConfig,
}

/// The text of a unit or drop-in of the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitBody {
    /// The index of the unit in `systemd.units`.
    pub unit: usize,
    /// The index of the drop-in in the unit, if it is one.
    pub dropin: Option<usize>,
    /// The text.
    pub body: Embedded,
}

/// The contents of a file of the config, where they are a text and in the config itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// The index of the file in `storage.files`.
    pub file: usize,
    /// The text.
    pub body: Embedded,
}

/// One config to look at.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The text it was read from.
    pub source: SourceId,
    /// What it was written in.
    pub form: Form,
    /// What the machine runs.
    pub platform: Platform,
    /// The version of the Ignition config.
    pub version: IgnitionVersion,
    /// The config. Its origins are paths in `source`.
    pub config: Config,
    /// The object around it.
    pub object: Option<Object>,
    /// The texts of its units.
    pub units: Vec<UnitBody>,
    /// The texts of its files.
    pub files: Vec<FileText>,
}

impl Subject {
    /// The release whose operator gets the config: the one that was asked for, else the newest. None for a config that
    /// no operator gets.
    pub fn operator(&self) -> Option<&'static Release> {
        let is_for_operator = match self.form {
            Form::MachineConfig => true,
            Form::Butane(target) => target.variant == Variant::OpenShift,
            Form::Ignition | Form::UserData | Form::Unit => false,
        };
        is_for_operator.then(|| self.platform.release.unwrap_or_else(Release::newest))
    }

    /// The MachineConfig around the config, as it was read.
    pub fn machine_config(&self) -> Option<&MachineConfig> {
        self.object.as_ref().map(|object| &object.envelope)
    }

    /// Whether the config, if nothing else adds to it, is all there is on the machine: false for MachineConfigs, which
    /// are merged with others, and for single units.
    pub fn is_whole(&self) -> bool {
        let merges = &self.config.ignition.config;
        matches!(self.form, Form::Ignition | Form::Butane(_))
            && self.object.is_none()
            && merges.merge.is_empty()
            && merges.replace.source.is_none()
            && self.platform.release.is_none()
    }
}

/// What all configs of a run have together.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Names of units that any config of the run writes.
    pub units: BTreeSet<String>,
    /// Paths of files, links and directories that any config of the run writes.
    pub paths: BTreeSet<String>,
    /// Whether a unit of any config of the run wants `network-online.target`.
    pub online_wanted: bool,
}

impl Around {
    /// Adds what `subject` writes.
    pub fn add(&mut self, subject: &Subject) {
        let Config { storage, systemd, .. } = &subject.config;
        let has_text =
            |unit: &&crate::model::ignition::Unit| unit.contents.as_ref().is_some_and(|text| !text.is_empty());
        self.units.extend(systemd.units.iter().filter(has_text).map(|unit| unit.name.clone()));
        let mut lines = subject.units.iter().flat_map(|unit| unit.body.text.lines());
        let wants = |line: &str| line.starts_with("Wants=") || line.starts_with("Requires=");
        self.online_wanted |= lines.any(|line| wants(line) && line.contains("network-online.target"));
        self.paths.extend(storage.files.iter().map(|file| file.path.clone()));
        self.paths.extend(storage.links.iter().map(|link| link.path.clone()));
        self.paths.extend(storage.directories.iter().map(|directory| directory.path.clone()));
    }
}
