//! Every fact that depends on a version: targets, gates, OpenShift releases.
//!
//! Versions are data. Nothing outside this folder compares one; a pass asks a gate or a named behaviour.

mod gate;
mod ignition;
mod openshift;
mod target;

pub use gate::{Feature, Gate, Gates};
pub use ignition::IgnitionVersion;
pub use openshift::{RELEASES, Release};
pub use target::{TARGETS, Target, Variant};
