//! A guest: one process of the emulator, and the agent in it that runs scripts at any moment.

use super::image::Image;
use crate::lab::process::{Running, until};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Slow hosts are no fault: an emulated boot takes 30 s on an idle host and minutes on a busy one.
pub(super) const BOOT: u64 = 600;

/// What a guest is started with.
#[derive(Debug, Clone)]
pub(super) struct Hardware<'a> {
    pub(super) name: &'a str,
    pub(super) mac: &'a str,
    pub(super) disk: &'a Path,
    /// Further disks, with the serial by which udev names them.
    pub(super) more: &'a [(PathBuf, String)],
    pub(super) initramfs: &'a Path,
    pub(super) arguments: &'a str,
    pub(super) forward: Option<u16>,
}

/// Does KVM really work here? Its device file alone says nothing: where hosts are guests themselves, a kernel may hang
/// without a word. So one is booted, for ten seconds at most.
pub(super) fn kvm_works(image: &Image, folder: &Path) -> bool {
    if !Path::new("/dev/kvm").exists() {
        return false;
    }
    let console = folder.join("kvm-probe.log");
    let _ = std::fs::remove_file(&console);
    let mut command = Command::new("qemu-system-x86_64");
    command.args([
        "-nodefaults",
        "-display",
        "none",
        "-no-reboot",
        "-m",
        "512",
        "-machine",
        "pc,accel=kvm",
        "-cpu",
        "host",
    ]);
    command.arg("-kernel").arg(&image.kernel).arg("-initrd").arg(&image.initramfs);
    command.args(["-append", "console=ttyS0 panic=1", "-serial", &format!("file:{}", console.display())]);
    let Ok(mut process) = Running::start(&mut command, &folder.join("kvm-probe-emulator.log")) else { return false };
    let booted = until(10, Duration::from_millis(200), "the probe boots", || {
        if process.has_ended() {
            return Err("the emulator ended".into());
        }
        let said = std::fs::read(&console).unwrap_or_default();
        Ok(String::from_utf8_lossy(&said).contains("Run /init as init process").then_some(()))
    });
    booted.is_ok()
}

/// A running guest.
#[derive(Debug)]
pub(super) struct Guest {
    process: Running,
    agent: UnixStream,
    /// What the agent has sent and nobody has taken yet.
    read: String,
    asked: u32,
    log: File,
    name: String,
}

/// What a script in the guest answered.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: i32,
    pub(super) text: String,
}

