//! The storage spec: what a user says about disks and iSCSI volumes, and what we make of it.

mod grammar;
pub mod host;
mod plan;
mod resolve;
pub mod secret;
pub mod spec;

use crate::spec::IgnitionVersion;

/// The Ignition version of everything a spec makes: the widest there is, taken by every OpenShift from 4.7 on.
pub const EMITTED: IgnitionVersion = IgnitionVersion::V3_2;
