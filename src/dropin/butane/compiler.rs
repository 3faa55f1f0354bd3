//! The compiler behind the command line.

use super::contract::{Entry, Outcome, Request};
use crate::butane::{Compiled, Options, compile as run, position};

/// Compiles as the reference does.
pub fn compile(request: Request<'_>) -> Outcome {
    let options = Options { pretty: request.pretty, raw: request.raw };
    outcome(&run(request.bytes, request.name, request.files, options))
}

/// What the command line has to know of a compiled config.
pub fn outcome(compiled: &Compiled) -> Outcome {
    let source = compiled.sources.get(compiled.source);
    let entries = compiled.report.iter().map(|finding| {
        let place = source.document.as_ref().and_then(|document| position(document, &finding.place));
        Entry {
            kind: finding.severity,
            path: finding.place.path.clone(),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            message: finding.message.clone(),
        }
    });
    Outcome {
        output: compiled.output.as_ref().ok().cloned(),
        entries: entries.collect(),
        fatal: compiled.output.as_ref().err().map(ToString::to_string),
        text: source.text.clone(),
    }
}
