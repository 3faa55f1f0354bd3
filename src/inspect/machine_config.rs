//! MachineConfigs: the object around an Ignition config.

use super::{Part, Run, ignition};
use crate::diagnostic::Problem;
use crate::lint::{Form, Object, Platform};
use crate::spec::Variant;

/// Nothing is declared here yet.
pub(super) static PROBLEMS: &[&Problem] = &[];

/// The label that says which pool a MachineConfig is for.
const ROLE: &str = "machineconfiguration.openshift.io/role";

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    let document = part.document;
    let text = |path: &[&str]| {
        let node = path.iter().try_fold(part.node, |node, key| document.get(node, key))?;
        document.value(node).map(str::to_owned)
    };
    let object = Object {
        node: part.node,
        path: part.path.clone(),
        name: text(&["metadata", "name"]).unwrap_or_default(),
        role: text(&["metadata", "labels", ROLE]),
    };
    let config = document.get(part.node, "spec").and_then(|spec| document.get(spec, "config"));
    let path = part.path.join("spec").join("config");
    let platform = Platform { product: Some(Variant::OpenShift), ..run.options.platform };
    if config.is_some() {
        ignition::config(run, part, (config, &path), (Form::MachineConfig, platform), Some(object));
    }
}
