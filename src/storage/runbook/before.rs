//! Before anything is applied: the backup, what changes, what to look at.

use super::super::plan::{Volume, VolumeSource};
use super::super::spec::Stage;
use super::facts::{Facts, matching, owner, portal};
use super::page::Page;

pub(super) fn back_up(facts: &Facts<'_>, page: &mut Page) {
    page.section("Back up");
    match (facts.plan.stage, facts.etcd()) {
        (Stage::Running, true) => {
            page.lines([
                "Take a backup of etcd on one control-plane node, and copy it off the cluster.",
                "Without it the restore below has nothing to restore.",
            ]);
            let node = facts.some_node();
            page.commands([
                "oc get clusteroperator etcd        # AVAILABLE True, PROGRESSING False, DEGRADED False".to_owned(),
                format!(
                    "oc debug node/{node} -- chroot /host /usr/local/bin/cluster-backup.sh /home/core/assets/backup"
                ),
                format!("ssh core@{node} sudo tar -C /home/core/assets -cf - backup >etcd-backup.tar"),
                "tar -tvf etcd-backup.tar           # snapshot_….db and static_kuberesources_….tar.gz, neither empty"
                    .to_owned(),
            ]);
            page.lines(["Go on only when all members are healthy:"]);
            page.commands([format!(
                "oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl endpoint health --cluster"
            )]);
        }
        (Stage::Running, false) => {
            page.lines(["Back up what lies at these paths, by the means of the program that owns it:"]);
            page.list(facts.plan.volumes.iter().map(|volume| format!("`{}`", volume.path)));
        }
        _ => {
            page.lines(["No node exists yet, so there is nothing of this role to back up."]);
            let wiped: Vec<String> =
                facts.first_boot().filter(|(_, _, wipe)| *wipe).map(|(_, device, _)| format!("`{device}`")).collect();
            if !wiped.is_empty() {
                page.lines(["**What these disks hold is destroyed on the first boot:**"]);
                page.list(wiped);
            }
        }
    }
}

pub(super) fn what_changes(facts: &Facts<'_>, page: &mut Page) {
    page.section("What this changes, and where");
    match facts.cluster() {
        Some(_) => {
            page.lines([format!("Every node of the pool `{}` gets these MachineConfigs:", facts.role())]);
            page.list(facts.configs.iter().map(|name| format!("`{name}`")));
        }
        None => page.lines(["Every host that boots from this config gets these volumes:"]),
    }
    page.table(
        &["volume", "at", "from", "filesystem"],
        facts.plan.volumes.iter().map(|volume| {
            let format = format!("{}, label `{}`", volume.format.word(), volume.label);
            vec![format!("`{}`", volume.name), format!("`{}`", volume.path), from(volume), format]
        }),
    );
    if !facts.nodes().is_empty() {
        page.lines([
            "A node finds its own line by what stands under \"known by\".",
            "A node that is not in this table gets no volume, and does not start its services.",
        ]);
        let rows = facts.nodes().iter().flat_map(|node| {
            node.luns.iter().map(|lun| {
                let volume = facts.plan.volumes.iter().find(|volume| volume.name == lun.volume);
                vec![
                    node.name.clone(),
                    matching(node),
                    format!("`{}`", node.initiator),
                    format!("`{}`", lun.volume),
                    format!("`{}`", lun.target),
                    format!("`{}`", portal(lun)),
                    lun.lun.to_string(),
                    volume.map(|volume| format!("`{}`", owner(volume, node))).unwrap_or_default(),
                ]
            })
        });
        page.table(
            &["node", "known by", "initiator", "volume", "target", "portal", "LUN", "UUID of its filesystem"],
            rows,
        );
        if facts.cluster().is_some() {
            page.lines([
                "These are the spec's names.",
                "Where `oc get nodes` prints another one, use that in `oc` commands.",
            ]);
        }
    }
    let waiting = facts.waiting_words();
    page.lines([format!("From then on {waiting} do not start without the volume, and stop when it goes.")]);
    let scripts = facts.prepared().next().is_some();
    if scripts && facts.cluster().is_some_and(|cluster| cluster.release.drift_watched) {
        page.lines([
            "Change nothing in `/etc/firesteel` or `/usr/local/bin/firesteel-*` by hand.",
            "The operator compares these files with the MachineConfig and degrades the node.",
        ]);
    }
}

