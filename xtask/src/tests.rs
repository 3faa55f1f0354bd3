//! Runs all tests, or those that can rewrite what they expect.

use crate::root;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The tests that compare with files which can be made anew.
const BLESSED: &[&str] = &["ui", "lint", "examples", "host_units", "target_side"];

/// Every test of a fresh clone.
pub fn run() -> Result<(), String> {
    let start = Instant::now();
    let mut total = Count::default();
    for arguments in
        [&["test", "--workspace", "--all-targets", "--no-fail-fast"][..], &["test", "--workspace", "--doc"]]
    {
        total.add(cargo(arguments)?);
    }
    let Count { passed, failed, stopped } = total;
    let seconds = start.elapsed().as_secs();
    println!("cargo xtask test: {passed} passed, {failed} failed in {seconds} s");
    if stopped { Err("not all tests passed".into()) } else { Ok(()) }
}

/// Rewrites expected files.
pub fn bless() -> Result<(), String> {
    let mut arguments = vec!["test", "--quiet"];
    for name in BLESSED.iter().filter(|name| root().join(format!("tests/{name}.rs")).exists()) {
        arguments.extend(["--test", name]);
    }
    let done = command(&arguments).env("FIRESTEEL_BLESS", "1").env("FIRESTEEL_UPDATE", "1").status();
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cargo test: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    /// Whether cargo itself said that something is wrong.
    stopped: bool,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.stopped |= other.stopped;
    }

    /// Counts a line such as `test result: ok. 3 passed; 0 failed; …`.
    fn read(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result:") else { return };
        let before = |word: &str| {
            let words: Vec<&str> = result.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
            let at = words.iter().position(|other| *other == word)?;
            words.get(at.checked_sub(1)?)?.parse::<usize>().ok()
        };
        self.passed += before("passed").unwrap_or_default();
        self.failed += before("failed").unwrap_or_default();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs cargo and shows what it prints, counting on the way.
fn cargo(arguments: &[&str]) -> Result<Count, String> {
    println!("cargo {}", arguments.join(" "));
    let told = |error: std::io::Error| format!("cargo: {error}");
    let mut child = command(arguments).stdout(Stdio::piped()).spawn().map_err(told)?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line.map_err(told)?;
        println!("{line}");
        count.read(&line);
    }
    count.stopped = !child.wait().map_err(told)?.success();
    Ok(count)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn results_are_counted() {
        let mut count = Count::default();
        count.read("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.00s");
        count.read("test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        count.read("test some::thing ... ok");
        assert_eq!((count.passed, count.failed), (13, 2));
    }
}
