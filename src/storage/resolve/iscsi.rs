//! The iSCSI section: targets, portals, nodes.

use super::head::MISPLACED;
use super::{Resolver, backstores, chap};
use crate::asset::TargetForm;
use crate::diagnostic::{Place, Problem, Severity};
use crate::model::{FieldInfo, NOT_YET};
use crate::spec::iscsi::ISCSI_PORT;
use crate::storage::grammar;
use crate::storage::plan::{Iscsi, Lun, Match, Node};
use crate::storage::spec::{
    ChapAlgorithm, Iscsi as Written, IscsiNode, NodeMatch, Settings, Spec, Target, Volume, VolumeLun,
};
use std::collections::HashMap;

crate::problem! {
    /// A name that is no iSCSI name.
    ///
    /// The target refuses the login, or the initiator sends another name than the access list has.
    ///
    /// Good: `iqn.2024-02.com.example.san:etcd`, `eui.` and 16 or `naa.` and 16 or 32 hexadecimal digits; 223 bytes at
    /// most, no blank, no underscore.
    ///
    /// Source: RFC 7143, 4.2.7; RFC 3722.
    pub(super) BAD_ISCSI_NAME = "FS1201", "bad-iscsi-name", Error;

    /// A name that the RFC allows and LIO, the target in the Linux kernel, refuses.
    ///
    /// Good: a second dot after the date, as in `iqn.2024-02.lan.local:disk`.
    ///
    /// Source: rtslib's name check.
    pub(super) LIO_REFUSES = "FS1202", "name-refused-by-lio", Warning;

    /// An iSCSI name with capitals.
    ///
    /// Names are folded to lower case before they are compared, but not by every target.
    ///
    /// Source: RFC 3722.
    pub(super) CAPITALS = "FS1203", "name-with-capitals", Warning;

    /// A portal that cannot be reached as it is written.
    ///
    /// Good: `192.0.2.10:3260`, `[2001:db8::10]:3260`, `san.example.com:3260`; the port may be left out.
    ///
    /// Source: RFC 7143, 4.2.8; open-iscsi's reader of portals, which trips over IPv4-mapped IPv6 addresses.
    pub(super) BAD_PORTAL = "FS1204", "bad-portal", Error;

    /// A name under `iscsi.targets` that is not there.
    ///
    /// Nothing says where this LUN is, so no machine could log in to it.
    ///
    /// Describe the target under `iscsi.targets`, or mend the name.
    pub(super) UNKNOWN_TARGET = "FS1205", "unknown-target", Error;

    /// Something that is described and never used.
    ///
    /// It has no effect on any machine. Most often a name was misspelt, and what should use it uses something else.
    ///
    /// Use it, or leave it out.
    pub(super) UNUSED = "FS1206", "unused", Warning;

    /// Two nodes that cannot be told apart.
    ///
    /// A machine takes its entry only when exactly one fits; two that fit leave it without its volume.
    pub(super) SAME_NODE = "FS1207", "same-node-twice", Error;

    /// Two nodes with one initiator name.
    ///
    /// The target gives both the same disk, and two machines that mount one filesystem destroy it.
    pub(super) SAME_INITIATOR = "FS1208", "same-initiator-twice", Error;

    /// A node that no machine can be recognised by.
    ///
    /// Every machine gets the same files and finds its own line by host name, hardware address or DMI UUID; one that finds
    /// none does not log in, and what waits for the volume never starts.
    ///
    /// Good: `name: master-0`, or `match: { mac: "52:54:00:12:34:56" }`.
    pub(super) BAD_NODE = "FS1209", "bad-node", Error;

    /// A number outside its bounds.
    ///
    /// open-iscsi refuses the setting, or takes another value than the one written, and the login fails or behaves
    /// otherwise than meant.
    ///
    /// Source: open-iscsi, the bounds of its settings; RFC 7143, section 13, and SAM for LUNs.
    pub(super) BAD_NUMBER = "FS1210", "number-out-of-bounds", Error;

    /// A time that is none.
    ///
    /// It says how long the machine tries to reach an absent portal before what needs the volume is given up.
    ///
    /// Good: `wait: forever`, `wait: 10m`.
    pub(super) BAD_WAIT = "FS1211", "bad-wait", Error;

    /// A volume is a LUN and nothing says of which machines.
    ///
    /// Every machine needs an initiator name of its own, since the target decides by it who gets which disk.
    ///
    /// Add the section `iscsi` with `targets` and `nodes`.
    pub(super) NO_NODES = "FS1212", "no-nodes", Error;

    /// Two nodes have the same disk.
    ///
    /// They log into one LUN of one target with nothing to keep them apart but the target's access lists. Only right when
    /// the target maps another disk as this LUN for each initiator.
    pub(super) SHARED_LUN = "FS1213", "shared-lun", Info;

    /// A portal at a port that SELinux keeps iscsid from.
    ///
    /// On RHEL CoreOS iscsid runs in a domain of its own, whose policy lets it connect to the port of iSCSI, 3260, and to
    /// few others that have other uses. A login anywhere else is denied on the machine itself and looks as if the portal
    /// did not answer: the login waits, and so do kubelet and etcd.
    ///
    /// Give the target a portal at 3260. Where that cannot be, the machines need a policy that has the port as
    /// `iscsi_port_t`, and they need it before their first login.
    ///
    /// Source: selinux-policy, iscsi.te and corenetwork.te; iscsid_selinux(8). Seen in the lab under the reference policy,
    /// which has the same rule.
    pub(super) DENIED_PORT = "FS1214", "portal-port-denied", Warning;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[
    &BAD_ISCSI_NAME,
    &LIO_REFUSES,
    &CAPITALS,
    &BAD_PORTAL,
    &UNKNOWN_TARGET,
    &UNUSED,
    &SAME_NODE,
    &SAME_INITIATOR,
    &BAD_NODE,
    &BAD_NUMBER,
    &BAD_WAIT,
    &NO_NODES,
    &SHARED_LUN,
    &DENIED_PORT,
];

pub(super) fn resolve(spec: &Spec, resolver: &mut Resolver<'_>) -> Option<Iscsi> {
    let luns: Vec<(&Volume, &VolumeLun)> =
        spec.volumes.iter().filter_map(|volume| Some((volume, volume.iscsi.as_ref()?))).collect();
    let Some(written) = &spec.iscsi else {
        if resolver.unsure(&spec.at(Spec::iscsi)) {
            return None;
        }
        for (volume, _) in luns.iter().take(1) {
            let finding = resolver.at(&NO_NODES, volume.at(Volume::iscsi), "nothing says where this LUN is");
            resolver.push(finding.help("add the section `iscsi` with `targets` and `nodes`"));
        }
        return None;
    };
    if luns.is_empty()
        && !resolver.unsure(&spec.at(Spec::iscsi))
        && !spec.volumes.iter().any(|volume| resolver.faults.touch(&volume.origin.path()))
    {
        let finding = resolver.at(&UNUSED, spec.at(Spec::iscsi), "no volume is on iSCSI");
        resolver.push(finding.help("give a volume `iscsi: {target: …}`, or leave this section out"));
    }
    let portals = targets(written, &luns, resolver);
    for (_, lun) in &luns {
        lun_number(lun.lun, || lun.at(VolumeLun::lun), resolver);
    }
    told_apart(written, resolver);
    let nodes: Vec<Node> =
        written.nodes.iter().filter_map(|node| one(node, written, &luns, &portals, resolver)).collect();
    if !resolver.report.has_errors() {
        shared_luns(&luns, &nodes, resolver);
    }
    backstores::between_nodes(written, resolver);
    chap::between_nodes(written, &nodes, resolver);
    let wait = match &written.wait.0 {
        None => None,
        Some(text) => {
            resolver.good(&BAD_WAIT, written.at(Written::wait), "this is no time", grammar::wait(text)).flatten()
        }
    };
    let chap_algorithms = written.chap_algorithms.iter().filter_map(|word| word.0).map(ChapAlgorithm::word).collect();
    let settings = settings(written, resolver);
    let object = written.object.clone();
    Some(Iscsi { object, origin: written.origin.clone(), nodes, wait, settings, chap_algorithms })
}

/// Checks names and portals of the targets; gives the one portal of each.
fn targets<'a>(
    written: &'a Written,
    luns: &[(&Volume, &VolumeLun)],
    resolver: &mut Resolver<'_>,
) -> HashMap<&'a str, grammar::Portal> {
    let mut portals = HashMap::new();
    // A name that leads nowhere was probably meant to lead to one of these.
    let wanted = luns.iter().map(|(_, lun)| lun.target.as_str());
    let wanted = wanted.chain(written.nodes.iter().filter_map(|node| node.target.as_deref()));
    let misses = wanted.into_iter().any(|name| written.targets.get(name).is_none());
    for (name, target) in &written.targets.0 {
        if !target.iqn.is_empty() {
            iscsi_name(&target.iqn, target.at(Target::iqn), resolver);
        }
        let list = portal_list(&target.portals, target.at(Target::portals), resolver);
        if let Some(portal) = list {
            portals.insert(name.as_str(), portal);
        }
        let used = luns.iter().any(|(_, lun)| lun.target == *name)
            || written.nodes.iter().any(|node| node.target.as_deref() == Some(name));
        if !used && !luns.is_empty() && !misses {
            let place = Place::key(resolver.source, target.origin.path());
            resolver.push(UNUSED.at(place, format!("no volume uses the target `{name}`")));
        }
    }
    for (_, lun) in luns {
        if !lun.target.is_empty() {
            known_target(&lun.target, written, || lun.at(VolumeLun::target), resolver);
        }
    }
    portals
}

