//! Processes of the lab: none is waited for without a bound, and each is ended by its own id.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    match output.status.code() {
        Some(0) => Ok(text),
        Some(124 | 137) => Err(format!("{program}: did not end in time\n{text}")),
        _ => Err(format!("{program}: {}\n{text}", output.status)),
    }
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
