//! Drives the scripts over every row of their decision tables: what they do, and what they leave alone.

#[path = "host/mod.rs"]
mod host;
#[path = "host/iscsi.rs"]
mod iscsi;

use std::os::unix::fs::symlink;

use firesteel::storage::host::{OldData, Source, Volume, iscsi_owner, local_owner, volume};
use host::{DISK_BYTES, Host, assert_ok, assert_refused, stderr};

const OTHER: &str = "11111111-2222-5333-8444-555555555555";
const MOVE: OldData<'static> = OldData::Move { entry: "member" };

fn gate() -> Vec<String> {
    ["kubelet-dependencies.target", "crio.service", "kubelet.service"].map(str::to_owned).to_vec()
}

/// A host with the volume's files; the disk of 8 MiB is allowed, which XFS itself would not take.
fn with_volume(old_data: OldData<'_>, source: Source<'_>) -> Host {
    let host = Host::new();
    let gate = gate();
    host.install(&volume(&Volume {
        name: "etcd",
        path: "/var/lib/etcd",
        realm: "",
        label: "etcd",
        source,
        min_size: None,
        options: &[],
        mkfs: &[],
        old_data,
        dir_mode: 0o700,
        gate: &gate,
    }));
    let facts = host.read("root/etc/firesteel/volume-etcd.conf").replace("314572800", &DISK_BYTES.to_string());
    host.write("root/etc/firesteel/volume-etcd.conf", &facts);
    host.write("root/run/firesteel/iscsi-node", "Master-0\n");
    host
}

fn etcd() -> Host {
    with_volume(MOVE, Source::Iscsi)
}

fn ours() -> String {
    iscsi_owner("", "etcd", "master-0").to_string()
}

fn prepare(host: &Host) -> std::process::Output {
    host.run("firesteel-volume", &["prepare", "etcd"])
}

fn migrate(host: &Host) -> std::process::Output {
    host.run("firesteel-volume", &["migrate", "etcd"])
}

const NOTE: &str = "root/var/lib/firesteel/etcd.format";

fn note(host: &Host, state: &str, serial: &str) {
    host.write(NOTE, &format!("state {state}\ndisk ID_SERIAL={serial}\nsize {DISK_BYTES}\n"));
}

// --- The disk ---

#[test]
fn a_blank_disk_is_formatted_for_this_node_with_the_intent_on_record() {
    let host = etcd();
    assert_ok(&prepare(&host));
    let log = host.log();
    assert_eq!(log.matches("mkfs.xfs").count(), 1, "{log}");
    assert!(log.contains(&format!("-L etcd -m uuid={}", ours())) && !log.contains(" -f "), "{log}");
    assert!(host.read("state/note-at-mkfs").starts_with("state begun\ndisk ID_SERIAL=serial one\n"));
    assert!(log.contains("sleep 105") && log.contains("xfs_repair -n"), "{log}");
    assert!(!host.exists(NOTE));

    // The next boot finds it and writes nothing.
    let before = host.disk();
    host.write("log", "");
    assert_ok(&prepare(&host));
    assert_eq!(host.log(), "");
    assert!(host.disk() == before);
}

#[test]
fn script_and_library_agree_on_the_owner() {
    for (name, realm) in [("master-0", ""), ("MASTER-1.Example.COM", "prod"), ("n", "a b")] {
        for source in [Source::Iscsi, Source::Disk { device: "/dev/sdz" }] {
            let host = with_volume(MOVE, source);
            let facts = host.read("root/etc/firesteel/volume-etcd.conf");
            let facts = if realm.is_empty() { facts } else { format!("{facts}realm {realm}\n") };
            host.write("root/etc/firesteel/volume-etcd.conf", &facts);
            host.write("root/run/firesteel/iscsi-node", &format!("{name}\n"));
            host.write("state/host", &format!("{name}\n"));
            assert_ok(&prepare(&host));
            let owner = if source == Source::Iscsi {
                iscsi_owner(realm, "etcd", name)
            } else {
                local_owner(realm, "etcd", name)
            };
            assert!(host.log().contains(&format!("uuid={owner} ")), "{name} {realm}: {}", host.log());
        }
    }
}

