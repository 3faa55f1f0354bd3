//! YAML: the reader, the rules by which plain scalars get a type, the writer.

mod error;
pub use error::YamlError;

use super::node::Document;

/// Reads the first document of `bytes` as the reference's YAML library (yaml.v3 3.0.1) reads it.
///
/// # Errors
/// When the text is not well-formed; the reader never panics and never returns half a tree.
pub fn read(bytes: &[u8]) -> Result<Document, YamlError> {
    let _ = bytes;
    Err(YamlError { offset: 0, line: 0, message: "reader not there yet".into() })
}
