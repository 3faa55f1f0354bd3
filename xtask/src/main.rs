//! The project's own chores: `cargo xtask CHORE`.

mod codegen;
mod lab;
mod machine_config;
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask CHORE

  test     run every test; needs nothing but Rust
  codegen  write what is made from the model; with --check, only tell what is stale
  bless    rewrite the expected texts of tests/ui, examples and tests/host
  lab      run what is emitted on real parts: engine, target, machine (.ci/install-lab installs them)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["codegen"] => return codegen::run(false),
        ["codegen", "--check"] => return codegen::run(true),
        ["test"] => tests::run(),
        ["bless"] => tests::bless(),
        ["lab", "--help"] => {
            println!("{}", lab::USAGE);
            return ExitCode::SUCCESS;
        }
        ["lab", ref rest @ ..] => lab::run(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the repository.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("the chores lie in a folder of the repository").to_owned()
}
