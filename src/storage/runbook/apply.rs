//! Applying, watching, verifying, measuring.

use super::super::plan::VolumeSource;
use super::super::spec::Stage;
use super::facts::{Facts, device, owner};
use super::page::Page;

pub(super) fn apply(facts: &Facts<'_>, page: &mut Page) {
    page.section("Apply");
    match (facts.cluster().is_some(), facts.plan.stage) {
        (false, _) => page.lines([
            "Give the config to the machine as its Ignition config, by the way your platform has for that.",
            "Ignition runs on the first boot only: a machine that has booted before does not take it.",
        ]),
        (true, Stage::Install) => install(facts, page),
        (true, Stage::NewPool) => new_pool(facts, page),
        (true, Stage::Running) => running(facts, page),
    }
}

fn install(facts: &Facts<'_>, page: &mut Page) {
    page.lines(["`OUT` is the folder of these files, `DIR` the installer's folder:"]);
    page.commands(
        ["openshift-install create manifests --dir DIR".to_owned()]
            .into_iter()
            .chain(facts.configs.iter().map(|name| format!("cp OUT/{name}.yaml DIR/openshift/")))
            .chain(["openshift-install create ignition-configs --dir DIR      # or: create cluster".to_owned()]),
    );
    page.lines([
        "After installation never change a disk or filesystem in these objects, and never delete them:",
        "the operator refuses such a change on existing nodes, and the pool is degraded.",
    ]);
}

fn new_pool(facts: &Facts<'_>, page: &mut Page) {
    let role = facts.role();
    page.lines(["`OUT` is the folder of these files. All of it before the first node of the pool is made:"]);
    let mut files: Vec<String> = facts.configs.clone();
    if facts.plan.pool.is_some() {
        files.push(role.to_owned());
    }
    files.extend(facts.plan.user_data.as_ref().map(|data| data.name.clone()));
    page.commands(files.iter().map(|name| format!("oc apply -f OUT/{name}.yaml")));
    if facts.plan.pool.is_none() {
        page.lines([format!(
            "The pool `{role}` is not among these files: it must exist, and select the roles `worker` and `{role}`."
        )]);
    }
    if facts.plan.pool.as_ref().is_some_and(|pool| pool.paused) {
        page.lines(["The pool starts paused. Unpause it before the first machine is made:"]);
        page.commands([format!("oc patch mcp {role} --type merge -p '{{\"spec\":{{\"paused\":false}}}}'")]);
    }
    page.lines(["Wait until the pool has rendered its config, and look for the names of above in it:"]);
    page.commands([
        format!("oc get mcp {role} -o jsonpath='{{.spec.configuration.source[*].name}}{{\"\\n\"}}'"),
        format!("oc get mcp {role}        # DEGRADED False"),
    ]);
    page.lines(["Only then make the machines."]);
    if let Some(data) = &facts.plan.user_data {
        page.lines([format!("Their `providerSpec.value.userDataSecret` is `{{name: {}}}`.", data.name)]);
        if facts.cluster().is_some_and(|cluster| cluster.release.managed_user_data) {
            page.lines([
                format!("Better: `{{name: {role}-user-data-managed}}`, which the operator makes for the pool and keeps up to date:"),
            ]);
            page.commands([format!("oc -n openshift-machine-api get secret {role}-user-data-managed")]);
        }
        if !facts.cluster().is_some_and(|cluster| cluster.release.renews_user_data) {
            page.lines([
                format!("`{}` goes stale when the cluster's certificate authority changes:", data.name),
                "new machines then do not boot. Export and compile again.".to_owned(),
            ]);
        }
    }
    page.lines([
        format!("Each machine needs the label `node-role.kubernetes.io/{role}: \"\"` under `spec.template.spec.metadata.labels` of its set."),
        "Bring up one machine first, and verify it as below before the next.".to_owned(),
        "Once nodes exist, never change a disk or filesystem in these objects: the operator refuses it, and the pool is degraded.".to_owned(),
    ]);
}

