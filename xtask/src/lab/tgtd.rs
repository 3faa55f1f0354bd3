//! A tgtd of one case: an iSCSI target on the loopback, which ends with the case.

use super::process::{Running, bounded, finish, until};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A running tgtd. It is asked through a socket in its case's folder, so that it is nobody else's.
#[derive(Debug)]
pub(super) struct Daemon {
    /// It ignores TERM, and is killed.
    _process: Running,
    folder: PathBuf,
}

/// The variable that names the socket, for tgtd and for what asks it.
const SOCKET: &str = "TGT_IPC_SOCKET";

impl Daemon {
    /// Starts it with one portal, `ADDRESS:PORT`, and waits until it answers. Its log is `tgtd.log` in the folder.
    pub(super) fn start(folder: &Path, portal: &str) -> Result<Self, String> {
        let mut command = Command::new("tgtd");
        command.args(["-f", "--iscsi", &format!("portal={portal}")]).env(SOCKET, folder.join("tgtd"));
        let process = Running::start(&mut command, &folder.join("tgtd.log"))?;
        let daemon = Daemon { _process: process, folder: folder.to_owned() };
        until(20, Duration::from_millis(50), "tgtd answers", || Ok(daemon.state("target").ok()))?;
        Ok(daemon)
    }

    /// What it says about targets, accounts or portals.
    pub(super) fn state(&self, mode: &str) -> Result<String, String> {
        self.admin(&["--mode", mode, "--op", "show"])
    }

    /// Asks it for something.
    pub(super) fn admin(&self, arguments: &[&str]) -> Result<String, String> {
        finish(self.bounded(10, "tgtadm").args(["--lld", "iscsi"]).args(arguments), "tgtadm")
    }

    /// A program that finds this tgtd.
    pub(super) fn bounded(&self, seconds: u64, program: &str) -> Command {
        let mut command = bounded(seconds, program);
        command.env(SOCKET, self.folder.join("tgtd"));
        command
    }
}

/// A port that nobody listens on at this moment.
pub(super) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| format!("no free port: {error}"))?.port())
}
