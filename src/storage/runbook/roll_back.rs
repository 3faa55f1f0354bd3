//! The way back: for the objects, and for the data of each node.

use super::super::plan::{Volume, VolumeSource};
use super::super::spec::Stage;
use super::facts::{Facts, device_without_units, portal};
use super::page::Page;

pub(super) fn roll_back(facts: &Facts<'_>, page: &mut Page) {
    page.section("Roll back");
    if facts.cluster().is_none() {
        page.lines([
            "Ignition cannot be run backwards.",
            "Copy the data off, install the machine anew without these volumes, copy the data back.",
        ]);
        return;
    }
    if facts.first_boot().next().is_some() {
        first_boot(facts, page);
        return;
    }
    let role = facts.role();
    page.lines([
        "**Deleting the MachineConfigs does not bring the data back.**",
        "The units go and the node reboots; the data stays on the volume, and the node starts without it.",
    ]);
    if facts.etcd() {
        page.lines([
            "An etcd member that finds no data refuses to start: its pod crash-loops, the others go on. That is harmless, for **one** member at a time.",
            "Two at a time and quorum is lost. So: one node, its data, its health; then the next.",
        ]);
        page.part("Never start etcd on parked data");
        page.lines([
            "`/var/lib/etcd.parked-<time>/member` is from the moment of the move. Everything after that is on the volume.",
            "A member that starts on it has forgotten votes and log entries that it has confirmed to the others.",
            "That can undo what the cluster has agreed on, without a word in any log.",
            "Un-park only when etcd has **never** run on the volume since that move (the node refused, or never came up), and after the MachineConfigs are gone:",
        ]);
        page.commands([
            "findmnt /var/lib/etcd                      # nothing: this is the root disk",
            "ls /var/lib/etcd                           # no member",
            "ls -d /var/lib/etcd.parked-*               # the newest, if there are several",
            "mv -T /var/lib/etcd.parked-TIME/member /var/lib/etcd/member",
        ]);
        page.lines(["In every other case copy from the volume, as follows."]);
    }
    page.part("Take the MachineConfigs away, one node at a time");
    let pause = |paused: bool| format!("oc patch mcp {role} --type merge -p '{{\"spec\":{{\"paused\":{paused}}}}}'");
    page.commands(
        [pause(true)]
            .into_iter()
            .chain(facts.configs.iter().map(|name| format!("oc delete mc {name}")))
            .chain([
                format!("oc get mcp {role} -o jsonpath='{{.spec.configuration.source[*].name}}{{\"\\n\"}}'      # none of them"),
                pause(false),
                format!("oc get nodes -l node-role.kubernetes.io/{role} -w        # until the first is SchedulingDisabled; then at once:"),
                pause(true),
            ]),
    );
    page.lines([
        "The node that is at work goes on; no other begins while the pool is paused.",
        "Bring back that node's data, as below. Unpause only when it is healthy, and pause again as soon as the next is at work.",
    ]);
    for volume in facts.prepared() {
        data_back(facts, volume, page);
    }
    leftovers(facts, page);
}

