//! Lines and columns as the reference finds them: aliases are leaves, and what is missing is at what encloses it.

use crate::diagnostic::{At, Place};
use crate::document::{Document, Kind, Position, Segment};

/// Where a finding is in the text; `None` when it has no place.
pub fn position(document: &Document, place: &Place) -> Option<Position> {
    let root = document.root()?;
    let start = match place.at {
        At::Whole => return None,
        At::Bytes(span) => span.start,
        At::Key | At::Value => {
            let mut at = root;
            for segment in place.path.segments() {
                let next = match (&document.node(at).kind, segment) {
                    (Kind::Mapping { entries, .. }, Segment::Key(key)) => {
                        entries.iter().find(|(name, _)| document.value(*name) == Some(key)).map(|&(_, value)| value)
                    }
                    (Kind::Sequence { items, .. }, Segment::Index(index)) => items.get(*index).copied(),
                    _ => None,
                };
                let Some(next) = next else { break };
                at = next;
            }
            document.node(at).span.start
        }
    };
    Some(document.position(start))
}
