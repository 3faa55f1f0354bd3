//! The command line: arguments, files, exit codes, colours. Nothing else in the crate knows any of these.

mod args;
mod compile;
mod configuration;
mod console;
mod depfile;
mod diff;
mod disk;
mod exit;
mod explain;
mod findings;
mod layout;
mod manifest;
mod mask;
mod mending;
mod output;
mod reference;
mod schema;
mod validate;

pub(crate) use console::reason;
pub use disk::DiskFiles;
pub(crate) use disk::kind_of;
pub use exit::Exit;

use args::{Arguments, Command};
use clap::Parser;
use console::Console;

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to standard output; when that is closed there is nobody to tell.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Clean };
        }
    };
    let mut console = Console::new(arguments.color);
    let exit = match &arguments.command {
        Command::Compile(arguments) => compile::run(arguments, &mut console),
        Command::Validate(arguments) => validate::run(arguments, &mut console),
        Command::Explain(arguments) => explain::run(arguments, &mut console),
        Command::Schema(arguments) => schema::run(arguments, &mut console),
        Command::Completions(arguments) => reference::completions(arguments, &mut console),
        Command::Man(arguments) => reference::man(arguments, &mut console),
    };
    console.finish(exit)
}
