//! The object around a MachineConfig's Ignition config, read by the field table of its CRD.

use crate::diagnostic::{Report, Severity, SourceId};
use crate::document::{Document, Kind, NodeId, Path, Segment, Value};
use crate::model::node::node;
use crate::model::{
    Decoder, Emitter, Field, FieldInfo, Keys, LETTER_CASE, SchemaContext, StringMap, UNKNOWN_KEY, View, decode_ignition,
};
use crate::spec::values::ROLE_LABEL;
use crate::spec::{Gates, IgnitionVersion};

/// The `apiVersion` of everything that the operator reads.
pub const API_VERSION: &str = "machineconfiguration.openshift.io/v1";
/// The `kind`.
pub const KIND: &str = "MachineConfig";

node! {
    /// A MachineConfig.
    pub struct MachineConfig ("a MachineConfig") {
        /// `machineconfiguration.openshift.io/v1`.
        api_version: String = { json: Some("apiVersion") },
        /// `MachineConfig`.
        kind: String = {},
        /// Its name, labels and what the API server added.
        metadata: Metadata = {},
        /// What it asks for.
        spec: Spec = {},
        /// What the API server says about it.
        status: Verbatim = {},
    }

    /// The metadata of an object.
    pub struct Metadata ("`metadata`") {
        /// Annotations.
        annotations: StringMap = {},
        /// When it was made.
        creation_timestamp: Verbatim = { json: Some("creationTimestamp") },
        /// How long it is waited for when it is deleted.
        deletion_grace_period_seconds: Verbatim = { json: Some("deletionGracePeriodSeconds") },
        /// When it was deleted.
        deletion_timestamp: Verbatim = { json: Some("deletionTimestamp") },
        /// What has to happen before it goes.
        finalizers: Verbatim = {},
        /// How a name is made.
        generate_name: Option<String> = { json: Some("generateName") },
        /// How often it was changed.
        generation: Verbatim = {},
        /// Labels; one of them says for which pool it is.
        labels: StringMap = {},
        /// Who changed which field.
        managed_fields: Verbatim = { json: Some("managedFields") },
        /// The name.
        name: String = { key: true },
        /// The namespace; MachineConfigs have none.
        namespace: Option<String> = {},
        /// The objects that it goes with.
        owner_references: Verbatim = { json: Some("ownerReferences") },
        /// The state of the object in the cluster.
        resource_version: Verbatim = { json: Some("resourceVersion") },
        /// Its address in old clusters.
        self_link: Verbatim = { json: Some("selfLink") },
        /// Its name for all time.
        uid: Verbatim = {},
    }

    /// What a MachineConfig asks for.
    pub struct Spec ("`spec` of a MachineConfig") {
        /// The image that extensions are taken from.
        base_os_extensions_container_image: String = { json: Some("baseOSExtensionsContainerImage") },
        /// The Ignition config.
        config: Verbatim = {},
        /// Packages added to the system.
        extensions: Vec<String> = {},
        /// Whether the machine runs in FIPS mode.
        fips: bool = {},
        /// Kernel arguments.
        kernel_arguments: Vec<String> = { json: Some("kernelArguments") },
        /// Which kernel: `default`, `realtime`, `64k-pages`.
        kernel_type: String = { json: Some("kernelType") },
        /// The image of the system.
        os_image_url: String = { json: Some("osImageURL") },
    }
}

impl MachineConfig {
    /// The pool that it is for.
    pub fn role(&self) -> Option<&str> {
        self.metadata.labels.get(ROLE_LABEL).map(String::as_str)
    }
}

/// A value that is kept where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verbatim(pub Option<NodeId>);

impl Field for Verbatim {
    fn decode(&mut self, decoder: &mut Decoder<'_>, node: NodeId) {
        self.0 = Some(node).filter(|&node| !decoder.is_null(node));
    }

    fn emit(&self, _: &Emitter, _: &FieldInfo) -> Option<Value> {
        None
    }

    fn emit_empty() -> Value {
        Value::Null
    }

    fn schema(_: &mut SchemaContext) -> Value {
        Value::mapping()
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    fn view(&self) -> View<'_> {
        View::Map { empty: self.0.is_none() }
    }
}

/// Reads the object at a node. Keys that the CRD does not know are errors: the cluster drops them, and what stands
/// below them has no effect.
pub fn read(document: &Document, source: SourceId, part: (NodeId, &Path), report: &mut Report) -> MachineConfig {
    read_object(document, source, part, report)
}

/// Whether the object at a node has a map of labels, if only an empty one: the operator tells the two apart.
pub fn is_labelled(document: &Document, object: NodeId) -> bool {
    let labels = document.get(object, "metadata").and_then(|metadata| document.get(metadata, "labels"));
    labels.is_some_and(|labels| matches!(document.node(document.resolve(labels)).kind, Kind::Mapping { .. }))
}

/// Reads an object of any kind as [`read`] does a MachineConfig.
pub(super) fn read_object<T: crate::model::Node>(
    document: &Document,
    source: SourceId,
    (node, path): (NodeId, &Path),
    report: &mut Report,
) -> T {
    let mut told = Report::default();
    let gates = Gates::ignition(IgnitionVersion::V3_0);
    let (object, _) = decode_ignition(document, source, (Some(node), path), (Keys::All, gates), &mut told);
    for mut finding in told {
        if *finding.problem == UNKNOWN_KEY || *finding.problem == LETTER_CASE {
            finding.severity = Severity::Error;
            finding.notes.push("the cluster drops it, without a word when it is installed".to_owned());
            let inner = finding.place.path.segments().get(path.segments().len()..).unwrap_or_default();
            if let Some(home) = home(inner) {
                finding.help = vec![format!("it belongs below `{home}`")];
                finding.fix = None;
            }
        }
        report.push(finding);
    }
    object
}

/// Where a key belongs that stands too high in the object.
fn home(path: &[Segment]) -> Option<&'static str> {
    let name = |segment: &Segment| match segment {
        Segment::Key(key) => key.to_string(),
        Segment::Index(_) => String::new(),
    };
    let names: Vec<String> = path.iter().map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        ["spec", "ignition" | "storage" | "systemd" | "passwd" | "files" | "units"]
        | ["ignition" | "storage" | "systemd" | "passwd"] => Some("spec.config"),
        ["config" | "kernelArguments" | "kernelType" | "extensions" | "fips" | "osImageURL"] => Some("spec"),
        ["labels" | "name" | "annotations"] | ["spec", "labels" | "name" | "annotations"] => Some("metadata"),
        _ => None,
    }
}
