//! What the user chose for one text: on the command line, and in `firesteel.toml` for files of its path.

use super::suppress::Selector;
use crate::lint::Platform;

/// The choices for one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What the config is for, where it does not say so itself.
    pub platform: Platform,
    /// Findings that are not wanted.
    pub ignore: Vec<Selector>,
    /// Lets rules look that are still tried out.
    pub preview: bool,
}

impl Settings {
    /// The choices that hold for every text when nothing else is said.
    pub const DEFAULT: &'static Self =
        &Self { platform: Platform { product: None, release: None }, ignore: Vec::new(), preview: false };
}
