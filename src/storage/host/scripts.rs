//! The scripts, as they lie in the tree, and where they go on the host.

use super::text::HostFile;

/// One of our scripts. All lie in `/usr/local/bin`: there they are labelled bin_t, and only a script so labelled and
/// named directly in `ExecStart=` runs its tools unconfined (facts: no SELinux switching is needed or done).
#[derive(Debug, Clone, Copy)]
pub(super) enum Script {
    Volume,
    IscsiIdentity,
    IscsiLogin,
}

impl Script {
    pub(super) fn path(self) -> &'static str {
        match self {
            Script::Volume => "/usr/local/bin/firesteel-volume",
            Script::IscsiIdentity => "/usr/local/bin/firesteel-iscsi-identity",
            Script::IscsiLogin => "/usr/local/bin/firesteel-iscsi-login",
        }
    }

    pub(super) fn file(self) -> HostFile {
        let contents = match self {
            Script::Volume => include_str!("scripts/firesteel-volume"),
            Script::IscsiIdentity => include_str!("scripts/firesteel-iscsi-identity"),
            Script::IscsiLogin => include_str!("scripts/firesteel-iscsi-login"),
        };
        HostFile { path: self.path().to_owned(), mode: 0o755, contents: contents.to_owned(), secret: false }
    }

    /// The `[Service]` lines that every step shares; `arguments` are words without anything to escape.
    ///
    /// The script gets its label first, or it may not be run at all. It has no start timeout: it bounds each step
    /// itself, and `Restart=` in a oneshot needs a newer systemd than RHEL 8 has.
    pub(super) fn service(self, arguments: &str) -> String {
        let path = self.path();
        let space = if arguments.is_empty() { "" } else { " " };
        format!(
            "[Service]\n\
             Type=oneshot\n\
             RemainAfterExit=yes\n\
             TimeoutStartSec=infinity\n\
             StandardOutput=journal+console\n\
             StandardError=journal+console\n\
             ExecStartPre=-/usr/sbin/restorecon {path}\n\
             ExecStart={path}{space}{arguments}\n"
        )
    }
}