/// Every disk that must not be touched: how it is made, and what the refusal says.
#[test]
fn what_is_not_proven_blank_is_refused_and_not_touched() {
    type Setup = fn(&Host);
    let cases: [(&str, Setup, &str); 30] = [
        ("absent", |h| h.remove("root/dev/firesteel/etcd"), "absent"),
        ("no block device", |h| h.write("state/no-block", ""), "no block device"),
        ("another node's", |h| h.superblock("sdz", OTHER, "etcd"), "compare the names"),
        ("xfs of somebody", |h| h.superblock("sdz", OTHER, "data"), "type=xfs label=data"),
        ("ext4 with our UUID", |h| found(h, &format!("TYPE=ext4\nUUID={}\n", ours()), 0), "type=ext4"),
        ("partition table", |h| found(h, "PTTYPE=gpt\n", 0), "partitions=gpt"),
        ("ambivalent", |h| found(h, "", 8), "several signatures"),
        ("probe fails", |h| found(h, "", 4), "cannot be read"),
        ("bytes at the start", |h| h.poke("sdz", 700_000, b"x"), "not all zero"),
        ("bytes at the end", |h| h.poke("sdz", DISK_BYTES - 1, b"x"), "not all zero: look at byte 7340032"),
        ("bytes in the middle", |h| h.poke("sdz", 5_000_000, b"x"), "not all zero: look at byte 4194304"),
        ("unreadable", |h| h.write("state/read-error", ""), "cannot be read"),
        ("partitions", |h| h.write("root/sys/class/block/sdz/sdz1/partition", "1\n"), "has partitions"),
        ("holders", |h| h.write("root/sys/class/block/sdz/holders/dm-0", ""), "held by dm-0"),
        ("mounted", |h| h.write("root/proc/self/mountinfo", "9 1 8:240 / /x rw - xfs /dev/sdz rw\n"), "mounted at /x"),
        ("swap", |h| h.write("root/proc/swaps", "Filename\n/dev/sdz partition 1 0 -1\n"), "as swap"),
        (
            "unknown to /sys",
            |h| std::fs::remove_dir_all(h.at("root/sys/class/block/sdz")).expect("rm"),
            "unknown to the kernel",
        ),
        ("read-only", |h| h.write("root/sys/class/block/sdz/ro", "1\n"), "read-only"),
        (
            "too small",
            |h| {
                let facts =
                    h.read("root/etc/firesteel/volume-etcd.conf").replace("min_size 8388608", "min_size 8388609");
                h.write("root/etc/firesteel/volume-etcd.conf", &facts);
            },
            "the spec asks for 8388609",
        ),
        (
            "begun on another disk",
            |h| {
                note(h, "begun", "serial two");
                h.poke("sdz", 8192, b"half");
            },
            "not all zero",
        ),
        (
            "begun on a disk that had another size",
            |h| {
                h.write(NOTE, "state begun\ndisk ID_SERIAL=serial one\nsize 8388607\n");
                h.poke("sdz", 8192, b"half");
            },
            "not all zero",
        ),
        (
            "begun here, now another node's",
            |h| {
                note(h, "begun", "serial one");
                h.superblock("sdz", OTHER, "etcd");
            },
            "another node's",
        ),
        (
            "no serial to know it by",
            |h| {
                h.write("state/properties", "DEVNAME=/dev/sdz\n");
                h.write(NOTE, "state begun\ndisk \nsize 8388608\n");
                h.poke("sdz", 8192, b"half");
            },
            "not all zero",
        ),
        ("cut short, by whom is not known", unfinished, "did not come to its end"),
        (
            "cut short, on another disk",
            |h| {
                note(h, "begun", "serial two");
                unfinished(h);
            },
            "did not come to its end",
        ),
        (
            "cut short, now in use",
            |h| {
                note(h, "begun", "serial one");
                unfinished(h);
                h.write("root/proc/self/mountinfo", "9 1 8:240 / /x rw - xfs /dev/sdz rw\n");
            },
            "mounted at /x",
        ),
        (
            "cut short, another node's",
            |h| {
                note(h, "begun", "serial one");
                h.superblock("sdz", OTHER, "etcd");
                h.poke("sdz", 126, &[1]);
            },
            "another node's",
        ),
        ("mounts not known", |h| h.remove("root/proc/self/mountinfo"), "in use: not known"),
        ("number not known", |h| h.write("root/sys/class/block/sdz/dev", ""), "in use: not known"),
        ("no node name", |h| h.remove("root/run/firesteel/iscsi-node"), "has not found this node's name"),
    ];
    for (name, setup, because) in cases {
        let host = etcd();
        setup(&host);
        let before = host.disk();
        let notes = host.read(NOTE);
        let output = prepare(&host);
        assert_refused(&output, because);
        assert!(!host.log().contains("mkfs.xfs"), "{name}: formatted");
        assert!(host.disk() == before, "{name}: the disk was written to");
        assert_eq!(host.read(NOTE), notes, "{name}");
    }
}

