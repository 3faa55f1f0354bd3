//! The typed trees: one line per field gives the struct, its decoding, its gate, its emission, its schema and its docs.
//!
//! `emit` writes fields in declared order, so the order of lines here is part of the output contract.

pub mod butane;
mod constraint;
mod decode;
mod emit;
mod field;
mod findings;
pub mod ignition;
pub mod merge;
pub(crate) mod node;
mod origin;
mod scalar;
mod schema;
mod schema_rules;
pub mod schemas;
mod types;
mod unused;
mod view;

pub use decode::{
    BAD_MERGE, BAD_TAG, Decoder, Dialect, Faults, Keys, LETTER_CASE, NOT_YET, NULL_MAP, PROBLEMS, TOO_MANY_ALIASES,
    UNKNOWN_KEY, WRONG_TYPE, decode, decode_at, decode_ignition, decode_with_faults,
};
pub use emit::{Audience, Emitter};
pub use field::{Constraint, Field, FieldInfo, StringMap};
pub use findings::Findings;
pub use node::{Choice, Node};
pub use origin::{Naming, Origin};
pub use schema::SchemaContext;
pub use types::{Count, Measure, Named, NotYet, OneOf};
pub use unused::{Unused, find_unused};
pub use view::{NodeView, View, is_empty};
