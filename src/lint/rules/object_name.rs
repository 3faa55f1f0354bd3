//! Names of MachineConfigs: what the cluster takes, and the order they give.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::manifest::machine_config::{MachineConfig, Metadata};

crate::problem! {
    /// A name that no object can have, or none.
    ///
    /// The API server refuses the object. A name has lower-case letters, digits, `-` and `.`, begins and ends with a
    /// letter or digit, and has at most 253 characters.
    ///
    /// Bad: `name: 99-Worker_Chrony`. Good: `name: 99-worker-chrony`.
    ///
    /// Source: Kubernetes, names of objects (RFC 1123 subdomains).
    pub(crate) BAD_OBJECT_NAME = "FS2503", "machine-config-name", Error;

    /// A MachineConfig whose name does not begin with two digits.
    ///
    /// The MachineConfigs of a pool are merged in the order of their names, and where two say different things the later
    /// one wins. Names of the platform begin with `00-`, `01-`, `97-` to `99-`; a name without digits comes after all
    /// of them, a capital decision that should be taken on purpose.
    ///
    /// Good: `name: 99-worker-chrony`.
    ///
    /// Source: the Machine Config Operator, the order in which MachineConfigs are merged.
    pub(crate) UNORDERED_NAME = "FS2504", "unordered-name", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&BAD_OBJECT_NAME, &UNORDERED_NAME], status: Status::Stable, check };

/// Whether the text is that of a template, which something fills in before the cluster sees it.
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains("${") || text.contains("{{")
}

/// The longest name, in bytes.
const LONGEST: usize = 253;

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(object) = &lint.subject.object else { return };
    let metadata = &object.envelope.metadata;
    let name = &metadata.name;
    let origin = object.envelope.origin.field(MachineConfig::metadata).field(Metadata::name);
    if name.is_empty() {
        let is_written = findings.document().is_some_and(|document| {
            let metadata = document.get(object.node, "metadata");
            let text = metadata.and_then(|metadata| document.get(metadata, "name"));
            // A value of another type was told.
            text.is_some_and(|text| document.value(text).is_none_or(|text| !text.is_empty() && text != "null"))
        });
        if metadata.generate_name.is_none() && !is_written {
            let finding = findings.at(&BAD_OBJECT_NAME, &origin, "the MachineConfig has no name");
            findings.push(finding.help("give it one, such as `name: 99-worker-chrony`"));
        }
        return;
    }
    if has_placeholder(name) {
        return;
    }
    let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_part = |part: &str| {
        is_edge(part.bytes().next())
            && is_edge(part.bytes().last())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if name.len() > LONGEST || !name.split('.').all(is_part) {
        let finding = findings.at(&BAD_OBJECT_NAME, &origin, "no object can have this name");
        let finding = finding.note("the API server refuses it");
        findings.push(finding.help("use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"));
    } else if !name.as_bytes().iter().take(2).all(u8::is_ascii_digit) {
        let finding = findings.at(&UNORDERED_NAME, &origin, "this name does not begin with two digits");
        let finding = finding.note("names decide the order of merging; this one comes after all `99-` names");
        findings.push(finding.help(format!("`99-{name}` would be usual")));
    }
}
