//! Typed configs as texts: Ignition JSON, MachineConfig YAML, Butane YAML.

use crate::document::Value;
use crate::document::json::{self, Layout};
use crate::document::yaml::{self, KeyOrder, Style};
use crate::lower::Lowered;
use crate::model::{Audience, Emitter, Naming, butane, ignition};
use crate::spec::{Gates, IgnitionVersion, Target};

/// An Ignition config as a value, with its fields in declared order.
pub fn ignition_value(config: &ignition::Config, version: IgnitionVersion) -> Value {
    let emitter = Emitter { naming: Naming::Camel, gates: Gates::ignition(version), audience: Audience::Machine };
    emitter.node(config)
}

/// An Ignition config as JSON, with one newline at the end.
pub fn ignition_json(config: &ignition::Config, version: IgnitionVersion, layout: Layout) -> String {
    json::write(&ignition_value(config, version), layout) + "\n"
}

/// Further facts of an object's metadata.
#[derive(Debug, Clone, Copy, Default)]
pub struct ObjectFacts<'a> {
    /// Annotations.
    pub annotations: &'a [(String, String)],
}

/// A MachineConfig as a value.
pub fn machine_config_value(lowered: &Lowered, version: IgnitionVersion, facts: ObjectFacts<'_>) -> Value {
    let butane::Metadata { origin: _, name, labels } = &lowered.metadata;
    let butane::OpenShift { origin: _, kernel_arguments, extensions, fips, kernel_type } = &lowered.openshift;
    let texts = |list: &[String]| Value::Sequence(list.iter().map(|text| Value::from(text.as_str())).collect());
    let mut metadata = Value::mapping();
    if !facts.annotations.is_empty() {
        let entries = facts.annotations.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        metadata.set("annotations", Value::Mapping(entries.collect()));
    }
    let labels = labels.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
    metadata.set("labels", Value::Mapping(labels.collect()));
    metadata.set("name", name.as_str().into());
    let mut spec = Value::mapping();
    spec.set("config", ignition_value(&lowered.config, version));
    if !extensions.is_empty() {
        spec.set("extensions", texts(extensions));
    }
    if let Some(fips) = fips {
        spec.set("fips", (*fips).into());
    }
    if !kernel_arguments.is_empty() {
        spec.set("kernelArguments", texts(kernel_arguments));
    }
    if let Some(kernel_type) = kernel_type {
        spec.set("kernelType", kernel_type.as_str().into());
    }
    let mut object = Value::mapping();
    object.set("apiVersion", "machineconfiguration.openshift.io/v1".into());
    object.set("kind", "MachineConfig".into());
    object.set("metadata", metadata);
    object.set("spec", spec);
    object
}

/// Any object as YAML that every reader understands, its keys sorted as in a MachineConfig that Butane makes.
pub fn object_yaml(object: &Value) -> String {
    yaml::write(object, Style::Faithful, KeyOrder::Natural)
}

/// A Butane config as a person would write it.
pub fn butane_yaml(config: &butane::Config, target: &Target) -> String {
    let emitter = Emitter { naming: Naming::Snake, gates: target.gates(), audience: Audience::Person };
    yaml::write(&emitter.node(config), Style::Faithful, KeyOrder::AsGiven)
}