fn found(host: &Host, text: &str, status: i32) {
    host.write("state/blkid", text);
    host.write("state/blkid-status", &status.to_string());
}

#[test]
fn a_disk_that_changes_while_it_is_looked_at_is_not_formatted() {
    let host = etcd();
    host.write("state/blkid-later", &format!("TYPE=xfs\nLABEL=etcd\nUUID={OTHER}\n"));
    let before = host.disk();
    assert_refused(&prepare(&host), "changed while it was looked at");
    assert!(!host.log().contains("mkfs.xfs") && host.disk() == before);
    // Nothing was begun, so nothing may be repeated.
    assert!(!host.exists(NOTE));
}

/// Of two nodes at one blank disk the later writer must be done within the pause of the earlier one.
#[test]
fn a_disk_that_is_looked_at_for_too_long_is_not_formatted() {
    let host = etcd();
    host.write("state/bash-env", "blockdev() { SECONDS=$((SECONDS + 31)); command blockdev \"$@\"; }\n");
    assert_refused(&prepare(&host), "answers too slowly");
    assert!(!host.log().contains("mkfs.xfs") && !host.exists(NOTE));
    // Nobody else formats a disk inside the machine.
    let host = with_volume(MOVE, Source::Disk { device: "/dev/sdz" });
    host.write("state/bash-env", "blockdev() { SECONDS=$((SECONDS + 31)); command blockdev \"$@\"; }\n");
    assert_ok(&prepare(&host));
}

#[test]
fn a_cut_mkfs_is_repeated_with_force_on_the_same_disk_alone() {
    let host = etcd();
    host.write("state/mkfs-cut", "");
    assert_refused(&prepare(&host), "mkfs.xfs");
    assert!(host.read(NOTE).starts_with("state begun\n"));

    host.remove("state/mkfs-cut");
    assert_ok(&prepare(&host));
    assert!(host.log().contains("mkfs.xfs -K -q -f "), "{}", host.log());
    assert!(!host.exists(NOTE));

    // Cut after the superblock was written: it looks finished and is not.
    let host = etcd();
    note(&host, "begun", "serial one");
    unfinished(&host);
    assert_ok(&prepare(&host));
    assert!(host.log().contains("mkfs.xfs -K -q -f "), "{}", host.log());
}

/// The superblock as mkfs.xfs leaves it until its last write.
fn unfinished(host: &Host) {
    host.superblock("sdz", &ours(), "etcd");
    host.poke("sdz", 126, &[1]);
}

