//! The `firesteel` program.

use std::process::{ExitCode, Termination};

fn main() -> ExitCode {
    firesteel::dropin::main().unwrap_or_else(|| firesteel::cli::main().report())
}
