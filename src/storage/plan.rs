//! The spec with every default filled in and every name looked up: what the assets are made from.

use super::secret::Secret;
use super::spec::{Format, Stage};
use crate::spec::Release;

/// Everything the assets are made from. There is one only when the spec has no error.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) stage: Stage,
    pub(super) cluster: Option<Cluster>,
    /// Units that wait, where there is no cluster.
    pub(super) gate: Vec<String>,
    pub(super) volumes: Vec<Volume>,
    pub(super) iscsi: Option<Iscsi>,
    pub(super) pool: Option<Pool>,
    pub(super) user_data: Option<UserData>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) annotations: Vec<(String, String)>,
}

/// The OpenShift side.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) release: &'static Release,
    pub(super) role: String,
}

#[derive(Debug, Clone)]
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) source: VolumeSource,
    pub(super) format: Format,
    pub(super) label: String,
    pub(super) mkfs_options: Vec<String>,
    pub(super) mount_options: Vec<String>,
    /// In bytes.
    pub(super) min_size: u64,
    pub(super) migrate: bool,
    /// The entry under the path that is the data; `None` for everything.
    pub(super) data: Option<String>,
    /// Keeps apart the owners of volumes of several clusters; may be empty.
    pub(super) realm: String,
    /// The name of its object, if not the usual one.
    pub(super) object: Option<String>,
    /// Where in the spec the volume stands.
    pub(super) origin: crate::model::Origin,
}

#[derive(Debug, Clone)]
pub(super) enum VolumeSource {
    /// A disk of that path.
    Disk { device: String, wipe: bool, size_mib: Option<i64> },
    /// The one disk that is blank and at least that big, in bytes.
    Select { min_size: u64 },
    /// A LUN; which one is a matter of each node.
    Lun,
}

#[derive(Debug, Clone)]
pub(super) struct Iscsi {
    /// The name of its object, if not the usual one.
    pub(super) object: Option<String>,
    /// Where in the spec the section stands.
    pub(super) origin: crate::model::Origin,
    pub(super) nodes: Vec<Node>,
    /// Seconds; `None` is for ever.
    pub(super) wait: Option<u32>,
    /// open-iscsi's names and values, for each record.
    pub(super) settings: Vec<(&'static str, String)>,
    pub(super) chap_algorithms: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) matching: Match,
    pub(super) initiator: String,
    pub(super) chap: Option<Chap>,
    pub(super) luns: Vec<Lun>,
}

#[derive(Debug, Clone)]
pub(super) enum Match {
    Hostname(String),
    Mac(String),
    Uuid(String),
}

#[derive(Debug, Clone)]
pub(super) struct Chap {
    pub(super) username: String,
    pub(super) password: Secret,
    pub(super) mutual: Option<(String, Secret)>,
}

/// Which LUN of which target a node has for a volume.
#[derive(Debug, Clone)]
pub(super) struct Lun {
    pub(super) volume: String,
    pub(super) target: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) lun: u8,
    /// What is behind it on the storage side, where the spec says that.
    pub(super) backstore: Option<Backstore>,
}

/// What is behind a LUN, on the machine with the storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Backstore {
    /// A block device of that path.
    Block(String),
    /// A file of that path and size in bytes.
    File { path: String, size: u64 },
}

impl Backstore {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Block(path) | Self::File { path, .. } => path,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) max_unavailable: Option<String>,
    pub(super) paused: bool,
}

#[derive(Debug, Clone)]
pub(super) struct UserData {
    pub(super) name: String,
    pub(super) secret: crate::document::Value,
}
