//! Command lines of other programs that this one can stand in for.

pub mod butane;
pub mod ignition_validate;

use butane::Surroundings;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read, Write, stderr, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

/// A program to stand in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropin {
    /// The compiler of Butane configs.
    Butane,
    /// The checks on Ignition configs.
    IgnitionValidate,
}

/// The three streams of a run.
pub struct Streams<'a> {
    /// The input, when no file is named.
    pub stdin: &'a mut dyn Read,
    /// What the program is for.
    pub stdout: &'a mut dyn Write,
    /// Every other message.
    pub stderr: &'a mut dyn Write,
}

/// The program that is called by this name: the last part of `argv0`, so that a link or a copy will do.
pub fn by_name(argv0: &OsStr) -> Option<Dropin> {
    let name = Path::new(argv0).file_name()?.to_str()?;
    by_word(OsStr::new(name.strip_suffix(".exe").unwrap_or(name)))
}

/// Runs the program that this process was called as, by its name or its first argument; none when it is our own.
pub fn main() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let by_link = arguments.next().and_then(|name| by_name(&name));
    let dropin = by_link.or_else(|| arguments.next().and_then(|word| by_word(&word)))?;
    let arguments: Vec<OsString> = arguments.collect();
    match dropin {
        Dropin::Butane => Some(run_butane(&arguments)),
        Dropin::IgnitionValidate => Some(run_ignition_validate(&arguments)),
    }
}

/// The program of exactly that name, which is also the first argument of our own command line. A path is none.
fn by_word(word: &OsStr) -> Option<Dropin> {
    match word.to_str()? {
        "butane" => Some(Dropin::Butane),
        "ignition-validate" => Some(Dropin::IgnitionValidate),
        _ => None,
    }
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

fn run_ignition_validate(arguments: &[OsString]) -> ExitCode {
    let streams = Streams { stdin: &mut stdin().lock(), stdout: &mut stdout().lock(), stderr: &mut stderr().lock() };
    ExitCode::from(ignition_validate::run(arguments, Path::new(""), streams).code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_the_last_part_of_their_name() {
        for name in ["butane", "./butane", "/usr/bin/butane", "butane.exe"] {
            assert_eq!(by_name(OsStr::new(name)), Some(Dropin::Butane), "{name}");
        }
        for name in ["ignition-validate", "/usr/bin/ignition-validate", "ignition-validate.exe"] {
            assert_eq!(by_name(OsStr::new(name)), Some(Dropin::IgnitionValidate), "{name}");
        }
        for name in ["", "/", "firesteel", "butane/firesteel", "Butane", "butane2", ".exe", "butane/.."] {
            assert_eq!(by_name(OsStr::new(name)), None, "{name}");
        }
    }
}
