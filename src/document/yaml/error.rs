//! Why a text is not YAML.

use std::fmt;

/// A fault in the form of a YAML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Byte offset (in the decoded text) of the best place we know.
    pub offset: u32,
    /// The line the reference's message names, from 1; 0 when its message names none.
    pub line: u32,
    /// What is wrong, in the wording of the reference's scanner and parser, without `yaml: line N: `.
    pub message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl std::error::Error for YamlError {}
