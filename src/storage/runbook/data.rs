//! What becomes of data, what a refusal looks like, and what happens while the disk is away.

use super::super::plan::{Volume, VolumeSource};
use super::facts::{ETCD, Facts, device};
use super::page::Page;

pub(super) fn what_happens(facts: &Facts<'_>, page: &mut Page) {
    page.section("What happens to the data");
    for (volume, disk, wipe) in facts.first_boot() {
        page.lines([format!("`{}`: Ignition makes it on the first boot, and never looks at it again.", volume.path)]);
        match wipe {
            true => page.lines([format!(
                "Everything on `{disk}` is erased then, also when a machine is installed anew: nothing is taken over."
            )]),
            false => page.lines([format!(
                "`{disk}` is kept when it holds partition 1 and filesystem with the label `{}` already.",
                volume.label
            )]),
        }
    }
    if facts.prepared().next().is_none() {
        return;
    }
    page.lines([
        "First the disk. It is this node's when the UUID of its XFS is the one made of volume and node name.",
        "It is formatted only when it is proven blank: no known signature, not in use, big enough, and all zero in 70 places of one MiB all over it.",
        "Anything else is refused, and nothing is written to it.",
    ]);
    for volume in facts.prepared() {
        let path = &volume.path;
        match &volume.data {
            Some(entry) if volume.migrate => {
                let empty = if facts.etcd() && path == ETCD {
                    "starts empty; refused when this root disk shows that etcd has run here before"
                } else {
                    "starts empty"
                };
                page.lines([format!("Then the data of `{path}`, on each boot, before the mount:")]);
                page.table(
                    &[&format!("`{entry}` on the root disk"), &format!("`{entry}` on the volume"), "what is done"],
                    [
                        ["yes", "no", "copied to a sibling on the volume, compared from the disk, renamed; then the old one is parked"],
                        ["no", "yes", "taken over"],
                        ["no", "no", empty],
                        ["yes", "yes, equal", "the old one is parked"],
                        ["yes", "yes, different", "refused: starting the older one would undo what the cluster has agreed on"],
                    ]
                    .map(|row| row.map(str::to_owned).to_vec()),
                );
                page.lines([
                    format!("Parked means renamed to `{path}.parked-<time>/{entry}` on the root disk: nothing starts on it by mistake, nothing is lost."),
                    "Copying can be cut at any point: the next boot begins it again.".to_owned(),
                    format!("Other entries of `{path}` are not copied; the mount hides them."),
                    "The volume must be bigger than the data, and the root disk keeps the parked copy until you delete it.".to_owned(),
                ]);
            }
            Some(entry) => page.lines([
                format!("`{path}`: nothing is moved. When `{entry}` lies there on the root disk, the node refuses and stays down."),
            ]),
            None => page.lines([
                format!("`{path}`: nothing is moved. When anything lies there on the root disk, the node refuses and stays down."),
                "Move it away before, node by node.".to_owned(),
            ]),
        }
    }
    page.lines([
        "A snapshot of a volume that is put back behind the node's back cannot be seen.",
        "For etcd that is a rollback: the member forgets what it has promised. Never do that; use a backup of etcd.",
    ]);
}