/// A root disk put back from a snapshot may hold a note of long ago.
#[test]
fn a_finished_filesystem_is_never_formatted_whatever_a_note_says() {
    for state in ["begun", "made"] {
        let host = etcd();
        note(&host, state, "serial one");
        host.superblock("sdz", &ours(), "etcd");
        let before = host.disk();
        assert_ok(&prepare(&host));
        assert!(!host.log().contains("mkfs.xfs") && host.disk() == before, "{state}: {}", host.log());
        assert!(host.log().contains("sleep 105") && host.log().contains("xfs_repair -n"), "{state}: {}", host.log());
        assert!(!host.exists(NOTE), "{state}");
    }
}

#[test]
fn only_a_disk_that_seems_blank_is_read_all_over() {
    let host = etcd();
    host.superblock("sdz", &ours(), "etcd");
    assert_ok(&prepare(&host));
    assert!(!host.read("state/reads").contains("bs=1M"));
}

/// Every place of a big disk where a known format leaves a mark when its first MiB is lost.
#[test]
fn a_lost_filesystem_is_found_by_its_copies() {
    const GIB: u64 = 1 << 30;
    // The quarters of XFS are whole blocks, and so begin just behind the even places.
    let size = 3 * GIB - 4096;
    let quarter = (size / 4096).div_ceil(4) * 4096;
    let marks = [
        ("anything", 0),
        ("ext4", 128 << 20),
        ("ext4, third copy", 640 << 20),
        ("ext2 with blocks of 1 KiB", (8 << 20) + 1024),
        ("btrfs", (64 << 20) + 65536),
        ("xfs", quarter),
        ("xfs, second", 2 * quarter),
        ("xfs, third", 3 * quarter),
        ("md, LVM, GPT", size - 512),
    ];
    let host = etcd();
    let disk = std::fs::OpenOptions::new().write(true).open(host.at("root/dev/sdz")).expect("disk");
    disk.set_len(size).expect("sparse");
    assert_ok(&prepare(&host));
    let reads = host.read("state/reads");
    let starts = reads.lines().filter_map(|line| line.split_once(" skip=")?.1.split(' ').next()?.parse::<u64>().ok());
    let starts: Vec<u64> = starts.collect();
    for (name, offset) in marks {
        assert!(
            starts.iter().any(|start| (*start..start + (1 << 20)).contains(&offset)),
            "{name} at {offset}: {reads}"
        );
    }
    // Proof and second proof together; settle rests on the second being quick.
    assert!(starts.len() <= 2 * 90, "{}", starts.len());
}

#[test]
fn a_format_not_yet_confirmed_is_waited_for_again_but_not_repeated() {
    let host = etcd();
    note(&host, "made", "serial one");
    host.superblock("sdz", &ours(), "etcd");
    assert_ok(&prepare(&host));
    assert!(host.log().contains("sleep 105") && !host.log().contains("mkfs.xfs"), "{}", host.log());
    assert!(!host.exists(NOTE));
}

#[test]
fn the_earlier_of_two_nodes_that_format_one_disk_stops_before_it_mounts() {
    let host = etcd();
    host.write("state/race", OTHER);
    let output = prepare(&host);
    assert_refused(&output, "another node has formatted");
    assert!(!host.log().contains("mount"), "{}", host.log());
    // And stays stopped: what lies there now is the other's.
    assert_refused(&prepare(&host), "compare the names");
}

#[test]
fn mkfs_that_meets_another_nodes_filesystem_leaves_no_claim() {
    let host = etcd();
    host.write("state/mkfs-meets", OTHER);
    assert_refused(&prepare(&host), "failed");
    assert!(!host.log().contains(" -f ") && !host.exists(NOTE));
}

#[test]
fn a_format_with_faults_is_not_used() {
    let host = etcd();
    host.write("state/damaged", "");
    assert_refused(&prepare(&host), "finds faults");
    // It stays refused, and is not formatted again: that is for a person to decide.
    assert_refused(&prepare(&host), "finds faults");
    assert_eq!(host.log().matches("mkfs.xfs").count(), 1);
}

