//! The `butane` command line: flags, input, report, output. It knows nothing of how a config is compiled.

mod compiler;
mod contract;
mod files_dir;
pub mod flags;
pub mod report;

pub use super::Streams;
pub use compiler::{compile, outcome};
pub use contract::{Entry, Outcome, Request};
pub use files_dir::FilesDir;

use crate::cli::reason;
use flags::{Color, Flags};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// What `--version` prints. Scripts compare it with the release whose flags and variants they need.
const VERSION: &str = "Butane v0.29.0";

/// What a run needs to know of where it takes place.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Where relative paths start; empty for the current folder.
    pub folder: PathBuf,
    /// Whether `NO_COLOR` is set, to whatever.
    pub no_color: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All is well; there may be warnings.
    Done,
    /// The config has errors, or warnings under `--strict`, or something could not be read or written.
    Failed,
    /// The command line cannot be understood.
    Usage,
}

impl Status {
    /// The number a shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
        }
    }
}

/// Runs the program with the arguments after its name.
pub fn run(
    arguments: &[OsString],
    surroundings: &Surroundings,
    streams: Streams<'_>,
    compile: &dyn Fn(Request<'_>) -> Outcome,
) -> Status {
    // The report is written in small pieces.
    let mut stderr = BufWriter::new(streams.stderr);
    let result = answer(arguments, surroundings, streams.stdin, streams.stdout, &mut stderr, compile);
    let status = match result {
        Ok(()) => Status::Done,
        Err(Stop::Usage(fault)) => {
            let _ = write!(stderr, "{}", flags::usage());
            if let Some(fault) = fault {
                let _ = writeln!(stderr, "\n{fault}");
            }
            Status::Usage
        }
        Err(Stop::Failed(message)) => {
            let _ = writeln!(stderr, "{message}");
            Status::Failed
        }
        Err(Stop::NobodyReads) => Status::Failed,
    };
    // When nobody takes messages there is nobody to tell.
    let _ = stderr.flush();
    status
}

/// Why a run ends early.
enum Stop {
    /// The arguments cannot be followed, for the reason given, if any.
    Usage(Option<String>),
    /// The message is the last line on standard error.
    Failed(String),
    /// Whoever read the output went away, as `head` does; that needs no words.
    NobodyReads,
}

fn answer(
    arguments: &[OsString],
    surroundings: &Surroundings,
    stdin: &mut dyn Read,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    compile: &dyn Fn(Request<'_>) -> Outcome,
) -> Result<(), Stop> {
    let parsed = flags::parse(arguments);
    for note in &parsed.notes {
        let _ = writeln!(stderr, "{note}");
    }
    if let Some(fault) = parsed.fault {
        return Err(Stop::Usage(Some(fault)));
    }
    let flags = parsed.flags;
    let input = match &*parsed.inputs {
        [] => &flags.input,
        [input] if flags.input.is_empty() => input,
        [..] => return Err(Stop::Usage(Some("there is more than one input file".to_owned()))),
    };
    if flags.help {
        return print(&flags::usage(), stdout);
    }
    if flags.version {
        return print(&format!("{VERSION}\n"), stdout);
    }

    let bytes = read_input(input, &surroundings.folder, stdin)?;
    let name = if input.is_empty() { "<stdin>".into() } else { input.to_string_lossy() };
    let files = (!flags.files_dir.is_empty()).then(|| FilesDir::new(&surroundings.folder, &flags.files_dir));
    let outcome = compile(Request {
        name: &name,
        bytes: &bytes,
        files: files.as_ref().map(|files| files as _),
        pretty: flags.pretty,
        raw: flags.raw,
    });

    // The report comes first and whatever happens; that it cannot be written is no reason to fail.
    let _ = if flags.raw_errors {
        report::raw(&outcome.entries, stderr)
    } else {
        report::pretty(&outcome.entries, &name, &bytes, is_colored(&flags, surroundings), stderr)
    };
    if let Some(fatal) = &outcome.fatal {
        return Err(Stop::Failed(format!("Error translating config: {fatal}")));
    }
    if flags.strict && !outcome.entries.is_empty() {
        return Err(Stop::Failed("Config produced warnings and --strict was specified".to_owned()));
    }
    match &outcome.output {
        Some(output) if !flags.check => write_output(output, &flags.output, &surroundings.folder, stdout),
        _ => Ok(()),
    }
}

fn is_colored(flags: &Flags, surroundings: &Surroundings) -> bool {
    match flags.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => surroundings.stderr_is_terminal && !surroundings.no_color,
    }
}

fn read_input(input: &OsStr, folder: &Path, stdin: &mut dyn Read) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let read = if input.is_empty() {
        stdin.read_to_end(&mut bytes)
    } else {
        File::open(folder.join(input)).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    let name = if input.is_empty() { "standard input".into() } else { input.to_string_lossy() };
    read.map_err(|error| Stop::Failed(format!("cannot read {name}: {}", reason(&error))))?;
    Ok(bytes)
}

/// Opens the file only now, so that a failed run leaves what was there, and the input may be the output.
fn write_output(text: &str, output: &OsStr, folder: &Path, stdout: &mut dyn Write) -> Result<(), Stop> {
    if output.is_empty() {
        return print(text, stdout);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o644);
    }
    let written = options.open(folder.join(output)).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Stop::Failed(format!("cannot write {}: {}", output.to_string_lossy(), reason(&error))))
}

fn print(text: &str, stdout: &mut dyn Write) -> Result<(), Stop> {
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error: io::Error| match error.kind() {
        ErrorKind::BrokenPipe => Stop::NobodyReads,
        _ => Stop::Failed(format!("cannot write standard output: {}", reason(&error))),
    })
}
