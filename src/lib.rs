//! Firesteel compiles, checks and generates Ignition configs.

pub mod asset;
pub mod butane;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod document;
#[cfg(feature = "cli")]
pub mod dropin;
pub mod emit;
pub mod files;
pub mod ignition;
pub mod inspect;
pub mod lint;
pub mod lower;
pub mod manifest;
pub mod model;
pub mod pipeline;
pub mod problems;
pub mod reference;
pub mod schemas;
pub mod spec;
pub mod storage;
pub mod sugar;
pub mod unit;
pub mod validate;