#[test]
fn a_probe_from_a_cache_is_not_believed() {
    let host = etcd();
    found(&host, &format!("TYPE=xfs\nLABEL=etcd\nUUID={}\n", ours()), 0);
    host.superblock("sdz", OTHER, "etcd");
    assert_refused(&prepare(&host), "carries UUID 11111111");
    assert_refused(&migrate(&host), "carries UUID 11111111");
    assert!(!host.log().contains("mount"), "{}", host.log());
}

#[test]
fn a_local_disk_waits_for_nobody_and_is_known_by_the_short_host_name() {
    let host = with_volume(MOVE, Source::Disk { device: "/dev/sdz" });
    assert_ok(&prepare(&host));
    assert!(host.log().contains(&format!("uuid={}", local_owner("", "etcd", "master-0"))));
    assert!(!host.log().contains("sleep"), "{}", host.log());
}

#[test]
fn a_disk_is_selected_only_when_exactly_one_fits() {
    let mine = local_owner("", "etcd", "master-0").to_string();
    let host = with_volume(MOVE, Source::Select);
    host.remove("root/dev/firesteel/etcd");
    host.add_disk("sda");
    host.superblock("sda", OTHER, "root");
    assert_ok(&prepare(&host));
    assert!(host.log().contains("root/dev/sdz\n"), "{}", host.log());
    assert!(host.read("root/run/udev/rules.d/61-firesteel-etcd.rules").contains(&mine));

    // Ours wins over a blank one beside it; nothing is formatted any more.
    host.write("log", "");
    host.add_disk("sdb");
    assert_ok(&prepare(&host));
    assert!(!host.log().contains("mkfs"), "{}", host.log());

    let host = with_volume(MOVE, Source::Select);
    host.add_disk("sda");
    assert_refused(&prepare(&host), "2 blank");
    assert!(!host.log().contains("mkfs"));

    host.superblock("sda", OTHER, "etcd");
    assert_refused(&prepare(&host), "compare the names");
    assert!(!host.log().contains("mkfs"));

    host.superblock("sda", OTHER, "x");
    host.superblock("sdz", OTHER, "y");
    assert_refused(&prepare(&host), "0 blank");
}

// --- The data ---

const ROOT: &str = "root/var/lib/etcd";

fn ready(old_data: OldData<'_>) -> Host {
    let host = with_volume(old_data, Source::Iscsi);
    host.superblock("sdz", &ours(), "etcd");
    host
}

fn member(host: &Host, dir: &str, text: &str) {
    host.write(&format!("{dir}/member/wal"), text);
    host.write(&format!("{dir}/member/snap/db"), "db");
}

fn parked(host: &Host) -> Vec<(String, String)> {
    let all = host.tree("root/var/lib");
    all.into_iter().filter(|(name, _)| name.starts_with("etcd.parked-")).collect()
}

#[test]
fn yes_no_copies_compares_renames_and_parks() {
    let host = ready(MOVE);
    member(&host, ROOT, "data");
    // A copy that was cut short is made anew.
    host.write("volume/member.migrate/wal", "da");
    host.write("volume/member.migrate/stale", "");
    assert_ok(&migrate(&host));
    let moved = vec![("member/snap/db".to_owned(), "db".to_owned()), ("member/wal".to_owned(), "data".to_owned())];
    assert_eq!(host.tree("volume"), moved);
    assert!(host.tree(ROOT).is_empty());
    let parked = parked(&host);
    assert_eq!(parked.len(), 2);
    assert!(parked[1].0.ends_with("/member/wal") && parked[1].1 == "data", "{parked:?}");
    assert!(!host.at(&format!("{ROOT}/member")).exists());
    // Nothing stays mounted.
    assert_eq!(host.log().matches("umount").count(), 3, "{}", host.log());

    // The next boot takes it over.
    assert_ok(&migrate(&host));
    assert_eq!(host.tree("volume"), moved);
}

