//! The Butane drop-in, run in this process.

use firesteel::butane::{Fatal, Options, compile};
use firesteel::dropin::butane::{Entry, Request, Status, Streams, Surroundings, outcome, run as run_dropin};
use std::cell::RefCell;
use std::ffi::OsString;
use std::path::Path;

/// What a run came to.
pub(crate) struct Run {
    pub(crate) status: Status,
    pub(crate) stdout: String,
    /// The findings.
    pub(crate) entries: Vec<Entry>,
    /// Why nothing was compiled, if anything was to be.
    pub(crate) fatal: Option<Fatal>,
}

/// Runs in `folder` with those arguments and that standard input.
pub(crate) fn run(arguments: &[String], input: &[u8], folder: &Path) -> Run {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let surroundings = Surroundings { folder: folder.to_owned(), no_color: true, stderr_is_terminal: false };
    let (mut stdout, mut stderr, mut stdin) = (Vec::new(), Vec::new(), input);
    let told = RefCell::new(None);
    let compiler = |request: Request<'_>| {
        let options = Options { pretty: request.pretty, raw: request.raw };
        let compiled = compile(request.bytes, request.name, request.files, options);
        let outcome = outcome(&compiled);
        *told.borrow_mut() = Some((outcome.entries.clone(), compiled.output.err()));
        outcome
    };
    let streams = Streams { stdin: &mut stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = run_dropin(&arguments, &surroundings, streams, &compiler);
    let told = told.into_inner();
    let (entries, fatal) = told.unwrap_or_default();
    let stdout = String::from_utf8(stdout).expect("the output is a text");
    Run { status, stdout, entries, fatal }
}
