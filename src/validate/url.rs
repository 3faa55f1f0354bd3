//! Whether a text is a URL, by the rules of the parser that Ignition uses.
//!
//! No crate draws the line at the same place: the usual ones follow the WHATWG, which mends much that is refused here
//! and refuses ports and hosts that pass here.

use std::net::Ipv6Addr;

/// The parts of a URL that checks ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url<'a> {
    /// The scheme in lower case; empty when there is none.
    pub scheme: String,
    /// What follows the scheme's colon up to the query, where that begins with no slash.
    pub opaque: Option<&'a str>,
    /// What follows the first `?`, without the fragment.
    pub query: &'a str,
}

impl<'a> Url<'a> {
    /// Takes `text` apart; `None` when it is no URL.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        if !escapes_are_whole(fragment) {
            return None;
        }
        if text == "*" {
            return Some(Self { scheme: String::new(), opaque: None, query: "" });
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let opaque = !rest.starts_with('/') && !scheme.is_empty();
        if !opaque && !hierarchical_is_valid(rest, scheme.is_empty()) {
            return None;
        }
        Some(Self { scheme: scheme.to_ascii_lowercase(), opaque: opaque.then_some(rest), query })
    }

    /// The first value of `key` in the query; an entry without `=` has an empty one. Damaged entries are passed over.
    pub fn query_value(&self, key: &str) -> Option<String> {
        self.query
            .split('&')
            .filter(|entry| !entry.is_empty() && !entry.contains(';'))
            .map(|entry| entry.split_once('=').unwrap_or((entry, "")))
            .filter(|(name, value)| escapes_are_whole(name) && escapes_are_whole(value))
            .find(|(name, _)| unescaped(name) == key)
            .map(|(_, value)| unescaped(value))
    }
}

/// Scheme and rest; the scheme is empty where there is none. `None` when the text begins with a colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return None,
            b':' => return Some((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Some(("", text))
}

/// Whether `rest`, with an authority or a path, is well-formed.
fn hierarchical_is_valid(rest: &str, without_scheme: bool) -> bool {
    if without_scheme && !rest.starts_with('/') && rest.split('/').next().is_some_and(|first| first.contains(':')) {
        return false;
    }
    // Without a scheme, three slashes begin a path, not an empty host.
    let path = match rest.strip_prefix("//") {
        Some(rest) if !(without_scheme && rest.starts_with('/')) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if !authority_is_valid(authority) {
                return false;
            }
            path
        }
        _ => rest,
    };
    escapes_are_whole(path)
}

fn authority_is_valid(authority: &str) -> bool {
    match authority.rsplit_once('@') {
        Some((user, host)) => user_is_valid(user) && host_is_valid(host),
        None => host_is_valid(authority),
    }
}

fn user_is_valid(user: &str) -> bool {
    user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte))
        && escapes_are_whole(user)
}

fn host_is_valid(host: &str) -> bool {
    let Some(open) = host.rfind('[') else {
        let port = host.rfind(':').map_or("", |at| &host[at..]);
        return port_is_valid(port) && host_characters_are_valid(host, HostPart::Name);
    };
    let Some(close) = host.rfind(']').filter(|&close| close > open) else { return false };
    open == 0 && port_is_valid(&host[close + 1..]) && literal_is_valid(&host[open + 1..close])
}

/// What stands in brackets: an IPv6 address, perhaps with a zone.
fn literal_is_valid(literal: &str) -> bool {
    let (address, zone) = match literal.split_once("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (literal, None),
    };
    let zone_is_valid = zone.is_none_or(|zone| !zone.is_empty() && host_characters_are_valid(zone, HostPart::Zone));
    zone_is_valid && address.parse::<Ipv6Addr>().is_ok()
}

fn port_is_valid(port: &str) -> bool {
    match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum HostPart {
    Name,
    Zone,
}

/// In a host only bytes beyond ASCII may be escaped, and in a zone also what could not stand there otherwise.
fn host_characters_are_valid(text: &str, part: HostPart) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let Some(byte) = escaped_byte(&bytes[at..]) else { return false };
            let allowed = match part {
                _ if byte == b'%' => true,
                HostPart::Name => byte >= 0x80,
                HostPart::Zone => byte == b' ' || host_byte(byte),
            };
            if !allowed {
                return false;
            }
            at += 3;
        } else if bytes[at] < 0x80 && !host_byte(bytes[at]) {
            return false;
        } else {
            at += 1;
        }
    }
    true
}

fn host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    Some((digit(1)? * 16 + digit(2)?) as u8)
}

/// Whether every `%` has its two digits.
fn escapes_are_whole(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut percents = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    percents.all(|(at, _)| escaped_byte(&bytes[at..]).is_some())
}

fn unescaped(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn what_passes_and_what_does_not() {
        let good = [
            "http://example.com/a?b=c#d",
            "HTTP://x",
            "http:foo",
            "http:",
            "http:/x",
            "https:///x",
            "//example.com",
            "/etc/x",
            "example.com/x",
            "http://[::1]:8/x",
            "http://[fe80::1%25eth0]/x",
            "http://example.com/a b",
            "http://example.com:99999/",
            "http://example.com:/",
            "http://example.com/?q=%zz",
            "http://ex\u{e4}mple.com",
            "https://user:pw@example.com/",
            "http://a..b/",
            "data:,foo%zz",
            "*",
            "",
            "http://%C3%A9/",
            "///a:b",
        ];
        for text in good {
            assert!(Url::parse(text).is_some(), "{text}");
        }
        let bad = [
            "http://[::1",
            "http://exa mple.com/",
            "http://example.com:port/",
            "http://x/%zz",
            "http://x/%",
            ":foo",
            "://x",
            "ht_tp://x",
            "http://x/\n",
            "http://\\x",
            " http://x",
            "http://[192.0.2.1]/",
            "http://%41/",
            "http://x/#%",
            "http://a b@x/",
            "http://[::1]x/",
            "a:b%/c\u{7f}",
            "1http://x",
        ];
        for text in bad {
            assert!(Url::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_query_gives_the_first_value() {
        let url = Url::parse("s3://b/k?x&versionId=a%20b&versionId=").expect("a URL");
        assert_eq!(url.query_value("versionId").as_deref(), Some("a b"));
        assert_eq!(url.query_value("x").as_deref(), Some(""));
        assert_eq!(url.query_value("versionid"), None);
    }
}
