//! Decodes `data:` URLs, by the rules of the decoder that Ignition uses.

use base64::Engine;
use std::borrow::Cow;
use std::fmt;

/// Why a `data:` URL cannot be decoded. None of these repeats a byte of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataUrlError {
    /// It does not begin with `data:` in lower case.
    Prefix,
    /// There is no comma before the data.
    Comma,
    /// The media type is not `type/subtype` of a known kind.
    MediaType,
    /// A parameter is not `name=value`, or something other than `base64` stands without a value.
    Parameter,
    /// A character stands in the data that must be escaped.
    Character,
    /// A `%` without two hexadecimal digits.
    Escape,
    /// The data is not base64 with its padding.
    Base64,
}

impl fmt::Display for DataUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "it does not begin with `data:` in lower case",
            Self::Comma => "the comma before the data is missing",
            Self::MediaType => "the media type is none that Ignition knows",
            Self::Parameter => "a parameter before the comma is neither `name=value` nor a final `base64`",
            Self::Character => "the data holds a character that must be escaped",
            Self::Escape => "a `%` is not followed by two hexadecimal digits",
            Self::Base64 => "the data is not valid base64",
        })
    }
}

impl std::error::Error for DataUrlError {}

/// The bytes that a `data:` URL stands for.
///
/// # Errors
/// When Ignition could not decode it; see [`DataUrlError`].
pub fn decode_data_url(url: &str) -> Result<Vec<u8>, DataUrlError> {
    let rest = url.strip_prefix("data:").ok_or(DataUrlError::Prefix)?;
    let head = Head::read(rest)?;
    let data = head.data;
    if !head.base64 {
        return decode_plain(data);
    }
    if !data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\n".contains(&byte)) {
        return Err(DataUrlError::Character);
    }
    let data = if data.contains('\n') { Cow::Owned(data.replace('\n', "")) } else { Cow::Borrowed(data) };
    // The reference takes any bits after the last byte, as its base64 decoder is the lenient one.
    LENIENT.decode(data.as_bytes()).map_err(|_| DataUrlError::Base64)
}

const LENIENT: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

struct Head<'a> {
    base64: bool,
    data: &'a str,
}

impl<'a> Head<'a> {
    fn read(rest: &'a str) -> Result<Self, DataUrlError> {
        let mut parameters = match rest.chars().next() {
            None => return Err(DataUrlError::Comma),
            Some(',' | ';') => rest,
            Some(_) => media_type(rest)?,
        };
        loop {
            if let Some(data) = parameters.strip_prefix(',') {
                return Ok(Self { base64: false, data });
            }
            let Some(parameter) = parameters.strip_prefix(';') else { return Err(DataUrlError::Comma) };
            let (name, rest) = token(parameter);
            if name.is_empty() {
                return Err(DataUrlError::Parameter);
            }
            match rest.chars().next() {
                Some('=') => parameters = parameter_value(&rest[1..])?,
                Some(',') if name == "base64" => return Ok(Self { base64: true, data: &rest[1..] }),
                _ => return Err(DataUrlError::Parameter),
            }
        }
    }
}

/// Passes over `type/subtype`; what is left begins with `;` or `,`.
fn media_type(rest: &str) -> Result<&str, DataUrlError> {
    // Only the beginning of the kind is compared, so `textual/x` is one.
    const KINDS: [&str; 7] = ["text", "image", "audio", "video", "application", "message", "multipart"];
    let (kind, rest) = token(rest);
    let extension = kind.starts_with("x-") || kind.starts_with("X-");
    if kind.is_empty() || !(extension || KINDS.iter().any(|known| kind.starts_with(known))) {
        return Err(DataUrlError::MediaType);
    }
    let (_, rest) = token(rest.strip_prefix('/').ok_or(DataUrlError::MediaType)?);
    match rest.chars().next() {
        Some(',' | ';') => Ok(rest),
        _ => Err(DataUrlError::MediaType),
    }
}

/// Passes over the value of a parameter; what is left begins with `;` or `,`.
fn parameter_value(rest: &str) -> Result<&str, DataUrlError> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let end = closing_quote(quoted).ok_or(DataUrlError::Parameter)?;
        return if quoted_is_valid(&quoted[..end]) { Ok(&quoted[end + 1..]) } else { Err(DataUrlError::Parameter) };
    }
    let (value, rest) = token(rest);
    if value.is_empty() || !rest.starts_with([';', ',']) {
        return Err(if rest.is_empty() { DataUrlError::Comma } else { DataUrlError::Parameter });
    }
    unescape(value)?;
    Ok(rest)
}