#[test]
fn no_yes_takes_over_and_writes_nothing() {
    let host = ready(MOVE);
    member(&host, "volume", "data");
    // An empty directory is no data.
    std::fs::create_dir_all(host.at(&format!("{ROOT}/member"))).expect("mkdir");
    let before = host.tree("volume");
    assert_ok(&migrate(&host));
    assert_eq!(host.tree("volume"), before);
    assert!(parked(&host).is_empty());
    // What is mounted keeps its label; the places for mounts get theirs before.
    let log = host.log();
    let (_, mounted) = log.split_once("mount -t xfs").expect("the volume is mounted");
    assert!(!mounted.contains("chcon"), "{log}");
}

#[test]
fn no_no_starts_empty() {
    let host = ready(MOVE);
    assert_ok(&migrate(&host));
    assert!(host.tree("volume").is_empty() && std::fs::read_dir(host.at("volume")).expect("dir").next().is_none());
    assert!(parked(&host).is_empty() && host.at(ROOT).is_dir());
}

#[test]
fn yes_yes_with_the_same_content_parks_the_root_disks() {
    let host = ready(MOVE);
    member(&host, ROOT, "data");
    member(&host, "volume", "data");
    assert_ok(&migrate(&host));
    assert_eq!(host.tree("volume").len(), 2);
    assert!(host.tree(ROOT).is_empty());
    assert_eq!(parked(&host).len(), 2);
}

#[test]
fn yes_yes_with_other_content_refuses_with_dates_and_ways_out() {
    for (root, volume) in [("new", "old"), ("", "old"), ("old", "old and more")] {
        let host = ready(MOVE);
        member(&host, ROOT, root);
        member(&host, "volume", volume);
        let before = (host.tree(ROOT), host.tree("volume"));
        let output = migrate(&host);
        assert_refused(&output, "they differ");
        let text = stderr(&output);
        assert_eq!(text.matches(" UTC").count(), 2, "{text}");
        assert!(
            text.contains("to go on with the volume's") && text.contains("to go on with the root disk's"),
            "{text}"
        );
        assert_eq!((host.tree(ROOT), host.tree("volume")), before);
        assert!(parked(&host).is_empty());
    }
}

/// States in which nothing may be moved, mounted for good, or deleted.
#[test]
fn when_it_is_not_sure_nothing_is_moved() {
    type Setup = fn(&Host);
    let cases: [(&str, Setup, &str); 11] = [
        ("kubelet runs", |h| h.write("state/active", "kubelet.service\n"), "kubelet.service is running"),
        ("systemd does not answer", |h| h.write("state/no-bus", ""), "cannot tell whether crio.service is running"),
        ("crio runs", |h| h.write("state/active", "crio.service\n"), "crio.service is running"),
        (
            "a pod has it open",
            |h| symlink("/var/lib/etcd/member/wal", h.at("root/proc/1/fd/7")).expect("symlink"),
            "process 1 has files open",
        ),
        ("the copy fails", |h| h.write("state/copy-fails", ""), "copying"),
        ("the copy differs", |h| h.write("state/copy-differs", ""), "differs from the original"),
        (
            "mounted already",
            |h| h.write("root/proc/self/mountinfo", "9 1 8:1 / /var/lib/etcd rw - xfs x rw\n"),
            "is mounted at",
        ),
        (
            "the path is a link",
            |h| {
                std::fs::rename(h.at(ROOT), h.at("root/var/lib/elsewhere")).expect("mv");
                symlink("elsewhere", h.at(ROOT)).expect("symlink");
            },
            "symbolic link",
        ),
        (
            "the entry is a link",
            |h| {
                std::fs::rename(h.at(&format!("{ROOT}/member")), h.at("root/var/lib/elsewhere")).expect("mv");
                symlink("../elsewhere", h.at(&format!("{ROOT}/member"))).expect("symlink");
            },
            "is no directory",
        ),
        ("another node's disk", |h| h.superblock("sdz", OTHER, "etcd"), "carries UUID"),
        ("no xfs at all", |h| h.poke("sdz", 0, b"nope"), "carries UUID"),
    ];
    for (name, setup, because) in cases {
        let host = ready(MOVE);
        member(&host, ROOT, "data");
        setup(&host);
        let before = host.tree("root/var/lib");
        assert_refused(&migrate(&host), because);
        assert_eq!(host.tree("root/var/lib"), before, "{name}");
        assert!(!host.exists("volume/member"), "{name}: looks migrated");
        assert!(!host.at("root/run/firesteel/etcd/volume").is_symlink(), "{name}: still mounted");
    }
}

