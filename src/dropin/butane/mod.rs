//! Stands in for `butane` 0.29: flags, files, exit status, output and the look of findings.

mod files;
mod flags;
mod render;

pub use files::FilesDir;

use crate::butane::{Compiled, Options, compile};
use crate::cli::read_capped;
use flags::{Color, Flags, Parsed};
use render::Look;
use std::io::{Read, Write};
use std::path::PathBuf;

/// The version that it stands in for.
const VERSION: &str = "Butane v0.29.0\n";

/// How findings call standard input.
const STDIN: &str = "<stdin>";

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

const USAGE: &str = "\
Usage: butane [flags] [FILE]

Compiles a Butane config, from FILE or standard input.

  -c, --check             only check, write nothing
      --color[=WHEN]      color findings: auto, always or never (always, if WHEN is left out)
  -d, --files-dir DIR     take local files from below DIR
  -h, --help              show this text
  -o, --output FILE       write to FILE instead of standard output
  -p, --pretty            write JSON with line breaks
  -r, --raw               write the Ignition config without a MachineConfig around it
      --raw-errors        write each finding on one line
  -s, --strict            fail on any finding
  -V, --version           show the version stood in for
";

/// What the process gives.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// Whether `NO_COLOR` is set, to whatever.
    pub no_color: bool,
    /// Whether standard error is a terminal.
    pub terminal: bool,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The exit status.
    pub exit: u8,
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// What was compiled, if the run came that far.
    pub compiled: Option<Compiled>,
}

/// Runs with `arguments` (without the program's name), and writes what there is to say.
pub fn run(
    arguments: &[String],
    stdin: impl Read,
    surroundings: &Surroundings,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> u8 {
    let outcome = execute(arguments, stdin, surroundings);
    // When nobody listens any more there is nobody to tell.
    let _ = stderr.write_all(outcome.stderr.as_bytes());
    match stdout.write_all(outcome.stdout.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => outcome.exit,
        Err(_) => outcome.exit.max(FAILED),
    }
}

/// The same without writing to the streams.
pub fn execute(arguments: &[String], stdin: impl Read, surroundings: &Surroundings) -> Outcome {
    let (flags, operands) = match flags::parse(arguments) {
        Parsed::Flags(flags, operands) => (flags, operands),
        Parsed::Misuse(message) => return misuse(&message),
    };
    if operands.len() + usize::from(flags.input.is_some()) > 1 {
        return misuse("there is more than one input");
    }
    if flags.help {
        return Outcome { stdout: USAGE.to_owned(), ..Outcome::default() };
    }
    if flags.version {
        return Outcome { stdout: VERSION.to_owned(), ..Outcome::default() };
    }
    let input = operands.into_iter().next().or(flags.input.clone()).filter(|name| !name.is_empty());
    let bytes = match read_input(input.as_deref(), stdin, surroundings) {
        Ok(bytes) => bytes,
        Err(message) => return failure(message),
    };
    translate(&bytes, input.as_deref().unwrap_or(STDIN), &flags, surroundings)
}

fn translate(bytes: &[u8], name: &str, flags: &Flags, surroundings: &Surroundings) -> Outcome {
    let options = Options { pretty: flags.pretty, raw: flags.raw, strict: flags.strict };
    let folder = flags.files_dir.as_ref().filter(|folder| !folder.is_empty());
    let files = folder.map(|folder| FilesDir::new(&surroundings.folder, folder));
    let files = files.as_ref().map(|files| files as &dyn crate::files::Files);
    let compiled = compile(bytes, name, files, options);
    let color = match flags.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => surroundings.terminal && !surroundings.no_color,
    };
    let look = if flags.raw_errors { Look::Raw } else { Look::Excerpt { color } };
    let mut outcome = Outcome { stderr: render::report(&compiled, look), ..Outcome::default() };
    match &compiled.output {
        Err(fatal) => {
            outcome.exit = FAILED;
            outcome.stderr.push_str(&format!("Error translating config: {fatal}\n"));
        }
        Ok(_) if flags.check => {}
        Ok(text) => match flags.output.as_deref().filter(|path| !path.is_empty()) {
            None => outcome.stdout.clone_from(text),
            Some(path) => {
                if let Err(error) = std::fs::write(surroundings.folder.join(path), text) {
                    outcome.exit = FAILED;
                    outcome.stderr.push_str(&format!("cannot write {path}: {error}\n"));
                }
            }
        },
    }
    outcome.compiled = Some(compiled);
    outcome
}

fn read_input(path: Option<&str>, stdin: impl Read, surroundings: &Surroundings) -> Result<Vec<u8>, String> {
    let Some(path) = path else {
        return read_capped(stdin).map_err(|error| format!("cannot read standard input: {error}"));
    };
    let file = std::fs::File::open(surroundings.folder.join(path));
    let file = file.map_err(|error| format!("cannot open {path}: {error}"))?;
    read_capped(file).map_err(|error| format!("cannot read {path}: {error}"))
}

fn misuse(message: &str) -> Outcome {
    Outcome { exit: MISUSED, stderr: format!("{message}\n{USAGE}"), ..Outcome::default() }
}

fn failure(message: String) -> Outcome {
    Outcome { exit: FAILED, stderr: message + "\n", ..Outcome::default() }
}
