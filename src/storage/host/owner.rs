//! Whose a disk is: the UUID of its filesystem follows from the volume's and the node's name.
//!
//! `firesteel-volume` computes the same on the host; a test holds the two together.

use uuid::Uuid;

/// The name space of all owners. It must never change: every formatted volume rests on it.
const OWNERS: Uuid = Uuid::from_u128(0x0b6e_2f4c_9d1a_4e0f_a735_52c8_61f0_3bd4);

/// The filesystem UUID of an iSCSI volume; `node` is its name in the spec.
pub fn iscsi_owner(realm: &str, volume: &str, node: &str) -> Uuid {
    let realm = if realm.is_empty() { String::new() } else { format!("{realm}/") };
    Uuid::new_v5(&OWNERS, format!("{realm}{volume}/{}", node.to_ascii_lowercase()).as_bytes())
}

/// The filesystem UUID of a volume on a local disk; `host` is the host name, of which the first label counts.
pub fn local_owner(realm: &str, volume: &str, host: &str) -> Uuid {
    iscsi_owner(realm, volume, host.split('.').next().unwrap_or(host))
}