fn known_target(name: &str, written: &Written, path: impl Fn() -> crate::document::Path, resolver: &mut Resolver<'_>) {
    if written.targets.get(name).is_some() || written.targets.0.is_empty() {
        // A section without targets was told already.
        return;
    }
    let message = format!("there is no target `{name}` under `iscsi.targets`");
    let finding = resolver.at(&UNKNOWN_TARGET, path(), message);
    let near = crate::diagnostic::suggest::nearest(name, written.targets.names());
    resolver.push(match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("known: {}", written.targets.names().collect::<Vec<_>>().join(", "))),
    });
}

/// The portal of a list that has one; more are refused, since without multipath they make two disks of one label.
fn portal_list(texts: &[String], path: crate::document::Path, resolver: &mut Resolver<'_>) -> Option<grammar::Portal> {
    let mut good = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let what = "this is no portal";
        if text.is_empty() && resolver.unsure(&path.join(index)) {
            continue;
        }
        let portal = resolver.good(&BAD_PORTAL, path.join(index), what, grammar::portal(text));
        if let Some(portal) = portal.as_ref().filter(|portal| portal.port != ISCSI_PORT) {
            let message = format!("SELinux does not let iscsid connect to port {}", portal.port);
            let finding = resolver.at(&DENIED_PORT, path.join(index), message);
            resolver.push(
                finding
                    .note("the login would wait as if the portal did not answer, and so would kubelet")
                    .help(format!("let the target listen at port {ISCSI_PORT}")),
            );
        }
        good.extend(portal);
    }
    if texts.len() > 1 {
        let finding = resolver.at(&NOT_YET, path.join(1), "several portals need multipath, which is not there yet");
        resolver.push(
            finding
                .note("without it each portal shows the same disk once more, and the label is ambiguous")
                .help("name one portal"),
        );
    }
    good.into_iter().next()
}

