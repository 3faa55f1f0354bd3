//! Processes of the lab: none is waited for without a bound, and each is ended by its own id.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Those of the programs that this host does not have.
pub(super) fn missing<'a>(programs: impl IntoIterator<Item = &'a &'a str>) -> Vec<&'a str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    programs.into_iter().copied().filter(|program| !is_there(program)).collect()
}

/// May everything be done on this host?
pub(super) fn is_root() -> Result<bool, String> {
    Ok(run(10, "id", &["-u"])?.trim() == "0")
}

/// Runs a program to its end, within a bound; both streams go back, an end with another status is an error.
pub(super) fn run<A: AsRef<OsStr>>(seconds: u64, program: &str, arguments: &[A]) -> Result<String, String> {
    finish(bounded(seconds, program).args(arguments), program)
}

/// A program that is killed when its time is over; for callers who set more than arguments.
pub(super) fn bounded(seconds: u64, program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", &seconds.to_string(), program]).stdin(Stdio::null());
    command
}

/// Runs what [`bounded`] began.
pub(super) fn finish(command: &mut Command, program: &str) -> Result<String, String> {
    let output = output(command, program)?;
    let text = words(&output);
    match output.status.code() {
        Some(0) => Ok(text),
        Some(124 | 137) => Err(format!("{program}: did not end in time\n{text}")),
        _ => Err(format!("{program}: {}\n{text}", output.status)),
    }
}

/// Runs what [`bounded`] began, whatever its status.
pub(super) fn output(command: &mut Command, program: &str) -> Result<Output, String> {
    command.output().map_err(|error| format!("{program}: {error}"))
}

/// Both streams of a program.
pub(super) fn words(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// What a program says on either stream, or that it failed without a word; `None` when it is content. Most checkers
/// exit with 0 whatever they find.
pub(super) fn said(command: &mut Command, about: &str) -> Result<Option<String>, String> {
    let output = output(command, about)?;
    let text = words(&output).trim().to_owned();
    Ok(match (text.is_empty(), output.status.success()) {
        (true, true) => None,
        (true, false) => Some(format!("{about}: {}", output.status)),
        (false, _) => Some(format!("{about}:\n{text}")),
    })
}

/// A process that runs beside the harness and ends with this value at the latest.
#[derive(Debug)]
pub(super) struct Running(Child);

impl Running {
    /// Starts it with both streams in a file.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{}: {error}", command.get_program().display());
        let file = std::fs::File::options().create(true).append(true).open(log).map_err(told)?;
        let copy = file.try_clone().map_err(told)?;
        command.stdin(Stdio::null()).stdout(file).stderr(copy);
        command.spawn().map(Running).map_err(|error| format!("{}: {error}", command.get_program().display()))
    }

    /// Has it ended?
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Ends it without asking, which is what a power cut is.
    pub(super) fn kill(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks again and again until there is an answer; the error is the last one, after the bound.
pub(super) fn until<T>(
    seconds: u64,
    pause: Duration,
    what: &str,
    mut ask: impl FnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if began.elapsed() > Duration::from_secs(seconds) {
            return Err(format!("not within {seconds} s: {what}"));
        }
        std::thread::sleep(pause);
    }
}
