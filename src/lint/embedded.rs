//! Texts inside of values: units, scripts, the contents of files.

use crate::diagnostic::SourceId;
use crate::document::{Document, Offsets, Path, Span};
use std::ops::Range;
use std::sync::Arc;

/// A text inside of a value.
#[derive(Clone, PartialEq, Eq)]
pub struct Embedded {
    /// The text itself.
    pub text: Arc<str>,
    /// What it is, for people: `contents of /etc/hostname`.
    pub title: String,
    /// The source it stands in.
    pub source: SourceId,
    /// The value it stands in; the root where it is a source of its own.
    pub path: Path,
    /// How it stands there.
    pub carrier: Carrier,
}

// The text may hold secrets.
impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Embedded({:?}, {} bytes)", self.title, self.text.len())
    }
}

/// How a text stands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// It is a source of its own.
    Source,
    /// It is the value.
    Value,
    /// It is percent-encoded in a `data:` URL, from that byte of the URL on.
    Percent(usize),
    /// It is encoded in a way that has no place for a single character: base64, gzip, or made from something else.
    Encoded,
}

impl Embedded {
    /// The bytes of the source that `range` of the text stands for; `None` where there are no such.
    pub fn span(&self, document: Option<&Document>, range: Range<usize>) -> Option<Span> {
        let value = || {
            let document = document?;
            let found = document.find(&self.path);
            let node = found.value.filter(|_| found.depth == self.path.segments().len())?;
            Some((Offsets::of(document, node)?, document.value(node)?))
        };
        match self.carrier {
            Carrier::Source => Some(Span::new(u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?)),
            Carrier::Value => {
                let (outer, text) = value()?;
                // What was changed on its way here has no such place.
                (text == &*self.text).then(|| outer.span(range))?
            }
            Carrier::Percent(start) => {
                let (outer, url) = value()?;
                let inner = Offsets::percent_decoded(url.get(start..)?, start as u32).span(range)?;
                outer.span(inner.range())
            }
            Carrier::Encoded => None,
        }
    }
}
