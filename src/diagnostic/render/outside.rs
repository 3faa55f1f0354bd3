//! Places as other programs know them: in a file, by the line and character.

use super::mark::mark;
use super::view::{View, Views};
use crate::diagnostic::{Diagnostic, Place, Sources};
use crate::document::Position;
use std::ops::Range;

/// Texts in texts that are followed outwards; nobody encodes more often.
const DEEPEST: usize = 8;

/// A place in a file that is on a disk.
pub(super) struct Outside<'s> {
    /// The file's name, without `./` before it.
    pub(super) file: &'s str,
    /// The characters to mark there, if any in particular.
    pub(super) region: Option<Region>,
    /// Where it is in the text that was decoded from those.
    pub(super) inside: Option<String>,
}

/// From the first character up to, not including, the last.
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl Region {
    pub(super) fn of(view: &View<'_>, range: &Range<usize>) -> Self {
        Self { start: view.plain_position(range.start), end: view.plain_position(range.end) }
    }
}

/// The place of a file's that a place is, or is encoded in.
pub(super) fn outside<'s>(place: &Place, sources: &'s Sources, views: &Views<'_>) -> Outside<'s> {
    let mut place = place.clone();
    let mut inside = None;
    for _ in 0..DEEPEST {
        let Some(carrier) = sources.get(place.source).carrier.clone() else { break };
        let view = views.get(place.source);
        let name = &sources.get(place.source).name;
        inside.get_or_insert_with(|| match mark(&place, view) {
            Some(range) => format!("{name}, line {}", view.plain_position(range.start).line),
            None => name.clone(),
        });
        place = carrier;
    }
    let view = views.get(place.source);
    let region = mark(&place, view).map(|range| Region::of(view, &range));
    let name = sources.get(place.source).name.as_str();
    Outside { file: name.strip_prefix("./").unwrap_or(name), region, inside }
}

/// Everything a finding says, in plain text: the message, then a line each for what else there is.
pub(super) fn sentences(finding: &Diagnostic, inside: Option<&str>) -> String {
    let mut text = finding.message.clone();
    let mut add = |lead: &str, sentence: &str| {
        text.push('\n');
        text.push_str(lead);
        text.push_str(sentence);
    };
    inside.into_iter().for_each(|inside| add("in: ", inside));
    finding.mark.iter().for_each(|mark| add("here: ", mark));
    finding.notes.iter().for_each(|note| add("note: ", note));
    finding.help.iter().for_each(|help| add("help: ", help));
    text
}