#[test]
fn a_directory_that_cannot_be_read_is_not_empty() {
    for place in ["below/etcd/member", "volume/member"] {
        let host = ready(MOVE);
        member(&host, ROOT, "data");
        member(&host, "volume", "data");
        host.write("state/find-fails", place);
        let before = (host.tree("root/var/lib"), host.tree("volume"));
        assert_refused(&migrate(&host), "cannot be read");
        assert_eq!((host.tree("root/var/lib"), host.tree("volume")), before);
        assert!(!host.at("root/run/firesteel/etcd/volume").is_symlink());
    }
}

const STARTED: &str = "root/var/lib/firesteel/etcd.started";
const TRUST: &str = "root/var/lib/firesteel/etcd.start-as-is";
const LOG: &str = "root/var/log/pods/openshift-etcd_etcd-master-0_1234/etcd/0.log";

fn written(host: &Host, path: &str, hours_ago: u64) {
    let time = std::time::SystemTime::now() - std::time::Duration::from_secs(hours_ago * 3600);
    std::fs::File::open(host.at(path)).and_then(|file| file.set_modified(time)).expect("set the time");
}

/// A unit of the same name had mounted another disk: what this one shows is not what etcd has used.
#[test]
fn a_node_that_has_used_data_elsewhere_does_not_start_without_it() {
    let traces = ["etc/kubernetes/manifests/etcd-pod.yaml", "etc/kubernetes/static-pod-resources/etcd-pod-7/pod.yaml"];
    for trace in traces {
        let host = ready(MOVE);
        host.write(&format!("root/{trace}"), "");
        let output = migrate(&host);
        assert_refused(&output, "neither the root disk nor the volume holds member");
        assert!(stderr(&output).contains("touch") && !host.exists(STARTED));
        assert_refused(&migrate(&host), "neither");
        // A person says that it shall start empty; once, and not for ever.
        host.write(TRUST, "");
        assert_ok(&migrate(&host));
        assert!(!host.exists(TRUST));
        // Whoever has started on this volume may find it empty later: restores move the data away.
        assert_ok(&migrate(&host));
    }
    // A new root disk has no traces.
    assert_ok(&migrate(&ready(MOVE)));
}

#[test]
fn a_blank_disk_in_place_of_the_volume_is_not_started_on() {
    let host = ready(MOVE);
    member(&host, "volume", "data");
    host.write("root/etc/kubernetes/manifests/etcd-pod.yaml", "");
    assert_ok(&migrate(&host));
    std::fs::remove_dir_all(host.at("volume/member")).expect("a new disk");
    host.poke("sdz", 0, &[0; 4096]);
    assert_ok(&prepare(&host));
    assert!(host.log().contains("mkfs.xfs"));
    assert_refused(&migrate(&host), "neither the root disk nor the volume holds member");
}