fn data_back(facts: &Facts<'_>, volume: &Volume, page: &mut Page) {
    let path = &volume.path;
    page.part(&format!("Bring the data of `{path}` back, on the node"));
    page.lines(["First, stop what writes. Static pods outlive kubelet:"]);
    page.commands([
        "systemctl stop kubelet",
        "crictl ps -q | xargs -r crictl stop",
        "systemctl stop crio",
        "pgrep -a etcd                  # nothing",
    ]);
    page.lines(["This must be the root disk, and hold no data of its own:"]);
    page.commands([format!("findmnt {path}        # nothing"), format!("ls -la {path}")]);
    if let Some(entry) = &volume.data {
        page.lines([format!(
            "Is there a `{entry}`, something has started here since: stop and find out what, do not overwrite it."
        )]);
    }
    page.lines(["Second, mount the volume, read-only, away from its path."]);
    if matches!(volume.source, VolumeSource::Lun) {
        page.lines([
            "The record with its CHAP secret is still on the node, in `/var/lib/iscsi`, and so is the initiator's name.",
            "Take the block of this very node:",
        ]);
        for node in facts.nodes() {
            let Some(lun) = node.luns.iter().find(|lun| lun.volume == volume.name) else { continue };
            let (target, portal) = (&lun.target, portal(lun));
            page.commands([
                format!("# {}", node.name),
                format!("grep {} /etc/iscsi/initiatorname.iscsi", node.initiator),
                "systemctl start iscsid".to_owned(),
                format!("iscsiadm -m node -T {target} -p '{portal}' --login"),
                "udevadm settle".to_owned(),
                "mkdir -p /run/volume".to_owned(),
                format!("mount -t xfs -o ro {} /run/volume", device_without_units(volume, Some(node))),
            ]);
        }
    } else {
        let device = device_without_units(volume, None);
        page.commands([
            format!("lsblk -o NAME,SIZE,FSTYPE,LABEL,UUID {device}        # xfs, label {}", volume.label),
            "mkdir -p /run/volume".to_owned(),
            format!("mount -t xfs -o ro {device} /run/volume"),
        ]);
    }
    page.lines([
        "Third, copy beside the final name, compare, rename.",
        "`cp -a` keeps owner, mode, times and the SELinux label; an interrupted copy never has the final name.",
    ]);
    match &volume.data {
        Some(entry) => page.commands([
            format!("du -sh /run/volume/{entry} && df -h {path}        # is there room?"),
            format!("cp -a /run/volume/{entry} {path}/{entry}.back"),
            "sync".to_owned(),
            format!("diff -r /run/volume/{entry} {path}/{entry}.back && echo equal"),
            format!("mv -T {path}/{entry}.back {path}/{entry} && sync"),
            format!("ls -ldZ {path} {path}/{entry} /run/volume/{entry}        # same owner, mode and label"),
            "umount /run/volume".to_owned(),
            "systemctl reboot".to_owned(),
        ]),
        None => page.commands([
            format!("du -sh /run/volume && df -h {path}        # is there room?"),
            format!("cp -a /run/volume/. {path}/ && sync"),
            format!("diff -r /run/volume {path} && echo equal"),
            "umount /run/volume".to_owned(),
            "systemctl reboot".to_owned(),
        ]),
    }
    page.lines(["Say `equal`, or do not go on: after a difference delete the copy and begin this step again."]);
    if facts.etcd() {
        let node = facts.some_node();
        page.lines(["After the reboot, from outside:"]);
        page.commands([format!("oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl endpoint health --cluster")]);
        page.lines([
            "If the data cannot be brought back, let the member join anew: \"Replace a node\", with nothing in `/var/lib/etcd`.",
        ]);
    }
}

fn leftovers(facts: &Facts<'_>, page: &mut Page) {
    page.part("What stays behind");
    let mut left = vec!["the data on the volumes".to_owned()];
    left.extend(facts.prepared().map(|volume| format!("`{}.parked-*` on the root disk", volume.path)));
    if facts.iscsi().is_some() {
        left.push("`/etc/iscsi/initiatorname.iscsi`".to_owned());
        left.push(
            "the records in `/var/lib/iscsi/nodes`, with the CHAP secrets: `iscsiadm -m node -T TARGET -o delete`"
                .to_owned(),
        );
    }
    page.list(left);
    page.lines([
        "Applied again later, every node would find data on both sides and refuse.",
        "So when the way back is final, and a backup is off the cluster, make the volumes blank (`blkdiscard -z DISK` zeroes a disk whole), or give new ones.",
    ]);
}

fn first_boot(facts: &Facts<'_>, page: &mut Page) {
    page.lines([
        "There is no way back for a node that was made with these disks: the operator refuses to take disks away from existing nodes.",
        "Do not delete the MachineConfigs while the pool has nodes.",
    ]);
    match facts.plan.stage {
        Stage::NewPool => {
            let role = facts.role();
            page.lines(["Delete the machines first, then the objects:"]);
            let pool = facts.plan.pool.is_some().then(|| format!("oc delete mcp {role}"));
            let user_data = facts
                .plan
                .user_data
                .as_ref()
                .map(|data| format!("oc -n openshift-machine-api delete secret {}", data.name));
            page.commands(
                [format!("oc get nodes -l node-role.kubernetes.io/{role}        # No resources found")]
                    .into_iter()
                    .chain(facts.configs.iter().map(|name| format!("oc delete mc {name}")))
                    .chain(pool)
                    .chain(user_data),
            );
            page.lines(["The data of such a node goes with its disk: copy it off before."]);
        }
        _ => page.lines(["Copy the data off, and install anew without these files; or replace the nodes one by one."]),
    }
}
