//! The cases, one function each: what is done to a node, and what must be found afterwards.

mod credentials;
mod faults;
mod lifecycle;
mod local;
pub(super) mod moves;
mod mutations;
mod refusals;
mod selinux;
mod storage;

use super::bench::Bench;

/// A case of the machine layer.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// Runs even without `--full`.
    pub(super) minimal: bool,
    pub(super) run: Run,
}

type Run = fn(&Bench<'_>) -> Result<(), String>;

const fn minimal(name: &'static str, run: Run) -> Case {
    Case { name, minimal: true, run }
}

const fn full(name: &'static str, run: Run) -> Case {
    Case { name, minimal: false, run }
}

/// In the order in which they run: those first whose end others begin with.
pub(super) const CASES: &[Case] = &[
    minimal("first-boot-and-move", moves::first_boot),
    minimal("second-boot", moves::second_boot),
    minimal("foreign-filesystem", refusals::foreign_filesystem),
    full("wrong-secret", refusals::wrong_secret),
    full("unknown-bytes", refusals::unknown_bytes),
    full("portal-late", faults::portal_late),
    full("portal-away", faults::portal_away),
    full("unknown-host-name", refusals::unknown_host_name),
    full("another-nodes-disk", refusals::another_nodes_disk),
    full("applied-while-running", lifecycle::applied_while_running),
    full("power-cut-in-copy", faults::power_cut_in_copy),
    full("rolled-back-and-applied-again", lifecycle::rolled_back_and_applied_again),
    full("way-back", lifecycle::way_back),
    full("replaced-node-old-volume", lifecycle::replaced_node_old_volume),
    full("replaced-node-blank-volume", lifecycle::replaced_node_blank_volume),
    full("old-root-disk-blank-volume", refusals::old_root_disk_blank_volume),
    full("session-lost-40-s", faults::session_lost),
    full("session-logged-out", faults::session_logged_out),
    full("power-cut-in-mkfs", faults::power_cut_in_mkfs),
    full("secret-by-node-file", credentials::secret_by_node_file),
    full("secret-changed", credentials::secret_changed),
    full("mutual-chap", credentials::mutual_chap),
    full("two-nodes-one-blank-lun", faults::two_nodes_one_blank_lun),
    full("local-disk", local::local_disk),
    full("local-disk-missing", local::local_disk_missing),
    full("new-pool-old-partitions", local::new_pool_old_partitions),
    full("new-pool-own-partition", local::new_pool_own_partition),
    full("storage-targetcli", storage::targetcli),
    full("storage-saveconfig", storage::saveconfig),
    full("selinux-enforcing", selinux::enforcing),
    full("mutation-no-blank-check", mutations::no_blank_check),
    full("mutation-no-gate", mutations::no_gate),
    full("mutation-no-owner-check", mutations::no_owner_check),
];
