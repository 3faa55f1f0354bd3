//! The Ignition config of one MachineConfig as the operator reads it, before it is merged.

use super::spec2;
use crate::diagnostic::{Report, Severity, SourceId};
use crate::document::yaml::mapping::effective_entries;
use crate::document::{Document, NodeId, Path, Syntax};
use crate::ignition::Versioned;
use crate::model::{Keys, decode_ignition};
use crate::spec::{Gates, IgnitionVersion};
use crate::validate::{Manner, validate};

/// Why the config of a MachineConfig is not merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentFault {
    /// It names no version, or none that there is.
    Version,
    /// A value has another type than its key wants, or the config is not valid.
    Invalid,
    /// It is of spec 2 and has no counterpart in Ignition 3.
    NotTranslated,
}

/// The value under a key, in any letter case where that spelling is not there, and from maps that are merged in.
pub fn member(document: &Document, node: NodeId, key: &str) -> Option<NodeId> {
    if let Some(value) = document.get(node, key) {
        return Some(value);
    }
    if document.syntax() == Syntax::Yaml {
        let found = effective_entries(document, node).entries.into_iter().rev();
        return found.filter(|entry| entry.name.eq_ignore_ascii_case(key)).map(|entry| entry.value).next();
    }
    let is_same = |&&(name, _): &&(NodeId, NodeId)| document.value(name).is_some_and(|it| it.eq_ignore_ascii_case(key));
    document.entries(node).iter().rev().find(is_same).map(|&(_, value)| value)
}

/// Reads the config at a node as the operator does, unknown keys left out.
///
/// # Errors
/// When the operator would not merge it.
pub fn read_config(
    document: &Document,
    source: SourceId,
    (node, path): (NodeId, &Path),
) -> Result<Versioned, ComponentFault> {
    let version = member(document, node, "ignition").and_then(|section| member(document, section, "version"));
    let version = version.and_then(|node| document.value(node)).unwrap_or_default();
    let mut report = Report::default();
    let part = (Some(node), path);
    if spec2::is_taken(version) {
        let config = spec2::translate(document, source, part, &mut report);
        let refused = [&spec2::NOT_TRANSLATED, &spec2::NO_FILESYSTEM];
        if report.iter().any(|finding| refused.contains(&finding.problem)) {
            return Err(ComponentFault::NotTranslated);
        }
        return Ok(Versioned { version: IgnitionVersion::V3_0, config });
    }
    let version = IgnitionVersion::from_name(version).ok_or(ComponentFault::Version)?;
    let gates = Gates::ignition(version);
    let (config, _) = decode_ignition(document, source, part, (Keys::Silent, gates), &mut report);
    validate(&config, version, source, Manner::Reference, &mut report);
    match report.count(Severity::Error) {
        0 => Ok(Versioned { version, config }),
        _ => Err(ComponentFault::Invalid),
    }
}