/// The letters up to the first that ends a token, and the rest.
fn token(text: &str) -> (&str, &str) {
    let ends = |c: char| !c.is_ascii() || c.is_ascii_control() || " ()<>@,;:\\\"/[]?=".contains(c);
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            0x80.. => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether the escapes in a quoted value are those of a Go string, which is how the reference reads it.
fn quoted_is_valid(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\n']) {
        let mut chars = rest[at..].chars();
        if chars.next() == Some('\n') {
            return false;
        }
        let digits = |from: usize, count: usize, radix: u32| {
            let written = rest.get(at + from..at + from + count)?;
            written.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(written, radix).ok())?
        };
        let length = match chars.next() {
            Some('a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '"') => Some(2),
            Some('x') => digits(2, 2, 16).map(|_| 4),
            Some('u') => digits(2, 4, 16).and_then(char::from_u32).map(|_| 6),
            Some('U') => digits(2, 8, 16).and_then(char::from_u32).map(|_| 10),
            Some('0'..='7') => digits(1, 3, 8).filter(|&value| value < 256).map(|_| 4),
            _ => None,
        };
        let Some(length) = length else { return false };
        rest = &rest[at + length..];
    }
    true
}

fn decode_plain(data: &str) -> Result<Vec<u8>, DataUrlError> {
    let forbidden = |byte: u8| !byte.is_ascii() || byte.is_ascii_control() || b" <>#\"{}|\\^[]`".contains(&byte);
    if data.bytes().any(forbidden) {
        return Err(DataUrlError::Character);
    }
    unescape(data)
}

fn unescape(text: &str) -> Result<Vec<u8>, DataUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(DataUrlError::Escape) };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{DataUrlError, decode_data_url};

    #[test]
    fn decodes() {
        let cases: &[(&str, &[u8])] = &[
            ("data:,", b""),
            ("data:,foo%20bar", b"foo bar"),
            ("data:,%FF", b"\xff"),
            ("data:,a,b?c=d&e+'", b"a,b?c=d&e+'"),
            ("data:;base64,Zm9vCg==", b"foo\n"),
            ("data:;base64,Zm\n9v", b"foo"),
            ("data:;base64,Zm9=", b"fo"),
            ("data:text/plain;charset=utf-8;base64,Zm9v", b"foo"),
            ("data:text/,foo", b"foo"),
            ("data:textual/x,xx", b"xx"),
            ("data:X-foo/bar,xx", b"xx"),
            ("data:text/plain;a=\"b\\\"c\",x", b"x"),
            ("data:;a=\"\",x", b"x"),
        ];
        for (url, bytes) in cases {
            assert_eq!(decode_data_url(url).as_deref(), Ok(*bytes), "{url}");
        }
    }

    #[test]
    fn refuses() {
        use DataUrlError::{Base64, Character, Comma, Escape, MediaType, Parameter, Prefix};
        let cases = [
            ("DATA:,x", Prefix),
            ("data:", Comma),
            ("data:text,foo", MediaType),
            ("data:text/plain", MediaType),
            ("data:xfoo/bar,xx", MediaType),
            ("data:TEXT/plain,xx", MediaType),
            ("data:/plain,x", MediaType),
            ("data:;gzip,x", Parameter),
            ("data:;BASE64,Zm9v", Parameter),
            ("data:;base64;a=b,x", Parameter),
            ("data:;,x", Parameter),
            ("data:;a=,x", Parameter),
            ("data:;a=\"b,x", Parameter),
            ("data:text/plain;a=\"b\\qc\",x", Parameter),
            ("data:;base64", Parameter),
            ("data:;a=b", Comma),
            ("data:,\u{e9}", Character),
            ("data:,a b", Character),
            ("data:,{}", Character),
            ("data:;base64,Zm-_", Character),
            ("data:,a%", Escape),
            ("data:,a%zz", Escape),
            ("data:;a=%zz,x", Escape),
            ("data:;base64,Zm9", Base64),
            ("data:;base64,=", Base64),
        ];
        for (url, error) in cases {
            assert_eq!(decode_data_url(url), Err(error), "{url}");
        }
    }
}
