//! MachineConfigs that were exported from a cluster and still have on them what belongs to the original.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Metadata, Spec};
use crate::model::WRONG_TYPE;

crate::problem! {
    /// A MachineConfig that sets the image of the operating system.
    ///
    /// The node stays on this image whatever the cluster is upgraded to. That is right for an image of your own that is
    /// rebuilt for every release, and wrong for a field that came along with an export.
    ///
    /// Source: the Machine Config Operator from 4.12 on, merging of MachineConfigs.
    pub(crate) PINNED_IMAGE = "FS2522", "pinned-image", Info;

    /// A MachineConfig with the mark of one that the operator made.
    ///
    /// After the next upgrade the version in the mark is no longer the operator's, and rendering of the pool stops.
    ///
    /// Bad: `annotations: {machineconfiguration.openshift.io/generated-by-controller-version: …}`.
    /// Good: leave the annotation out.
    ///
    /// Source: the Machine Config Operator from 4.10 on, rendering (OCPBUGS-3821).
    pub(crate) GENERATED_MARK = "FS2523", "generated-mark", Warning;

    /// Metadata that the API server gives, in a file.
    ///
    /// With `ownerReferences` the object goes when its owner goes. The others are ignored, or refused when they do not
    /// fit what is in the cluster.
    ///
    /// Good: `metadata: {name: …, labels: …}`.
    ///
    /// Source: Kubernetes, metadata of objects.
    pub(crate) SERVER_METADATA = "FS2524", "server-metadata", Info;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&PINNED_IMAGE, &GENERATED_MARK, &SERVER_METADATA], status: Status::Stable, check };

/// The operator's mark on what it made.
const MARK: &str = "machineconfiguration.openshift.io/generated-by-controller-version";

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = lint.subject.machine_config() else { return };
    let metadata = &object.metadata;
    let origin = object.origin.field(MachineConfig::metadata);
    let spec = object.origin.field(MachineConfig::spec);
    if !object.spec.os_image_url.is_empty() {
        let place = spec.field(Spec::os_image_url);
        let finding = findings.at(&PINNED_IMAGE, &place, "the nodes stay on this image through every upgrade");
        findings.push(finding.help("leave it out, unless the image is your own and rebuilt for every release"));
    }
    if metadata.annotations.contains_key(MARK) {
        let place = findings.key(&origin.field(Metadata::annotations).join(MARK));
        let finding = GENERATED_MARK.at(place, "this annotation marks what the operator made itself");
        let finding = finding.note("after the next upgrade the pool is no longer rendered");
        findings.push(finding.help("leave the annotation out"));
    }
    let fields = [
        (&metadata.owner_references, Metadata::owner_references),
        (&metadata.uid, Metadata::uid),
        (&metadata.resource_version, Metadata::resource_version),
        (&metadata.creation_timestamp, Metadata::creation_timestamp),
        (&metadata.generation, Metadata::generation),
        (&metadata.managed_fields, Metadata::managed_fields),
        (&metadata.self_link, Metadata::self_link),
    ];
    if let Some(document) = findings.document()
        && let Some(text) = metadata.creation_timestamp.0.and_then(|node| document.value(node))
        && !is_time(text)
    {
        let place = origin.field(Metadata::creation_timestamp);
        let finding = findings.at(&WRONG_TYPE, &place, "expected a time such as `2024-02-29T12:00:00Z`");
        findings.push(finding.help("leave it out; the API server gives it"));
    }
    let mut there = fields.into_iter().filter(|(value, _)| value.0.is_some()).map(|(_, field)| field);
    if let Some(first) = there.next() {
        let name = first.name_in(origin.naming());
        let place = findings.key(&origin.field(first));
        let finding = SERVER_METADATA.at(place, format!("`{name}` is given by the API server"));
        let finding = there.fold(finding, |finding, field| {
            let place = findings.key(&origin.field(field));
            finding.label(place, "this too")
        });
        findings.push(finding.help("leave it out of files"));
    }
}

/// Whether a text has the form of a time in RFC 3339.
fn is_time(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00";
    let alike = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    text.len() > form.len() && text.bytes().zip(form).all(alike)
}
