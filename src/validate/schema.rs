//! Holds configs against the generated JSON Schemas with an implementation that is not ours.
//!
//! What the schemas cannot say (keys that must be unique, references between entries, the text of units) is for the
//! other checks. A schema is compiled when it is first asked for, and then kept.

use crate::document::Path;
use crate::model::schemas::Subject;
use crate::spec::{IgnitionVersion, TARGETS, Target};
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use serde_json::Value;
use std::sync::OnceLock;

/// A place where a config is not as its schema wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFault {
    /// The value at fault, or the map that lacks something.
    pub path: Path,
    /// What is wrong. Never repeats anything of the config, which may hold secrets.
    pub message: String,
}

/// A compiled schema.
pub struct Checker(Validator);

/// The faults of an Ignition config of that version.
pub fn check(version: IgnitionVersion, config: &Value) -> Vec<SchemaFault> {
    static CHECKERS: [OnceLock<Checker>; IgnitionVersion::ALL.len()] =
        [const { OnceLock::new() }; IgnitionVersion::ALL.len()];
    let index = IgnitionVersion::ALL.iter().position(|known| *known == version).unwrap_or_default();
    CHECKERS[index].get_or_init(|| Checker::of(Subject::Ignition(version))).check(config)
}

/// The faults of a Butane config for that target.
pub fn check_butane(target: &'static Target, config: &Value) -> Vec<SchemaFault> {
    static CHECKERS: OnceLock<Vec<OnceLock<Checker>>> = OnceLock::new();
    let checkers = CHECKERS.get_or_init(|| TARGETS.iter().map(|_| OnceLock::new()).collect());
    let index = TARGETS.iter().position(|known| known == target).unwrap_or_default();
    checkers[index].get_or_init(|| Checker::of(Subject::Butane(target))).check(config)
}

impl Checker {
    fn of(subject: Subject) -> Self {
        Self::new(&subject.schema())
    }

    /// Compiles a schema that the model has made.
    pub fn new(schema: &crate::document::Value) -> Self {
        let text = crate::document::json::write(schema, crate::document::json::Layout::Compact);
        let schema = serde_json::from_str(&text).expect("bug: our JSON writer wrote what is no JSON");
        let built = jsonschema::draft7::options().should_validate_formats(false).build(&schema);
        Self(built.unwrap_or_else(|error| panic!("bug: a generated schema does not compile: {error}")))
    }

    /// The faults of `config`, in the order of the schema.
    pub fn check(&self, config: &Value) -> Vec<SchemaFault> {
        let mut faults = Vec::new();
        for error in self.0.iter_errors(config) {
            let path = error.instance_path().iter().fold(Path::root(), |path, segment| match segment {
                LocationSegment::Property(key) => path.join(&*key),
                LocationSegment::Index(index) => path.join(index),
            });
            match error.kind() {
                Kind::AdditionalProperties { unexpected } => faults.extend(unexpected.iter().map(|key| SchemaFault {
                    path: path.join(key.as_str()),
                    message: "this key is not known here".to_owned(),
                })),
                kind => faults.push(SchemaFault { path, message: message(kind) }),
            }
        }
        faults
    }
}

/// Says what is wrong in words of the schema alone.
fn message(kind: &Kind) -> String {
    match kind {
        Kind::Required { property } => format!("{property} is missing"),
        Kind::Type { .. } => "the value has another type than its key wants".to_owned(),
        Kind::Enum { options } => format!("the value is not one of {options}"),
        Kind::Constant { expected_value } => format!("the value is not {expected_value}"),
        Kind::Pattern { pattern } => format!("the text does not match `{pattern}`"),
        Kind::MinLength { limit } => format!("the text is shorter than {limit}"),
        Kind::MaxLength { limit } => format!("the text is longer than {limit} characters"),
        Kind::MinItems { limit } => format!("the list has fewer than {limit} entries"),
        Kind::MaxItems { limit } => format!("the list has more than {limit} entries"),
        Kind::Minimum { limit } => format!("the number is below {limit}"),
        Kind::Maximum { limit } => format!("the number is above {limit}"),
        Kind::UniqueItems => "an entry of the list stands there twice".to_owned(),
        Kind::Not { .. } => "these keys contradict each other".to_owned(),
        Kind::AnyOf { .. } => "a key is missing here, or has no useful value".to_owned(),
        _ => "this is not as the schema wants it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_have_places_and_repeat_nothing_of_the_config() {
        let config = json!({
            "ignition": {"version": "3.2.0"},
            "storage": {
                "files": [{"path": "canary/relative", "contents": {"source": "canary:x"}, "mode": "canary"}],
                "luks": [{"name": "canary/x"}],
                "filesystems": [{"device": "/dev/a", "format": "canary"}],
                "disk": ["canary"],
            },
        });
        let faults = check(IgnitionVersion::V3_2, &config);
        let mut paths: Vec<String> = faults.iter().map(|fault| fault.path.to_string()).collect();
        paths.sort();
        let expected = [
            "$.storage.disk",
            "$.storage.files.0.contents.source",
            "$.storage.files.0.mode",
            "$.storage.files.0.path",
            "$.storage.filesystems.0.format",
            "$.storage.luks.0",
            "$.storage.luks.0.name",
        ];
        assert_eq!(paths, expected);
        for fault in &faults {
            assert!(!fault.message.contains("canary"), "{fault:?}");
        }
    }

    #[test]
    fn a_butane_config_is_held_against_its_target() {
        let target = Target::find("fcos", "1.5.0").expect("a target of the table");
        let config = |user: Value| json!({"variant": "fcos", "version": "1.5.0", "passwd": {"users": [user]}});
        assert_eq!(check_butane(target, &config(json!({"name": "core", "home_dir": "/home/core"}))), []);
        assert_eq!(check_butane(target, &config(json!({"name": "core", "homeDir": "/home/core"}))).len(), 1);
    }
}
