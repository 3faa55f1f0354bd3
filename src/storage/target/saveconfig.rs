//! The storage side as a configuration of LIO, in the form in which rtslib saves and restores it.
//!
//! Key names are those of rtslib's code, which the manual page does not have right everywhere.

use super::exports::{Acl, Lun, Target, address};
use crate::document::Value;
use crate::document::json::{self, Layout};
use crate::storage::plan::Backstore;

/// The configuration. It says everything that a default would decide otherwise: rtslib takes what is absent for off, so
/// `authentication` above all is there.
pub(super) fn json(targets: &[Target<'_>]) -> String {
    let objects = targets.iter().flat_map(|target| &target.nodes).flat_map(|acl| &acl.luns).map(storage_object);
    let config = map([
        ("fabric_modules", Value::Sequence(Vec::new())),
        ("storage_objects", Value::Sequence(objects.collect())),
        ("targets", Value::Sequence(targets.iter().map(target).collect())),
    ]);
    json::write(&config, Layout::Pretty) + "\n"
}

fn storage_object(lun: &Lun<'_>) -> Value {
    let (plugin, path) = backstore(lun);
    let mut object = map([
        ("name", lun.name.as_str().into()),
        ("plugin", plugin.into()),
        ("dev", path.into()),
        ("wwn", lun.serial.to_string().into()),
        // A write that was answered must be on the disk: etcd's member trusts that.
        ("write_back", false.into()),
    ]);
    if let Backstore::File { size, .. } = lun.backstore {
        object.set("size", integer(*size));
    }
    object
}

/// The plugin of rtslib, and the path.
pub(super) fn backstore<'a>(lun: &Lun<'a>) -> (&'static str, &'a str) {
    match lun.backstore {
        Backstore::Block(path) => ("block", path),
        Backstore::File { path, .. } => ("fileio", path),
    }
}

fn target(target: &Target<'_>) -> Value {
    // LUNs of the target are numbered through; which number a node sees is a matter of its own list.
    let mut next = 0;
    let (mut luns, mut acls) = (Vec::new(), Vec::new());
    for acl in &target.nodes {
        let first = next;
        for lun in &acl.luns {
            let storage_object = format!("/backstores/{}/{}", backstore(lun).0, lun.name);
            luns.push(map([("index", integer(next)), ("storage_object", storage_object.into())]));
            next += 1;
        }
        acls.push(node_acl(acl, first));
    }
    let portal = |&(host, port): &(&str, u16)| {
        map([
            ("ip_address", address(host).into()),
            ("port", integer(port.into())),
            ("iser", false.into()),
            ("offload", false.into()),
        ])
    };
    let tpg = map([
        ("tag", Value::Int(1)),
        ("enable", true.into()),
        ("attributes", map(ATTRIBUTES.map(|(name, value)| (name, Value::Int(value))))),
        ("luns", Value::Sequence(luns)),
        ("node_acls", Value::Sequence(acls)),
        ("portals", Value::Sequence(target.portals.iter().map(portal).collect())),
    ]);
    map([("wwn", target.name.into()), ("fabric", "iscsi".into()), ("tpgs", Value::Sequence(vec![tpg]))])
}

/// Credentials are asked for, and nobody gets in who is not listed.
pub(super) const ATTRIBUTES: [(&str, i64); 4] =
    [("authentication", 1), ("cache_dynamic_acls", 0), ("demo_mode_write_protect", 1), ("generate_node_acls", 0)];

fn node_acl(acl: &Acl<'_>, first: u64) -> Value {
    let mapped = |(lun, index): (&Lun<'_>, u64)| {
        map([("index", integer(lun.number.into())), ("tpg_lun", integer(index)), ("write_protect", false.into())])
    };
    let mut entry = map([
        ("node_wwn", acl.initiator.into()),
        ("chap_userid", acl.user.into()),
        ("chap_password", acl.password.into()),
    ]);
    if let Some((user, password)) = acl.mutual {
        entry.set("chap_mutual_userid", user.into());
        entry.set("chap_mutual_password", password.into());
    }
    entry.set("mapped_luns", Value::Sequence(acl.luns.iter().zip(first..).map(mapped).collect()));
    entry
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn integer(number: u64) -> Value {
    Value::Int(i64::try_from(number).expect("bug: sizes are capped far below"))
}
