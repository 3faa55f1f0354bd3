//! What the sections ask of a plan, answered once, in the words that they print.

use super::super::assets;
use super::super::host;
use super::super::plan::{Chap, Cluster, Iscsi, Lun, Match, Node, Plan, Volume, VolumeSource};
use super::super::secret::Secret;
use super::super::spec::Stage;

pub(super) const ETCD: &str = "/var/lib/etcd";

/// A plan with the names that its assets will have. It hands out no secret.
pub(super) struct Facts<'a> {
    pub(super) plan: &'a Plan,
    /// The names of the MachineConfigs.
    pub(super) configs: Vec<String>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { plan, configs: assets::configs(plan).into_iter().map(|config| config.name).collect() }
    }

    pub(super) fn cluster(&self) -> Option<&'a Cluster> {
        self.plan.cluster.as_ref()
    }

    pub(super) fn role(&self) -> &'a str {
        self.cluster().map_or("", |cluster| &cluster.role)
    }

    pub(super) fn running(&self) -> bool {
        self.plan.stage == Stage::Running
    }

    /// Whether etcd members of a cluster run on these nodes.
    pub(super) fn etcd(&self) -> bool {
        self.role() == "master" && self.plan.volumes.iter().any(|volume| volume.path == ETCD)
    }

    /// Whether a pool has etcd's path, and no member will ever run there.
    pub(super) fn etcd_without_members(&self) -> bool {
        self.cluster().is_some()
            && self.role() != "master"
            && self.plan.volumes.iter().any(|volume| volume.path == ETCD)
    }

    pub(super) fn nodes(&self) -> &'a [Node] {
        self.plan.iscsi.as_ref().map_or(&[], |iscsi| &iscsi.nodes)
    }

    pub(super) fn iscsi(&self) -> Option<&'a Iscsi> {
        self.plan.iscsi.as_ref()
    }

    /// A node to name in a command that is right for any.
    pub(super) fn some_node(&self) -> &'a str {
        self.nodes().first().map_or("NODE", |node| &node.name)
    }

    /// Volumes that the host itself checks, formats and moves data to.
    pub(super) fn prepared(&self) -> impl Iterator<Item = &'a Volume> {
        let plan = self.plan;
        plan.volumes.iter().filter(move |volume| is_prepared(plan, volume))
    }

    /// Volumes that Ignition makes on the first boot.
    pub(super) fn first_boot(&self) -> impl Iterator<Item = (&'a Volume, &'a str, bool)> {
        let plan = self.plan;
        plan.volumes.iter().filter_map(move |volume| match &volume.source {
            VolumeSource::Disk { device, wipe, .. } if !is_prepared(plan, volume) => {
                Some((volume, device.as_str(), *wipe))
            }
            _ => None,
        })
    }

    /// The units that wait.
    pub(super) fn waiting(&self) -> Vec<&'a str> {
        let ours: &[&str] = if self.cluster().is_some() { &["kubelet.service", "crio.service"] } else { &[] };
        let theirs = self.plan.gate.iter().map(String::as_str).filter(|unit| !ours.contains(unit));
        ours.iter().copied().chain(theirs).collect()
    }

    /// The same as words for a sentence.
    pub(super) fn waiting_words(&self) -> String {
        let words = self.waiting().into_iter().map(|unit| unit.trim_end_matches(".service"));
        words.collect::<Vec<_>>().join(" and ")
    }

    /// Paths of secrets that are put on the nodes by hand, with the node each belongs to.
    pub(super) fn node_files(&self) -> Vec<(&'a str, &'a str)> {
        let of_chap = |chap: &'a Chap| {
            let mutual = chap.mutual.as_ref().map(|(_, secret)| secret);
            [Some(&chap.password), mutual].into_iter().flatten()
        };
        let of_node = |node: &'a Node| {
            let secrets = node.chap.iter().flat_map(of_chap);
            secrets.filter_map(|secret| match secret {
                Secret::OnNode(path) => Some((node.name.as_str(), path.as_str())),
                Secret::Text(_) => None,
            })
        };
        self.nodes().iter().flat_map(of_node).collect()
    }

    /// Whether a secret stands in the map, and so in a MachineConfig.
    pub(super) fn carries_secrets(&self) -> bool {
        let text = |secret: &Secret| matches!(secret, Secret::Text(_));
        self.nodes()
            .iter()
            .filter_map(|node| node.chap.as_ref())
            .any(|chap| text(&chap.password) || chap.mutual.as_ref().is_some_and(|(_, secret)| text(secret)))
    }

    pub(super) fn has_chap(&self) -> bool {
        self.nodes().iter().any(|node| node.chap.is_some())
    }
}

fn is_prepared(plan: &Plan, volume: &Volume) -> bool {
    plan.stage == Stage::Running || !matches!(volume.source, VolumeSource::Disk { .. })
}

/// The device as it is called on the node while the units are there.
pub(super) fn device(volume: &Volume) -> String {
    match &volume.source {
        VolumeSource::Disk { device, .. } => device.clone(),
        VolumeSource::Select { .. } | VolumeSource::Lun => format!("/dev/firesteel/{}", volume.name),
    }
}

/// A name of the disk that stays when the units are gone.
pub(super) fn device_without_units(volume: &Volume, node: Option<&Node>) -> String {
    match (&volume.source, node) {
        (VolumeSource::Disk { device, .. }, _) => device.clone(),
        (VolumeSource::Lun, Some(node)) => format!("/dev/disk/by-uuid/{}", owner(volume, node)),
        (VolumeSource::Lun | VolumeSource::Select { .. }, _) => format!("/dev/disk/by-label/{}", volume.label),
    }
}

/// The UUID of the filesystem that is this node's.
pub(super) fn owner(volume: &Volume, node: &Node) -> String {
    host::iscsi_owner(&volume.realm, &volume.name, &node.name).to_string()
}

/// The portal, as iscsiadm takes it.
pub(super) fn portal(lun: &Lun) -> String {
    let Lun { host, port, .. } = lun;
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

pub(super) fn matching(node: &Node) -> String {
    match &node.matching {
        Match::Hostname(name) => format!("host name `{name}`"),
        Match::Mac(mac) => format!("MAC `{mac}`"),
        Match::Uuid(uuid) => format!("system UUID `{uuid}`"),
    }
}
