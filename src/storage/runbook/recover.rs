//! A node is replaced; the cluster is restored from a backup.

use super::super::plan::VolumeSource;
use super::facts::{ETCD, Facts};
use super::page::Page;

pub(super) fn replace_node(facts: &Facts<'_>, page: &mut Page) {
    page.section("Replace a node");
    if facts.prepared().next().is_none() {
        let wiped = facts.first_boot().any(|(_, _, wipe)| wipe);
        page.lines(["A new machine makes its volume on its first boot, from the same objects. Nothing else is to do."]);
        if wiped {
            page.lines(["An old disk in the new machine is **erased**: copy it before, if it holds anything."]);
        } else {
            page.lines(["An old disk with our labels is kept with its data."]);
        }
        if facts.etcd() {
            member(facts, page);
        }
        return;
    }
    page.lines([
        "The same objects serve the new machine, from its first boot on.",
        "The disk belongs to volume and node **name**: the new machine must have the old one's name, or its old volume is refused.",
    ]);
    if facts.nodes().iter().any(|node| !matches!(node.matching, super::super::plan::Match::Hostname(_))) {
        page.lines(["A node that is known by MAC or UUID has another one now: change `match` in the spec, not the name; compile and apply **before** the machine boots.", "Applying it reboots the other nodes of the pool, one by one."]);
    }
    let iscsi = facts.prepared().any(|volume| matches!(volume.source, VolumeSource::Lun));
    page.list([
        "New root disk, old volume: taken over. The node comes back with its data.".to_owned(),
        "New root disk, blank volume: formatted, starts empty.".to_owned(),
        if facts.etcd() {
            "Old root disk, blank volume: formatted, then refused, since this node has had data. The line says what to touch once the member is removed."
        } else {
            "Old root disk, blank volume: formatted, starts empty."
        }
        .to_owned(),
        if iscsi {
            "Old volume, new name: refused. Give a blank volume, or keep the name.".to_owned()
        } else {
            "Old disk in a machine with another host name: refused. Keep the name, or make the disk blank.".to_owned()
        },
    ]);
    page.lines(["The old machine must be off, and must never come back with access to the volume."]);
    for (node, path) in facts.node_files() {
        page.lines([format!(
            "`{node}` needs its secret in `{path}` **before** kubelet can start: the login refuses without it."
        )]);
    }
    if !facts.node_files().is_empty() {
        page.lines(["After the first boot, over SSH: write the file, root, 0600, one line; then reboot. Nobody else puts it there."]);
    }
    if facts.etcd() {
        member(facts, page);
    }
}

fn member(facts: &Facts<'_>, page: &mut Page) {
    page.part("The etcd member");
    let node = facts.some_node();
    if facts.prepared().any(|volume| volume.path == ETCD) {
        page.lines([
            "Old volume with its data, and the member still in the list: do **not** remove the member. It comes back as itself.",
            "Blank volume, or the member was removed meanwhile: it must be removed before the node starts, and joins anew.",
            "A member in the list that finds no data refuses to start, and says so.",
        ]);
    } else {
        page.lines(["A new machine has no data: its old member must be removed before it starts, and it joins anew."]);
    }
    page.lines([
        "From a healthy member (here of another node than the one replaced), with the ID that the first command prints:",
    ]);
    page.commands([
        format!("oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl member list -w table"),
        format!("oc -n openshift-etcd rsh -c etcdctl etcd-{node} etcdctl member remove ID"),
        "oc -n openshift-etcd get secrets | grep NODE        # etcd-peer-NODE, etcd-serving-NODE, etcd-serving-metrics-NODE".to_owned(),
        "oc -n openshift-etcd delete secret etcd-peer-NODE etcd-serving-NODE etcd-serving-metrics-NODE".to_owned(),
        "oc patch etcd cluster --type merge -p '{\"spec\":{\"forceRedeploymentReason\":\"replace-'\"$(date +%s)\"'\"}}'".to_owned(),
    ]);
    page.lines([
        "Which of these your release needs differs: the chapter \"Replacing an unhealthy etcd member\" of its documentation rules.",
    ]);
}

pub(super) fn restore(facts: &Facts<'_>, page: &mut Page) {
    if !facts.etcd() {
        return;
    }
    page.section("Restore from a backup with this layout");
    page.lines([
        "The documentation of your release rules; this is what the mount at `/var/lib/etcd` changes.",
        "The volume stays mounted. **Do not unmount it**: the restore would land on the root disk, below the mount.",
        "The restore moves `/var/lib/etcd/member`, not the directory. With the mount that is a copy to `/var/lib/etcd-backup` on the root disk:",
    ]);
    page.commands([
        "findmnt /var/lib/etcd                              # the volume",
        "du -sh /var/lib/etcd/member && df -h /var/lib      # room for it on the root disk?",
        "ls -A /var/lib/etcd                                # member, from 4.18 on revision.json; nothing else",
        "/usr/local/bin/cluster-restore.sh /home/core/assets/backup",
    ]);
    page.lines([
        "`/var/lib/etcd` must be empty when the restored etcd starts. Move everything else out of it before; keep it.",
        "On the other control-plane nodes, move `member` away the same way, on the volume's node itself:",
    ]);
    page.commands(["mkdir -p /var/lib/etcd-old && mv /var/lib/etcd/member /var/lib/etcd-old/        # etcd stopped before, as the documentation says"]);
    page.lines([
        "Never `rm -rf /var/lib/etcd` or move the directory itself: it is a mount point and cannot go (device or resource busy).",
        "One form of the restore (with the etcdctl option, 4.14 and newer) tries just that and stops half way: use the default form, or `quorum-restore.sh` where the release has it.",
        "Do not put `/var/lib/etcd.parked-*` back instead of a backup, on one node or on all.",
    ]);
}
