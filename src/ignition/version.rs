//! The version that an Ignition config is written in, read before anything else in it.

use super::{Refusal, without_path};
use crate::diagnostic::{Place, Problem, Report, SourceId};
use crate::document::{Document, NodeId, Path};
use crate::model::node::node;
use crate::model::{Keys, decode_ignition};
use crate::spec::{Gates, IgnitionVersion, canonical};
use crate::validate::Manner;

crate::problem! {
    /// An Ignition config without a version, or with one that cannot be read.
    ///
    /// The version decides which fields there are, so nothing else in the config is looked at.
    ///
    /// Bad: `{"ignition": {"version": "v3.4"}}`. Good: `{"ignition": {"version": "3.4.0"}}`.
    ///
    /// Source: `ignition.version` of the specification.
    pub(super) NO_VERSION = "FS0233", "no-version", Error;

    /// An Ignition config of a version that does not exist, or that nobody reads any more.
    ///
    /// Configs of version 2 and 1 are another language: their files name a `filesystem`, their links and directories
    /// too, and their configs are appended instead of merged. They must be converted, not only renamed.
    ///
    /// Source: `ignition.version` of the specification.
    pub(super) UNKNOWN_VERSION = "FS0234", "unknown-version", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&NO_VERSION, &UNKNOWN_VERSION];

node! {
    /// What is read of a config to find its version.
    pub struct Head ("an Ignition config") {
        /// The config about itself.
        ignition: HeadSection = {},
    }

    /// The config about itself.
    pub struct HeadSection ("the `ignition` section") {
        /// The version.
        version: String = {},
    }
}

pub(super) fn find(
    document: &Document,
    source: SourceId,
    part: (Option<NodeId>, &Path),
    manner: Manner,
    report: &mut Report,
) -> Result<IgnitionVersion, Refusal> {
    let mut told = Report::default();
    // These two fields are in every version.
    let gates = Gates::ignition(IgnitionVersion::V3_0);
    let (head, _) = decode_ignition::<Head>(document, source, part, (Keys::Silent, gates), &mut told);
    if let Some(first) = told.into_iter().next() {
        report.push(if manner == Manner::Reference { without_path(document, first) } else { first });
        return Err(Refusal::Type);
    }
    let named = head.ignition.version;
    let tell = |report: &mut Report, problem: &'static Problem, message: String, help: String| {
        if manner == Manner::Own {
            let place = Place::value(source, part.1.join("ignition").join("version"));
            report.push(problem.at(place, message).help(help));
        }
    };
    let Some(canonical) = canonical(&named) else {
        let message = match &*named {
            "" => "`ignition.version` is missing".to_owned(),
            _ => "`ignition.version` is not of the form 3.4.0".to_owned(),
        };
        tell(report, &NO_VERSION, message, format!("write one of {}", known()));
        return Err(Refusal::NoVersion);
    };
    IgnitionVersion::from_name(&canonical).ok_or_else(|| {
        let help = if canonical.starts_with("2.") || canonical.starts_with("1.") {
            "this is the language before 3.0.0; convert it, as `ign-converter` does, and look over what comes out"
                .to_owned()
        } else {
            format!("the versions are {}", known())
        };
        tell(report, &UNKNOWN_VERSION, format!("there is no version {canonical} that can be read"), help);
        Refusal::UnknownVersion
    })
}

fn known() -> String {
    IgnitionVersion::ALL.map(IgnitionVersion::name).join(", ")
}
