//! An initiator of this host that asks a target through libiscsi's tools; no kernel and no session is involved.

use super::process::{bounded, words};
use std::process::Output;

/// The programs that are asked with.
pub(super) const TOOLS: &[&str] = &["iscsi-inq", "iscsi-ls", "iscsi-readcapacity16", "timeout"];

/// Who asks, and with what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Initiator<'a> {
    pub(super) name: &'a str,
    pub(super) user: &'a str,
    pub(super) secret: &'a str,
    /// Name and secret by which the target has to prove itself.
    pub(super) back: Option<(&'a str, &'a str)>,
}

impl Initiator<'_> {
    /// Asks with a program. The secrets are no arguments, so that nobody reads them from a list of processes.
    pub(super) fn ask(&self, program: &str, url: &str) -> Result<Output, String> {
        let mut command = bounded(60, program);
        if program == "iscsi-ls" {
            command.arg("-s");
        }
        command.args(["-i", self.name, url]);
        command.env("LIBISCSI_CHAP_USERNAME", self.user).env("LIBISCSI_CHAP_PASSWORD", self.secret);
        if let Some((user, secret)) = self.back {
            command.env("LIBISCSI_CHAP_TARGET_USERNAME", user).env("LIBISCSI_CHAP_TARGET_PASSWORD", secret);
        }
        command.output().map_err(|error| format!("{program}: {error}"))
    }

    /// The lines that `iscsi-ls` prints of a portal.
    pub(super) fn listed(&self, port: u16) -> Result<Vec<String>, String> {
        let output = self.ask("iscsi-ls", &format!("iscsi://127.0.0.1:{port}/"))?;
        let text = words(&output);
        Ok(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
    }

    /// Wants the login to work and the LUN to answer; gives what it says of its size.
    pub(super) fn logs_in(&self, lun: &str) -> Result<String, String> {
        let output = self.ask("iscsi-readcapacity16", lun)?;
        let said = words(&output);
        if output.status.success() { Ok(said) } else { Err(format!("{} at {lun}: {said}", self.name)) }
    }

    /// Wants nothing to be seen, for the reason.
    pub(super) fn is_refused(&self, lun: &str, reason: &str) -> Result<(), String> {
        let output = self.ask("iscsi-inq", lun)?;
        let said = words(&output);
        if output.status.success() || said.contains("Peripheral") || !said.contains(reason) {
            return Err(format!("{} at {lun}: {}, not {reason:?}: {said}", self.name, output.status));
        }
        Ok(())
    }

    /// Wants nobody to get in who has the name and no credentials.
    pub(super) fn is_refused_without_credentials(&self, lun: &str) -> Result<(), String> {
        let mut command = bounded(60, "iscsi-inq");
        let output = command.args(["-i", self.name, lun]).output().map_err(|error| format!("iscsi-inq: {error}"))?;
        if output.status.success() { Err("a login without credentials works".into()) } else { Ok(()) }
    }
}
