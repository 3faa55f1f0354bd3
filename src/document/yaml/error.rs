//! Why a text is not YAML.

use super::cursor::Mark;
use std::fmt;

/// A fault in the form of a YAML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Byte offset (in the decoded text, see [`decoded`](super::decoded)) of the best place we know.
    pub offset: u32,
    /// The line the reference's message names, from 1; 0 when its message names none.
    pub line: u32,
    /// What is wrong, in the wording of the reference's scanner and parser, without `yaml: line N: `.
    pub message: String,
}

impl YamlError {
    /// A fault that the reference reports without a line.
    pub(super) fn new(offset: u32, message: impl Into<String>) -> Self {
        Self { offset, line: 0, message: message.into() }
    }

    /// A fault among characters. `context` is where the token began, `problem` where reading stopped.
    ///
    /// The reference names the line of the context, or that of the problem when the context is in the first line,
    /// and none when both are.
    pub(super) fn scan(context: Mark, problem: Mark, message: &str) -> Self {
        let line = if context.line > 0 { context.line } else { problem.line };
        let line = if line > 0 { line + 1 } else { 0 };
        Self { offset: problem.offset, line, message: message.into() }
    }

    /// A fault in the order of tokens. The line is chosen as in [`scan`](Self::scan), but comes out one too small:
    /// the reference forgets that it counts from 0 here.
    pub(super) fn parse(context: Mark, problem: Mark, message: &str) -> Self {
        let line = if context.line > 0 { context.line } else { problem.line };
        Self { offset: problem.offset, line, message: message.into() }
    }

    /// The same fault, shown where the unfinished thing began.
    pub(super) fn at(mut self, mark: Mark) -> Self {
        self.offset = mark.offset;
        self
    }
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
