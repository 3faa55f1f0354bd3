//! The storage side as a script for tgt: one target for each node, since its access lists are those of whole targets.

use super::exports::{Target, portal};
use super::script::{Facts, script as whole};
use crate::storage::plan::Backstore;

/// The script.
pub(super) fn script(targets: &[Target<'_>]) -> String {
    let mut facts = Facts::default();
    let mut told: Vec<String> = Vec::new();
    let mut once = |facts: &mut Facts, word: &str, values: &[&str]| {
        let line = format!("{word} {}", values.join(" "));
        if !told.contains(&line) {
            facts.add(word, values);
            told.push(line);
        }
    };
    for target in targets {
        for place in &target.portals {
            once(&mut facts, "portal", &[&portal(*place)]);
        }
        for acl in &target.nodes {
            once(&mut facts, "account", &[acl.user, acl.password]);
            if let Some((user, password)) = acl.mutual {
                once(&mut facts, "account", &[user, password]);
            }
        }
    }
    for target in targets {
        facts.add("target", &[target.name]);
        for acl in &target.nodes {
            for lun in &acl.luns {
                let (kind, size) = match lun.backstore {
                    Backstore::Block(_) => ("block", "-".to_owned()),
                    Backstore::File { size, .. } => ("file", size.to_string()),
                };
                // tgt holds 36 characters, and some initiators compare without dashes.
                let serial = lun.serial.simple().to_string();
                facts.add("lun", &[&lun.number.to_string(), kind, lun.backstore.path(), &size, &serial]);
            }
            facts.add("user", &[acl.user]);
            if let Some((user, _)) = acl.mutual {
                facts.add("outgoing", &[user]);
            }
            facts.add("initiator", &[acl.initiator]);
        }
    }
    whole(include_str!("scripts/tgt-head.sh"), &facts, include_str!("scripts/tgt.sh"))
}