pub(super) fn refusals(facts: &Facts<'_>, page: &mut Page) {
    let services = facts.waiting_words();
    if facts.prepared().next().is_none() {
        page.section("When the first boot fails");
        page.lines([
            "Ignition stops in the emergency shell and says why on the console; nothing is written to a disk that it refuses.".to_owned(),
            format!("When the volume fails on a later boot, {services} do not start; logins work. `journalctl -b -u systemd-fsck@* -u *.mount` says why."),
        ]);
        return;
    }
    page.section("When a node refuses");
    page.lines([
        format!("{services} do not start; logins work. The roll-out stops at this node, the others go on as they are."),
        "A refusal is a line in the journal and on the console, with the ways out below it:".to_owned(),
    ]);
    page.commands(["journalctl -b --no-pager -u 'firesteel-*' | grep -A6 refused:"]);
    page.lines(["What failed once is not tried again before the next boot. After every way out: `systemctl reboot`."]);
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |seen: &str, out: &str| rows.push([seen.to_owned(), out.to_owned()]);
    if facts.iscsi().is_some() {
        row(
            "no node of the map matches",
            "set the host name of the table (`hostnamectl set-hostname`); or correct the spec, and see \"Bring a node up without its volume\"",
        );
        row("more than one node of the map matches", "make the matches unique in the spec");
        row(
            "refuses the login (iscsiadm 24)",
            "make CHAP user and secret, or the access list of the target, agree with the spec",
        );
        row("refuses the login for good (iscsiadm 19)", "look at the target's log, and at the initiator name");
        row("no disk with LUN … appeared", "map the volume to this node's initiator under that LUN");
        if !facts.node_files().is_empty() {
            row("the secret file … is missing", "put it there, of root, mode 0600");
        }
    }
    let select = facts.prepared().any(|volume| matches!(volume.source, VolumeSource::Select { .. }));
    if select {
        row("no single disk fits", "attach one blank disk, or detach all but one");
    }
    row("is absent or no block device", "attach the disk");
    row(
        "has label …, but UUID …; this node's (…) would be …",
        "it is another node's volume, or this node had another name: correct the mapping or the name. Only when no other node uses it: the `xfs_admin` line that is printed",
    );
    row("is not blank / is not all zero", "it holds something. If that may go: back it up, then `blkdiscard -z DISK`");
    row("is in use", "the wrong disk: correct the spec");
    row("has … bytes, the spec asks for …", "the wrong disk, or a smaller `min_size`");
    row("carries UUID … now", "another node was given the same disk: give each its own");
    row(
        "but xfs_repair -n finds faults / did not come to its end",
        "its formatting went wrong or was cut. When it is certain that nothing is on it: `blkdiscard -z DISK`",
    );
    row("/etc/fstab mounts another disk at …", "bring that disk's data along, then take the line out");
    if facts.etcd() {
        row(
            "this node has used … before, but neither the root disk nor the volume holds …",
            "find its data: it lies on another disk. To start empty, because the member was removed: the `touch` line that is printed",
        );
        row(
            "this node has used … an hour or more after the newest … was written",
            "find the newest data, probably on another disk. When this is the newest after all: the `touch` line that is printed",
        );
    }
    row("both the root disk and the volume hold …", "see below");
    row("holds a part of a copy (…), but its original is gone", "find the original; nothing was deleted");
    row("process … has files open / … is running", "reboot: the move runs before it starts");
    page.table(&["the line says", "way out"], rows.into_iter().map(|row| row.to_vec()));
    for volume in facts.prepared().filter(|volume| volume.migrate) {
        if let Some(entry) = &volume.data {
            both(volume, entry, facts.etcd(), page);
        }
    }
    if facts.cluster().is_some() {
        without_volume(facts, page);
    }
}

fn both(volume: &Volume, entry: &str, etcd: bool, page: &mut Page) {
    let (path, disk) = (&volume.path, device(volume));
    page.part(&format!("Root disk and volume both hold `{entry}`, and they differ"));
    page.lines([
        "This is what a roll-back looks like that is applied again.",
        "The journal prints when each was last written. The newer one is right, unless you know better.",
        "To go on with the volume's:",
    ]);
    page.commands([
        format!("findmnt {path}        # nothing: what you see there is the root disk's"),
        format!("mv -T {path}/{entry} {path}.root-disk-data"),
        "systemctl reboot".to_owned(),
    ]);
    page.lines(["To go on with the root disk's: set the volume's aside, on the volume itself; the root disk's is then copied beside it."]);
    page.commands([
        "mkdir -p /run/volume".to_owned(),
        format!("mount -t xfs {disk} /run/volume"),
        format!("ls -la /run/volume/{entry}"),
        format!("mkdir /run/volume/old && mv -T /run/volume/{entry} /run/volume/old/{entry}"),
        "umount /run/volume".to_owned(),
        "systemctl reboot".to_owned(),
    ]);
    if etcd {
        page.lines([
            "Afterwards copy `/var/lib/etcd/old` elsewhere and delete it: the restore scripts want nothing else in that directory.",
            "Not sure which is right? Start neither.",
            "Remove the member (\"Replace a node\"), set both aside, and let it join again empty: that is always safe while the others have quorum.",
        ]);
    }
}

