//! Command lines of other programs that this one can stand in for.

pub mod butane;

use butane::{Streams, Surroundings};
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

/// A program to stand in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropin {
    /// The compiler of Butane configs.
    Butane,
}

/// The program that is called by this name: the last part of `argv0`, so that a link or a copy will do.
pub fn by_name(argv0: &OsStr) -> Option<Dropin> {
    let name = Path::new(argv0).file_name()?.to_str()?;
    match name.strip_suffix(".exe").unwrap_or(name) {
        "butane" => Some(Dropin::Butane),
        _ => None,
    }
}

/// Runs the program that this process was called as, by its name or its first argument; none when it is our own.
pub fn main() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let by_link = arguments.next().and_then(|name| by_name(&name));
    let dropin = by_link.or_else(|| arguments.next().and_then(|word| by_subcommand(&word)))?;
    let arguments: Vec<OsString> = arguments.collect();
    match dropin {
        Dropin::Butane => Some(run_butane(&arguments)),
    }
}

/// The program behind a first argument of our own command line. A path is none.
fn by_subcommand(word: &OsStr) -> Option<Dropin> {
    (word == "butane").then_some(Dropin::Butane)
}

fn run_butane(arguments: &[OsString]) -> ExitCode {
    let surroundings = Surroundings {
        folder: Path::new("").to_owned(),
        no_color: std::env::var_os("NO_COLOR").is_some(),
        stderr_is_terminal: stderr().is_terminal(),
    };
    let streams = Streams { stdin: &mut stdin().lock(), stdout: &mut stdout().lock(), stderr: &mut stderr().lock() };
    ExitCode::from(butane::run(arguments, &surroundings, streams, &butane::compile).code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_the_last_part_of_their_name() {
        for name in ["butane", "./butane", "/usr/bin/butane", "butane.exe"] {
            assert_eq!(by_name(OsStr::new(name)), Some(Dropin::Butane), "{name}");
        }
        for name in ["", "/", "firesteel", "butane/firesteel", "Butane", "butane2", ".exe", "butane/.."] {
            assert_eq!(by_name(OsStr::new(name)), None, "{name}");
        }
    }
}
