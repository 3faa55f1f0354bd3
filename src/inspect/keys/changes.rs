//! Changes of the text that mend an entry with an unknown key.

use super::Entry;
use crate::diagnostic::{Applicability, Fix, SourceId, redact};
use crate::document::{Span, Syntax};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// How an entry is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The entry goes.
    Remove,
    /// The key is written another way, which changes what the machine does.
    Rename(&'static str),
    /// The text becomes a `data:` URL.
    InlineToSource,
}

/// What stands for itself in a `data:` URL.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl Change {
    /// The change of the text; `None` where it cannot be made without looking at more than the entry.
    pub(super) fn fix(self, entry: &Entry<'_>, source: SourceId) -> Option<Fix> {
        let key = entry.span(entry.key);
        let (span, replacement, applicability) = match self {
            Self::Remove => (removed(entry)?, String::new(), Applicability::Safe),
            Self::Rename(name) if entry.has(name) => return None,
            Self::Rename(name) => (key, entry.written.replace(entry.name, name), Applicability::Unsafe),
            Self::InlineToSource => {
                let text = entry.text().filter(|_| !entry.has("source"))?;
                // What may be secret is shown nowhere, and a change is shown.
                if !redact::secrets(text).is_empty() {
                    return None;
                }
                let url = format!("data:,{}", utf8_percent_encode(text, PLAIN));
                let replacement = match entry.document.syntax() {
                    Syntax::Json => format!("\"source\": \"{url}\""),
                    Syntax::Yaml => format!("source: \"{url}\""),
                };
                let written = entry.document.text().get(key.start as usize..entry.span(entry.value).end as usize)?;
                let end = key.start + written.trim_end().len() as u32;
                (Span::new(key.start, end), replacement, Applicability::Safe)
            }
        };
        Some(Fix { place: entry.place(source, span), replacement, applicability })
    }
}

/// The bytes that go with an entry: up to the next one, or from the end of the one before.
fn removed(entry: &Entry<'_>) -> Option<Span> {
    let text = entry.document.text();
    let entries = entry.document.entries(entry.map);
    let index = entries.iter().position(|&(key, _)| key == entry.key)?;
    let (key, value) = (entry.span(entry.key), entry.span(entry.value));
    let blank = |from: u32, to: u32| {
        let between = text.get(from as usize..to as usize)?;
        between.chars().all(|c| c.is_whitespace() || c == ',').then_some(())
    };
    if let Some(&(next, _)) = entries.get(index + 1) {
        let next = entry.span(next);
        // A comment in between belongs to somebody.
        blank(value.end, next.start)?;
        return Some(Span::new(key.start, next.start));
    }
    let &(_, before) = entries.get(index.checked_sub(1)?)?;
    let before = entry.span(before);
    let end = text.get(..before.end as usize)?.trim_end().len() as u32;
    blank(end, key.start)?;
    Some(Span::new(end, value.end))
}
