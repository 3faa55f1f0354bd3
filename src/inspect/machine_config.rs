//! MachineConfigs and their pools: the objects around Ignition configs.

use super::{Part, Run, ignition};
use crate::diagnostic::{Place, Problem};
use crate::lint::{Form, Object, Platform, Subject};
use crate::manifest::machine_config::{self, takes_spec2, translate_spec2};
use crate::model::ignition::Config;
use crate::spec::{IgnitionVersion, Variant};
use crate::validate::{Manner, validate};

crate::problem! {
    /// A MachineConfig whose Ignition config is of spec 2.
    ///
    /// The operator still translates 2.2 for the pool, so it works. New files use Ignition 3: the field tables of today
    /// are of that, and nothing else reads the old one.
    ///
    /// Bad: `ignition: {version: 2.2.0}`. Good: `ignition: {version: 3.2.0}`, and files without `filesystem: root`.
    ///
    /// Source: the versions that the Machine Config Operator accepts.
    pub(crate) SPEC_2 = "FS2509", "spec-2-config", Warning;

    /// A MachineConfig in a `List`.
    ///
    /// `oc apply` takes lists apart. The installer does not: a list among its manifests is passed over without a word,
    /// and the machines come up without what is in it.
    ///
    /// Bad, in the installer's manifests: `kind: List`. Good: one file for each object, or `---` between them.
    ///
    /// Source: the reader that the Machine Config Operator uses for the installer's manifests.
    pub(crate) IN_A_LIST = "FS2527", "in-a-list", Info;
}

pub(super) static PROBLEMS: &[&Problem] = &[&SPEC_2, &IN_A_LIST];

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    let document = part.document;
    let envelope = machine_config::read(document, part.source, (part.node, &part.path), &mut run.report);
    let config = envelope.spec.config.0;
    let object = Object {
        node: part.node,
        path: part.path.clone(),
        name: envelope.metadata.name.clone(),
        role: envelope.role().map(str::to_owned),
        envelope,
    };
    if !part.path.is_root() {
        let finding = IN_A_LIST.at(Place::value(part.source, part.path.clone()), "this MachineConfig is in a list");
        let finding = finding.note("the installer passes over lists among its manifests, `oc apply` does not");
        run.report.push(finding.help("among the installer's manifests: give it a file of its own"));
    }
    let platform = Platform { product: Some(Variant::OpenShift), ..run.options.platform };
    let path = part.path.join("spec").join("config");
    let before = run.subjects.len();
    match config {
        None => {}
        Some(node) if spec_2(run, part, node, &path) => {
            let config = translate_spec2(document, part.source, (config, &path), &mut run.report);
            validate(&config, IgnitionVersion::V3_0, part.source, Manner::Own, &mut run.report);
            let mut subject = subject(part, platform, object.clone(), config);
            super::subject::add_texts(&mut subject, &mut run.sources, None);
            run.subjects.push(subject);
        }
        Some(_) => {
            ignition::config(run, part, (config, &path), (Form::MachineConfig, platform), Some(object.clone()));
        }
    }
    // The object has rules of its own, whatever became of its config.
    if run.subjects.len() == before {
        let subject = subject(part, platform, object, Config::default());
        run.subjects.push(subject);
    }
}

fn subject(part: &Part<'_>, platform: Platform, object: Object, config: Config) -> Subject {
    Subject {
        source: part.source,
        form: Form::MachineConfig,
        platform,
        version: IgnitionVersion::V3_0,
        config,
        object: Some(object),
        units: Vec::new(),
        files: Vec::new(),
    }
}

/// Whether the config is of spec 2 and one that the operator takes; tells it.
fn spec_2(run: &mut Run<'_>, part: &Part<'_>, config: crate::document::NodeId, path: &crate::document::Path) -> bool {
    let document = part.document;
    let version = document.get(config, "ignition").and_then(|section| document.get(section, "version"));
    let Some(version) = version.and_then(|node| document.value(node)).filter(|version| takes_spec2(version)) else {
        return false;
    };
    let place = Place::value(part.source, path.join("ignition").join("version"));
    let finding = SPEC_2.at(place, format!("this config is of spec {version}, which the operator translates"));
    run.report.push(finding.help("new files use Ignition 3: `version: 3.2.0` is read by every release from 4.7 on"));
    true
}
