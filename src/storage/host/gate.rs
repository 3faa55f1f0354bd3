//! The gate: what must not start without the volume.

use super::escape::{mount_unit, value, word};
use super::text::Unit;

/// What waits on an OpenShift node, whatever the release: up to 4.11 there is no such target, and then its link is
/// harmless; a cluster outlives the release that its spec names.
pub const OPENSHIFT_GATE: [&str; 3] = ["kubelet-dependencies.target", "crio.service", "kubelet.service"];

/// The units that wait, as one line of unit names.
pub(super) fn names(gate: &[String]) -> String {
    gate.join(" ")
}

/// The `[Install]` section of the mount. Without a gate the boot wants the volume, and goes on without it.
pub(super) fn install(gate: &[String]) -> String {
    if gate.is_empty() {
        "\n[Install]\nWantedBy=multi-user.target\n".to_owned()
    } else {
        format!("\n[Install]\nRequiredBy={}\n", names(gate))
    }
}

/// Drop-ins for the services of the gate: not only must the mount have worked at boot, the service also stops when
/// the volume goes, and a start by hand is refused while the path is a plain directory.
pub(super) fn dropins(volume: &str, path: &str, gate: &[String]) -> Vec<Unit> {
    let mount = mount_unit(path);
    let contents = format!(
        "[Unit]\n\
         RequiresMountsFor={}\n\
         BindsTo={mount}\n\
         After={mount}\n\
         AssertPathIsMountPoint={}\n",
        word(path),
        value(path)
    );
    gate.iter()
        .filter(|unit| unit.ends_with(".service"))
        .map(|unit| Unit::dropin(unit.clone(), &format!("10-firesteel-{volume}.conf"), contents.clone()))
        .collect()
}
