//! What runs on the host: scripts, units and data files, as texts.
//!
//! This module turns the facts of one volume into texts and knows neither the spec nor Ignition.
//!
//! Three shapes come out, and they are never mixed:
//! - [`first_boot_disk`]: Ignition makes the filesystem; only the mount and the gate are left to do.
//! - [`iscsi`]: who this node is, static records with CHAP, the login, one device name for all nodes.
//! - [`volume`]: the disk is checked, formatted if proven blank, mounted; old data is moved; the gate.
//!
//! Invariants: one unit text serves every node (what differs lies in a data file, and scripts read it without
//! executing it); nothing of ours lies on a volume; everything runs on systemd 239, bash 4.4, coreutils 8.30,
//! util-linux 2.32; a secret is in the map file alone and never an argument of a program.

mod escape;
mod first_boot;
mod gate;
mod iscsi;
mod owner;
mod scripts;
mod text;
mod volume;

pub use escape::{device_unit, mount_unit};
pub use first_boot::{FirstBootDisk, first_boot_disk};
pub use gate::OPENSHIFT_GATE;
pub use iscsi::{Chap, IscsiLogin, IscsiNode, NodeMatch, Secret, Wait, is_map_value, iscsi};
pub use owner::{iscsi_owner, local_owner};
pub use text::{Assets, Dropin, HostFile, Unit};
pub use volume::{OldData, Source, Volume, hidden_by, volume};
