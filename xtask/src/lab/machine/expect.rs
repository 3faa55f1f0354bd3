//! What cases ask a node, and what they hold its answers against.

use super::bench::Node;
use super::guest::BOOT;

/// Units that must run when the volume is there.
const RUNS: &str = "systemctl is-active crio.service kubelet.service kubelet-dependencies.target var-lib-etcd.mount \
    || { journalctl -b --no-pager -o cat -u 'firesteel-*' -u var-lib-etcd.mount; systemctl --failed --no-legend; exit 1; }";
/// The same for a loop.
const GATED: &str = "crio.service kubelet.service kubelet-dependencies.target var-lib-etcd.mount";

impl Node<'_> {
    /// Waits until etcd answers.
    pub(super) fn wait_for_etcd(&mut self) -> Result<(), String> {
        self.wait(BOOT, "etcd answers", "ETCDCTL_API=3 etcdctl --command-timeout=20s endpoint health")
    }

    /// What the root disk holds in `/var/lib/etcd`, whatever is mounted there.
    pub(super) fn root_data(&mut self) -> Result<String, String> {
        self.run("/usr/local/lib/lab/root-disk /var/lib/etcd")
    }

    /// The volume is mounted, what waits for it runs, and etcd answers with these keys; the root disk holds nothing.
    pub(super) fn expect_running(&mut self, prefix: &str, keys: &str) -> Result<(), String> {
        self.expect_sound_boot()?;
        self.run(RUNS)?;
        self.expect_mounted()?;
        self.wait_for_etcd()?;
        self.expect_keys(prefix, keys)?;
        let found = self.root_data()?;
        equal("the root disk's /var/lib/etcd", &found, "")
    }

    /// As [`Node::expect_running`], but etcd has no keys yet.
    pub(super) fn expect_started_empty(&mut self) -> Result<(), String> {
        self.expect_sound_boot()?;
        self.run(RUNS)?;
        self.expect_mounted()?;
        self.wait_for_etcd()?;
        self.run("! /usr/local/lib/lab/keys before && /usr/local/lib/lab/put first && /usr/local/lib/lab/keys first")?;
        let found = self.root_data()?;
        equal("the root disk's /var/lib/etcd", &found, "")
    }

    fn expect_mounted(&mut self) -> Result<(), String> {
        self.run(&format!("findmnt --mountpoint /var/lib/etcd --types xfs --source {}", self.volume)).map(drop)
    }

    /// etcd has exactly these keys below the prefix.
    pub(super) fn expect_keys(&mut self, prefix: &str, keys: &str) -> Result<(), String> {
        let found = self.run(&format!("/usr/local/lib/lab/keys {prefix}"))?;
        equal(&format!("the keys below {prefix}"), &found, keys)
    }

    /// Nothing that waits for the volume runs, nothing is mounted, the root disk's data is as it was, and the journal
    /// of our units says why. People can log in.
    pub(super) fn expect_refused(&mut self, why: &str, data: &str) -> Result<(), String> {
        self.expect_sound_boot()?;
        self.expect_said(why)?;
        self.expect_gate_closed(data)
    }

    /// Nothing that waits for the volume runs, and nothing has written to the root disk.
    pub(super) fn expect_gate_closed(&mut self, data: &str) -> Result<(), String> {
        self.run(&format!("for unit in {GATED}; do ! systemctl is-active --quiet $unit || exit 1; done"))?;
        self.run("! pgrep -x etcd && ! findmnt --mountpoint /var/lib/etcd")?;
        let found = self.root_data()?;
        equal("the root disk's /var/lib/etcd", &found, data)?;
        self.expect_logins()
    }

    /// People can log in, and not root alone.
    pub(super) fn expect_logins(&mut self) -> Result<(), String> {
        self.wait(BOOT, "user sessions are allowed", "systemctl is-active --quiet systemd-user-sessions.service")?;
        self.wait(
            300,
            "a user logs in over SSH",
            "ssh -o StrictHostKeyChecking=no -o BatchMode=yes -o ConnectTimeout=60 core@127.0.0.1 test -d /home/core",
        )
    }

    /// systemd had to break no cycle, and none of our scripts stumbled without a word.
    pub(super) fn expect_sound_boot(&mut self) -> Result<(), String> {
        self.run("! journalctl -b --no-pager | grep -iE 'ordering cycle|job .* deleted to break|a step failed'")
            .map(drop)
    }

    /// Our units have said this since the boot.
    pub(super) fn expect_said(&mut self, what: &str) -> Result<(), String> {
        let said = self.run("journalctl -b --no-pager -o cat -u 'firesteel-*' -u var-lib-etcd.mount")?;
        if said.contains(what) {
            return Ok(());
        }
        Err(format!("{}: our units do not say `{what}`:\n{said}", self.name))
    }

    /// How the boot before was switched off: etcd ended, then the volume was unmounted, then the session ended.
    pub(super) fn expect_clean_end_of_last_boot(&mut self) -> Result<(), String> {
        let journal = self.run("journalctl -b -1 --no-pager -o cat | tail -n 400")?;
        let place = |what: &str| {
            journal
                .lines()
                .position(|line| line.contains(what))
                .ok_or_else(|| format!("no `{what}` at power-off:\n{journal}"))
        };
        let etcd = place("etcd.scope: Deactivated")?;
        let volume = place("Unmounted var-lib-etcd.mount")?;
        let session = place("Stopped firesteel-iscsi-login-etcd.service")?;
        if !(etcd < volume && volume < session) {
            return Err(format!("the wrong order at power-off:\n{journal}"));
        }
        for fault in ["Failed unmounting /var/lib/etcd", "target is busy", "I/O error", "not logging out"] {
            if journal.contains(fault) {
                return Err(format!("`{fault}` at power-off:\n{journal}"));
            }
        }
        Ok(())
    }
}

/// Two texts that must be equal; both are shown when they are not.
pub(super) fn equal(what: &str, found: &str, wanted: &str) -> Result<(), String> {
    if found.trim() == wanted.trim() {
        return Ok(());
    }
    Err(format!("{what} is\n{found}\nand should be\n{wanted}"))
}
