//! The typed trees: one line per field gives the struct, its decoding, its gate, its emission, its schema and its docs.
//!
//! `emit` writes fields in declared order, so the order of lines here is part of the output contract.

pub mod butane;
mod constraint;
mod decode;
mod emit;
mod field;
pub mod ignition;
pub(crate) mod node;
mod origin;
mod scalar;
mod schema;
mod schema_rules;
pub mod schemas;
mod types;

pub use decode::{Decoder, Dialect, Faults, NOT_YET, PROBLEMS, TOO_MANY_ALIASES, decode, decode_with_faults};
pub use emit::{Audience, Emitter};
pub use field::{Constraint, Field, FieldInfo, StringMap};
pub use node::{Choice, Node};
pub use origin::{Naming, Origin};
pub use schema::SchemaContext;
pub use types::{Count, Measure, Named, NotYet, OneOf};