fn from(volume: &Volume) -> String {
    match &volume.source {
        VolumeSource::Disk { device, wipe: true, .. } => format!("`{device}`, **wiped**"),
        VolumeSource::Disk { device, .. } => format!("`{device}`"),
        VolumeSource::Select { min_size } => format!("the one blank disk of {min_size} bytes or more"),
        VolumeSource::Lun => "iSCSI, see the nodes".to_owned(),
    }
}

pub(super) fn check(facts: &Facts<'_>, page: &mut Page) {
    page.section("Check before");
    if facts.cluster().is_some() && facts.plan.stage != Stage::Install {
        cluster(facts, page);
    }
    if facts.running() {
        for volume in &facts.plan.volumes {
            disk(volume, page);
        }
    }
    if facts.running() {
        mounted_already(facts, page);
    }
    for (_, device, wipe) in facts.first_boot() {
        page.lines([format!("`{device}` must be the right disk on **every** machine; look in a live system of each:")]);
        page.commands([
            format!("ls -l {device}"),
            format!("lsblk -o NAME,SIZE,SERIAL,FSTYPE,LABEL,MOUNTPOINT {device}"),
        ]);
        match wipe {
            true => page.lines(["Whatever disk has this name at the first boot is erased without a question."]),
            false => page.lines([
                "A blank disk is partitioned and formatted; a disk with partition 1 and filesystem of our labels is kept.",
                "Anything else stops the first boot in the emergency shell, and nothing is written.",
            ]),
        }
    }
    if !facts.nodes().is_empty() {
        page.lines([
            "On the target, look at every initiator of the table:",
            "each must see exactly its own volume, under the LUN of the table, and no other node's.",
            "No volume may hold anything: blank means all zero, looked at in 70 places of one MiB.",
            "The volume may not be mapped to a second initiator: two nodes on one XFS destroy it.",
        ]);
        let portals: Vec<String> = {
            let mut portals: Vec<(&str, u16)> = Vec::new();
            for lun in facts.nodes().iter().flat_map(|node| &node.luns) {
                if !portals.contains(&(lun.host.as_str(), lun.port)) {
                    portals.push((&lun.host, lun.port));
                }
            }
            portals
                .into_iter()
                .map(|(host, port)| {
                    format!("timeout 5 bash -c 'exec 3<>/dev/tcp/{host}/{port}' && echo {host} {port} open")
                })
                .collect()
        };
        page.lines(["Each node must reach its portal. On each node, or a machine in its place:"]);
        page.commands(portals);
        if facts.running() {
            page.lines(["This node's name as it will match, its MACs, and its system UUID:"]);
            page.commands(["uname -n", "cat /sys/class/net/*/address", "cat /sys/class/dmi/id/product_uuid"]);
            page.lines([
                "`uname -n` must be the name of the table, short or full, where the node is known by its host name.",
                "Another iSCSI session of this node keeps its old initiator name until it logs in anew:",
            ]);
            page.commands(["iscsiadm -m session          # \"No active sessions\", or you know each of them"]);
        }
        if facts.role() == "master" {
            page.lines([
                "A control plane machine set replaces masters by machines with new names, which the table does not know.",
                "It must be absent (or unknown to your release), or inactive:",
            ]);
            page.commands(["oc -n openshift-machine-api get controlplanemachineset"]);
        }
    }
    for (node, path) in facts.node_files() {
        page.lines([format!("On `{node}` the secret must lie in `{path}`, of root, mode 0600, one line:")]);
        page.commands([format!("stat -c '%U %a %s' {path}        # root 600, and not 0 bytes")]);
    }
    if facts.cluster().is_some() && facts.running() {
        selinux(page);
    }
}

