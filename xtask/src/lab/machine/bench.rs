//! The bench of one case: its folder, its target with LUNs, its portal, and the nodes that boot.

use super::guest::{Answer, BOOT, Guest, Hardware};
use super::image::Image;
use super::overlay::{self, Overlay, overlay};
use super::relay::{Portal, Relay};
use super::states::Moved;
use super::target::{Account, Target};
use crate::lab::files;
use crate::lab::process::{self, until};
use crate::lab::tgtd::free_port;
use std::cell::Cell;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What all cases share.
#[derive(Debug)]
pub(super) struct Lab {
    pub(super) folder: PathBuf,
    pub(super) image: Image,
    pub(super) kvm: bool,
}

/// The names of `tests/lab/specs/etcd-iscsi.yaml`.
pub(super) const NODES: [Initiator; 2] = [
    Initiator {
        node: "master-0",
        mac: "52:54:00:00:00:10",
        name: "iqn.1994-05.com.redhat:master0",
        target: "iqn.2024-02.com.example.san:etcd-0",
        account: Account { user: "master0", secret: "#a'b\"c\\d$e%f=g" },
    },
    Initiator {
        node: "master-1",
        mac: "52:54:00:00:00:11",
        name: "iqn.1994-05.com.redhat:master1",
        target: "iqn.2024-02.com.example.san:etcd-1",
        account: Account { user: "master1", secret: "not-the-same-1" },
    },
];

/// One node as the target knows it.
#[derive(Debug)]
pub(super) struct Initiator {
    pub(super) node: &'static str,
    pub(super) mac: &'static str,
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    pub(super) account: Account<'static>,
}

/// One case's own target, portal and folder.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) lab: &'a Lab,
    pub(super) folder: PathBuf,
    pub(super) target: Target,
    pub(super) portal: Relay,
    mutation: Cell<Option<Mutation>>,
}

/// Takes something out of the files of a node.
type Mutation = fn(&Path) -> Result<(), String>;

/// LUNs are sparse files of this size: enough for XFS and etcd, and read whole by the proof of blankness.
pub(super) const LUN: u64 = 1 << 30;

impl<'a> Bench<'a> {
    /// Two blank LUNs, one for each node, behind a portal that is open.
    pub(super) fn new(lab: &'a Lab, case: &str) -> Result<Self, String> {
        let folder = lab.folder.join("cases").join(case);
        files::empty(&folder)?;
        let target = Target::start(&folder)?;
        let portal = Relay::start(free_port()?, target.port);
        let bench = Bench { lab, folder, target, portal, mutation: Cell::new(None) };
        for (id, node) in NODES.iter().enumerate() {
            let disk = bench.lun(id);
            files::blank(&disk, LUN)?;
            bench.target.add(id as u32 + 1, node.target, node.name, &disk, node.account)?;
        }
        bench.portal.set(Portal::Open);
        Ok(bench)
    }

    /// After a case that has passed: disks are large, and say nothing any more.
    pub(super) fn keep_only_logs(&self) -> Result<(), String> {
        let entries = fs::read_dir(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_disk = name.starts_with("lun-") || name == "local-disk";
            if is_disk || name.ends_with(".qcow2") || name.ends_with(".initramfs") {
                fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    /// The file behind the LUN of a node.
    pub(super) fn lun(&self, node: usize) -> PathBuf {
        self.folder.join(format!("lun-{node}"))
    }

    /// Puts the contents of a file on a LUN.
    pub(super) fn fill(&self, node: usize, from: &Path) -> Result<(), String> {
        // Into the same file: the target has it open.
        let (from, to) = (format!("if={}", from.display()), format!("of={}", self.lun(node).display()));
        process::run(120, "dd", &[&from, &to, "bs=1M", "conv=notrunc,sparse", "status=none"]).map(drop)
    }

    /// Puts bytes somewhere on a LUN.
    pub(super) fn put(&self, node: usize, place: u64, bytes: &[u8]) -> Result<(), String> {
        let path = self.lun(node);
        let file = File::options().write(true).open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        file.write_all_at(bytes, place).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Is a LUN all zero?
    pub(super) fn is_blank(&self, node: usize) -> Result<bool, String> {
        let (lun, size) = (self.lun(node).display().to_string(), LUN.to_string());
        Ok(process::run(120, "cmp", &["-n", &size, &lun, "/dev/zero"]).is_ok())
    }

    /// What is on a LUN, as one line.
    pub(super) fn hash(&self, node: usize) -> Result<String, String> {
        let path = self.lun(node);
        process::run(120, "sha256sum", &[&path])
    }

    /// The files of a spec for this bench's portal.
    pub(super) fn compile(&self, name: &str, spec: &str, changes: &[(&str, &str)]) -> Result<Overlay, String> {
        let portal = format!("10.0.2.2:{}", self.portal.port);
        let mut all = vec![("10.0.2.2:3260", portal.as_str())];
        all.extend(changes);
        self.compile_local(name, spec, &all)
    }

    /// The files of a spec as it is.
    pub(super) fn compile_local(&self, name: &str, spec: &str, changes: &[(&str, &str)]) -> Result<Overlay, String> {
        let files = overlay(&self.folder.join(name), &self.lab.image, spec, changes)?;
        if let Some(mutation) = self.mutation.get() {
            mutation(&files.tree)?;
        }
        Ok(files)
    }

    /// From now on something is taken out of what is compiled.
    pub(super) fn mutate(&self, mutation: Mutation) {
        self.mutation.set(Some(mutation));
    }

    /// The first node after its move, with the volume it has moved to; its files name this bench's portal.
    pub(super) fn moved_node(&self, before: &Moved) -> Result<Node<'_>, String> {
        self.fill(0, &before.lun)?;
        let mut node = self.node(0, &before.disk)?;
        node.files = Some(self.compile("files", "etcd-iscsi", &[])?);
        Ok(node)
    }

    /// A node with a root disk of its own, made on top of another disk, which stays as it is.
    pub(super) fn node(&self, number: usize, on: &Path) -> Result<Node<'_>, String> {
        self.node_of(&self.lab.image, number, on)
    }

    /// The same with the kernel and the initramfs of another image.
    pub(super) fn node_of<'n>(&'n self, image: &'n Image, number: usize, on: &Path) -> Result<Node<'n>, String> {
        let Initiator { node, mac, .. } = &NODES[number];
        let disk = self.folder.join(format!("{node}.qcow2"));
        let format = if on.extension().is_some_and(|extension| extension == "qcow2") { "qcow2" } else { "raw" };
        let (on, path) = (on.display().to_string(), disk.display().to_string());
        process::run(30, "qemu-img", &["create", "-q", "-f", "qcow2", "-b", &on, "-F", format, &path])?;
        Ok(Node {
            image,
            kvm: self.lab.kvm,
            folder: self.folder.clone(),
            name: (*node).to_owned(),
            mac,
            disk,
            more: Vec::new(),
            boots: 0,
            guest: None,
            arguments: String::new(),
            forward: None,
            volume: "/dev/sda",
            files: None,
        })
    }
}

/// One machine: what stays when its power is off, and the guest while it is on.
#[derive(Debug)]
pub(super) struct Node<'a> {
    image: &'a Image,
    kvm: bool,
    folder: PathBuf,
    /// Its host name.
    pub(super) name: String,
    mac: &'static str,
    pub(super) disk: PathBuf,
    /// Further disks, with serials.
    pub(super) more: Vec<(PathBuf, String)>,
    /// Further arguments of the kernel.
    pub(super) arguments: String,
    /// The port of this host behind which its own iSCSI port is.
    pub(super) forward: Option<u16>,
    /// What is mounted when all is well.
    pub(super) volume: &'static str,
    /// Files that the next boot lays over the root disk, whatever it is.
    files: Option<Overlay>,
    boots: u32,
    guest: Option<Guest>,
}

/// When the boot has gone as far as it goes.
const AT_REST: &str = "[[ -z $(systemctl list-jobs --no-legend 2>/dev/null) ]]";

impl Node<'_> {
    /// Boots with files that are laid over the root disk before systemd starts, and waits for the agent.
    pub(super) fn boot_with(&mut self, files: &Overlay) -> Result<(), String> {
        self.files = None;
        let initramfs = self.folder.join(format!("{}-{}.initramfs", self.name, self.boots + 1));
        overlay::initramfs(self.image, files, &initramfs)?;
        self.start(&initramfs)
    }

