//! The OpenShift releases: what each one's machine-config operator takes and does.

use super::ignition::IgnitionVersion;
use super::ignition::IgnitionVersion::{V3_0, V3_1, V3_2, V3_3, V3_4, V3_5};
use super::target::Target;
use std::fmt;

/// One minor release of OpenShift or OKD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Major and minor number: `4.16`.
    pub name: &'static str,
    /// The Ignition versions that a MachineConfig may be written in, oldest first; 2.2 is read besides.
    pub accepts: &'static [IgnitionVersion],
    /// The Ignition version into which the operator turns everything. Fields that are newer are refused.
    pub internal: IgnitionVersion,
    /// The version of the newest Butane target `openshift` whose output this release takes.
    pub butane: Option<&'static str>,
    /// `kubelet-dependencies.target` exists; kubelet and crio wait for it.
    pub kubelet_dependencies: bool,
    /// A pool must select the role `worker` besides its own: `In [worker, …]`. Otherwise its creation is refused.
    pub pools_inherit_worker: bool,
    /// MachineConfigs of the role `worker` are merged before those of other roles; earlier, names alone decide.
    pub worker_configs_first: bool,
    /// The operator makes and renews the Secret `<pool>-user-data-managed` for every pool.
    pub managed_user_data: bool,
    /// The certificate authority in user-data Secrets made by hand is renewed too, if it is the only one in there.
    pub renews_user_data: bool,
    /// A file mode above 0777 is refused.
    pub special_mode_bits_refused: bool,
    /// The daemon reads gzip-compressed contents.
    pub gzip: bool,
    /// A later uncompressed file takes the place of an earlier compressed one as it should.
    pub gzip_replaced: bool,
    /// A file that leaves `overwrite` open gets `true`, so every file needs contents.
    pub files_need_contents: bool,
    /// The daemon watches the files of a MachineConfig and degrades the node when one is changed.
    pub drift_watched: bool,
    /// The password hash of the user `core` can be set.
    pub password_hash: bool,
    /// Changes can be exempted from rebooting by policy.
    pub disruption_policy: bool,
    /// `irreconcilableValidationOverrides` lets the disks of a pool change for nodes to come, as a technology preview.
    pub irreconcilable_overrides: bool,
    /// What `spec.extensions` may name.
    pub extensions: &'static [&'static str],
    /// What `spec.kernelType` may be.
    pub kernel_types: &'static [&'static str],
}

impl Release {
    /// The release of that name; a patch level is passed over: `4.16.3` is 4.16.
    pub fn find(name: &str) -> Option<&'static Self> {
        let mut parts = name.splitn(3, '.');
        let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next());
        if patch.is_some_and(|patch| !patch.starts_with(|first: char| first.is_ascii_digit())) {
            return None;
        }
        RELEASES.iter().find(|release| release.name.split_once('.') == Some((major, minor)))
    }

    /// The newest release.
    pub fn newest() -> &'static Self {
        RELEASES.last().expect("bug: the table of releases is never empty")
    }

    /// The first release of which `holds` is true.
    pub fn first(holds: impl Fn(&Self) -> bool) -> Option<&'static Self> {
        RELEASES.iter().find(|release| holds(release))
    }

    /// The names of all releases, oldest first, for messages.
    pub fn known() -> impl Iterator<Item = &'static str> {
        RELEASES.iter().map(|release| release.name)
    }

    /// Whether a MachineConfig may hold an Ignition config of that version.
    pub fn takes(&self, version: IgnitionVersion) -> bool {
        self.accepts.contains(&version)
    }

    /// The row of the newest Butane target.
    pub fn butane_target(&self) -> Option<&'static Target> {
        self.butane.and_then(|version| Target::find("openshift", version))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenShift {}", self.name)
    }
}

/// How many bytes the MachineConfig may have that the operator renders for a pool: more than that etcd does not store.
pub const RENDERED_BYTES: usize = 1_572_864;

/// Every release, oldest first.
#[rustfmt::skip]
pub static RELEASES: &[Release] = &[
    R4_6, R4_7, R4_8, R4_9, R4_10, R4_11, R4_12, R4_13, R4_14, R4_15, R4_16, R4_17, R4_18, R4_19, R4_20, R4_21, R4_22,
    R4_23, R5_0, R5_1, R5_2,
];

const TO_3_1: &[IgnitionVersion] = &[V3_0, V3_1];
const TO_3_2: &[IgnitionVersion] = &[V3_0, V3_1, V3_2];
const TO_3_4: &[IgnitionVersion] = &[V3_0, V3_1, V3_2, V3_3, V3_4];
const TO_3_5: &[IgnitionVersion] = &[V3_0, V3_1, V3_2, V3_3, V3_4, V3_5];

