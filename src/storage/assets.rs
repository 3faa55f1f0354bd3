//! From the plan to configs: what runs on the host, as Butane configs of one target, named as objects.

use super::grammar::systemd_escape_path;
use super::host;
use super::plan::{Chap, Cluster, Iscsi, Match, Node, Plan, Volume, VolumeSource};
use super::secret::Secret;
use super::spec::Stage;
use crate::document::Path;
use crate::model::{Origin, butane, ignition};
use crate::spec::{Target, Variant};

/// One config that becomes an object.
pub(super) struct Config {
    /// The object's name.
    pub(super) name: String,
    pub(super) butane: butane::Config,
    pub(super) secret: bool,
}

/// The Butane target of everything a spec makes: Ignition 3.2.0, and contents that are never compressed, which nodes
/// up to 4.9 could not read.
pub(super) fn target() -> &'static Target {
    Target::find(Variant::OpenShift.name(), "4.9.0").expect("bug: the table of targets has openshift 4.9.0")
}

/// The role label, by which a pool finds its configs.
const ROLE_LABEL: &str = "machineconfiguration.openshift.io/role";

/// The names of the configs of a plan, and where in the spec each comes from.
pub(super) fn names(plan: &Plan) -> Vec<(String, Path)> {
    configs(plan).into_iter().map(|config| (config.name, config.butane.origin.path())).collect()
}

