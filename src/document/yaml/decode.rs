//! From bytes to text: finds the encoding and the characters that YAML does not allow.

use super::error::YamlError;

/// The reference reads its input in pieces of this many bytes, and finds a fault only when it needs the piece.
const PIECE: usize = 512;

/// A text as far as it can be read.
pub(super) struct Decoded {
    /// All of it; what cannot be decoded is replaced. A byte order mark stays, so that UTF-8 keeps its offsets.
    pub(super) text: String,
    /// Where reading starts: behind the byte order mark.
    pub(super) start: usize,
    /// Where reading ends: at the end, or at the piece that holds the first fault.
    pub(super) limit: usize,
    /// What to report when anything from `limit` on is needed.
    pub(super) fault: Option<YamlError>,
}

/// Decodes UTF-8, or UTF-16 when a byte order mark says so.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: &[u8]) -> Decoded {
    let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let (text, valid, mut fault) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), bytes.len(), None),
        Err(error) => {
            let at = error.valid_up_to();
            let fault = YamlError::new(at as u32, utf8_fault(&bytes[at..]));
            (String::from_utf8_lossy(bytes).into_owned(), at, Some(fault))
        }
    };
    let mut place = valid;
    if let Some(at) = find_control(&bytes[start..valid]) {
        place = start + at;
        fault = Some(YamlError::new(place as u32, CONTROL));
    }
    let limit = if fault.is_some() { piece_start(bytes, place).max(start) } else { bytes.len() };
    Decoded { text, start, limit, fault }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    const MARK: usize = 2;
    let start = '\u{feff}'.len_utf8();
    let mut text = String::with_capacity(bytes.len() + start);
    text.push('\u{feff}');
    let mut fault = None;
    // Where the current piece began, in bytes and in the text.
    let (mut piece, mut limit) = (0, start);
    let mut at = 0;
    while at < bytes.len() {
        let read = |at: usize| bytes.get(at..at + 2).map(|pair| unit([pair[0], pair[1]]));
        let (char, width) = match (read(at), read(at + 2)) {
            (None, _) => (Err("incomplete UTF-16 character"), 2),
            (Some(0xDC00..=0xDFFF), _) => (Err("unexpected low surrogate area"), 2),
            (Some(0xD800..=0xDBFF), None) => (Err("incomplete UTF-16 surrogate pair"), 2),
            (Some(high @ 0xD800..=0xDBFF), Some(low)) => match char::decode_utf16([high, low]).next() {
                Some(Ok(char)) => (Ok(char), 4),
                _ => (Err("expected low surrogate area"), 2),
            },
            (Some(unit), _) => (char::from_u32(u32::from(unit)).ok_or("invalid Unicode character"), 2),
        };
        if fault.is_none() {
            if at + MARK + width > piece + PIECE {
                (piece, limit) = (at + MARK, text.len());
            }
            let message = match char {
                Ok(char) if is_control(char) => Some(CONTROL),
                Ok(_) => None,
                Err(message) => Some(message),
            };
            fault = message.map(|message| YamlError::new(text.len() as u32, message));
        }
        text.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        at += width;
    }
    if fault.is_none() {
        limit = text.len();
    }
    Decoded { text, start, limit, fault }
}

const CONTROL: &str = "control characters are not allowed";

fn is_control(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => char.is_control(),
    }
}

/// The offset of the first forbidden character in `bytes`, which are valid UTF-8.
fn find_control(bytes: &[u8]) -> Option<usize> {
    /// Bytes that are such a character, or may be the first byte of one.
    static SUSPECT: [bool; 256] = {
        let mut suspect = [false; 256];
        let mut byte = 0;
        while byte < 0x20 {
            suspect[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
            byte += 1;
        }
        suspect[0x7F] = true;
        suspect[0xC2] = true;
        suspect[0xEF] = true;
        suspect
    };
    bytes.iter().enumerate().filter(|&(_, &byte)| SUSPECT[byte as usize]).map(|(at, _)| at).find(|&at| {
        match bytes[at] {
            0xC2 => bytes[at + 1] < 0xA0 && bytes[at + 1] != 0x85,
            0xEF => bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE,
            _ => true,
        }
    })
}

/// How many bytes a character takes that starts with `lead`; 1 for bytes that start none.
fn utf8_width(lead: u8) -> usize {
    match lead {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => 1,
    }
}

/// Where the piece begins that holds the character at `place`; everything before it is valid.
fn piece_start(bytes: &[u8], place: usize) -> usize {
    let width = utf8_width(bytes[place]);
    let mut start = 0;
    while start + PIECE < bytes.len() && place + width > start + PIECE {
        // A character that the end of a piece cuts in two is read with the next piece.
        let mut next = place.min(start + PIECE);
        while next < place && bytes[next] & 0xC0 == 0x80 {
            next -= 1;
        }
        start = next;
    }
    start
}

/// What is wrong at the start of `bytes`, where UTF-8 ends.
fn utf8_fault(bytes: &[u8]) -> &'static str {
    let lead = bytes[0];
    if matches!(lead, 0x80..=0xBF | 0xF8..) {
        return "invalid leading UTF-8 octet";
    }
    let width = utf8_width(lead);
    let Some(rest) = bytes.get(1..width) else { return "incomplete UTF-8 octet sequence" };
    if rest.iter().any(|byte| byte & 0xC0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    let lead_bits = u32::from(lead) & (0x7F >> width);
    let value = rest.iter().fold(lead_bits, |value, byte| value << 6 | u32::from(byte & 0x3F));
    let least = [0, 0, 0x80, 0x800, 0x1_0000][width];
    if value < least { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" }
}
