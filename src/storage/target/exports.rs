//! The plan turned round: not which LUNs a node has, but which nodes a target has.

use crate::storage::plan::{Backstore, Node, Plan};
use crate::storage::secret::Secret;
use uuid::Uuid;

/// A target with the nodes that may log in.
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    /// Addresses and ports, each once.
    pub(super) portals: Vec<(&'a str, u16)>,
    pub(super) nodes: Vec<Acl<'a>>,
}

/// A node that may log in to a target.
pub(super) struct Acl<'a> {
    pub(super) initiator: &'a str,
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    /// Name and secret by which the target proves itself.
    pub(super) mutual: Option<(&'a str, &'a str)>,
    pub(super) luns: Vec<Lun<'a>>,
}

/// What a node sees of a target.
pub(super) struct Lun<'a> {
    /// The number under which the node sees it.
    pub(super) number: u8,
    /// Tells it from all others of the plan: node, dot, volume. A volume's name has no dot, so no two are equal.
    pub(super) name: String,
    /// The serial number that it shows.
    pub(super) serial: Uuid,
    pub(super) backstore: &'a Backstore,
}

/// The name space of all serial numbers. It must never change: by-id links on the nodes rest on them.
const SERIALS: Uuid = Uuid::from_u128(0x4f1d_8a0e_63c7_4b52_9e0b_d7a1_2c95_f836);

/// The targets in the order in which the nodes name them.
pub(super) fn targets(plan: &Plan) -> Vec<Target<'_>> {
    let mut targets: Vec<Target<'_>> = Vec::new();
    for node in plan.iscsi.iter().flat_map(|iscsi| &iscsi.nodes) {
        for lun in &node.luns {
            let at = targets.iter().position(|target| target.name == lun.target).unwrap_or_else(|| {
                targets.push(Target { name: &lun.target, portals: Vec::new(), nodes: Vec::new() });
                targets.len() - 1
            });
            let target = &mut targets[at];
            let portal = (lun.host.as_str(), lun.port);
            if !target.portals.contains(&portal) {
                target.portals.push(portal);
            }
            let at = target.nodes.iter().position(|acl| acl.initiator == node.initiator).unwrap_or_else(|| {
                target.nodes.push(acl(node));
                target.nodes.len() - 1
            });
            target.nodes[at].luns.push(Lun {
                number: lun.lun,
                name: format!("{}.{}", node.name.to_ascii_lowercase(), lun.volume),
                serial: serial(plan, &lun.volume, node),
                backstore: lun.backstore.as_ref().expect("bug: a LUN without a backstore was not refused"),
            });
        }
    }
    targets
}

fn acl(node: &Node) -> Acl<'_> {
    let chap = node.chap.as_ref().expect("bug: a node without credentials was not refused");
    Acl {
        initiator: &node.initiator,
        user: &chap.username,
        password: text(&chap.password),
        mutual: chap.mutual.as_ref().map(|(user, secret)| (user.as_str(), text(secret))),
        luns: Vec::new(),
    }
}

fn text(secret: &Secret) -> &str {
    match secret {
        Secret::Text(text) => text,
        Secret::OnNode(_) => unreachable!("bug: a secret that only the node has was not refused"),
    }
}

/// The initiator is in it because clusters whose nodes have the same names may share the storage.
fn serial(plan: &Plan, volume: &str, node: &Node) -> Uuid {
    let realm = plan.volumes.iter().find(|known| known.name == volume).map_or("", |known| &known.realm);
    let Node { name, initiator, .. } = node;
    let name = format!("{realm}/{volume}/{}/{initiator}", name.to_ascii_lowercase());
    Uuid::new_v5(&SERIALS, name.as_bytes())
}

/// How an address and a port are written together.
pub(super) fn portal((host, port): (&str, u16)) -> String {
    format!("{}:{port}", address(host))
}

/// An address as LIO and tgt want it: IPv6 in brackets.
pub(super) fn address(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}
