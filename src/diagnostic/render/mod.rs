//! Findings as text: one file per output format.
//!
//! Every format shows hidden bytes of a source as `*` and lets no character through that could steer a terminal.

mod excerpt;
mod json;
mod mark;
mod raw;
mod safe;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use json::json;
pub use raw::{RawRule, raw};
pub use text::{Style, summary, text};
