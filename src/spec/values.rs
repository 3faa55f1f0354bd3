//! The values that a field may have, by version: one table for the schemas and for the checks.

use super::gate::{Gate, Gates};
use super::ignition::IgnitionVersion::{V3_1, V3_2, V3_3, V3_4, V3_5, V3_6, V3_7Experimental};

/// One value of a set that grows with the versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it stands in a config.
    pub word: &'static str,
    /// Where it is understood.
    pub gate: Gate,
}

/// A kind of filesystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilesystemFormat {
    /// As it stands in `format`.
    pub word: &'static str,
    /// Where it is understood.
    pub gate: Gate,
    /// How many bytes a label may have; `None` where no length is checked.
    pub label_bytes: Option<usize>,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashFunction {
    /// What stands before the dash.
    pub word: &'static str,
    /// Where it is understood.
    pub gate: Gate,
    /// How many hexadecimal digits a hash has.
    pub digits: usize,
}

/// A RAID level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaidLevel {
    /// As it stands in `level`; a level may have several words.
    pub word: &'static str,
    /// Whether an array of it may have spares.
    pub spares: bool,
}

/// The scheme of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlScheme {
    /// The scheme in lower case; letter case does not matter in a URL.
    pub word: &'static str,
    /// Where it is understood.
    pub gate: Gate,
    /// Whether HTTP headers can be sent with it.
    pub headers: bool,
}

/// The value that nothing else may be. Only a `data:` URL in lower case is read by the reference.
pub const DATA_SCHEME: &str = "data";

/// What `filesystems[].format` can be.
#[rustfmt::skip]
pub static FILESYSTEM_FORMATS: &[FilesystemFormat] = &[
    FilesystemFormat { word: "ext4", gate: Gate::Always, label_bytes: Some(16) },
    FilesystemFormat { word: "btrfs", gate: Gate::Always, label_bytes: Some(256) },
    FilesystemFormat { word: "xfs", gate: Gate::Always, label_bytes: Some(12) },
    FilesystemFormat { word: "swap", gate: Gate::Always, label_bytes: Some(15) },
    FilesystemFormat { word: "vfat", gate: Gate::Always, label_bytes: Some(11) },
    FilesystemFormat { word: "none", gate: Gate::Since(V3_3), label_bytes: None },
    FilesystemFormat { word: VIRTIOFS, gate: Gate::Since(V3_7Experimental), label_bytes: None },
];

/// The format whose device is a tag that the hypervisor gives, not a path.
pub const VIRTIOFS: &str = "virtiofs";
/// The most bytes such a tag has.
pub const VIRTIOFS_TAG_BYTES: usize = 36;

/// What a `source` can begin with.
#[rustfmt::skip]
pub static URL_SCHEMES: &[UrlScheme] = &[
    UrlScheme { word: "http", gate: Gate::Always, headers: true },
    UrlScheme { word: "https", gate: Gate::Always, headers: true },
    UrlScheme { word: "tftp", gate: Gate::Always, headers: false },
    UrlScheme { word: "s3", gate: Gate::Always, headers: false },
    UrlScheme { word: "gs", gate: Gate::Since(V3_2), headers: false },
    UrlScheme { word: "arn", gate: Gate::Since(V3_4), headers: false },
    UrlScheme { word: DATA_SCHEME, gate: Gate::Always, headers: false },
];

/// What `verification.hash` can begin with.
pub static HASH_FUNCTIONS: &[HashFunction] = &[
    HashFunction { word: "sha512", gate: Gate::Always, digits: 128 },
    HashFunction { word: "sha256", gate: Gate::Since(V3_1), digits: 64 },
];

/// The Clevis pins that a custom pin may name up to 3.5; later ones take any.
pub static CLEVIS_PINS: &[Word] = &[
    Word { word: "tpm2", gate: Gate::Until(V3_5) },
    Word { word: "tang", gate: Gate::Until(V3_5) },
    Word { word: "sss", gate: Gate::Until(V3_5) },
];

