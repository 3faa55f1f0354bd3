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

/// The guard and drop-ins for the services of the gate: not only must the mount have worked at boot, the service also
/// stops when the volume goes, and a start by hand is refused while the path is a plain directory.
///
/// `BindsTo=` stands in a unit of our own. In a drop-in it stops a service that runs already, as soon as the files
/// arrive and systemd reads them: the mount is only there after the reboot. The guard does not run before that, and
/// takes the services with it when it stops.
pub(super) fn guarded(volume: &str, path: &str, gate: &[String]) -> Vec<Unit> {
    let mount = mount_unit(path);
    let guard = format!("firesteel-volume-{volume}-guard.service");
    let contents = format!(
        "[Unit]\n\
         RequiresMountsFor={}\n\
         Requires={guard}\n\
         After={guard} {mount}\n\
         AssertPathIsMountPoint={}\n",
        word(path),
        value(path)
    );
    let services = gate.iter().filter(|unit| unit.ends_with(".service"));
    let mut units: Vec<Unit> = services
        .map(|unit| Unit::dropin(unit.clone(), &format!("10-firesteel-{volume}.conf"), contents.clone()))
        .collect();
    if !units.is_empty() {
        let contents = format!(
            "[Unit]\n\
             Description=Volume {volume}: what needs it stops when it goes\n\
             BindsTo={mount}\n\
             After={mount}\n\
             \n[Service]\n\
             Type=oneshot\n\
             RemainAfterExit=yes\n\
             ExecStart=/usr/bin/true\n"
        );
        units.insert(0, Unit::plain(guard, contents));
    }
    units
}