    /// Boots from what is on the root disk.
    pub(super) fn boot(&mut self) -> Result<(), String> {
        if let Some(files) = self.files.take() {
            return self.boot_with(&files);
        }
        let initramfs = self.image.initramfs.clone();
        self.start(&initramfs)
    }

    fn start(&mut self, initramfs: &Path) -> Result<(), String> {
        self.boots += 1;
        let hardware = Hardware {
            name: &self.name,
            mac: self.mac,
            disk: &self.disk,
            more: &self.more,
            initramfs,
            arguments: &self.arguments,
            forward: self.forward,
        };
        let guest = Guest::start(self.image, &hardware, &self.folder, self.boots, self.kvm)?;
        self.guest.insert(guest).wait_for_agent()
    }

    fn guest(&mut self) -> Result<&mut Guest, String> {
        self.guest.as_mut().ok_or_else(|| format!("{} is off", self.name))
    }

    /// Runs a script; any status is an answer.
    pub(super) fn ask(&mut self, script: &str) -> Result<Answer, String> {
        self.guest()?.ask(120, script)
    }

    /// Runs a script that must succeed, and gives what it says.
    pub(super) fn run(&mut self, script: &str) -> Result<String, String> {
        self.run_for(120, script)
    }

    /// The same for what takes long.
    pub(super) fn run_for(&mut self, seconds: u64, script: &str) -> Result<String, String> {
        let name = self.name.clone();
        let Answer { status, text } = self.guest()?.ask(seconds, script)?;
        if status == 0 { Ok(text) } else { Err(format!("{name}: status {status} of `{script}`:\n{text}")) }
    }

    /// Waits until a script succeeds.
    pub(super) fn wait(&mut self, seconds: u64, what: &str, script: &str) -> Result<(), String> {
        let what = format!("{}: {what}", self.name);
        until(seconds, Duration::from_secs(4), &what, || Ok((self.ask(script)?.status == 0).then_some(())))
    }

    /// Waits for what is over soon.
    pub(super) fn wait_often(&mut self, seconds: u64, what: &str, script: &str) -> Result<(), String> {
        let what = format!("{}: {what}", self.name);
        until(seconds, Duration::from_millis(50), &what, || Ok((self.ask(script)?.status == 0).then_some(())))
    }

    /// Waits until nothing is left to start. A unit that failed by dependency is inactive, so no single unit tells.
    pub(super) fn wait_for_rest(&mut self) -> Result<(), String> {
        let script = format!("systemctl is-active --quiet multi-user.target && {AT_REST}");
        self.wait(BOOT, "the boot comes to its end", &script)
    }

    /// Switches it off in order; gives how long that took.
    pub(super) fn off(&mut self) -> Result<Duration, String> {
        self.ask("systemctl --no-block poweroff")?;
        let time = self.guest()?.wait_for_end(300);
        self.guest = None;
        time
    }

    /// A power cut.
    pub(super) fn cut(&mut self) -> Result<(), String> {
        self.guest()?.cut();
        self.guest = None;
        Ok(())
    }
}
