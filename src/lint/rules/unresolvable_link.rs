//! Links whose target Ignition cannot link to.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::Link;

crate::problem! {
    /// A link that cannot be made because of its target.
    ///
    /// A link with an empty target, and a hard link to what is not there, stop Ignition, and the machine does not boot.
    /// The target of a hard link is a path from the root: `b` means `/b`, wherever the link is.
    ///
    /// Bad: `{path: /etc/l, target: b, hard: true}`. Good: `{path: /etc/l, target: /etc/b, hard: true}`.
    ///
    /// Source: `storage.links[].target` of the Ignition specification; seen with its engine.
    pub(crate) UNRESOLVABLE_LINK = "FS2210", "unresolvable-link", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNRESOLVABLE_LINK], status: Status::Stable, check };

/// Folders in which an image has files that a config does not name.
const IN_THE_IMAGE: [&str; 9] = ["bin", "boot", "etc", "lib", "lib64", "opt", "sbin", "usr", "var"];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let storage = &lint.subject.config.storage;
    for link in &storage.links {
        let Some(target) = link.target.as_deref() else { continue };
        let origin = link.origin.field(Link::target);
        let (message, help) = if target.is_empty() {
            // From 3.3 on the checks refuse it.
            (format!("the link `{}` points to nothing", link.path), "name the path it shall point to".to_owned())
        } else if link.hard != Some(true) {
            continue;
        } else if !target.starts_with('/') {
            let folder = link.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let help = format!("write the whole path: `{folder}/{target}`");
            (format!("the hard link `{}` needs a target that begins with `/`", link.path), help)
        } else {
            let first = target.split('/').find(|part| !part.is_empty()).unwrap_or_default();
            let made = lint.around.paths.contains(target);
            if made || IN_THE_IMAGE.contains(&first) {
                continue;
            }
            (
                format!("nothing makes `{target}`, to which this is a hard link"),
                "link to a file that is there".to_owned(),
            )
        };
        let finding = findings.at(&UNRESOLVABLE_LINK, &origin, message);
        findings.push(finding.note("Ignition stops there, and the machine does not boot").help(help));
    }
}
