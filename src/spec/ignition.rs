//! The versions of the Ignition specification that exist.

use std::fmt;

/// A version of the Ignition config specification, 3.0.0 and later. Later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the versions")]
pub enum IgnitionVersion {
    V3_0,
    V3_1,
    V3_2,
    V3_3,
    V3_4,
    V3_5,
    V3_6,
    V3_7Experimental,
}

impl IgnitionVersion {
    /// All of them, oldest first.
    pub const ALL: [Self; 8] =
        [Self::V3_0, Self::V3_1, Self::V3_2, Self::V3_3, Self::V3_4, Self::V3_5, Self::V3_6, Self::V3_7Experimental];

    /// As it stands in `ignition.version`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.0",
            Self::V3_1 => "3.1.0",
            Self::V3_2 => "3.2.0",
            Self::V3_3 => "3.3.0",
            Self::V3_4 => "3.4.0",
            Self::V3_5 => "3.5.0",
            Self::V3_6 => "3.6.0",
            Self::V3_7Experimental => "3.7.0-experimental",
        }
    }

    /// Whether programs that read `other` may refuse this one.
    pub fn is_newer_than(self, other: Self) -> bool {
        self > other
    }

    /// The version of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }
}

impl fmt::Display for IgnitionVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
