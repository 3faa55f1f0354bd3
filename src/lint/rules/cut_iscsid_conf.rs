//! A file of settings of the iSCSI initiator that replaces the image's and lacks what hangs on it.

use crate::lint::{Findings, Lint, Rule, Status};

crate::problem! {
    /// An `iscsid.conf` of a few lines, put in place of the one of the image.
    ///
    /// The settings that are left out fall back to those in the program. `iscsid.startup` is then empty, so that `iscsiadm`
    /// cannot start the daemon by itself; without `iscsid.safe_logout` a session is closed under a mounted filesystem.
    ///
    /// Bad: three lines with the CHAP settings. Good: the file of the image with these lines added, or settings that are
    /// made on each record with `iscsiadm -m node -o update`.
    ///
    /// Source: `iscsid.conf` of open-iscsi and of the package in Fedora and RHEL.
    pub(crate) CUT_ISCSID_CONF = "FS2222", "cut-iscsid-conf", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&CUT_ISCSID_CONF], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        let is_set = |key: &str| {
            let mut lines = text.text.lines().filter_map(|line| line.split_once('='));
            lines.any(|(name, _)| name.trim() == key)
        };
        let appended = file.append.iter().any(|one| text.path.segments().starts_with(one.origin.path().segments()));
        if file.path != "/etc/iscsi/iscsid.conf" || appended || text.text.trim().is_empty() || is_set("iscsid.startup")
        {
            continue;
        }
        let end = text.text.find('\n').unwrap_or(text.text.len());
        let message = "this `iscsid.conf` replaces the one of the image and has no `iscsid.startup`";
        let finding = findings.inside(&CUT_ISCSID_CONF, text, 0..end, message);
        findings.push(
            finding
                .note("`iscsiadm` can then not start the daemon by itself")
                .help("begin with the file of the image, or set each record with `iscsiadm -m node -o update`"),
        );
    }
}