fn cluster(facts: &Facts<'_>, page: &mut Page) {
    let role = facts.role();
    if let Some(cluster) = facts.cluster() {
        page.lines([format!(
            "The cluster must be {} (`openshift:` in the spec); these checks and the pool's form follow it:",
            cluster.release
        )]);
    }
    page.commands(["oc get clusterversion"]);
    match facts.plan.stage {
        Stage::Running => {
            page.lines(["The pool must be at rest: UPDATED True, UPDATING False, DEGRADED False."]);
            page.commands([
                format!("oc get mcp {role}"),
                format!("oc get nodes -l node-role.kubernetes.io/{role} -o wide"),
                format!("oc get mc -l machineconfiguration.openshift.io/role={role}"),
            ]);
            page.lines(["One node at a time: this prints nothing or 1."]);
            page.commands([format!("oc get mcp {role} -o jsonpath='{{.spec.maxUnavailable}}{{\"\\n\"}}'")]);
            if facts.cluster().is_some_and(|cluster| cluster.release.disruption_policy) {
                page.lines([
                    "No policy may spare these files and units the reboot, or nothing takes effect until the next one:",
                ]);
                page.commands([
                    "oc get machineconfiguration cluster -o jsonpath='{.spec.nodeDisruptionPolicy}{\"\\n\"}'",
                ]);
            }
        }
        _ => {
            page.lines([
                "The pool must have no node: Ignition makes disks on a first boot only.",
                "On a pool with nodes the operator refuses these objects and the pool is degraded.",
            ]);
            page.commands([
                format!("oc get mcp {role}                # not found, or MACHINECOUNT 0"),
                format!("oc get nodes -l node-role.kubernetes.io/{role}        # No resources found"),
            ]);
        }
    }
}

/// An older way of moving the data has a mount unit of the same name. Ours takes its place, and then the root disk looks
/// as if there had never been any data.
fn mounted_already(facts: &Facts<'_>, page: &mut Page) {
    page.lines(["Nothing may be mounted there yet, by an older unit or from fstab. On each node:"]);
    page.commands(facts.plan.volumes.iter().map(|volume| format!("findmnt {}        # prints nothing", volume.path)));
    page.lines([
        "If it prints something, the data is on that disk already, and these units would not find it: do not apply them.",
        "First bring the data back to the root disk, by the way that put it there.",
    ]);
}

/// Nothing here writes.
fn disk(volume: &Volume, page: &mut Page) {
    match &volume.source {
        VolumeSource::Disk { device, .. } => {
            page.lines([format!("On **each** node, `{device}` must be the right disk, big enough, unused and blank:")]);
            page.commands([
                format!("D={device}"),
                "ls -l $D".to_owned(),
                "lsblk -o NAME,SIZE,TYPE,FSTYPE,LABEL,UUID,MOUNTPOINT $D      # one line: no partition, no filesystem, no mount".to_owned(),
                "blkid -p $D; echo $?                                        # 2, and nothing else".to_owned(),
                "blockdev --getsize64 $D".to_owned(),
                "head -c 1M $D | tr -d '\\0' | wc -c                          # 0".to_owned(),
                "dd if=$D bs=1M count=1 iflag=skip_bytes,fullblock skip=$(( $(blockdev --getsize64 $D) - 1048576 )) status=none | tr -d '\\0' | wc -c     # 0".to_owned(),
            ]);
            page.lines([format!("The size must be {} bytes or more.", volume.min_size)]);
        }
        VolumeSource::Select { min_size } => {
            page.lines(["On **each** node exactly one disk may be blank and big enough:"]);
            page.commands([
                "lsblk -b -o NAME,SIZE,TYPE,FSTYPE,LABEL,UUID,MOUNTPOINT",
                "blkid -p /dev/DISK; echo $?      # 2, and nothing else, for that one",
            ]);
            page.lines([
                format!("Big enough is {} bytes or more.", min_size.max(&volume.min_size)),
                "With two that fit, the node refuses and stays down until you detach one.".to_owned(),
            ]);
        }
        VolumeSource::Lun => {}
    }
}

fn selinux(page: &mut Page) {
    page.lines([
        "The scripts must run unconfined; that RHEL CoreOS does so is not proven (last section). On one node:",
    ]);
    page.commands([
        "printf '#!/bin/bash\\nid -Z\\n' >/usr/local/bin/firesteel-context",
        "chmod 0755 /usr/local/bin/firesteel-context && restorecon /usr/local/bin/firesteel-context",
        "systemd-run --wait --pipe /usr/local/bin/firesteel-context",
        "rm /usr/local/bin/firesteel-context",
    ]);
    page.lines([
        "It must print a context with `unconfined_service_t`. If it prints another, or nothing, do not apply anything.",
    ]);
}