fn iscsi_name(name: &str, path: crate::document::Path, resolver: &mut Resolver<'_>) {
    let good = crate::spec::iscsi::iscsi_name(name);
    if resolver.good(&BAD_ISCSI_NAME, path.clone(), "this is no iSCSI name", good).is_none() {
        return;
    }
    if !name.starts_with("eui") && !name.starts_with("naa") && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let finding = resolver.at(&CAPITALS, path.clone(), "capitals in an iSCSI name");
        resolver
            .push(finding.help(format!("write `{}`, and the same on the target's side", name.to_ascii_lowercase())));
    }
    if let Some(reason) = grammar::refused_by_lio(name) {
        let finding = resolver.at(&LIO_REFUSES, path, "LIO refuses this name").note(reason);
        let is_lio = resolver.target.is_some_and(TargetForm::is_lio);
        resolver.push(if is_lio { finding.severity(Severity::Error) } else { finding });
    }
}

fn lun_number(lun: Option<i64>, path: impl Fn() -> crate::document::Path, resolver: &mut Resolver<'_>) -> Option<u8> {
    let Some(number) = lun else { return Some(0) };
    let good = u8::try_from(number).map_err(|_| "a LUN here is a number from 0 to 255".to_owned());
    resolver.good(&BAD_NUMBER, path(), "this number is out of bounds", good)
}

