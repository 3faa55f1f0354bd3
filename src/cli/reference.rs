//! `firesteel completions` and `firesteel man`: both made from the grammar.

use super::args::{Arguments, CompletionsArguments, ManArguments};
use super::console::Console;
use super::exit::Exit;
use clap::CommandFactory;

pub(crate) fn completions(arguments: &CompletionsArguments, console: &mut Console) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "firesteel", &mut script);
    console.verbatim(&script);
    Exit::Clean
}

pub(crate) fn man(arguments: &ManArguments, console: &mut Console) -> Exit {
    let mut command = Arguments::command().disable_help_flag(false);
    command.build();
    let page = match &arguments.command {
        None => Some(command.clone()),
        Some(name) => {
            command.find_subcommand(name).map(|found| found.clone().display_name(format!("firesteel-{name}")))
        }
    };
    let Some(page) = page else {
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let help = format!("commands are {}", names.join(", "));
        console.error("there is no such command", &[&help]);
        return Exit::Usage;
    };
    let mut text = Vec::new();
    if let Err(error) = clap_mangen::Man::new(page).render(&mut text) {
        console.error(&format!("bug: the manual page cannot be made: {error}"), &[]);
        return Exit::InputOutput;
    }
    console.verbatim(&text);
    Exit::Clean
}
