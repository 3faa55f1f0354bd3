//! Values that a template or a reader should have filled in.

use crate::lint::{Carrier, Findings, Lint, Rule, Status};
use crate::model::ignition::Resource;
use std::ops::Range;

crate::problem! {
    /// A `data:` URL that is made of a placeholder.
    ///
    /// The page that it was copied from meant you to put the encoded file there. As it stands the URL cannot be decoded,
    /// or the file gets the placeholder.
    ///
    /// Bad: `data:text/plain;base64,<CONTENTS>`. Good: `data:text/plain;base64,` and what `base64 -w0 FILE` prints.
    ///
    /// Source: RFC 2397; documents that show MachineConfigs.
    pub(crate) PLACEHOLDER_SOURCE = "FS2219", "placeholder-source", Warning;

    /// A placeholder in the contents of a file.
    ///
    /// Nothing fills it in on the machine: Ignition writes contents as they are.
    ///
    /// Bad: `server=<your-server>`. Good: the name of the server.
    ///
    /// Source: `storage.files[].contents` of the Ignition specification, which knows no variables.
    pub(crate) PLACEHOLDER_IN_FILE = "FS2220", "placeholder-in-file", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&PLACEHOLDER_SOURCE], status: Status::Stable, check: sources };

pub(super) static IN_FILES: Rule = Rule { problems: &[&PLACEHOLDER_IN_FILE], status: Status::Preview, check: contents };

fn sources(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for file in &lint.subject.config.storage.files {
        for resource in std::iter::once(&file.contents).chain(&file.append) {
            let Some(url) = resource.source.as_deref() else { continue };
            let Some((head, data)) = url.strip_prefix("data:").and_then(|rest| rest.split_once(',')) else { continue };
            let data = data.trim();
            let Some(found) = placeholder(data) else { continue };
            // In a text there may be one among other words; base64 has none of these characters.
            if !head.ends_with(";base64") && found != (0..data.len()) {
                continue;
            }
            // A Butane text comes to such a URL only by encoding, which hides these characters.
            let origin = resource.origin.field(Resource::source);
            let message = format!("the contents of `{}` are still the placeholder `{}`", file.path, &data[found]);
            let finding = findings.at(&PLACEHOLDER_SOURCE, &origin, message);
            findings.push(finding.help("put the encoded file there: `base64 -w0 FILE`"));
        }
    }
}

fn contents(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        if text.carrier == Carrier::Source || text.text.starts_with("#!") {
            continue;
        }
        let mut start = 0;
        for line in text.text.split_inclusive('\n') {
            let at = start;
            start += line.len();
            if line.trim_start().starts_with(['#', ';', '/', '<']) {
                continue;
            }
            let found = placeholder(line).filter(|found| is_for_people(&line[found.clone()]));
            let Some(found) = found else { continue };
            let message = format!("a placeholder is left in `{}`", file.path);
            let finding = findings.inside(&PLACEHOLDER_IN_FILE, text, at + found.start..at + found.end, message);
            findings.push(finding.help("write what is meant there: nothing fills it in on the machine"));
            break;
        }
    }
}

/// The first placeholder of a text: `<name>`, `${name}`, `$(command)`, `{{ name }}`.
fn placeholder(text: &str) -> Option<Range<usize>> {
    let forms = [("{{", "}}"), ("${", "}"), ("$(", ")"), ("<", ">")];
    let found = forms.iter().filter_map(|(open, close)| {
        let start = text.find(open)?;
        let inner = &text[start + open.len()..];
        let length = inner.find(close)?;
        let inner = inner[..length].trim();
        let named = !inner.is_empty() && inner.len() <= 80 && inner.starts_with(|c: char| c.is_ascii_alphabetic());
        named.then_some(start..start + open.len() + length + close.len())
    });
    found.min_by_key(|range| range.start)
}

/// Whether it is meant to be replaced by a person: what programs replace themselves has other forms.
fn is_for_people(found: &str) -> bool {
    let inner = found.trim_start_matches(['<', '{', ' ']).trim_end_matches(['>', '}', ' ']);
    match found.as_bytes()[0] {
        b'<' => inner.contains([' ', '-', '_']) && !inner.contains(['=', '/', '@', ':', '"']),
        b'{' => inner.len() > 1 && !inner.starts_with('.'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn placeholders() {
        for (text, expected) in [
            ("<CHRONY-CONFIG>", Some("<CHRONY-CONFIG>")),
            ("a ${var} b", Some("${var}")),
            ("$(cat x | base64)", Some("$(cat x | base64)")),
            ("{{ name }}", Some("{{ name }}")),
            ("a < b > c", None.or(Some("< b >"))),
            ("<>", None),
            ("1 <2> 3", None),
            ("plain", None),
        ] {
            assert_eq!(placeholder(text).map(|range| &text[range]), expected, "{text}");
        }
    }
}