#[test]
fn data_much_older_than_its_last_use_is_not_started_on() {
    let old = |host: &Host, dir: &str| {
        member(host, dir, "data");
        for entry in ["member/wal", "member/snap/db", "member/snap", "member"] {
            written(host, &format!("{dir}/{entry}"), 3);
        }
    };
    let cases: [&[&str]; 3] = [&[ROOT], &["volume"], &[ROOT, "volume"]];
    for dirs in cases {
        let host = ready(MOVE);
        dirs.iter().for_each(|dir| old(&host, dir));
        host.write(LOG, "etcd spoke just now");
        let before = (host.tree("root/var/lib"), host.tree("volume"));
        let output = migrate(&host);
        assert_refused(&output, "an hour or more after");
        assert!(stderr(&output).contains(" UTC"), "{}", stderr(&output));
        assert_eq!((host.tree("root/var/lib"), host.tree("volume")), before);
        host.write(TRUST, "");
        assert_ok(&migrate(&host));
    }
    // It was written as long as it was used.
    let host = ready(MOVE);
    old(&host, ROOT);
    host.write(LOG, "");
    written(&host, LOG, 3);
    assert_ok(&migrate(&host));
    // Known since: a quorum that is lost for hours writes nothing, and that is no reason to stay down.
    written(&host, LOG, 0);
    assert_ok(&migrate(&host));
    // Another owner's start is none of this one's.
    host.write(STARTED, &format!("{OTHER}\n"));
    assert_refused(&migrate(&host), "an hour or more after");
}

#[test]
fn a_line_of_fstab_for_the_path_is_not_displaced() {
    let host = ready(MOVE);
    host.write("root/etc/fstab", "# x\nUUID=1 /var xfs defaults 0 0\n");
    assert_ok(&migrate(&host));
    host.write("root/etc/fstab", "UUID=1 /var/lib/etcd/ xfs defaults 0 0\n");
    assert_refused(&migrate(&host), "/etc/fstab mounts another disk");
}

#[test]
fn what_is_complete_on_the_volume_is_dressed_already() {
    let host = ready(MOVE);
    member(&host, ROOT, "data");
    assert_ok(&migrate(&host));
    assert!(host.log().contains("chcon --reference="), "{}", host.log());
    assert!(!host.exists("state/member-at-chcon"), "{}", host.log());
}

#[test]
fn a_step_that_fails_without_a_word_is_called_a_refusal() {
    let host = with_volume(MOVE, Source::Iscsi);
    host.superblock("sdz", &ours(), "etcd");
    std::fs::create_dir_all(host.at("root/run/firesteel")).expect("mkdir");
    host.write("root/run/firesteel/etcd", "a file where a directory should be");
    assert_refused(&migrate(&host), "a step failed");
}

#[test]
fn a_part_of_a_copy_without_its_original_is_kept() {
    let host = ready(MOVE);
    host.write("volume/member.migrate/wal", "the last of it");
    assert_refused(&migrate(&host), "its original is gone");
    assert_eq!(host.read("volume/member.migrate/wal"), "the last of it");
}

#[test]
fn old_data_that_is_to_be_left_alone_is_left_alone() {
    for entry in [None, Some("member")] {
        let host = ready(OldData::Refuse { entry });
        member(&host, ROOT, "data");
        let before = host.tree("root/var/lib");
        assert_refused(&migrate(&host), "says to leave it");
        assert_eq!(host.tree("root/var/lib"), before);

        let host = ready(OldData::Refuse { entry });
        member(&host, "volume", "data");
        assert_ok(&migrate(&host));
        let host = ready(OldData::Refuse { entry });
        assert_ok(&migrate(&host));
    }
    let host = ready(OldData::Refuse { entry: None });
    host.write(&format!("{ROOT}/anything"), "");
    assert_refused(&migrate(&host), "says to leave it");
}

#[test]
fn a_whole_directory_is_set_aside() {
    let host = ready(OldData::SetAside);
    host.write(&format!("{ROOT}/a/b"), "old");
    host.write("volume/c", "new");
    assert_ok(&migrate(&host));
    let parked = parked(&host);
    assert!(parked.len() == 1 && parked[0].0.ends_with("/etcd/a/b") && parked[0].1 == "old", "{parked:?}");
    assert!(host.at(ROOT).is_dir() && host.tree(ROOT).is_empty());
    assert_eq!(host.tree("volume"), [("c".to_owned(), "new".to_owned())]);
}
