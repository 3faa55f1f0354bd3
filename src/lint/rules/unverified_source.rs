//! Things fetched from elsewhere that nothing verifies.

use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::Resource;

crate::problem! {
    /// A file that is fetched without a hash.
    ///
    /// Whatever the server sends then is written, also when somebody has changed it since.
    ///
    /// Good: `verification: {hash: sha512-…}` beside the `source`.
    ///
    /// Source: `verification` in the Ignition specification.
    pub(crate) UNVERIFIED_SOURCE = "FS2216", "unverified-source", Info;

    /// A file that is fetched in clear and without a hash.
    ///
    /// Anybody between the machine and the server can put something else there, a program included.
    ///
    /// Bad: `source: http://example.com/setup.sh`. Good: `https`, or a hash, or both.
    ///
    /// Source: `source` and `verification` in the Ignition specification.
    pub(crate) PLAIN_HTTP_SOURCE = "FS2217", "plain-http-source", Warning;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&UNVERIFIED_SOURCE, &PLAIN_HTTP_SOURCE], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // The operator refuses every source but `data:`.
    if lint.subject.form == Form::MachineConfig {
        return;
    }
    for file in &lint.subject.config.storage.files {
        for resource in std::iter::once(&file.contents).chain(&file.append) {
            let Some(source) = resource.source.as_deref() else { continue };
            if resource.verification.hash.is_some() {
                continue;
            }
            let (problem, message) =
                match source.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
                    Some("http") => (&PLAIN_HTTP_SOURCE, "is fetched in clear, and nothing says what it should be"),
                    Some("tftp") => {
                        (&PLAIN_HTTP_SOURCE, "is fetched by TFTP in clear, and nothing says what it should be")
                    }
                    Some("https" | "s3" | "gs" | "arn") => (&UNVERIFIED_SOURCE, "is whatever the server sends then"),
                    _ => continue,
                };
            let origin = resource.origin.field(Resource::source);
            let finding = findings.at(problem, &origin, format!("`{}` {message}", file.path));
            findings.push(finding.help("add `verification: {hash: sha512-…}` with the sum that `sha512sum` prints"));
        }
    }
}