/// Kubelet is needed to bring any new MachineConfig, and it waits for the volume: this is the knot, and how it is cut.
fn without_volume(facts: &Facts<'_>, page: &mut Page) {
    page.part("Bring a node up without its volume");
    page.lines([
        "A corrected MachineConfig cannot reach a node that refuses: it comes through kubelet.",
        "First mend what can be mended on the node, the target or the spec's other end; then reboot.",
        "If nothing else is left, take the gate away by hand. Not tried on RHEL CoreOS.",
    ]);
    if facts.etcd() {
        page.lines([
            "**Never when `/var/lib/etcd/member` on the root disk is older than the volume's**: etcd would start on old data.",
            "It is right only before the move (nothing was parked), or when there is no `member` on the root disk: etcd then refuses to start and harms nothing.",
        ]);
    }
    let mut commands = Vec::new();
    for volume in &facts.plan.volumes {
        let (path, mount) = (&volume.path, super::super::host::mount_unit(&volume.path));
        commands.push(format!("ls -la {path} {path}.parked-* 2>/dev/null"));
        commands.push(format!("systemctl disable '{mount}'"));
        for unit in facts.waiting().into_iter().filter(|unit| unit.ends_with(".service")) {
            commands.push(format!("rm /etc/systemd/system/{unit}.d/10-firesteel-{}.conf", volume.name));
        }
    }
    commands.push("systemctl daemon-reload".to_owned());
    commands.push(
        "touch /run/machine-config-daemon-force        # or the daemon stops at the files that are gone".to_owned(),
    );
    commands.push("systemctl start crio kubelet".to_owned());
    page.commands(commands);
    page.lines(["Then apply the corrected MachineConfigs, or roll back. The node reboots into them."]);
}

pub(super) fn absent(facts: &Facts<'_>, page: &mut Page) {
    page.section("When the disk is away");
    let services = facts.waiting_words();
    match facts.iscsi() {
        Some(iscsi) => {
            match iscsi.wait {
                None => page.lines([
                    format!("At boot: the login tries for ever, each try bounded. {services} wait, and start by themselves when the target answers."),
                ]),
                Some(seconds) => page.lines([
                    format!("At boot: the login tries for {seconds} seconds. {services} wait as long, and start by themselves when the target answers."),
                    "After that they stay down until the next boot.".to_owned(),
                ]),
            }
            page.lines([
                "Logins, SSH and the rest of the node do not wait.",
                "While it runs: I/O hangs for up to `replacement_timeout` (120 s unless the spec says otherwise), then fails.",
                "A session that comes back in time goes on as if nothing had been.",
            ]);
        }
        None => page.lines([format!(
            "At boot: systemd waits 90 s for a disk that is named, then {services} stay down for this boot; logins and SSH work."
        )]),
    }
    page.lines([
        format!("When the disk goes for good, {services} stop, and do not start again by themselves."),
        "When it is back: `systemctl reboot`.".to_owned(),
    ]);
    if facts.etcd() {
        page.lines([
            "etcd's container outlives kubelet and crio, and ends by its failing writes; nothing starts it again on the root disk.",
            "One node away: the other members have quorum and the API works.",
            "**All volumes on one storage: when it goes, all members go, and with them the cluster.** etcd comes back when it does.",
        ]);
    }
    if facts.prepared().next().is_some() {
        page.commands(["journalctl -b -f -u 'firesteel-*'", "systemctl list-jobs"]);
    }
}