fn running(facts: &Facts<'_>, page: &mut Page) {
    let role = facts.role();
    page.lines([
        "`OUT` is the folder of these files.",
        "**Every node of the pool reboots, one after the other**: any change of units does that.",
        "Pause the pool, so that all files go out in one step and with one reboot:",
    ]);
    page.commands(
        [format!("oc patch mcp {role} --type merge -p '{{\"spec\":{{\"paused\":true}}}}'")]
            .into_iter()
            .chain(facts.configs.iter().map(|name| format!("oc apply -f OUT/{name}.yaml")))
            .chain([
                format!("oc get mcp {role} -o jsonpath='{{.spec.configuration.source[*].name}}{{\"\\n\"}}'      # all the names of above"),
                format!("oc patch mcp {role} --type merge -p '{{\"spec\":{{\"paused\":false}}}}'"),
            ]),
    );
    if facts.configs.len() > 1 {
        page.lines([
            "Never let a node boot with some of them only: it would refuse, and no corrected config would reach it.",
        ]);
    }
    page.lines([
        "As soon as the **first** node is at work (SchedulingDisabled), pause again:",
        "that node goes on to its end, and no other begins.",
    ]);
    page.commands([format!("oc patch mcp {role} --type merge -p '{{\"spec\":{{\"paused\":true}}}}'")]);
    page.lines([
        "When it is back, verify it as below. Only when all is right, unpause; and pause again for the next, if you want to look at each.",
        "Do not leave the pool paused for days: certificates are not renewed meanwhile.",
    ]);
    if facts.etcd() {
        page.lines([
            "**Do not let a second control-plane node reboot before the first one's etcd member is healthy.**",
            "The disruption budget of etcd's guard pods should hold it back; do not rely on that alone.",
        ]);
    }
}

pub(super) fn watch(facts: &Facts<'_>, page: &mut Page) {
    page.section("Watch");
    if facts.cluster().is_some() && facts.plan.stage != Stage::Install {
        let role = facts.role();
        page.commands([
            format!("oc get mcp {role} -w"),
            format!("oc get nodes -l node-role.kubernetes.io/{role} -w"),
            "oc get node NODE -o jsonpath='{.metadata.annotations.machineconfiguration\\.openshift\\.io/state}{\" \"}{.metadata.annotations.machineconfiguration\\.openshift\\.io/reason}{\"\\n\"}'".to_owned(),
        ]);
    }
    page.lines(["On a node that is back, or is long in coming back:"]);
    let units: Vec<String> =
        if facts.prepared().next().is_some() { vec!["'firesteel-*'".to_owned()] } else { Vec::new() };
    page.commands(units.iter().map(|units| format!("journalctl -b --no-pager -u {units}")).chain([
        "systemctl list-jobs                # what waits, and for what".to_owned(),
        "systemctl --failed".to_owned(),
    ]));
    if facts.prepared().next().is_some() {
        page.lines([
            "The scripts print to the console too.",
            "A unit that failed because of another is `inactive`, not `failed`: look at the first in the chain.",
        ]);
    }
}

pub(super) fn verify(facts: &Facts<'_>, page: &mut Page) {
    page.section("Verify");
    page.lines(["On each node:"]);
    let mut commands = Vec::new();
    for volume in &facts.plan.volumes {
        commands.push(format!(
            "findmnt {}        # {}, with prjquota unless the spec has other options",
            volume.path,
            volume.format.word()
        ));
    }
    for volume in facts.prepared() {
        commands.push(format!("lsblk -o NAME,SIZE,FSTYPE,LABEL,UUID,MOUNTPOINT {}", device(volume)));
    }
    for (volume, ..) in facts.first_boot() {
        commands
            .push(format!("lsblk -o NAME,SIZE,FSTYPE,LABEL,UUID,MOUNTPOINT /dev/disk/by-partlabel/{}", volume.label));
    }
    if facts.iscsi().is_some() {
        commands.push("iscsiadm -m session        # this node's target, once".to_owned());
        commands.push("cat /run/firesteel/iscsi-node        # this node's name in the table".to_owned());
    }
    if facts.prepared().any(|volume| volume.data.is_some() && volume.migrate) && facts.running() {
        for volume in facts.prepared().filter(|volume| volume.data.is_some() && volume.migrate) {
            commands.push(format!("ls -d {}.parked-*        # the old data, set aside on the root disk", volume.path));
        }
    }
    commands.push("systemctl --failed".to_owned());
    page.commands(commands);
    let rows: Vec<Vec<String>> = facts
        .nodes()
        .iter()
        .flat_map(|node| {
            let lun = |volume| vec![node.name.clone(), format!("`{}`", owner(volume, node))];
            facts.prepared().filter(|volume| matches!(volume.source, VolumeSource::Lun)).map(lun)
        })
        .collect();
    if !rows.is_empty() {
        page.lines(["The UUID must be this node's:"]);
        page.table(&["node", "UUID"], rows);
    }
    if facts.etcd() && facts.plan.stage != Stage::NewPool {
        let node = facts.some_node();
        page.lines(["All members must be healthy, and the operator at rest:"]);
        page.commands([
            "oc -n openshift-etcd get pods -o wide        # etcd-… of each control-plane node: Running, all containers ready".to_owned(),
            format!("oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl endpoint health --cluster"),
            format!("oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl endpoint status --cluster -w table"),
            "oc get clusteroperator etcd kube-apiserver".to_owned(),
        ]);
        page.lines(["RAFT INDEX of the members must be close to each other, and grow."]);
    }
    if facts.running() && facts.prepared().any(|volume| volume.data.is_some() && volume.migrate) {
        page.lines([
            "The parked data fills the root disk. When all nodes have been right for some days, and a fresh backup is off the cluster:",
        ]);
        let volumes = facts.prepared().filter(|volume| volume.data.is_some() && volume.migrate);
        page.commands(volumes.map(|volume| format!("rm -rf {}.parked-*", volume.path)));
    }
}

