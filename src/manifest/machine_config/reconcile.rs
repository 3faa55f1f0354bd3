//! Whether nodes that run may take what a pool renders now, after what they have.

use super::merge::Rendered;
use crate::diagnostic::{Report, Sources};
use crate::model::ignition::{Passwd, Storage, User};
use crate::validate::{Manner, validate};
use std::fmt;

/// Sections of a config that a cluster can exempt, by `irreconcilableValidationOverrides.storage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Override {
    /// `Disks`.
    Disks,
    /// `FileSystems`.
    FileSystems,
    /// `Raid`.
    Raid,
}

/// The first reason for which the operator refuses a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Irreconcilable {
    /// What the nodes have is not valid.
    OldInvalid,
    /// What they are to get is not valid.
    NewInvalid,
    /// `passwd.groups` differs.
    Groups,
    /// There is a user other than `core`, of that name.
    OtherUser(String),
    /// `core` has more than keys and a password hash.
    FieldsOfCore,
    /// `core` has neither keys nor a password hash.
    NothingOfCore,
    /// Ignition's own kernel arguments differ.
    KernelArguments,
    /// `storage.disks` differs.
    Disks,
    /// `storage.filesystems` differs.
    Filesystems,
    /// `storage.raid` differs.
    Raid,
    /// `storage.directories` differs.
    Directories,
    /// `storage.links` differs, and there are links.
    Links,
    /// The file of that path is appended to.
    Append(String),
    /// The file that makes the daemon skip its checks.
    ForceFile,
    /// FIPS is switched on or off.
    Fips,
}

impl fmt::Display for Irreconcilable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OldInvalid => "what the nodes have is not valid",
            Self::NewInvalid => "what the nodes are to get is not valid",
            Self::Groups => "`passwd.groups` changes",
            Self::OtherUser(name) => return write!(f, "`passwd.users` has the user `{name}` besides `core`"),
            Self::FieldsOfCore => "`core` has more than keys and a password hash",
            Self::NothingOfCore => "`core` has neither keys nor a password hash",
            Self::KernelArguments => "Ignition's `kernelArguments` change",
            Self::Disks => "`storage.disks` changes",
            Self::Filesystems => "`storage.filesystems` changes",
            Self::Raid => "`storage.raid` changes",
            Self::Directories => "`storage.directories` changes",
            Self::Links => "`storage.links` changes",
            Self::Append(path) => return write!(f, "`{path}` is appended to"),
            Self::ForceFile => "the file that makes the daemon skip its checks is written",
            Self::Fips => "`fips` changes",
        })
    }
}

/// The file that nothing may write.
const FORCE_FILE: &str = "/run/machine-config-daemon-force";

/// Whether nodes that have `old` may take `new`, in the order in which the operator looks.
///
/// Encrypted volumes and Ignition's own section are not looked at: they may change, and nothing happens.
///
/// # Errors
/// The first reason why not.
pub fn reconcile(old: &Rendered, new: &Rendered, overrides: &[Override]) -> Result<(), Irreconcilable> {
    use Irreconcilable as Why;
    let refuse = |is_refused: bool, why: Why| if is_refused { Err(why) } else { Ok(()) };
    refuse(!is_valid(old), Why::OldInvalid)?;
    refuse(!is_valid(new), Why::NewInvalid)?;
    check_passwd(&old.config.passwd, &new.config.passwd)?;
    refuse(old.config.kernel_arguments != new.config.kernel_arguments, Why::KernelArguments)?;
    let Storage { origin: _, directories, disks, files, filesystems, links, luks: _, raid } = &new.config.storage;
    let before = &old.config.storage;
    let is_held = |section: Override| !overrides.contains(&section);
    refuse(before.disks != *disks && is_held(Override::Disks), Why::Disks)?;
    refuse(before.filesystems != *filesystems && is_held(Override::FileSystems), Why::Filesystems)?;
    refuse(before.raid != *raid && is_held(Override::Raid), Why::Raid)?;
    refuse(before.directories != *directories, Why::Directories)?;
    refuse(before.links != *links && !links.is_empty(), Why::Links)?;
    for file in files {
        refuse(!file.append.is_empty(), Why::Append(file.path.clone()))?;
        refuse(file.path == FORCE_FILE, Why::ForceFile)?;
    }
    refuse(old.fips != new.fips, Why::Fips)
}

fn is_valid(rendered: &Rendered) -> bool {
    let mut sources = Sources::default();
    let source = sources.add_text("rendered", "");
    let mut report = Report::default();
    validate(&rendered.config, rendered.version, source, Manner::Reference, &mut report);
    !report.has_errors()
}

/// Keys and password hash of `core` can change; users can always go. Of several users the fields of the last count.
fn check_passwd(old: &Passwd, new: &Passwd) -> Result<(), Irreconcilable> {
    if old.groups != new.groups {
        return Err(Irreconcilable::Groups);
    }
    if old.users == new.users {
        return Ok(());
    }
    if let Some(other) = new.users.iter().find(|user| user.name != "core") {
        return Err(Irreconcilable::OtherUser(other.name.clone()));
    }
    let Some(core) = new.users.last() else { return Ok(()) };
    if core.password_hash.is_none() && core.ssh_authorized_keys.is_empty() {
        return Err(Irreconcilable::NothingOfCore);
    }
    let bare = User { name: String::new(), ssh_authorized_keys: Vec::new(), password_hash: None, ..core.clone() };
    if bare == User::default() { Ok(()) } else { Err(Irreconcilable::FieldsOfCore) }
}
