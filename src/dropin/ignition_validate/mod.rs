//! The `ignition-validate` command line: one config, its report, a verdict.

mod flags;

use super::Streams;
use super::butane::{Entry, report};
use crate::cli::reason;
use crate::ignition::{Parsed, Places, parse};
use crate::validate::Manner;
use flags::Asked;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

/// What `-version` prints. Scripts compare it with the release whose versions of the specification they need.
const VERSION: &str = "Ignition v2.26.0";

const USAGE: &str = "Usage:
  ignition-validate [flags] config.ign

Checks an Ignition config, all versions from 3.0.0 to 3.7.0-experimental; `-` is standard input.
Findings go to standard output, one a line. The status is 0 for a config that works, with or
without warnings, and 1 for one that does not.

  -version
    \tsays which release of ignition-validate this stands in for
";

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The config can be used; there may be warnings.
    Good,
    /// It cannot be used, or not be read, or it was not one file that was named.
    Bad,
    /// A flag cannot be understood.
    Usage,
}

impl Status {
    /// The number a shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Bad => 1,
            Self::Usage => 2,
        }
    }
}

/// Runs the program with the arguments after its name. Relative paths start at `folder`.
pub fn run(arguments: &[OsString], folder: &Path, streams: Streams<'_>) -> Status {
    let Streams { stdin, stdout, stderr } = streams;
    // Whoever reads may go away; the verdict stays the same.
    match flags::parse(arguments) {
        Err(fault) => {
            let _ = write!(stderr, "{fault}\n{USAGE}");
            Status::Usage
        }
        Ok(Asked::Help) => {
            let _ = write!(stderr, "{USAGE}");
            Status::Good
        }
        Ok(Asked::NotOneFile) => {
            let _ = write!(stderr, "{USAGE}");
            Status::Bad
        }
        Ok(Asked::Version) => {
            let _ = writeln!(stdout, "{VERSION}");
            Status::Good
        }
        Ok(Asked::Check(file)) => match read(&file, folder, stdin) {
            Ok(bytes) => answer(&parse(&file.to_string_lossy(), &bytes, Manner::Reference), &bytes, stdout, stderr),
            Err(error) => {
                let _ = writeln!(stderr, "couldn't read config: {}: {}", file.to_string_lossy(), reason(&error));
                Status::Bad
            }
        },
    }
}

fn read(file: &OsStr, folder: &Path, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == "-" {
        stdin.read_to_end(&mut bytes)?;
    } else {
        File::open(folder.join(file))?.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn answer(parsed: &Parsed, bytes: &[u8], stdout: &mut dyn Write, stderr: &mut dyn Write) -> Status {
    if !parsed.report.is_empty() {
        let mut stdout = BufWriter::new(stdout);
        let _ = report::raw(&entries(parsed, bytes), &mut stdout);
        let _ = stdout.flush();
    }
    match &parsed.outcome {
        Ok(_) if !parsed.report.has_errors() => Status::Good,
        Err(refusal) if parsed.report.is_empty() => {
            let _ = writeln!(stderr, "couldn't parse config: {refusal}");
            Status::Bad
        }
        _ => Status::Bad,
    }
}

fn entries(parsed: &Parsed, bytes: &[u8]) -> Vec<Entry> {
    let source = parsed.sources.get(parsed.source);
    let places = Places::new(bytes, &source.text, source.document.as_deref());
    let entry = |finding: &crate::diagnostic::Diagnostic| {
        let position = places.find(&finding.place).filter(|_| parsed.has_places);
        Entry {
            kind: finding.severity,
            path: finding.place.path.clone(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            message: finding.message.clone(),
        }
    };
    parsed.report.iter().map(entry).collect()
}
