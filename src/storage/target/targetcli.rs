//! The storage side as a script for targetcli, which sets up LIO.

use super::exports::{Target, address};
use super::saveconfig::backstore;
use super::script::{Facts, script as whole};
use crate::storage::plan::Backstore;

/// The script. Everything about a target follows its line.
pub(super) fn script(targets: &[Target<'_>]) -> String {
    let mut facts = Facts::default();
    for target in targets {
        facts.add("target", &[target.name]);
        // LUNs of the target are numbered through; which number a node sees is a matter of its own list.
        let mut index = 0;
        for acl in &target.nodes {
            facts.add("initiator", &[acl.initiator, acl.user, acl.password]);
            if let Some((user, password)) = acl.mutual {
                facts.add("mutual", &[user, password]);
            }
            for lun in &acl.luns {
                let (plugin, path) = backstore(lun);
                let size = match lun.backstore {
                    Backstore::Block(_) => "-".to_owned(),
                    Backstore::File { size, .. } => size.to_string(),
                };
                let (number, at) = (lun.number.to_string(), index.to_string());
                facts.add("lun", &[&number, &at, plugin, &lun.name, path, &size, &lun.serial.to_string()]);
                index += 1;
            }
        }
        for (host, port) in &target.portals {
            facts.add("portal", &[&address(host), &port.to_string()]);
        }
        facts.add("enable", &[target.name]);
    }
    whole(include_str!("scripts/targetcli-head.sh"), &facts, include_str!("scripts/targetcli.sh"))
}
