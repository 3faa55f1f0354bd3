//! The texts this module hands out: files and units, with no opinion on how they reach the host.

use std::fmt;

/// Files and units that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    /// In the order in which they should be written.
    pub files: Vec<HostFile>,
    /// One entry per unit name.
    pub units: Vec<Unit>,
}

/// A file on the host, owned by root.
#[derive(Clone, PartialEq, Eq)]
pub struct HostFile {
    /// Absolute path.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// The whole text; always ends in a newline.
    pub contents: String,
    /// Whether the text holds a secret: it must not be shown, and what carries it must be 0600.
    pub secret: bool,
}

impl fmt::Debug for HostFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.secret { "(secret)" } else { self.contents.as_str() };
        f.debug_struct("HostFile")
            .field("path", &self.path)
            .field("mode", &self.mode)
            .field("contents", &shown)
            .finish()
    }
}

/// A systemd unit, or only drop-ins for one that the host has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// File name, for example `var-lib-etcd.mount`.
    pub name: String,
    /// The unit file; none when the host has its own.
    pub contents: Option<String>,
    /// Whether it is enabled or disabled; none leaves that alone.
    pub enabled: Option<bool>,
    /// Drop-ins, in order.
    pub dropins: Vec<Dropin>,
}

impl Unit {
    /// A unit of ours that others pull in.
    pub(super) fn plain(name: String, contents: String) -> Self {
        Unit { name, contents: Some(contents), ..Unit::default() }
    }

    /// A unit of ours with an `[Install]` section.
    pub(super) fn enabled(name: String, contents: String) -> Self {
        Unit { name, contents: Some(contents), enabled: Some(true), ..Unit::default() }
    }

    /// A drop-in for a unit that is not ours.
    pub(super) fn dropin(name: String, dropin: &str, contents: String) -> Self {
        Unit { name, dropins: vec![Dropin { name: dropin.to_owned(), contents }], ..Unit::default() }
    }
}

/// A drop-in file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropin {
    /// File name, ends in `.conf`.
    pub name: String,
    /// The text.
    pub contents: String,
}