pub(super) fn measure(facts: &Facts<'_>, page: &mut Page) {
    page.section("Measure the volume with fio");
    page.lines([
        "etcd wants the 99th percentile of fdatasync below 10 ms.",
        "fio needs version 3.5 or newer. RHEL CoreOS has none: run it from a container image of yours that has it.",
        "`WORK` is an empty directory on the filesystem that is measured:",
    ]);
    page.commands([
        "podman run --rm --security-opt label=disable -v WORK:/work IMAGE fio --rw=write --ioengine=sync --fdatasync=1 --directory=/work --size=22m --bs=2300 --name=firesteel --output-format=json >/run/fio.json",
        "jq '.jobs[0].sync.lat_ns.percentile[\"99.000000\"]' /run/fio.json        # nanoseconds: below 10000000",
        "rm -f WORK/firesteel.*",
    ]);
    if facts.running() && facts.plan.cluster.is_some() {
        page.lines([
            "**Measure before anything is applied**: between the mount and the start of etcd there is no pause in which fio could run.",
            "Best on a scratch volume of the same kind: same storage, same network, same node.",
        ]);
        let disks = facts.plan.volumes.iter().filter_map(|volume| match &volume.source {
            VolumeSource::Disk { device, .. } => Some(device.as_str()),
            VolumeSource::Select { .. } => Some("/dev/DISK"),
            VolumeSource::Lun => None,
        });
        for disk in disks {
            very_disk(disk, page);
        }
        if facts.etcd() {
            page.lines([
                "Once etcd runs on the volume do not run fio beside it: nothing foreign may lie in `/var/lib/etcd`.",
                "Ask the monitoring instead. Over ten minutes, per member, below 0.010 and below 0.025 seconds:",
            ]);
            page.lines([
                "    histogram_quantile(0.99, sum(rate(etcd_disk_wal_fsync_duration_seconds_bucket{job=~\".*etcd.*\"}[5m])) by (instance, le))",
                "    histogram_quantile(0.99, sum(rate(etcd_disk_backend_commit_duration_seconds_bucket{job=~\".*etcd.*\"}[5m])) by (instance, le))",
            ]);
        }
    } else {
        for volume in &facts.plan.volumes {
            page.lines([format!(
                "Here the volume is mounted before anything uses it: `WORK` is `{}`, right after the first boot, and the files must go.",
                volume.path
            )]);
        }
        if facts.etcd() {
            page.lines(["Not so with etcd of a cluster that is being installed: it starts at once. Measure on a machine that is not part of it."]);
        }
    }
}

/// Without `-f`, mkfs refuses what it knows; afterwards the disk must be blank, or the node refuses it.
fn very_disk(disk: &str, page: &mut Page) {
    page.lines([
        "To measure the very disk you must write to it, and it must be blank again afterwards.",
        "Only while every line of \"Check before\" says blank:",
    ]);
    page.commands([
        format!("D={disk}        # look three times").as_str(),
        "mkfs.xfs -K $D && mkdir -p /run/fio && mount $D /run/fio        # without -f: it refuses what is not blank",
        "# fio as above, with WORK=/run/fio",
        "umount /run/fio && blkdiscard -z $D        # zeroes the whole disk",
    ]);
    page.lines(["Then check again that it is blank: otherwise the node refuses it."]);
}
