//! The steps of the reference's reader, and a model of its read buffer.

use super::{FaultKind, LINE_LIMIT, Section, UnitFault, UnitOption, UnitText};
use std::ops::Range;

/// The size of the reference's read buffer. Long lines are only noticed when they lie in the buffer in one piece.
const BUFFER: usize = 4096;

pub(super) fn read(text: &str) -> UnitText<'_> {
    let mut reader = Reader { text, at: 0, buffered: 0, next_break: None };
    let mut unit = UnitText::default();
    if let Err(kind) = steps(&mut reader, &mut unit) {
        unit.fault = Some(UnitFault { kind, at: reader.at });
    }
    unit
}

/// What the next step looks for.
enum Step {
    /// The first `[`; everything else is passed over.
    FirstSection,
    /// The rest of a section's header, which began at that byte.
    SectionName(usize),
    /// The end of the line after a header.
    SectionEnd,
    /// A `[`, an option, or blanks.
    SectionOrOption,
    /// The rest of a comment, whether sections have begun or not.
    Comment { in_section: bool },
    /// The name of an option, up to `=`.
    Name,
    /// A value, or the continuation of one: name and value so far.
    Value { name: Range<usize>, start: usize, end: usize },
}

fn steps<'a>(reader: &mut Reader<'a>, unit: &mut UnitText<'a>) -> Result<(), FaultKind> {
    let text = reader.text;
    let mut step = Step::FirstSection;
    loop {
        if reader.sees_long_line() {
            return Err(FaultKind::LongLine);
        }
        step = match step {
            Step::FirstSection => match reader.next() {
                None => return Ok(()),
                Some('[') => Step::SectionName(reader.at - 1),
                Some('#' | ';') => Step::Comment { in_section: false },
                Some(_) => Step::FirstSection,
            },
            Step::SectionName(start) => {
                let (inside, found) = reader.read_to(b']');
                if !found {
                    return Err(FaultKind::OpenSection);
                }
                let name = &text[inside.start..inside.end - 1];
                unit.sections.push(Section { name, header: start..inside.end, options: Vec::new() });
                Step::SectionEnd
            }
            Step::SectionEnd => {
                let rest = reader.line();
                if !text[rest.clone()].trim().is_empty() {
                    reader.at = rest.start;
                    return Err(FaultKind::AfterSection);
                }
                Step::SectionOrOption
            }
            Step::SectionOrOption => match reader.next() {
                None => return Ok(()),
                Some(blank) if blank.is_whitespace() => Step::SectionOrOption,
                Some('[') => Step::SectionName(reader.at - 1),
                Some('#' | ';') => Step::Comment { in_section: true },
                Some(first) => {
                    reader.at -= first.len_utf8();
                    Step::Name
                }
            },
            Step::Comment { in_section } => {
                // Unlike in a value, one blank after the backslash does no harm here.
                loop {
                    let line = &text[reader.line()];
                    if !line.strip_suffix(' ').unwrap_or(line).ends_with('\\') {
                        break;
                    }
                }
                if in_section { Step::SectionOrOption } else { Step::FirstSection }
            }
            Step::Name => {
                let name = option_name(reader)?;
                Step::Value { name, start: reader.at, end: reader.at }
            }
            Step::Value { name, start, end } => {
                let line = reader.line();
                let piece = &text[line.clone()];
                let blank = piece.trim().is_empty();
                if !blank && piece.ends_with('\\') {
                    Step::Value { name, start, end: line.end }
                } else {
                    let value_at = start..if blank { end } else { line.end };
                    let option = UnitOption {
                        name: &text[name.clone()],
                        name_at: name,
                        value: &text[value_at.clone()],
                        value_at,
                    };
                    if let Some(section) = unit.sections.last_mut() {
                        section.options.push(option);
                    }
                    Step::SectionOrOption
                }
            }
        };
    }
}

fn option_name(reader: &mut Reader<'_>) -> Result<Range<usize>, FaultKind> {
    let start = reader.at;
    loop {
        match reader.next() {
            None => return Err(FaultKind::EndInName),
            Some('\n' | '\r') => {
                reader.at = start;
                return Err(FaultKind::NoEqualsSign);
            }
            Some('=') => break,
            Some(_) => {}
        }
    }
    let written = &reader.text[start..reader.at - 1];
    let name = written.trim();
    let start = start + (written.len() - written.trim_start().len());
    Ok(start..start + name.len())
}

/// A text with a place in it, and the end of what the reference would have in its buffer by then.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    buffered: usize,
    /// The first line end at or after `at` when last looked for, so that no byte is searched twice.
    next_break: Option<usize>,
}

impl Reader<'_> {
    /// Whether the buffer holds [`LINE_LIMIT`] bytes or more and none of the first ones ends a line.
    fn sees_long_line(&mut self) -> bool {
        if self.buffered < self.at + LINE_LIMIT {
            return false;
        }
        let next = match self.next_break {
            Some(next) if next >= self.at => next,
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let found = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                found.map_or(self.text.len(), |offset| self.at + offset)
            }
        };
        self.next_break = Some(next);
        next >= self.at + LINE_LIMIT
    }

    /// Refills the buffer: the unread part moves to its front, the rest is read.
    fn fill(&mut self, from: usize) {
        self.buffered = (from + BUFFER).min(self.text.len());
    }

    /// The next character.
    fn next(&mut self) -> Option<char> {
        let next = self.text[self.at..].chars().next()?;
        // The buffer is only refilled when it does not hold the whole character.
        if self.at + next.len_utf8() > self.buffered {
            self.fill(self.at);
        }
        self.at += next.len_utf8();
        Some(next)
    }

    /// Everything up to and with `end`, or to the end of the text; whether `end` was found.
    fn read_to(&mut self, end: u8) -> (Range<usize>, bool) {
        let start = self.at;
        let found = self.text.as_bytes()[start..].iter().position(|&byte| byte == end);
        let stop = found.map_or(self.text.len(), |offset| start + offset + 1);
        let mut unread = start;
        while self.buffered < stop {
            if self.buffered.saturating_sub(unread) >= BUFFER {
                unread = self.buffered;
            }
            self.fill(unread);
        }
        self.at = stop;
        (start..stop, found.is_some())
    }

    /// The rest of the line without its end. A `\r` belongs to the line, unless it is the last byte of the text.
    fn line(&mut self) -> Range<usize> {
        let (line, found) = self.read_to(b'\n');
        let end = match found {
            true => line.end - 1,
            false if self.text[line.clone()].ends_with('\r') => line.end - 1,
            false => line.end,
        };
        line.start..end
    }
}