/// What `raid[].level` can be.
#[rustfmt::skip]
pub static RAID_LEVELS: &[RaidLevel] = &[
    RaidLevel { word: "linear", spares: false },
    RaidLevel { word: "raid0", spares: false },
    RaidLevel { word: "0", spares: false },
    RaidLevel { word: "stripe", spares: false },
    RaidLevel { word: "raid1", spares: true },
    RaidLevel { word: "1", spares: true },
    RaidLevel { word: "mirror", spares: true },
    RaidLevel { word: "raid4", spares: true },
    RaidLevel { word: "4", spares: true },
    RaidLevel { word: "raid5", spares: true },
    RaidLevel { word: "5", spares: true },
    RaidLevel { word: "raid6", spares: true },
    RaidLevel { word: "6", spares: true },
    RaidLevel { word: "raid10", spares: true },
    RaidLevel { word: "10", spares: true },
];

/// What `compression` can be; the empty text says that there is none.
pub static COMPRESSIONS: &[&str] = &["", "gzip"];

/// The endings of systemd unit names.
pub static UNIT_SUFFIXES: &[&str] = &[
    "service",
    "socket",
    "device",
    "mount",
    "automount",
    "swap",
    "target",
    "path",
    "timer",
    "snapshot",
    "slice",
    "scope",
];

/// The ending of drop-in names.
pub const DROPIN_SUFFIX: &str = "conf";

/// The endings of quadlet names.
pub static QUADLET_SUFFIXES: &[&str] = &["container", "volume", "network", "kube", "image", "build", "pod", "artifact"];

/// What `boot_device.layout` can be.
pub static BOOT_LAYOUTS: &[Word] = &[
    Word { word: "aarch64", gate: Gate::Always },
    Word { word: "ppc64le", gate: Gate::Always },
    Word { word: "x86_64", gate: Gate::Always },
    Word { word: "s390x-eckd", gate: Gate::Since(V3_5) },
    Word { word: "s390x-zfcp", gate: Gate::Since(V3_5) },
    Word { word: "s390x-virt", gate: Gate::Since(V3_5) },
];

/// What `openshift.kernel_type` can be in a Butane config; the empty text is the default.
pub static BUTANE_KERNEL_TYPES: &[&str] = &["", "default", "realtime"];

/// The label that says which pool a MachineConfig is for.
pub const ROLE_LABEL: &str = "machineconfiguration.openshift.io/role";

/// The role that every pool but the control plane's inherits from.
pub const WORKER_ROLE: &str = "worker";

/// The pools that every cluster has, or that its installer makes.
pub const BUILT_IN_POOLS: [&str; 3] = ["master", WORKER_ROLE, "arbiter"];

/// Every bit that a `mode` can have; more is an error in every version.
pub const MODE_BITS: i64 = 0o7777;

/// The bits of a `mode` that do something. The others are dropped with a warning.
pub fn working_mode_bits(gates: &Gates) -> i64 {
    if gates.allow(Gate::Since(V3_6)) { MODE_BITS } else { 0o777 }
}

/// The most bytes of a partition label.
pub const PARTITION_LABEL_BYTES: usize = 36;
/// The most bytes of a LUKS label.
pub const LUKS_LABEL_BYTES: usize = 47;

impl FilesystemFormat {
    /// The format of that word, where it is understood.
    pub fn find(word: &str, gates: &Gates) -> Option<&'static Self> {
        FILESYSTEM_FORMATS.iter().find(|format| format.word == word && gates.allow(format.gate))
    }
}

impl HashFunction {
    /// The function of that word, where it is understood; letter case counts.
    pub fn find(word: &str, gates: &Gates) -> Option<&'static Self> {
        HASH_FUNCTIONS.iter().find(|function| function.word == word && gates.allow(function.gate))
    }
}

impl UrlScheme {
    /// The scheme of that word, where it is understood; letter case does not count.
    pub fn find(word: &str, gates: &Gates) -> Option<&'static Self> {
        URL_SCHEMES.iter().find(|scheme| scheme.word.eq_ignore_ascii_case(word) && gates.allow(scheme.gate))
    }
}

impl RaidLevel {
    /// The level of that word.
    pub fn find(word: &str) -> Option<&'static Self> {
        RAID_LEVELS.iter().find(|level| level.word == word)
    }
}

/// The words of a set that are understood.
pub fn words(set: &'static [Word], gates: &Gates) -> Vec<&'static str> {
    set.iter().filter(|word| gates.allow(word.gate)).map(|word| word.word).collect()
}
