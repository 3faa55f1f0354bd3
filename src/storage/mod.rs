//! The storage spec: what a user says about disks and iSCSI volumes, and what we make of it.

mod grammar;
pub mod host;
pub mod secret;
pub mod spec;
