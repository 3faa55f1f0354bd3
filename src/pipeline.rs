//! The passes in order, and where a fatal finding stops them.

use crate::diagnostic::{Report, Sources};
use crate::files::Files;

/// One text to compile.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Its name as the user gave it; `<stdin>` for standard input.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// In what the assets are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wrapping {
    /// Kubernetes objects: MachineConfigs and what belongs to them.
    #[default]
    MachineConfig,
    /// Plain Ignition configs.
    Ignition,
    /// Butane configs that compile back to the same MachineConfigs.
    Butane,
}

/// What the user chose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// In what the assets are wrapped.
    pub wrapping: Wrapping,
}

/// What an asset is, which decides where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// What compiling one input gave.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// The files to write, by kind and name; empty when the report has an error.
    pub assets: Vec<Asset>,
    /// Every finding, in the order of the text.
    pub report: Report,
    /// The texts that findings point into.
    pub sources: Sources,
    /// The files that were read or looked for, as the input names them, in order, each once.
    pub inputs: Vec<String>,
}

/// Compiles one input; all it reads comes through `files`.
///
/// Any error in the report means that there are no assets.
pub fn compile(input: Input<'_>, files: &dyn Files, options: &Options) -> Compiled {
    let _ = (input, files, options);
    Compiled::default()
}
