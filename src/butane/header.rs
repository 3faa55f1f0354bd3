//! The first two fields: which language the config is written in.

use crate::diagnostic::{Report, SourceId};
use crate::document::Document;
use crate::model::node::node;
use crate::model::{Dialect, decode};
use crate::spec::{Gates, IgnitionVersion, Target, canonical};

node! {
    /// The head of a Butane config.
    pub struct Header ("a Butane config") {
        /// The variant.
        variant: String = {},
        /// The version.
        version: String = {},
    }
}

/// Why no target could be found.
pub(super) enum HeaderFault {
    /// The root or one of the two fields is of the wrong type.
    Yaml(Report),
    /// There is no such target.
    Unknown(String),
}

/// A variant that there was once.
const REMOVED: (&str, &str) = ("rhcos", "0.1.0");

pub(super) fn target(document: &Document, source: SourceId) -> Result<&'static Target, HeaderFault> {
    let mut told = Report::default();
    let gates = Gates::ignition(IgnitionVersion::V3_0);
    let header: Header = match document.root() {
        Some(_) => decode(document, source, Dialect::Butane, gates, &mut told),
        None => Header::default(),
    };
    if told.has_errors() {
        return Err(HeaderFault::Yaml(told));
    }
    let Header { variant, version, .. } = header;
    if variant.is_empty() {
        return Err(HeaderFault::Unknown("`variant` is missing".to_owned()));
    }
    let Some(version) = canonical(&version) else {
        return Err(HeaderFault::Unknown("`version` is missing or not of the form 1.2.3".to_owned()));
    };
    if (variant.as_str(), version.as_str()) == REMOVED {
        return Err(HeaderFault::Unknown("the variant `rhcos` was removed; use `openshift`".to_owned()));
    }
    Target::find(&variant, &version)
        .ok_or_else(|| HeaderFault::Unknown(format!("there is no variant `{variant}` of version {version}")))
}
