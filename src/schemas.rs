//! Every JSON Schema there is, by name: of Ignition configs, of Butane configs, of our own spec.

use crate::document::Value;
use crate::document::json::{self, Layout};
use crate::model::schemas::Subject;
use crate::model::{Dialect, SchemaContext};
use crate::spec::{Gates, IgnitionVersion};
use crate::storage::spec::Spec;

/// The name of the schema of our own spec.
pub const SPEC: &str = "firesteel-1.0.0";

/// The names of all schemas: `ignition-3.2.0`, `fcos-1.5.0`, `firesteel-1.0.0`.
pub fn names() -> impl Iterator<Item = String> {
    Subject::all().map(|subject| subject.to_string()).chain([SPEC.to_owned()])
}

/// The schema of that name as indented JSON.
pub fn find(name: &str) -> Option<String> {
    let schema = if name == SPEC { spec() } else { Subject::find(name)?.schema() };
    Some(text(&schema))
}

/// The path below `schemas/`, and the text, of every schema.
pub fn all() -> impl Iterator<Item = (String, String)> {
    let own = || ("firesteel/1.0.0.json".to_owned(), text(&spec()));
    Subject::all().map(|subject| (subject.path(), text(&subject.schema()))).chain(std::iter::once_with(own))
}

/// The schema of our own spec.
pub fn spec() -> Value {
    // The spec has no gated fields; any version serves.
    let gates = Gates::ignition(IgnitionVersion::V3_2);
    SchemaContext::document::<Spec>(Dialect::Spec, gates, "Firesteel spec 1.0.0")
}

/// The faults of a spec, by its schema alone.
#[cfg(feature = "schema")]
pub fn check_spec(config: &serde_json::Value) -> Vec<crate::validate::schema::SchemaFault> {
    static CHECKER: std::sync::OnceLock<crate::validate::schema::Checker> = std::sync::OnceLock::new();
    CHECKER.get_or_init(|| crate::validate::schema::Checker::new(&spec())).check(config)
}

fn text(schema: &Value) -> String {
    json::write(schema, Layout::Pretty) + "\n"
}
