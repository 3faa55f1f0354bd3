//! Repairs bytes that are not UTF-8 the way Go does.

use std::borrow::Cow;

/// The text of `bytes`, every byte that is not part of valid UTF-8 replaced by one U+FFFD.
///
/// The standard library's lossy conversion replaces a cut sequence as a whole; Go counts byte by byte,
/// and the number of replacement characters shows in the values.
pub(crate) fn repair(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

/// Where in `bytes` the place stands that is at `offset` in their repaired text.
pub(crate) fn unrepaired_offset(bytes: &[u8], offset: usize) -> usize {
    const REPLACEMENT: usize = char::REPLACEMENT_CHARACTER.len_utf8();
    let (mut repaired, mut original) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        let (valid, invalid) = (chunk.valid().len(), chunk.invalid().len());
        let within = offset - repaired;
        if within < valid + invalid * REPLACEMENT {
            return original + within.min(valid) + within.saturating_sub(valid) / REPLACEMENT;
        }
        repaired += valid + invalid * REPLACEMENT;
        original += valid + invalid;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{repair, unrepaired_offset};

    #[test]
    fn places_in_the_repaired_text_lead_back() {
        let bytes = b"a\xC3\xA9\xE2\x82b";
        let offsets: Vec<_> = (0..=10).map(|offset| unrepaired_offset(bytes, offset)).collect();
        assert_eq!(offsets, [0, 1, 2, 3, 3, 3, 4, 4, 4, 5, 6]);
    }

    #[test]
    fn every_bad_byte_becomes_one_replacement() {
        assert_eq!(repair("é".as_bytes()), "é");
        assert_eq!(repair(b"a\xE2\x82b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(repair(b"\xED\xA0\x80"), "\u{fffd}\u{fffd}\u{fffd}");
    }
}
