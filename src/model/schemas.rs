//! The JSON Schemas of Ignition and Butane configs, made from the model when they are asked for.
//!
//! Made rather than embedded: the texts of all of them are 2.6 MB.

use super::decode::Dialect;
use super::schema::SchemaContext;
use super::{butane, ignition};
use crate::document::Value;
use crate::spec::{Gates, IgnitionVersion, TARGETS, Target};
use std::fmt;

/// What a schema describes. Displays as the name of the schema: `ignition-3.2.0`, `fcos-1.5.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Ignition configs of a version.
    Ignition(IgnitionVersion),
    /// Butane configs of a target.
    Butane(&'static Target),
}

impl Subject {
    /// All of them, oldest first within their kind.
    pub fn all() -> impl Iterator<Item = Self> {
        IgnitionVersion::ALL.into_iter().map(Self::Ignition).chain(TARGETS.iter().map(Self::Butane))
    }

    /// The subject of that name.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().find(|subject| subject.to_string() == name)
    }

    /// The path of the schema below `schemas/`.
    pub fn path(self) -> String {
        match self {
            Self::Ignition(version) => format!("ignition/{version}.json"),
            Self::Butane(_) => format!("butane/{self}.json"),
        }
    }

    /// The schema.
    pub fn schema(self) -> Value {
        match self {
            Self::Ignition(version) => {
                let title = format!("Ignition config {version}");
                SchemaContext::document::<ignition::Config>(Dialect::Ignition, Gates::ignition(version), &title)
            }
            Self::Butane(target) => SchemaContext::butane::<butane::Config>(target, &format!("Butane config {target}")),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignition(version) => write!(f, "ignition-{version}"),
            Self::Butane(target) => write!(f, "{}-{}", target.variant, target.version),
        }
    }
}
