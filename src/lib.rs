//! Firesteel compiles, checks and generates Ignition configs.

pub mod diagnostic;
pub mod document;
pub mod model;
pub mod spec;
pub mod storage;
