//! MachineConfigs that are too large to be stored once they are rendered.

use crate::document::json::Layout;
use crate::emit::ignition_json;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::spec::openshift::RENDERED_BYTES;

crate::problem! {
    /// A MachineConfig of more than one and a half MiB.
    ///
    /// The config of a whole pool is one object in etcd, which takes no larger one. The operator refuses it, or cannot
    /// store it, and no node of the pool gets any change.
    ///
    /// Good: large files in an image of your own, or fetched by a unit.
    ///
    /// Source: the Machine Config Operator; the request limit of etcd.
    pub(crate) TOO_LARGE = "FS2520", "too-large", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&TOO_LARGE], status: Status::Stable, check };

/// What the object around a config has at least, in bytes.
const ENVELOPE: usize = 200;

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let subject = lint.subject;
    if subject.machine_config().is_none() {
        return;
    }
    let texts: usize = subject.files.iter().map(|file| file.body.text.len()).sum();
    let sources = subject.config.storage.files.iter().filter_map(|file| file.contents.source.as_ref());
    let units: usize = subject.units.iter().map(|unit| unit.body.text.len()).sum();
    // Writing everything again is worth it only where it can be too much.
    let roughly = texts + units + sources.map(String::len).sum::<usize>();
    if roughly < RENDERED_BYTES / 2 {
        return;
    }
    let bytes = ignition_json(&subject.config, subject.version, Layout::Compact).len() + ENVELOPE;
    if bytes > RENDERED_BYTES {
        let message = format!("the config has {bytes} bytes, and a pool's config at most {RENDERED_BYTES}");
        let finding = findings.at(&TOO_LARGE, &subject.config.origin, message);
        findings.push(finding.help("put large files into an image of your own, or let a unit fetch them"));
    }
}
