//! A scratch host for the scripts: a tree, stand-ins for every program that would touch the machine, and a log.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use firesteel::storage::host::Assets;

pub(crate) const DISK_BYTES: u64 = 8 * 1024 * 1024;
const PROGRAMS: [&str; 21] = [
    "stat",
    "blockdev",
    "blkid",
    "mkfs.xfs",
    "superblock",
    "xfs_repair",
    "sleep",
    "dd",
    "udevadm",
    "mount",
    "umount",
    "cp",
    "systemctl",
    "uname",
    "chcon",
    "restorecon",
    "iscsiadm",
    "findmnt",
    "find",
    "wipefs",
    "xfs_admin",
];

pub(crate) struct Host {
    dir: tempfile::TempDir,
}

impl Host {
    /// A node "master-0" with a blank 8 MiB disk sdz behind `/dev/firesteel/etcd`.
    pub(crate) fn new() -> Self {
        let host = Host { dir: tempfile::tempdir().expect("a scratch directory") };
        let standin = include_str!("standin");
        host.write("standin", standin);
        fs::set_permissions(host.at("standin"), fs::Permissions::from_mode(0o755)).expect("chmod");
        fs::create_dir(host.at("bin")).expect("mkdir");
        for program in PROGRAMS {
            symlink(host.at("standin"), host.at(&format!("bin/{program}"))).expect("symlink");
        }
        host.write("log", "");
        host.write("state/host", "master-0.example.com\n");
        host.write("state/properties", "DEVNAME=/dev/sdz\nID_SERIAL=serial one\n");
        host.write("state/active", "");
        host.write("state/secret-access", "0 600\n");
        host.write("state/record", include_str!("record"));
        host.write("root/proc/self/mountinfo", "22 1 252:1 / / rw - ext4 /dev/vda1 rw\n");
        host.write("root/proc/swaps", "Filename Type Size Used Priority\n");
        for dir in
            ["root/proc/1/fd", "root/dev/firesteel", "root/var/lib/iscsi/nodes", "root/run", "root/etc/iscsi", "volume"]
        {
            fs::create_dir_all(host.at(dir)).expect("mkdir");
        }
        host.add_disk("sdz");
        symlink("../sdz", host.at("root/dev/firesteel/etcd")).expect("symlink");
        host
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
        fs::write(path, text).expect("write");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_default()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.at(path)).expect("remove");
    }

    pub(crate) fn add_disk(&self, name: &str) {
        let file = fs::File::create(self.at(&format!("root/dev/{name}"))).expect("disk");
        file.set_len(DISK_BYTES).expect("disk size");
        self.write(&format!("root/sys/class/block/{name}/dev"), "8:240\n");
        self.write(&format!("root/sys/class/block/{name}/ro"), "0\n");
        fs::create_dir_all(self.at(&format!("root/sys/block/{name}"))).expect("mkdir");
    }

    pub(crate) fn poke(&self, disk: &str, offset: u64, bytes: &[u8]) {
        use std::os::unix::fs::FileExt as _;
        let file = fs::OpenOptions::new().write(true).open(self.at(&format!("root/dev/{disk}"))).expect("disk");
        file.write_all_at(bytes, offset).expect("poke");
    }

    pub(crate) fn superblock(&self, disk: &str, uuid: &str, label: &str) {
        let path = self.at(&format!("root/dev/{disk}"));
        let path = path.to_str().expect("UTF-8");
        assert!(self.command(&self.at("bin/superblock"), &[path, uuid, label]).status.success());
    }

    pub(crate) fn disk(&self) -> Vec<u8> {
        fs::read(self.at("root/dev/sdz")).expect("disk")
    }

    /// Puts files of ours into the tree, as Ignition would.
    pub(crate) fn install(&self, assets: &Assets) {
        for file in &assets.files {
            self.write(&format!("root{}", file.path), &file.contents);
            fs::set_permissions(self.at(&format!("root{}", file.path)), fs::Permissions::from_mode(file.mode))
                .expect("chmod");
        }
    }

    /// Runs a script from the tree's /usr/local/bin.
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Output {
        let root = self.at("root");
        let mut all = vec!["--root", root.to_str().expect("UTF-8")];
        all.extend(arguments);
        self.command(&self.at(&format!("root/usr/local/bin/{script}")), &all)
    }

    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Output {
        let path = std::env::var("PATH").expect("PATH");
        let mut command = Command::new(program);
        if self.exists("state/bash-env") {
            command.env("BASH_ENV", self.at("state/bash-env"));
        }
        command
            .args(arguments)
            .env("PATH", format!("{}:{path}", self.at("bin").display()))
            .env("REAL_PATH", path)
            .env("SCRATCH", self.dir.path())
            .output()
            .expect("the script starts")
    }

    /// Every file below `dir`, with its text, in order.
    pub(crate) fn tree(&self, dir: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut pending = vec![self.at(dir)];
        while let Some(path) = pending.pop() {
            for entry in fs::read_dir(&path).into_iter().flatten() {
                let path = entry.expect("entry").path();
                if path.is_dir() && !path.is_symlink() {
                    pending.push(path);
                } else {
                    let name = path.strip_prefix(self.at(dir)).expect("below").display().to_string();
                    out.push((name, fs::read_to_string(&path).unwrap_or_default()));
                }
            }
        }
        out.sort();
        out
    }

    pub(crate) fn log(&self) -> String {
        self.read("log")
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
pub(crate) fn assert_ok(output: &Output) {
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), stderr(output));
}

#[track_caller]
pub(crate) fn assert_refused(output: &Output, because: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{}{text}", String::from_utf8_lossy(&output.stdout));
    assert!(text.contains("refused: ") && text.contains(because), "expected {because:?} in:\n{text}");
}
