//! What must be true of a spec for the storage side to be made of it, which is asked for by `--emit-target`.

use super::Resolver;
use crate::asset::TargetForm;
use crate::diagnostic::{Diagnostic, Place, Problem, SourceId};
use crate::document::Path;
use crate::storage::plan::{Chap, Iscsi, Lun, Node};
use crate::storage::secret::{Secret, SecretRef};
use crate::storage::spec::{Chap as WrittenChap, IscsiNode, MutualChap, Spec, Target, Volume, VolumeLun};
use std::collections::HashMap;
use std::net::IpAddr;

crate::problem! {
    /// `--emit-target` for something that has no storage side.
    ///
    /// The storage side is made from the LUNs of a spec and the nodes that log in to them.
    ///
    /// Leave `--emit-target` out, or compile a spec with iSCSI volumes.
    pub(super) NO_TARGET_SIDE = "FS1503", "no-target-side", Error;

    /// A LUN with nothing behind it.
    ///
    /// What the storage shows as this node's LUN is known to you alone.
    ///
    /// Good: `backstore: { block: /dev/vg/master-0 }` in the node.
    pub(super) NO_BACKSTORE = "FS1504", "no-backstore", Error;

    /// A secret that the storage side needs and only the node has.
    ///
    /// With `node_file` the secret never reaches this program, so it cannot be written for the storage either.
    ///
    /// Compile the storage side from a copy of the spec that has `{file: …}` or `{env: …}` there, or set the secret on
    /// the storage by hand.
    pub(super) SECRET_ON_NODE = "FS1505", "secret-only-on-the-node", Error;

    /// A node without credentials on a storage side that asks everyone for theirs.
    ///
    /// Every target is made with `authentication=1`, so a node without credentials could never log in.
    ///
    /// Good: `chap: { username: master0, password: { file: secrets/master-0 } }`.
    pub(super) TARGET_WANTS_CHAP = "FS1506", "target-wants-chap", Error;

    /// LUN 0 on tgt.
    ///
    /// tgt has a controller there, which cannot be replaced by a disk.
    ///
    /// Good: `lun: 1`, in the volume or in the node.
    ///
    /// Source: tgt 1.0.85, as it runs.
    pub(super) LUN_OF_TGT = "FS1507", "lun-zero-on-tgt", Error;

    /// Two nodes on one target of tgt.
    ///
    /// tgt lists initiators for a whole target, not for a LUN, so each of the nodes would see the other's disk and could
    /// log in with the other's credentials.
    ///
    /// Good: a target for each node under `iscsi.targets`, chosen with `target` in the node. LIO (`targetcli` and
    /// `saveconfig`) can tell the nodes of one target apart.
    ///
    /// Source: tgtadm(8).
    pub(super) TARGET_SHARED_ON_TGT = "FS1508", "target-shared-on-tgt", Error;

    /// A portal that is no address.
    ///
    /// The storage listens on addresses. A name would be looked up on the machine with the storage, where it may mean
    /// another address, or all of them.
    ///
    /// Good: `192.0.2.10:3260`, `[2001:db8::10]:3260`.
    pub(super) PORTAL_WITHOUT_ADDRESS = "FS1509", "portal-without-address", Error;

    /// One account name with two secrets on tgt.
    ///
    /// tgt knows accounts by their names, for all targets at once, so the second secret cannot be set.
    ///
    /// Good: a `username` of its own for each node, and another for `mutual`.
    ///
    /// Source: tgtadm(8).
    pub(super) ACCOUNT_TWICE_ON_TGT = "FS1510", "account-twice-on-tgt", Error;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[
    &NO_TARGET_SIDE,
    &NO_BACKSTORE,
    &SECRET_ON_NODE,
    &TARGET_WANTS_CHAP,
    &LUN_OF_TGT,
    &TARGET_SHARED_ON_TGT,
    &PORTAL_WITHOUT_ADDRESS,
    &ACCOUNT_TWICE_ON_TGT,
];

/// That there is nothing the storage side could be made of, and why.
pub(crate) fn none(source: SourceId, reason: &str) -> Diagnostic {
    let place = Place::value(source, Path::root().join("variant"));
    NO_TARGET_SIDE.at(place, reason.to_owned()).help("leave `--emit-target` out")
}

/// Checks the spec against what was asked for, if anything was.
pub(super) fn check(spec: &Spec, iscsi: Option<&Iscsi>, resolver: &mut Resolver<'_>) {
    let Some(form) = resolver.target else { return };
    if !spec.volumes.iter().any(|volume| volume.iscsi.is_some()) {
        if !resolver.unsure(&spec.at(Spec::volumes)) {
            resolver.push(none(resolver.source, "no volume is on iSCSI"));
        }
        return;
    }
    let (Some(iscsi), Some(section)) = (iscsi, &spec.iscsi) else { return };
    portals(spec, resolver);
    let nodes: Vec<(&Node, &IscsiNode)> = iscsi
        .nodes
        .iter()
        .filter_map(|node| Some((node, section.nodes.iter().find(|written| written.name == node.name)?)))
        .collect();
    for (node, written) in &nodes {
        backstores(node, written, resolver);
        credentials(node, written, resolver);
    }
    if form == TargetForm::Tgt {
        luns_of_tgt(spec, &nodes, resolver);
        targets_of_tgt(&nodes, resolver);
        accounts_of_tgt(&nodes, resolver);
    }
}

fn portals(spec: &Spec, resolver: &mut Resolver<'_>) {
    let Some(section) = &spec.iscsi else { return };
    let of_targets = section.targets.0.iter().map(|(_, target)| (&target.portals, target.at(Target::portals)));
    let of_nodes = section.nodes.iter().map(|node| (&node.portals, node.at(IscsiNode::portals)));
    for (list, path) in of_targets.chain(of_nodes) {
        for (index, text) in list.iter().enumerate() {
            let Ok(portal) = crate::storage::grammar::portal(text) else { continue };
            let reason = match portal.host.parse::<IpAddr>() {
                Ok(address) if address.is_unspecified() => "the storage would listen on all its addresses",
                Ok(_) => continue,
                Err(_) => "the storage listens on addresses, and this is a name",
            };
            let finding = resolver.at(&PORTAL_WITHOUT_ADDRESS, path.join(index), reason);
            resolver.push(finding.help("write the address, as in `192.0.2.10:3260`"));
        }
    }
}

fn backstores(node: &Node, written: &IscsiNode, resolver: &mut Resolver<'_>) {
    let unsure = [IscsiNode::backstore, IscsiNode::backstores].map(|field| resolver.unsure(&written.at(field)));
    if written.backstore.is_some() || unsure.contains(&true) {
        // Whatever is wrong with it was told.
        return;
    }
    for Lun { volume, .. } in node.luns.iter().filter(|lun| lun.backstore.is_none()) {
        if written.backstores.get(volume).is_some() {
            continue;
        }
        let message = format!("nothing is behind `{volume}` of this node");
        let finding = resolver.at(&NO_BACKSTORE, written.at(IscsiNode::name), message);
        resolver.push(match node.luns.len() {
            1 => finding.help("add `backstore: {block: /dev/…}`"),
            _ => finding.help(format!("add `backstores: {{{volume}: {{block: /dev/…}}}}`")),
        });
    }
}

fn credentials(node: &Node, written: &IscsiNode, resolver: &mut Resolver<'_>) {
    let Some(chap) = &written.chap else {
        if node.chap.is_none() && !resolver.unsure(&written.at(IscsiNode::chap)) {
            let message = "the storage asks everyone for credentials, and this node has none";
            let finding = resolver.at(&TARGET_WANTS_CHAP, written.at(IscsiNode::name), message);
            resolver.push(finding.help("add `chap: {username: …, password: {file: …}}`"));
        }
        return;
    };
    let mutual = chap.mutual.as_ref().map(|mutual| (&mutual.password, mutual.at(MutualChap::password)));
    for (secret, path) in [(&chap.password, chap.at(WrittenChap::password))].into_iter().chain(mutual) {
        if matches!(secret, SecretRef::NodeFile(_)) {
            let message = "the storage needs this secret, and only the node has it";
            let finding = resolver.at(&SECRET_ON_NODE, path.join("node_file"), message);
            resolver.push(
                finding.help("for the storage side, compile a copy of the spec with `{file: PATH}` or `{env: NAME}`"),
            );
        }
    }
}

/// Told once for each place where the number stands.
fn luns_of_tgt(spec: &Spec, nodes: &[(&Node, &IscsiNode)], resolver: &mut Resolver<'_>) {
    let is_zero = |volume: &str, (node, _): &(&Node, &IscsiNode)| {
        node.luns.iter().any(|lun| lun.volume == volume && lun.lun == 0)
    };
    let mut paths = Vec::new();
    for volume in &spec.volumes {
        let Some(lun) = &volume.iscsi else { continue };
        let (own, inherited): (Vec<_>, Vec<_>) =
            nodes.iter().filter(|node| is_zero(&volume.name, node)).partition(|(_, written)| written.lun.is_some());
        paths.extend(own.into_iter().map(|(_, written)| written.at(IscsiNode::lun)));
        if !inherited.is_empty() {
            paths.push(if lun.lun.is_some() { lun.at(VolumeLun::lun) } else { volume.at(Volume::iscsi) });
        }
    }
    for path in paths {
        let finding = resolver.at(&LUN_OF_TGT, path, "tgt has a controller at LUN 0, where this disk should be");
        resolver.push(finding.help("write `lun: 1`"));
    }
}

fn targets_of_tgt(nodes: &[(&Node, &IscsiNode)], resolver: &mut Resolver<'_>) {
    let mut first: HashMap<&str, &IscsiNode> = HashMap::new();
    for (node, written) in nodes {
        let mut targets: Vec<&str> = node.luns.iter().map(|lun| &*lun.target).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            let Some(other) = first.get(target) else {
                first.insert(target, written);
                continue;
            };
            let message = format!("tgt cannot tell two nodes of `{target}` apart");
            let finding = resolver.at(&TARGET_SHARED_ON_TGT, written.at(IscsiNode::name), message);
            let finding = finding.label(resolver.place(other.at(IscsiNode::name)), "the other node");
            resolver.push(
                finding
                    .note("its access list is one for the whole target, so each would see the other's disk")
                    .help("give each node a `target` of its own, or use `targetcli` or `saveconfig`"),
            );
        }
    }
}

fn accounts_of_tgt(nodes: &[(&Node, &IscsiNode)], resolver: &mut Resolver<'_>) {
    let mut first: HashMap<&str, (&Secret, Path)> = HashMap::new();
    for (node, written) in nodes {
        let (Some(Chap { username, password, mutual }), Some(chap)) = (&node.chap, &written.chap) else { continue };
        let back = mutual.as_ref().zip(chap.mutual.as_ref());
        let back = back.map(|((name, secret), written)| (name, secret, written.at(MutualChap::username)));
        for (name, secret, path) in [(username, password, chap.at(WrittenChap::username))].into_iter().chain(back) {
            match first.get(name.as_str()) {
                None => {
                    first.insert(name, (secret, path));
                }
                Some((known, _)) if *known == secret => {}
                Some((_, other)) => {
                    let message = "tgt takes one secret for a name, and this name has two";
                    let finding = resolver.at(&ACCOUNT_TWICE_ON_TGT, path, message);
                    let finding = finding.label(resolver.place(other.clone()), "with another secret here");
                    resolver.push(finding.help("give each its own `username`"));
                }
            }
        }
    }
}