// Each row says what changed since the one before.
const R4_6: Release = Release {
    name: "4.6",
    accepts: TO_3_1,
    internal: V3_1,
    butane: None,
    kubelet_dependencies: false,
    pools_inherit_worker: false,
    worker_configs_first: false,
    managed_user_data: false,
    renews_user_data: false,
    special_mode_bits_refused: false,
    gzip: false,
    gzip_replaced: false,
    files_need_contents: false,
    drift_watched: false,
    password_hash: false,
    disruption_policy: false,
    irreconcilable_overrides: false,
    extensions: &["usbguard", "kernel-devel"],
    kernel_types: &["default", "realtime"],
};
const R4_7: Release = Release { name: "4.7", accepts: TO_3_2, internal: V3_2, ..R4_6 };
const R4_8: Release = Release {
    name: "4.8",
    butane: Some("4.8.0"),
    extensions: &["usbguard", "kernel-devel", "sandboxed-containers"],
    ..R4_7
};
const R4_9: Release = Release { name: "4.9", butane: Some("4.9.0"), ..R4_8 };
const R4_10: Release = Release {
    name: "4.10",
    butane: Some("4.10.0"),
    managed_user_data: true,
    special_mode_bits_refused: true,
    gzip: true,
    drift_watched: true,
    ..R4_9
};
const R4_11: Release = Release {
    name: "4.11",
    butane: Some("4.11.0"),
    extensions: &["usbguard", "kernel-devel", "sandboxed-containers", "kerberos"],
    ..R4_10
};
const R4_12: Release =
    Release { name: "4.12", butane: Some("4.12.0"), kubelet_dependencies: true, files_need_contents: true, ..R4_11 };
// 3.3 and 3.4 can be read from here on, but not what is new in them.
const R4_13: Release = Release { name: "4.13", accepts: TO_3_4, butane: Some("4.13.0"), password_hash: true, ..R4_12 };
const R4_14: Release = Release {
    name: "4.14",
    internal: V3_4,
    butane: Some("4.14.0"),
    extensions: &["usbguard", "kernel-devel", "sandboxed-containers", "kerberos", "ipsec", "wasm"],
    // The release that 64k-pages came with is not in our sources; every later one has it.
    kernel_types: &["default", "realtime", "64k-pages"],
    ..R4_13
};
const R4_15: Release = Release { name: "4.15", butane: Some("4.15.0"), ..R4_14 };
const R4_16: Release = Release { name: "4.16", butane: Some("4.16.0"), worker_configs_first: true, ..R4_15 };
const R4_17: Release = Release { name: "4.17", butane: Some("4.17.0"), disruption_policy: true, ..R4_16 };
const R4_18: Release = Release {
    name: "4.18",
    butane: Some("4.18.0"),
    pools_inherit_worker: true,
    extensions: &["usbguard", "kernel-devel", "sandboxed-containers", "kerberos", "ipsec", "wasm", "sysstat"],
    ..R4_17
};
const R4_19: Release = Release {
    name: "4.19",
    accepts: TO_3_5,
    internal: V3_5,
    butane: Some("4.19.0"),
    renews_user_data: true,
    extensions: &[
        "usbguard",
        "kernel-devel",
        "sandboxed-containers",
        "kerberos",
        "ipsec",
        "wasm",
        "sysstat",
        "two-node-ha",
    ],
    ..R4_18
};
const R4_20: Release =
    Release { name: "4.20", butane: Some("4.20.0"), gzip_replaced: true, irreconcilable_overrides: true, ..R4_19 };
const R4_21: Release = Release { name: "4.21", butane: Some("4.21.0"), ..R4_20 };
const R4_22: Release = Release { name: "4.22", butane: Some("4.22.0"), ..R4_21 };
// The Butane target 4.23.0-experimental makes 3.7.0-experimental, which no release takes.
const R4_23: Release = Release {
    name: "4.23",
    extensions: &["usbguard", "kernel-devel", "sandboxed-containers", "kerberos", "ipsec", "sysstat", "two-node-ha"],
    ..R4_22
};
const R5_0: Release = Release { name: "5.0", ..R4_23 };
const R5_1: Release = Release { name: "5.1", ..R5_0 };
const R5_2: Release = Release { name: "5.2", ..R5_1 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_found_by_name_and_by_patch_level() {
        for (name, found) in [
            ("4.16", Some("4.16")),
            ("4.16.3", Some("4.16")),
            ("4.16.0-rc.1", Some("4.16")),
            ("5.0", Some("5.0")),
            ("4.5", None),
            ("4", None),
            ("4.1", None),
            ("04.16", None),
            ("4.16.x", None),
            ("", None),
        ] {
            assert_eq!(Release::find(name).map(|release| release.name), found, "{name}");
        }
    }

    #[test]
    fn every_release_takes_what_its_butane_target_makes() {
        for release in RELEASES {
            let Some(version) = release.butane else { continue };
            let target = release.butane_target().unwrap_or_else(|| panic!("no Butane target openshift {version}"));
            assert!(release.takes(target.ignition), "{release} refuses the output of {target}");
            assert!(release.takes(release.internal), "{release}");
        }
    }
}
