//! The file with the name of the iSCSI initiator.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::spec::iscsi::iscsi_name;

crate::problem! {
    /// An initiator name that is none, or that is not written as iscsid reads it.
    ///
    /// iscsid looks for the word `InitiatorName`, an equals sign and the name. Without it, it uses no name and cannot
    /// log in anywhere.
    ///
    /// Bad: `iqn.2024-01.com.example:node` alone; `InitiatorName=node1`.
    /// Good: `InitiatorName=iqn.2024-01.com.example:node1`.
    ///
    /// Source: open-iscsi; RFC 7143, section 4.2.7.
    pub(crate) INITIATOR_NAME = "FS2603", "bad-initiator-name", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&INITIATOR_NAME], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        if file.path != "/etc/iscsi/initiatorname.iscsi" {
            continue;
        }
        let mut start = 0;
        let lines = text.text.split_inclusive('\n').map(|line| {
            start += line.len();
            (start - line.len(), line)
        });
        let named = lines.into_iter().filter(|(_, line)| !line.trim_start().starts_with('#')).find_map(|(at, line)| {
            let rest = line.trim_start().strip_prefix("InitiatorName")?.trim_start();
            let name = rest.strip_prefix('=')?;
            Some((at + (line.len() - name.len()), name))
        });
        let Some((at, name)) = named else {
            let end = text.text.find('\n').unwrap_or(text.text.len());
            let finding = findings.inside(&INITIATOR_NAME, text, 0..end, "no line begins with `InitiatorName=`");
            findings.push(finding.help("write `InitiatorName=` and the name, on one line"));
            continue;
        };
        let start = at + (name.len() - name.trim_start().len());
        let name = name.trim();
        if let Err(reason) = iscsi_name(name) {
            let message = format!("this is no name of an initiator: {reason}");
            let finding = findings.inside(&INITIATOR_NAME, text, start..start + name.len(), message);
            findings.push(finding.help("a name such as `iqn.2024-01.com.example:node1`"));
        }
    }
}