fn one(
    node: &IscsiNode,
    written: &Written,
    luns: &[(&Volume, &VolumeLun)],
    portals: &HashMap<&str, grammar::Portal>,
    resolver: &mut Resolver<'_>,
) -> Option<Node> {
    if !node.name.is_empty() {
        let good = grammar::host_name(&node.name);
        resolver.good(&BAD_NODE, node.at(IscsiNode::name), "this cannot be the name of a node", good);
    }
    if !node.initiator.is_empty() {
        iscsi_name(&node.initiator, node.at(IscsiNode::initiator), resolver);
    }
    let matching = matching(node, resolver);
    let own_portal = portal_list(&node.portals, node.at(IscsiNode::portals), resolver);
    let own_lun = lun_number(node.lun, || node.at(IscsiNode::lun), resolver);
    if let Some(target) = &node.target {
        known_target(target, written, || node.at(IscsiNode::target), resolver);
    }
    let overridden: [(bool, &FieldInfo); 3] = [
        (node.target.is_some(), IscsiNode::target),
        (node.lun.is_some(), IscsiNode::lun),
        (!node.portals.is_empty(), IscsiNode::portals),
    ];
    for (given, field) in overridden {
        if given && luns.len() > 1 {
            let message = format!("`{}` of a node is ambiguous with several iSCSI volumes", field.name);
            resolver.push(resolver.at(&MISPLACED, node.at(field), message).help("set it in the volumes"));
        }
    }
    let chap = chap::resolve(node, resolver);
    let mut backstores = backstores::resolve(node, luns, resolver);
    let luns = luns.iter().filter_map(|(volume, lun)| {
        let name = node.target.as_deref().unwrap_or(&lun.target);
        let target = written.targets.get(name)?;
        let portal = own_portal.clone().or_else(|| portals.get(name).cloned())?;
        let number = if node.lun.is_some() { own_lun? } else { u8::try_from(lun.lun.unwrap_or(0)).ok()? };
        Some(Lun {
            volume: volume.name.clone(),
            target: target.iqn.to_ascii_lowercase(),
            host: portal.host,
            port: portal.port,
            lun: number,
            backstore: backstores.remove(&volume.name),
        })
    });
    let luns = luns.collect();
    Some(Node {
        name: node.name.clone(),
        matching: matching?,
        initiator: node.initiator.to_ascii_lowercase(),
        chap: chap?,
        luns,
    })
}

fn matching(node: &IscsiNode, resolver: &mut Resolver<'_>) -> Option<Match> {
    let Some(given) = &node.matching else { return Some(Match::Hostname(node.name.clone())) };
    match (&given.hostname, &given.mac, &given.uuid) {
        (Some(name), None, None) => {
            let good = grammar::host_name(name);
            resolver.good(&BAD_NODE, given.at(NodeMatch::hostname), "this is no host name", good)?;
            Some(Match::Hostname(name.clone()))
        }
        (None, Some(mac), None) => {
            let good = grammar::mac(mac);
            resolver.good(&BAD_NODE, given.at(NodeMatch::mac), "this is no hardware address", good)?;
            Some(Match::Mac(mac.to_ascii_lowercase()))
        }
        (None, None, Some(uuid)) => {
            let good = grammar::uuid(uuid);
            resolver.good(&BAD_NODE, given.at(NodeMatch::uuid), "this is no UUID", good)?;
            Some(Match::Uuid(uuid.to_ascii_lowercase()))
        }
        (None, None, None) if resolver.unsure(&given.origin.path()) => None,
        _ => {
            let finding = resolver.at(&BAD_NODE, given.origin.path(), "a node is recognised by exactly one thing");
            resolver.push(finding.help("give one of `hostname`, `mac` and `uuid`"));
            None
        }
    }
}

