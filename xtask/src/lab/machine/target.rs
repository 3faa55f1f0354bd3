//! An iSCSI target of one case: a tgtd of its own on a port of its own, on the loopback.

use super::process::{self, Running, until};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A running tgtd.
#[derive(Debug)]
pub(super) struct Target {
    daemon: Option<Running>,
    socket: PathBuf,
    folder: PathBuf,
    pub(super) port: u16,
}

/// User and secret of CHAP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account<'a> {
    pub(super) user: &'a str,
    pub(super) secret: &'a str,
}

impl Target {
    /// Starts tgtd, without any target yet.
    pub(super) fn start(folder: &Path) -> Result<Self, String> {
        let mut target =
            Target { daemon: None, socket: folder.join("tgtd"), folder: folder.to_owned(), port: free_port()? };
        let mut command = Command::new("tgtd");
        command.env("TGT_IPC_SOCKET", &target.socket);
        command.args(["-f", "--iscsi", &format!("portal=127.0.0.1:{}", target.port)]);
        target.daemon = Some(Running::start(&mut command, &folder.join("tgtd.log"))?);
        until(20, Duration::from_millis(100), "tgtd answers", || {
            Ok(target.admin(&["--mode", "sys", "--op", "show"]).ok())
        })?;
        Ok(target)
    }

    /// A target with one disk as LUN 1 (0 is tgt's controller) for one initiator.
    pub(super) fn add(
        &self,
        id: u32,
        name: &str,
        initiator: &str,
        disk: &Path,
        account: Account<'_>,
    ) -> Result<(), String> {
        let tid = &id.to_string();
        let disk = &disk.display().to_string();
        self.admin(&["--mode", "target", "--op", "new", "--tid", tid, "-T", name])?;
        self.admin(&["--mode", "logicalunit", "--op", "new", "--tid", tid, "--lun", "1", "-b", disk])?;
        self.allow(id, initiator)?;
        self.account(account)?;
        self.bind(id, account.user, false)
    }

    /// Lets one more initiator see a target.
    pub(super) fn allow(&self, id: u32, initiator: &str) -> Result<(), String> {
        self.admin(&["--mode", "target", "--op", "bind", "--tid", &id.to_string(), "-Q", initiator]).map(drop)
    }

    /// Makes an account.
    pub(super) fn account(&self, account: Account<'_>) -> Result<(), String> {
        self.admin(&["--mode", "account", "--op", "new", "--user", account.user, "--password", account.secret])
            .map(drop)
    }

    /// Gives an account to a target; an outgoing one is what the target proves itself with.
    pub(super) fn bind(&self, id: u32, user: &str, outgoing: bool) -> Result<(), String> {
        let tid = id.to_string();
        let mut arguments = vec!["--mode", "account", "--op", "bind", "--tid", &tid, "--user", user];
        if outgoing {
            arguments.push("--outgoing");
        }
        self.admin(&arguments).map(drop)
    }

    /// Another secret for an account of a target.
    pub(super) fn change(&self, id: u32, account: Account<'_>) -> Result<(), String> {
        let tid = id.to_string();
        self.admin(&["--mode", "account", "--op", "unbind", "--tid", &tid, "--user", account.user])?;
        self.admin(&["--mode", "account", "--op", "delete", "--user", account.user])?;
        self.account(account)?;
        self.bind(id, account.user, false)
    }

    fn admin(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = process::bounded(10, "tgtadm");
        command.env("TGT_IPC_SOCKET", &self.socket).current_dir(&self.folder).args(["--lld", "iscsi"]).args(arguments);
        process::finish(&mut command, "tgtadm")
    }
}

/// A port that nobody listens on at this moment.
pub(super) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| format!("no free port: {error}"))?.port())
}
