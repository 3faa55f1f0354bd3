//! What the operator renders for a pool: its MachineConfigs merged into one.

use super::envelope::MachineConfig;
use crate::ignition::{Versioned, merge, translate};
use crate::model::Node as _;
use crate::model::ignition::Config;
use crate::spec::values::{ROLE_LABEL, WORKER_ROLE};
use crate::spec::{IgnitionVersion, Release};
use std::collections::HashMap;
use std::fmt;

/// A MachineConfig of a pool.
#[derive(Debug, Clone)]
pub struct Component<'a> {
    /// The object.
    pub object: &'a MachineConfig,
    /// Whether it has a map of labels, if only an empty one.
    pub is_labelled: bool,
    /// Its Ignition config, which is valid; `None` where it has none.
    pub config: Option<Versioned>,
}

/// What a pool's nodes get.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The Ignition config, in the version that the release keeps configs as.
    pub config: Config,
    /// That version.
    pub version: IgnitionVersion,
    /// Kernel arguments of all MachineConfigs, one behind the other.
    pub kernel_arguments: Vec<String>,
    /// Extensions of all MachineConfigs, one behind the other.
    pub extensions: Vec<String>,
    /// The kernel; `default` when none asks for another.
    pub kernel_type: String,
    /// Whether any asks for FIPS.
    pub fips: bool,
    /// The image of the system; empty for that of the release.
    pub os_image_url: String,
    /// The image of extensions; empty for that of the release.
    pub extensions_image: String,
}

/// Why a pool cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeFault {
    /// The MachineConfig of that name has no label at all.
    NoLabels(String),
    /// The config of the MachineConfig of that name is newer than the release.
    NotTaken(String),
    /// The extension `kernel-devel` beside a kernel that it is not there for.
    KernelDevel,
}

impl fmt::Display for MergeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLabels(name) => write!(f, "{name} has no labels"),
            Self::NotTaken(name) => write!(f, "the config of {name} is of a version that the release does not take"),
            Self::KernelDevel => write!(f, "`kernel-devel` is not there for the kernel of this pool"),
        }
    }
}

/// The operator's mark on what it made; such an object sets no image.
const MARK: &str = "machineconfiguration.openshift.io/generated-by-controller-version";

/// Merges the MachineConfigs of a pool as the operator of `release` does. The result need not be valid.
///
/// # Errors
/// When the operator would not render them.
pub fn render(components: &[Component<'_>], release: &Release) -> Result<Rendered, MergeFault> {
    let mut sorted: Vec<&Component<'_>> = components.iter().collect();
    if let Some(unlabelled) = sorted.iter().find(|component| !component.is_labelled) {
        return Err(MergeFault::NoLabels(unlabelled.object.metadata.name.clone()));
    }
    let is_other = |component: &Component<'_>| {
        let role = component.object.metadata.labels.get(ROLE_LABEL).map(String::as_str);
        release.worker_configs_first && role != Some(WORKER_ROLE)
    };
    sorted.sort_by_key(|component| (is_other(component), component.object.metadata.name.clone()));
    let mut rendered = Rendered {
        config: merged_config(&sorted, release)?,
        version: release.internal,
        kernel_arguments: Vec::new(),
        extensions: Vec::new(),
        kernel_type: "default".to_owned(),
        fips: false,
        os_image_url: String::new(),
        extensions_image: String::new(),
    };
    for component in sorted {
        let MachineConfig { origin: _, api_version: _, kind: _, metadata, spec, status: _ } = component.object;
        rendered.kernel_arguments.extend(spec.kernel_arguments.iter().cloned());
        rendered.extensions.extend(spec.extensions.iter().cloned());
        rendered.fips |= spec.fips;
        let kernel = spec.kernel_type.as_str();
        if kernel != "default" && release.kernel_types.contains(&kernel) {
            kernel.clone_into(&mut rendered.kernel_type);
        }
        if metadata.annotations.contains_key(MARK) {
            continue;
        }
        for (target, value) in [
            (&mut rendered.os_image_url, &spec.os_image_url),
            (&mut rendered.extensions_image, &spec.base_os_extensions_container_image),
        ] {
            if !value.is_empty() {
                target.clone_from(value);
            }
        }
    }
    let has_devel = rendered.extensions.iter().any(|extension| extension == "kernel-devel");
    if has_devel && rendered.kernel_type != "default" {
        return Err(MergeFault::KernelDevel);
    }
    Ok(rendered)
}

/// The Ignition configs merged, the first at the bottom.
fn merged_config(sorted: &[&Component<'_>], release: &Release) -> Result<Config, MergeFault> {
    let mut merged: Option<Config> = None;
    for (index, component) in sorted.iter().enumerate() {
        let name = || component.object.metadata.name.clone();
        let Some(versioned) = &component.config else {
            // The first one without a config is an empty config.
            if index == 0 {
                merged = Some(empty(release.internal));
            }
            continue;
        };
        let later = translate(versioned, release.internal).ok_or_else(|| MergeFault::NotTaken(name()))?.config;
        merged = Some(match merged {
            None => later,
            Some(earlier) if release.gzip_replaced => merge_with_compression(earlier, later, release.internal),
            Some(earlier) => merge(&earlier, &later, release.internal),
        });
    }
    let mut config = merged.unwrap_or_else(|| empty(release.internal));
    if release.files_need_contents {
        config.storage.files.iter_mut().for_each(|file| _ = file.overwrite.get_or_insert(true));
    }
    Ok(config)
}

/// Merges so that a later file without `compression` takes that of the earlier one away. It does so for later entries
/// without contents, too, which then leaves compressed bytes in the file.
fn merge_with_compression(mut earlier: Config, later: Config, version: IgnitionVersion) -> Config {
    let later_paths: HashMap<&str, ()> = later.storage.files.iter().map(|file| (file.path.as_str(), ())).collect();
    for file in &mut earlier.storage.files {
        if later_paths.contains_key(file.path.as_str()) {
            file.contents.compression = None;
        }
    }
    let mut config = merge(&earlier, &later, version);
    for file in &mut config.storage.files {
        file.contents.compression.take_if(|compression| compression.is_empty());
    }
    config
}

fn empty(version: IgnitionVersion) -> Config {
    let mut config = Config::default();
    config.set_origin(crate::model::Origin::root(crate::model::Naming::Camel));
    version.name().clone_into(&mut config.ignition.version);
    config
}
