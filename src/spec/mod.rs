//! Every fact that depends on a version: targets, gates, values, behaviours, OpenShift releases.
//!
//! Versions are data. Nothing outside this folder compares one; a pass asks a gate or a named behaviour.

pub mod behavior;
mod canonical;
mod gate;
mod ignition;
pub mod images;
pub mod iscsi;
pub mod openshift;
pub mod refused;
pub mod systemd;
mod target;
pub mod values;

pub use behavior::Behavior;
pub use canonical::canonical;
pub use gate::{Feature, Gate, Gates};
pub use ignition::IgnitionVersion;
pub use openshift::Release;
pub use target::{Availability, TARGETS, Target, Variant};