impl Guest {
    /// Starts the emulator and connects to the agent's port; the guest itself is still to boot.
    pub(super) fn start(
        image: &Image,
        hardware: &Hardware<'_>,
        folder: &Path,
        boot: u32,
        kvm: bool,
    ) -> Result<Self, String> {
        let Hardware { name, mac, disk, more, initramfs, arguments, forward } = hardware;
        let log = |kind: &str| folder.join(format!("{name}-{boot}-{kind}.log"));
        let socket = folder.join(format!("{name}.agent"));
        // One of an earlier boot would be taken for this one's.
        let _ = std::fs::remove_file(&socket);
        let mut command = Command::new("qemu-system-x86_64");
        command.args(["-nodefaults", "-display", "none", "-no-reboot", "-m", "1024", "-smp", "1", "-machine"]);
        command.args(if kvm { ["pc,accel=kvm", "-cpu", "host"] } else { ["pc,accel=tcg", "-cpu", "max"] });
        command.arg("-kernel").arg(&image.kernel).arg("-initrd").arg(initramfs);
        command
            .args(["-append", &format!("root=/dev/vda rw console=ttyS0 panic=1 systemd.hostname={name} {arguments}")]);
        // Devices are numbered in this order: the root disk is vda.
        command.args(["-drive", &format!("file={},if=none,id=root,format=qcow2", disk.display())]);
        command.args(["-device", "virtio-blk-pci,drive=root"]);
        for (number, (disk, serial)) in more.iter().enumerate() {
            command.args(["-drive", &format!("file={},if=none,id=more{number},format=raw", disk.display())]);
            command.args(["-device", &format!("virtio-blk-pci,drive=more{number},serial={serial}")]);
        }
        let forward = forward.map(|port| format!(",hostfwd=tcp:127.0.0.1:{port}-:3260")).unwrap_or_default();
        command.args([
            "-netdev",
            &format!("user,id=net{forward}"),
            "-device",
            &format!("virtio-net-pci,netdev=net,mac={mac}"),
        ]);
        command.args(["-device", "virtio-rng-pci"]);
        command.args(["-serial", &format!("file:{}", log("console").display())]);
        command.args(["-chardev", &format!("socket,id=agent,path={},server=on,wait=off", socket.display())]);
        command.args(["-serial", "chardev:agent"]);
        let mut process = Running::start(&mut command, &log("emulator"))?;
        let agent = until(30, Duration::from_millis(100), "the emulator opens the agent's port", || {
            if process.has_ended() {
                return Err(format!("the emulator ended; see {}", log("emulator").display()));
            }
            Ok(UnixStream::connect(&socket).ok())
        })?;
        agent.set_read_timeout(Some(Duration::from_millis(500))).map_err(|error| error.to_string())?;
        let log = File::create(log("agent")).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Guest { process, agent, read: String::new(), asked: 0, log, name: (*name).to_owned() })
    }

    /// Waits until the agent answers, which is early in the boot.
    pub(super) fn wait_for_agent(&mut self) -> Result<(), String> {
        self.line(BOOT, "<ready>").map(drop)
    }

    /// Runs a script and gives its answer whatever its status.
    pub(super) fn ask(&mut self, seconds: u64, script: &str) -> Result<Answer, String> {
        self.asked += 1;
        let id = self.asked;
        let line = format!("{id} {seconds} {}\n", BASE64.encode(script));
        self.note(&format!("\n# {script}\n"));
        self.agent.write_all(line.as_bytes()).map_err(|error| format!("{}: the agent is gone: {error}", self.name))?;
        let answer = self.line(seconds + 60, &format!("<{id} "))?;
        let mut words = answer.trim_end_matches('>').split(' ').skip(1);
        let status = words.next().and_then(|word| word.parse().ok()).ok_or("the agent answers nonsense")?;
        let bytes = BASE64.decode(words.next().unwrap_or_default()).map_err(|error| format!("the agent: {error}"))?;
        let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        self.note(&format!("{text}\n# status {status}\n"));
        Ok(Answer { status, text })
    }

    /// Waits until the guest has switched itself off.
    pub(super) fn wait_for_end(&mut self, seconds: u64) -> Result<Duration, String> {
        let began = Instant::now();
        until(seconds, Duration::from_millis(200), &format!("{} is off", self.name), || {
            Ok(self.process.has_ended().then_some(()))
        })?;
        Ok(began.elapsed())
    }

    /// A power cut.
    pub(super) fn cut(&mut self) {
        self.process.kill();
    }

    /// The next line of the agent that begins so.
    fn line(&mut self, seconds: u64, begin: &str) -> Result<String, String> {
        let until = Instant::now() + Duration::from_secs(seconds);
        let mut buffer = [0; 1 << 14];
        loop {
            while let Some(end) = self.read.find('\n') {
                let line: String = self.read.drain(..=end).collect();
                if line.trim_end().starts_with(begin) {
                    return Ok(line.trim_end().to_owned());
                }
            }
            if Instant::now() > until {
                return Err(format!("{}: the agent does not answer within {seconds} s", self.name));
            }
            match self.agent.read(&mut buffer) {
                Ok(0) => return Err(format!("{}: the guest has ended", self.name)),
                Ok(length) => self.read.push_str(&String::from_utf8_lossy(&buffer[..length])),
                // The bound of one read, not of the answer.
                Err(_) => {}
            }
        }
    }

    fn note(&mut self, text: &str) {
        // The log is for people; a case does not fail for it.
        let _ = self.log.write_all(text.as_bytes());
    }
}