/// All configs of a plan, in the order of their names.
pub(super) fn configs(plan: &Plan) -> Vec<Config> {
    let mut gate: Vec<String> = match &plan.cluster {
        Some(_) => host::OPENSHIFT_GATE.iter().map(|&unit| unit.to_owned()).collect(),
        None => Vec::new(),
    };
    for unit in &plan.gate {
        if !gate.contains(unit) {
            gate.push(unit.clone());
        }
    }
    let mut configs = Vec::new();
    for volume in &plan.volumes {
        match &volume.source {
            VolumeSource::Disk { device, wipe, size_mib } if plan.stage != Stage::Running => {
                let disk = FirstBoot { device, wipe: *wipe, size_mib: *size_mib };
                configs.push(first_boot_disk(volume, disk, &gate, plan.cluster.as_ref()));
            }
            _ => configs.push(host_volume(volume, &gate, plan.cluster.as_ref())),
        }
    }
    if let Some(section) = &plan.iscsi {
        let texts = NodeTexts::new(section);
        let assets = host::iscsi(&texts.nodes(section));
        let name = section.object.clone().unwrap_or_else(|| match &plan.cluster {
            Some(cluster) => format!("97-iscsi-{}", cluster.role),
            None => "97-iscsi".to_owned(),
        });
        configs.push(config(name, assets, section.origin.derived(), plan.cluster.as_ref()));
    }
    configs.sort_by(|a, b| a.name.cmp(&b.name));
    for config in &mut configs {
        let labels = &mut config.butane.metadata.labels;
        for (key, value) in &plan.labels {
            labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    configs
}

struct FirstBoot<'a> {
    device: &'a str,
    wipe: bool,
    size_mib: Option<i64>,
}

/// Ignition partitions, formats and mounts; what is left are the mount unit and the gate.
///
/// Two honest forms. With `wipe` everything on the disk is destroyed, whatever it was. Without, number, start and size
/// are explicit so that a second run finds its own partition: one with a label alone is never found again, and a second
/// of the same label is made beside it.
fn first_boot_disk(volume: &Volume, disk: FirstBoot<'_>, gate: &[String], cluster: Option<&Cluster>) -> Config {
    let FirstBoot { device, wipe, size_mib } = disk;
    let partition_device = format!("/dev/disk/by-partlabel/{}", volume.label);
    let assets = host::first_boot_disk(&host::FirstBootDisk {
        name: &volume.name,
        path: &volume.path,
        device: &partition_device,
        format: volume.format.word(),
        options: &volume.mount_options,
        gate,
    });
    let name = volume.object.clone().unwrap_or_else(|| format!("00-{}-disk", volume.name));
    let mut config = config(name, assets, volume.origin.derived(), cluster);
    let origin = volume.origin.derived();
    config.butane.storage.disks.push(ignition::Disk {
        origin: origin.clone(),
        device: device.to_owned(),
        partitions: vec![ignition::Partition {
            origin: origin.clone(),
            label: Some(volume.label.clone()),
            number: 1,
            start_mib: Some(0),
            size_mib: Some(size_mib.unwrap_or(0)),
            ..ignition::Partition::default()
        }],
        wipe_table: Some(wipe),
    });
    config.butane.storage.filesystems.push(butane::Filesystem {
        origin,
        device: partition_device,
        format: Some(volume.format.word().to_owned()),
        label: Some(volume.label.clone()),
        mount_options: volume.mount_options.clone(),
        options: volume.mkfs_options.clone(),
        path: Some(volume.path.clone()),
        wipe_filesystem: Some(wipe),
        ..butane::Filesystem::default()
    });
    config
}

/// The host checks, formats if blank, moves old data and mounts.
fn host_volume(volume: &Volume, gate: &[String], cluster: Option<&Cluster>) -> Config {
    let (source, min_size) = match &volume.source {
        VolumeSource::Disk { device, .. } => (host::Source::Disk { device }, volume.min_size),
        VolumeSource::Select { min_size } => (host::Source::Select, volume.min_size.max(*min_size)),
        VolumeSource::Lun => (host::Source::Iscsi, volume.min_size),
    };
    let old_data = match (&volume.data, volume.migrate) {
        (Some(entry), true) => host::OldData::Move { entry },
        (entry, _) => host::OldData::Refuse { entry: entry.as_deref() },
    };
    let assets = host::volume(&host::Volume {
        name: &volume.name,
        path: &volume.path,
        realm: &volume.realm,
        label: &volume.label,
        source,
        min_size: Some(min_size),
        options: &volume.mount_options,
        mkfs: &volume.mkfs_options,
        old_data,
        dir_mode: if volume.data.is_some() { 0o700 } else { 0o755 },
        gate,
    });
    let name = volume.object.clone().unwrap_or_else(|| object_name(&volume.path, &volume.name));
    config(name, assets, volume.origin.derived(), cluster)
}

/// `98-var-lib-etcd` for `/var/lib/etcd`; the volume's name where the path has what an object's name cannot hold.
fn object_name(path: &str, volume: &str) -> String {
    let escaped = systemd_escape_path(path);
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if escaped.len() <= 200 && escaped.chars().all(good) { format!("98-{escaped}") } else { format!("98-{volume}") }
}

/// Files and units as a config.
fn config(name: String, assets: host::Assets, origin: Origin, cluster: Option<&Cluster>) -> Config {
    let host::Assets { files, units } = assets;
    let secret = files.iter().any(|file| file.secret);
    let file = |file: host::HostFile| {
        let host::HostFile { path, mode, contents, secret: _ } = file;
        butane::File {
            origin: origin.clone(),
            path,
            mode: Some(i64::from(mode)),
            overwrite: Some(true),
            contents: butane::Resource {
                origin: origin.clone(),
                inline: Some(contents),
                ..butane::Resource::default()
            },
            ..butane::File::default()
        }
    };
    let dropin = |dropin: host::Dropin| {
        let host::Dropin { name, contents } = dropin;
        butane::Dropin { origin: origin.clone(), contents: Some(contents), name, ..butane::Dropin::default() }
    };
    let unit = |unit: host::Unit| {
        let host::Unit { name, contents, enabled, dropins } = unit;
        butane::Unit {
            origin: origin.clone(),
            name,
            contents,
            enabled,
            dropins: dropins.into_iter().map(dropin).collect(),
            ..butane::Unit::default()
        }
    };
    let mut butane = butane::Config {
        origin: origin.clone(),
        variant: target().variant.name().to_owned(),
        version: target().version.to_owned(),
        ..butane::Config::default()
    };
    butane.storage.files = files.into_iter().map(file).collect();
    butane.systemd.units = units.into_iter().map(unit).collect();
    butane.metadata.name.clone_from(&name);
    if let Some(cluster) = cluster {
        butane.metadata.labels.insert(ROLE_LABEL.to_owned(), cluster.role.clone());
    }
    Config { name, butane, secret }
}

/// Texts that the host's view of the nodes borrows.
struct NodeTexts {
    portals: Vec<Vec<[String; 1]>>,
    settings: Vec<(String, String)>,
    wait: host::Wait,
}

impl NodeTexts {
    fn new(section: &Iscsi) -> Self {
        let portal = |host: &str, port: u16| {
            [if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }]
        };
        let of_node = |node: &Node| node.luns.iter().map(|lun| portal(&lun.host, lun.port)).collect();
        let mut settings: Vec<(String, String)> =
            section.settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        if !section.chap_algorithms.is_empty() {
            settings.push(("node.session.auth.chap_algs".to_owned(), section.chap_algorithms.join(",")));
        }
        let wait = section.wait.map_or(host::Wait::Forever, |seconds| host::Wait::Seconds(u64::from(seconds)));
        Self { portals: section.nodes.iter().map(of_node).collect(), settings, wait }
    }

    fn nodes<'a>(&'a self, section: &'a Iscsi) -> Vec<host::IscsiNode<'a>> {
        let nodes = section.nodes.iter().zip(&self.portals);
        nodes.map(|(node, portals)| self.node(node, portals)).collect()
    }

    fn node<'a>(&'a self, node: &'a Node, portals: &'a [[String; 1]]) -> host::IscsiNode<'a> {
        let Node { name, matching, initiator, chap, luns } = node;
        let logins = luns.iter().zip(portals).map(|(lun, portals)| host::IscsiLogin {
            volume: &lun.volume,
            target: &lun.target,
            portals,
            lun: lun.lun,
            wait: self.wait,
            chap: chap.as_ref().map(credentials),
            settings: &self.settings,
        });
        host::IscsiNode {
            name,
            matches: match matching {
                Match::Hostname(name) => host::NodeMatch::Hostname(name),
                Match::Mac(mac) => host::NodeMatch::Mac(mac),
                Match::Uuid(uuid) => host::NodeMatch::Uuid(uuid),
            },
            initiator,
            logins: logins.collect(),
        }
    }
}

fn credentials(chap: &Chap) -> host::Chap<'_> {
    fn secret(secret: &Secret) -> host::Secret<'_> {
        match secret {
            Secret::Text(text) => host::Secret::Text(text),
            Secret::OnNode(path) => host::Secret::NodeFile(path),
        }
    }
    let Chap { username, password, mutual } = chap;
    host::Chap {
        user: username,
        secret: secret(password),
        mutual: mutual.as_ref().map(|(user, password)| (user.as_str(), secret(password))),
    }
}
