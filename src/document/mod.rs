//! Texts as trees with places: reading YAML and JSON, finding nodes by path, writing both.
//!
//! Nothing here knows what a text is about.
//! The YAML side reads exactly what the reference's YAML library reads; ARCHITECTURE.md says why it is our own.

mod decimal;
mod inner;
pub mod json;
mod lines;
mod node;
mod path;
mod utf8;
mod value;
pub mod yaml;

pub use inner::Offsets;
pub use lines::{LineBreaks, LineIndex, Position};
pub use node::{CollectionStyle, Document, Found, Kind, Node, NodeId, ScalarStyle, Span, Syntax, Text};
pub use path::{Path, Segment};
pub use value::Value;
