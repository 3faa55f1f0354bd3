//! Who can read the secrets, how they are changed, and what nobody has proven yet.

use super::facts::Facts;
use super::page::Page;

pub(super) fn secrets(facts: &Facts<'_>, page: &mut Page) {
    if let Some(data) = &facts.plan.user_data {
        page.section("The user-data Secret");
        page.lines([
            format!(
                "`{}` names the config server and the authority to trust. It is no password, but keep the file 0600.",
                data.name
            ),
            "Whoever reaches port 22623 reads the whole config of the pool without being asked who he is.".to_owned(),
        ]);
    }
    if !facts.has_chap() {
        return;
    }
    page.section("CHAP secrets");
    if facts.carries_secrets() && facts.cluster().is_some() {
        page.lines([
            "The secrets stand in `97-iscsi-…`, in a file that is 0600 on the node. **That does not make them secret.** They can be read by",
        ]);
        page.list([
            "everyone who may read MachineConfigs: `oc auth can-i get machineconfigs --as=USER`",
            "every process on the node: `/etc/machine-config-daemon/currentconfig` is 0644",
            "whoever reaches port 22623 of the config server",
            "whoever reads the compiled files",
        ]);
        page.lines(["`password: {node_file: /etc/…}` in the spec keeps them out. Each node's secret must be of no use for another's volume."]);
    } else if facts.carries_secrets() {
        page.lines(["The secrets stand in the config: whoever can read where it is stored, or what the platform hands to the machine, has them."]);
    }
    let files = facts.node_files();
    if !files.is_empty() {
        page.lines([
            "These secrets are not in any object. You put them on the node, and again on every machine that replaces it, before kubelet can start:",
        ]);
        page.table(
            &["node", "file (root, 0600, one line)"],
            files.iter().map(|(node, path)| vec![(*node).to_owned(), format!("`{path}`")]),
        );
    }
    page.part("Change a secret");
    page.lines([
        "A session that is logged in goes on. A session that breaks logs in again with the secret it knows.",
        "So between the change on the target and the node's reboot a short loss of the network can cost that node its disk.",
        "One node's secret at a time, in a calm hour:",
    ]);
    if !files.is_empty() {
        page.lines([
            "With a file on the node: change the target, write the file anew, drain, reboot, verify. No MachineConfig changes.",
        ]);
        page.commands([
            "oc adm drain NODE --ignore-daemonsets --delete-emptydir-data",
            "ssh core@NODE sudo systemctl reboot",
            "oc adm uncordon NODE",
        ]);
    }
    if facts.carries_secrets() && facts.cluster().is_some() {
        page.list([
            "change the secret of one node where the spec takes it from, and compile",
            "pause the pool, apply the `97-iscsi-…` object",
            "change it on the target for this one initiator",
            "unpause: **all** nodes of the pool reboot, one after the other, and each makes its record anew from the map",
            "verify that node before the next secret",
        ]);
    }
    page.lines([
        "Never give a secret to `iscsiadm` as an argument: `ps` shows it to everyone on the node.",
        "A wrong secret ends in `iscsiadm 24` and no further try: the node stays down until you mend it and reboot.",
    ]);
}

pub(super) fn not_proven(facts: &Facts<'_>, page: &mut Page) {
    page.section("What is not proven");
    page.lines(["None of this has been run on RHEL CoreOS yet."]);
    if facts.prepared().next().is_some() {
        page.lines([
            "The scripts lie in `/usr/local/bin` and are started directly, so that SELinux lets them and what they call run unconfined.",
            "That follows from the policy's sources, and the reference policy as Debian has it, enforcing, denied them nothing.",
            "On the first node, after its first boot with the units:",
        ]);
        page.commands([
            "ls -Z /usr/local/bin/firesteel-*                    # bin_t",
            "ps -eZ | grep firesteel-                            # while one runs: unconfined_service_t",
            "ausearch -m avc -ts boot | grep -E 'firesteel|iscsi|mkfs|xfs|\"cp\"'        # nothing",
        ]);
        page.lines(["No `ausearch`? `grep denied /var/log/audit/audit.log`."]);
        page.lines(["Do not answer a denial with `setenforce`, `setsebool` or a policy module: they break updates of the system. Roll back and report it."]);
    }
    page.lines([match facts.cluster() {
        Some(_) => "Seen on Debian with stand-ins for kubelet and CRI-O and with a real etcd, and not on RHEL CoreOS:",
        None => "Seen on Debian with stand-ins for the services, and not on RHEL CoreOS:",
    }]);
    let mut seen = vec!["that the node's services stay up between the arrival of the units and the reboot"];
    let mut open = Vec::new();
    if facts.cluster().is_some() && facts.running() {
        open.push("that a paused pool lets the node at work finish and holds all others back");
        open.push("\"Bring a node up without its volume\"");
        seen.push("the way back for the data");
    }
    if facts.etcd() {
        open.push("a restore with the mount in place");
        seen.push("that etcd ends by its next write when the disk goes for good");
    }
    if facts.iscsi().is_some() {
        open.push("that a broken session uses the old secret until the next login");
        open.push("iscsiadm of 4.19 and newer");
    }
    page.list(seen);
    if !open.is_empty() {
        page.lines(["Not seen at all:"]);
        page.list(open);
    }
    page.lines(["Try it on a cluster that may break before one that may not."]);
}
