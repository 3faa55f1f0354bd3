//! An iSCSI target of one case, with a LUN for each node.

use crate::lab::tgtd::{Daemon, free_port};
use std::path::Path;

/// A running target.
#[derive(Debug)]
pub(super) struct Target {
    tgtd: Daemon,
    pub(super) port: u16,
}

/// User and secret of CHAP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account<'a> {
    pub(super) user: &'a str,
    pub(super) secret: &'a str,
}

impl Target {
    /// Starts it, without anything to see yet.
    pub(super) fn start(folder: &Path) -> Result<Self, String> {
        let port = free_port()?;
        Ok(Target { tgtd: Daemon::start(folder, &format!("127.0.0.1:{port}"))?, port })
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
        self.tgtd.admin(&["--mode", "target", "--op", "new", "--tid", tid, "-T", name])?;
        self.tgtd.admin(&["--mode", "logicalunit", "--op", "new", "--tid", tid, "--lun", "1", "-b", disk])?;
        self.allow(id, initiator)?;
        self.account(account)?;
        self.bind(id, account.user, false)
    }

    /// Lets one more initiator see a target.
    pub(super) fn allow(&self, id: u32, initiator: &str) -> Result<(), String> {
        self.tgtd.admin(&["--mode", "target", "--op", "bind", "--tid", &id.to_string(), "-Q", initiator]).map(drop)
    }

    /// Makes an account.
    pub(super) fn account(&self, account: Account<'_>) -> Result<(), String> {
        self.tgtd
            .admin(&["--mode", "account", "--op", "new", "--user", account.user, "--password", account.secret])
            .map(drop)
    }

    /// Gives an account to a target; an outgoing one is what the target proves itself with.
    pub(super) fn bind(&self, id: u32, user: &str, outgoing: bool) -> Result<(), String> {
        let tid = id.to_string();
        let mut arguments = vec!["--mode", "account", "--op", "bind", "--tid", &tid, "--user", user];
        if outgoing {
            arguments.push("--outgoing");
        }
        self.tgtd.admin(&arguments).map(drop)
    }

    /// Another secret for an account of a target.
    pub(super) fn change(&self, id: u32, account: Account<'_>) -> Result<(), String> {
        let tid = id.to_string();
        self.tgtd.admin(&["--mode", "account", "--op", "unbind", "--tid", &tid, "--user", account.user])?;
        self.tgtd.admin(&["--mode", "account", "--op", "delete", "--user", account.user])?;
        self.account(account)?;
        self.bind(id, account.user, false)
    }
}
