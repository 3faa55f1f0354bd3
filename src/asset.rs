//! What the compiler hands out: files to write, and in what they are wrapped.

/// In what the assets are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Kubernetes objects: MachineConfigs and what belongs to them.
    MachineConfig,
    /// Plain Ignition configs.
    Ignition,
    /// Butane configs that compile back to the same MachineConfigs.
    Butane,
}

/// For which program the storage side of a spec is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetForm {
    /// A script for tgt, the target that needs no support of the kernel: `target.sh`.
    Tgt,
    /// A script for targetcli, which sets up LIO, the target of the Linux kernel: `target.sh`.
    Targetcli,
    /// A configuration of LIO as `targetcli saveconfig` writes it: `saveconfig.json`.
    Saveconfig,
}

impl TargetForm {
    /// Whether the target is LIO.
    pub fn is_lio(self) -> bool {
        match self {
            Self::Tgt => false,
            Self::Targetcli | Self::Saveconfig => true,
        }
    }
}

/// What an asset is, which decides where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetKind {
    /// A Kubernetes object or a config: lies directly in the output folder, and is what `-o -` prints.
    Object,
    /// Anything else, such as the runbook: lies in `extra/`.
    Extra,
}

/// One file to write.
#[derive(Clone, PartialEq, Eq)]
pub struct Asset {
    /// The file's name, without a folder.
    pub name: String,
    /// What it is.
    pub kind: AssetKind,
    /// Its text.
    pub contents: String,
    /// Whether it holds a secret, so that only its owner may read the file.
    pub secret: bool,
}

// The contents may hold secrets.
impl std::fmt::Debug for Asset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asset({:?}, {} bytes)", self.name, self.contents.len())
    }
}
