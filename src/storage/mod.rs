//! The storage spec: what a user says about disks and iSCSI volumes, and what we make of it.

pub mod host;
