//! What the exit status of the program says.

use std::process::{ExitCode, Termination};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well; there may be warnings.
    Clean,
    /// There are errors in the input, warnings under `--strict`, or differences under `--check`.
    Findings,
    /// The command line cannot be understood, or asks for what cannot be done.
    Usage,
    /// Something could not be read or written.
    InputOutput,
}

impl Exit {
    /// The number a shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::InputOutput => 3,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
