//! Reads the text of a systemd unit, by the rules of the reader that Ignition uses, and keeps where everything stands.
//!
//! That reader is stricter than systemd in some points and looser in others; a text it refuses never reaches the
//! machine. What it does with blanks, comments, continued lines and long lines is followed to the letter.

mod name;
mod reader;
mod value;

pub use name::{escaped_path, split_name, template};
pub use value::{Command, OpenQuote, Word};

use std::ops::Range;

/// The text of a unit, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitText<'a> {
    /// The sections in the order of the text; one name may come several times.
    pub sections: Vec<Section<'a>>,
    /// Why reading stopped early.
    pub fault: Option<UnitFault>,
}

/// A section with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'a> {
    /// What stands between the brackets, unchanged.
    pub name: &'a str,
    /// The bytes of the header with its brackets.
    pub header: Range<usize>,
    /// The options in the order of the text.
    pub options: Vec<UnitOption<'a>>,
}

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitOption<'a> {
    /// The name without blanks around it.
    pub name: &'a str,
    /// The bytes of the name.
    pub name_at: Range<usize>,
    /// What stands after the `=` to the end of the line, with the backslashes and line ends of continued lines.
    pub value: &'a str,
    /// The bytes of the value.
    pub value_at: Range<usize>,
}

/// Why a text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitFault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The byte at which it was seen.
    pub at: usize,
}

impl UnitFault {
    /// The line of `text` that is at fault, without blanks around it.
    pub fn line(&self, text: &str) -> Range<usize> {
        let before = &text[..self.at];
        let at = match self.kind {
            FaultKind::OpenSection => before.rfind('[').unwrap_or(self.at),
            FaultKind::EndInName => before.trim_end().len(),
            FaultKind::AfterSection | FaultKind::NoEqualsSign | FaultKind::LongLine => self.at,
        };
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line = text[start..].split('\n').next().unwrap_or_default();
        let start = start + (line.len() - line.trim_start().len());
        start..start + line.trim().len()
    }
}

/// What can be wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A `[` without its `]`.
    OpenSection,
    /// Something stands after the `]` on its line.
    AfterSection,
    /// A line ends before its `=`.
    NoEqualsSign,
    /// The text ends before the `=`.
    EndInName,
    /// A line of [`LINE_LIMIT`] bytes or more.
    LongLine,
}

/// Lines of that many bytes are refused, where the reference notices them.
pub const LINE_LIMIT: usize = 2048;

impl<'a> UnitText<'a> {
    /// Reads a text. A fault ends the reading; what came before it is there.
    pub fn read(text: &'a str) -> Self {
        reader::read(text)
    }

    /// The last option of that name in the sections of that name that is not empty.
    pub fn last(&self, section: &str, name: &str) -> Option<&UnitOption<'a>> {
        self.options(section).filter(|option| option.name == name && !option.value.trim().is_empty()).last()
    }

    /// The options of all sections of that name.
    pub fn options(&self, section: &str) -> impl Iterator<Item = &UnitOption<'a>> {
        self.sections.iter().filter(move |found| found.name == section).flat_map(|found| &found.options)
    }
}

#[cfg(test)]
mod tests;
