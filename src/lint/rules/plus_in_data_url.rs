//! Blanks written as `+` in a data URL.

use crate::lint::{Carrier, Findings, Lint, Rule, Status};

crate::problem! {
    /// A `data:` URL in which `+` stands for blanks.
    ///
    /// That is how web forms are encoded. In a `data:` URL a `+` is a `+`, and the file gets it.
    ///
    /// Bad: `data:,server+ntp.example.com+iburst`. Good: `data:,server%20ntp.example.com%20iburst`.
    ///
    /// Source: RFC 2397 and RFC 3986; the decoder of Ignition.
    pub(crate) PLUS_IN_DATA_URL = "FS2206", "plus-in-data-url", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&PLUS_IN_DATA_URL], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        let inner = text.text.trim();
        // A text of several words has blanks somewhere, if they are not all written as `+`.
        if !matches!(text.carrier, Carrier::Percent(_)) || inner.contains([' ', '\t']) {
            continue;
        }
        let between_words = inner.as_bytes().windows(3).filter(|three| {
            three[1] == b'+'
                && three[0].is_ascii_alphanumeric()
                && (three[2].is_ascii_alphanumeric() || three[2] == b'/')
        });
        let Some(at) = text.text.find('+').filter(|_| between_words.count() >= 2) else { continue };
        let message = format!("`{}` gets every `+` of this URL as it stands", file.path);
        let finding = findings.inside(&PLUS_IN_DATA_URL, text, at..at + 1, message);
        findings.push(finding.help("write a blank as `%20`"));
    }
}
