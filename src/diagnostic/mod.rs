//! Findings as values: what was found, where, what to do. Printing them is the last step and lives in [`render`].
//!
//! Nothing here knows what any problem means; each layer declares its own with [`problem!`](crate::problem).

pub mod fix;
mod place;
mod problem;
pub mod redact;
pub mod render;
mod report;
mod source;
pub mod suggest;

pub use place::{At, Place};
pub use problem::{Problem, Severity};
pub use report::{Applicability, Diagnostic, Fix, Label, Report};
pub use source::{Source, SourceId, Sources};
