//! `firesteel schema`: the JSON Schemas, for editors and other checkers.

use super::args::SchemaArguments;
use super::console::Console;
use super::exit::Exit;
use crate::diagnostic::suggest;
use crate::schemas;

pub(crate) fn run(arguments: &SchemaArguments, console: &mut Console) -> Exit {
    let names: Vec<String> = schemas::names().collect();
    let Some(wanted) = &arguments.name else {
        console.verbatim((names.join("\n") + "\n").as_bytes());
        return Exit::Clean;
    };
    if let Some(text) = schemas::find(wanted) {
        console.verbatim(text.as_bytes());
        return Exit::Clean;
    }
    let near = suggest::nearest(wanted, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| "`firesteel schema` lists all".to_owned());
    console.error(&format!("there is no schema `{wanted}`"), &[&help]);
    Exit::Usage
}
