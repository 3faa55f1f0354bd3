//! Contents as `data:` URLs, in the shortest form that the target reads.

use super::deflate::deflate;
use crate::spec::{Target, behavior};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Crc;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What stands unescaped in the data of a URL (RFC 2396, 2.3: unreserved characters).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A `data:` URL and the compression that goes with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) url: String,
    /// `gzip`, or empty on purpose so that it overrides that of a config merged below; `None` leaves the field alone.
    pub(crate) compression: Option<&'static str>,
}

/// Contents shorter than this never gain by gzip, whose frame alone is 18 bytes, 24 as base64.
const TOO_SHORT_FOR_GZIP: usize = 24;

/// Encodes `contents`: escaped, as base64, or compressed, whichever is shortest; the earlier wins a tie, and gzip pays
/// four bytes for the trouble. What the author has compressed already is never compressed again.
pub(crate) fn encode(contents: &[u8], author_compressed: bool, target: &Target) -> Encoded {
    let escaped = escaped_length(contents);
    if target.gates().allow(behavior::ESCAPED_CONTENTS_ONLY) {
        return Encoded { url: escape(contents), compression: None };
    }
    let base64 = ";base64".len() + base64_length(contents.len());
    let plain = escaped.min(base64);
    let compressible = !author_compressed && !target.does(behavior::NO_GZIP) && plain > TOO_SHORT_FOR_GZIP;
    if compressible {
        let packed = gzip(contents);
        if ";base64".len() + base64_length(packed.len()) + 4 < plain {
            return Encoded { url: base64_url(&packed), compression: Some("gzip") };
        }
    }
    let url = if base64 < escaped { base64_url(contents) } else { escape(contents) };
    Encoded { url, compression: (!author_compressed).then_some("") }
}

fn escape(contents: &[u8]) -> String {
    format!("data:,{}", percent_encode(contents, ESCAPED))
}

fn base64_url(contents: &[u8]) -> String {
    format!("data:;base64,{}", STANDARD.encode(contents))
}

fn base64_length(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

fn escaped_length(contents: &[u8]) -> usize {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    contents.iter().map(|&byte| if plain(byte) { 1 } else { 3 }).sum()
}

fn gzip(contents: &[u8]) -> Vec<u8> {
    // Deflate, no name, no time, best compression, unknown system: the same contents give the same bytes everywhere.
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
    packed.extend(deflate(contents));
    let mut checksum = Crc::new();
    checksum.update(contents);
    packed.extend(checksum.sum().to_le_bytes());
    packed.extend(checksum.amount().to_le_bytes());
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(contents: &str, version: &str) -> Encoded {
        let target = Target::find("openshift", version).expect("bug: the table has it");
        encode(contents.as_bytes(), false, target)
    }

    #[test]
    fn the_shortest_form_wins() {
        assert_eq!(encoded("", "4.9.0").url, "data:,");
        assert_eq!(encoded("a b\n", "4.9.0").url, "data:,a%20b%0A");
        assert_eq!(encoded("\n\n\n\n\n\n", "4.9.0").url, "data:;base64,CgoKCgoK");
        assert_eq!(encoded("a", "4.9.0").compression, Some(""));
        assert_eq!(encoded(&"a".repeat(500), "4.9.0").compression, Some(""));
        assert_eq!(encoded(&"a".repeat(500), "4.10.0").compression, Some("gzip"));
    }

    #[test]
    fn lengths_are_those_of_the_forms() {
        for contents in ["", "a", "ab", "abc\n", "ä%\u{0}", "-_.!~*'()"] {
            assert_eq!("data:,".len() + escaped_length(contents.as_bytes()), escape(contents.as_bytes()).len());
            assert_eq!("data:;base64,".len() + base64_length(contents.len()), base64_url(contents.as_bytes()).len());
        }
    }
}