/// Names, initiators and marks that two nodes may not share.
fn told_apart(written: &Written, resolver: &mut Resolver<'_>) {
    let mut seen: HashMap<(&str, String), crate::document::Path> = HashMap::new();
    let mut check = |kind: &'static str, value: String, path: crate::document::Path, resolver: &mut Resolver<'_>| {
        if value.is_empty() {
            return;
        }
        match seen.get(&(kind, value.clone())) {
            None => {
                seen.insert((kind, value), path);
            }
            Some(first) => {
                let problem = if kind == "initiator" { &SAME_INITIATOR } else { &SAME_NODE };
                let finding = resolver.at(problem, path, format!("two nodes have the same {kind}"));
                let finding = finding.label(resolver.place(first.clone()), "first here");
                resolver.push(match kind {
                    "initiator" => finding.note("the target would give both machines the same disk"),
                    _ => finding.note("a machine takes an entry only when exactly one fits"),
                });
            }
        }
    };
    for node in &written.nodes {
        check("name", node.name.to_ascii_lowercase(), node.at(IscsiNode::name), resolver);
        check("initiator", node.initiator.to_ascii_lowercase(), node.at(IscsiNode::initiator), resolver);
        if let Some(given) = &node.matching {
            let parts: [(&'static str, &Option<String>, &FieldInfo); 3] = [
                ("host name to match", &given.hostname, NodeMatch::hostname),
                ("hardware address", &given.mac, NodeMatch::mac),
                ("UUID", &given.uuid, NodeMatch::uuid),
            ];
            for (kind, value, field) in parts {
                let value = value.as_deref().unwrap_or_default().to_ascii_lowercase();
                check(kind, value, given.at(field), resolver);
            }
        }
    }
    // A short name fits every full name that begins with it.
    let mut short: HashMap<String, (&str, crate::document::Path, bool)> = HashMap::new();
    for node in &written.nodes {
        let (name, path, explicit) = match &node.matching {
            None => (&node.name, node.at(IscsiNode::name), false),
            Some(given) => match &given.hostname {
                Some(name) => (name, given.at(NodeMatch::hostname), true),
                None => continue,
            },
        };
        let first = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        if first.is_empty() {
            continue;
        }
        if let Some((other, place, other_explicit)) = short.insert(first, (name, path.clone(), explicit)) {
            let same = other.eq_ignore_ascii_case(name);
            // Equal names of one kind are told above.
            if (same && explicit == other_explicit) || (!same && other.contains('.') && name.contains('.')) {
                continue;
            }
            let message = match same {
                true => format!("two nodes are recognised by the host name `{name}`"),
                false => format!("`{name}` and `{other}` fit the same machine"),
            };
            let finding = resolver.at(&SAME_NODE, path, message);
            let finding = finding.label(resolver.place(place), "the other one");
            resolver.push(finding.help("write full names for both, or use `match` with `mac` or `uuid`"));
        }
    }
}

/// Tells once for each volume that nodes log into the same LUN: right only behind access lists.
fn shared_luns(luns: &[(&Volume, &VolumeLun)], nodes: &[Node], resolver: &mut Resolver<'_>) {
    for (volume, written) in luns {
        let mut count: HashMap<(&str, u8), usize> = HashMap::new();
        for lun in nodes.iter().flat_map(|node| &node.luns).filter(|lun| lun.volume == volume.name) {
            *count.entry((&lun.target, lun.lun)).or_default() += 1;
        }
        let Some((&(_, lun), &most)) = count.iter().max_by_key(|(key, count)| (**count, std::cmp::Reverse(**key)))
        else {
            continue;
        };
        if most > 1 {
            let message = format!("{most} nodes log into LUN {lun} of this target");
            let finding = resolver.at(&SHARED_LUN, written.at(VolumeLun::target), message);
            resolver.push(
                finding
                    .note(format!("right only where the target shows each initiator a disk of its own as LUN {lun}")),
            );
        }
    }
}

fn settings(written: &Written, resolver: &mut Resolver<'_>) -> Vec<(&'static str, String)> {
    let Some(given) = &written.settings else { return Vec::new() };
    let week = 7 * 24 * 3600;
    let table: [(&FieldInfo, Option<i64>, &str, i64, i64); 7] = [
        (Settings::replacement_timeout, given.replacement_timeout, "node.session.timeo.replacement_timeout", -1, week),
        (Settings::login_timeout, given.login_timeout, "node.conn[0].timeo.login_timeout", 1, 3600),
        (Settings::logout_timeout, given.logout_timeout, "node.conn[0].timeo.logout_timeout", 1, 3600),
        (Settings::noop_out_interval, given.noop_out_interval, "node.conn[0].timeo.noop_out_interval", 0, 3600),
        (Settings::noop_out_timeout, given.noop_out_timeout, "node.conn[0].timeo.noop_out_timeout", 0, 3600),
        (Settings::cmds_max, given.cmds_max, "node.session.cmds_max", 2, 2048),
        (Settings::queue_depth, given.queue_depth, "node.session.queue_depth", 1, 1024),
    ];
    let mut settings = Vec::new();
    for (field, value, name, least, most) in table {
        let Some(value) = value else { continue };
        let power = field.name != "cmds_max" || value.count_ones() == 1;
        if !(least..=most).contains(&value) || !power {
            let finding = resolver.at(&BAD_NUMBER, given.at(field), "this number is out of bounds");
            let power = if power { "" } else { ", and a power of two" };
            resolver.push(finding.help(format!("open-iscsi takes {least} to {most} here{power}")));
        }
        if field.name == "replacement_timeout" && (0..30).contains(&value) {
            let message = "I/O fails after a short loss of the network";
            let finding = resolver.at(&BAD_NUMBER, given.at(field), message).severity(Severity::Warning);
            resolver.push(
                finding.note("short times are for multipath, which can use another path; one path wants 120 or more"),
            );
        }
        settings.push((name, value.to_string()));
    }
    settings
}
