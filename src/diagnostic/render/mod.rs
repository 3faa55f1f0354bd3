//! Findings as text: one file per output format.
//!
//! Every format shows hidden bytes of a source as `*` and lets no character through that could steer a terminal.

mod excerpt;
mod github;
mod json;
mod junit;
mod mark;
mod outside;
mod raw;
mod safe;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use raw::{RawRule, raw};
pub use sarif::sarif;
pub use text::{Style, summary, text};
