//! `firesteel validate --fix` and `--diff`: puts fixes into files, or shows what they would change.

use super::args::ValidateArguments;
use super::console::{Console, printable, reason};
use super::diff::{HEAD, hunks};
use super::exit::Exit;
use super::findings::{Form, rendered};
use super::output;
use super::validate::{Text, exit, summary};
use crate::diagnostic::{Applicability, Source};
use crate::document::yaml;
use crate::inspect::{Input, Inspected, Mended, Options, mend};

pub(super) fn run(
    arguments: &ValidateArguments,
    strict: bool,
    texts: &[Text],
    inputs: &[Input<'_>],
    options: &Options,
    console: &mut Console,
) -> Exit {
    let allowed = if arguments.by_choice { Applicability::Unsafe } else { Applicability::Safe };
    let mended = mend(inputs, options, allowed);
    for (index, reason) in &mended.refused {
        console.warning(&format!("{}: {reason}; it is left alone", texts[*index].name), &[]);
    }
    let found = mended.before.as_ref().unwrap_or(&mended.left);
    if arguments.diff {
        for (index, new) in mended.bytes.iter().enumerate() {
            let Some(new) = new else { continue };
            let name = printable(&texts[index].name);
            let old = shown(&texts[index].name, &texts[index].bytes, found);
            let new = shown(&texts[index].name, new, &mended.left);
            console.result(&format!("{HEAD}--- {name}\n+++ {name}{HEAD:#}\n{}", hunks(&old, &new)));
        }
        print(found, arguments, strict, true, console);
        console.done(&format!("{} would be fixed, {}", mended.fixed, left(&mended, inputs, arguments)));
        return exit(found, strict);
    }
    let mut unwritten = false;
    let mut is_printed = false;
    for (text, new) in texts.iter().zip(&mended.bytes) {
        let Some(path) = &text.path else {
            is_printed = true;
            console.verbatim(new.as_deref().unwrap_or(&text.bytes));
            continue;
        };
        let Some(new) = new else { continue };
        if let Err(error) = output::replace(path, &text.bytes, new) {
            unwritten = true;
            console.error(&format!("{}: {}", text.name, reason(&error)), &[]);
        }
    }
    print(&mended.left, arguments, strict, is_printed, console);
    console.done(&format!("{} fixed, {}", mended.fixed, left(&mended, inputs, arguments)));
    if unwritten { Exit::InputOutput } else { exit(&mended.left, strict) }
}

/// Prints findings; beside the results when these are something else.
fn print(inspected: &Inspected, arguments: &ValidateArguments, strict: bool, aside: bool, console: &mut Console) {
    let files: Vec<&str> = inspected.read.iter().map(String::as_str).collect();
    let is_colored = if aside { console.has_colored_aside() } else { console.has_colored_result() };
    let form = Form::new(arguments.format, is_colored, strict, &files);
    let text = rendered(&inspected.report, &inspected.sources, &form);
    if aside {
        console.aside(&text);
    } else {
        console.result(&text);
    }
    console.summary(&summary(inspected));
}

/// What is left: `2 left (1 more with --unsafe)`.
fn left(mended: &Mended, inputs: &[Input<'_>], arguments: &ValidateArguments) -> String {
    let count = mended.fixable(inputs);
    let mut more = Vec::new();
    if count.by_choice > 0 && !arguments.by_choice {
        more.push(format!("{} more with --unsafe", count.by_choice));
    }
    if count.elsewhere > 0 {
        more.push(format!("{} in encoded contents or files that were not named", count.elsewhere));
    }
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
    format!("{} left{more}", mended.left.report.len())
}

/// A text without the secrets that were seen in it.
fn shown(name: &str, bytes: &[u8], inspected: &Inspected) -> String {
    let mut source = Source::of_text(name, yaml::decoded(bytes));
    for (_, other) in inspected.sources.iter().filter(|(_, other)| other.name == name && other.carrier.is_none()) {
        source.hidden.extend(&other.hidden);
    }
    // The ends of lines stay as they are, and are nothing to look at.
    printable(&source.shown_text().replace("\r\n", "\n"))
}
