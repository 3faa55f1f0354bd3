//! Contents whose source is empty.

use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::Resource;

crate::problem! {
    /// Contents with an empty source.
    ///
    /// The file is made empty. That may be meant; a `source` that is `""` is as often a value that was lost when a
    /// template was filled in.
    ///
    /// Bad: `contents: {source: ""}`. Good: `contents: {source: "data:,"}` for a file that shall be empty.
    ///
    /// Source: `storage.files[].contents.source` of the Ignition specification.
    pub(crate) EMPTY_SOURCE = "FS2205", "empty-source", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&EMPTY_SOURCE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // In Butane an empty `inline` comes to this, and means what it says; the operator refuses it.
    if matches!(lint.subject.form, Form::Butane(_) | Form::MachineConfig) {
        return;
    }
    for file in &lint.subject.config.storage.files {
        if file.contents.source.as_deref() == Some("") {
            let origin = file.contents.origin.field(Resource::source);
            let finding = findings.at(&EMPTY_SOURCE, &origin, format!("`{}` is made empty", file.path));
            findings.push(finding.help("write `data:,` where the file shall be empty"));
        }
    }
}
