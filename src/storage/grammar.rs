//! The small languages inside a spec: iSCSI names, portals, sizes, times, host names.

use crate::spec::iscsi::ISCSI_PORT;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a text is not what it should be, as the end of a sentence.
pub(super) type Reason = String;

/// Why LIO, the target of the Linux kernel, refuses a name that the RFC allows; `None` when it takes it.
pub(super) fn refused_by_lio(name: &str) -> Option<Reason> {
    let rest = name.strip_prefix("iqn.").and_then(|rest| rest.split_once('.'));
    match (name.get(..4), rest) {
        (Some("iqn."), Some((_, after))) if !after.contains('.') => {
            Some("LIO wants a second dot after the date, as in `iqn.2024-02.lan.local:disk`".into())
        }
        (Some("eui."), _) if name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Some("LIO wants the digits after `eui.` in lower case".into())
        }
        (Some("naa."), _) if name.len() != 20 || !name[4..].starts_with(['1', '2', '5', 'c', 'd', 'e', 'f']) => {
            Some("LIO takes `naa.` with 16 digits of which the first is 1, 2, 5 or c to f".into())
        }
        _ => None,
    }
}

/// Where a target listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Portal {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    pub(super) host: String,
    /// The TCP port.
    pub(super) port: u16,
}

/// Reads a portal: `192.0.2.10`, `192.0.2.10:3260`, `[2001:db8::10]:3260`, `san.example.com:3260`.
pub(super) fn portal(text: &str) -> Result<Portal, Reason> {
    if text.contains("://") {
        return Err("a portal is no URL: write address and port, as in `192.0.2.10:3260`".into());
    }
    if text.contains(',') {
        return Err("a portal group tag (`,1`) does not belong to it".into());
    }
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else { return Err("the `[` is never closed".into()) };
        let address: Ipv6Addr = host.parse().map_err(|_| format!("`{host}` is no IPv6 address"))?;
        if address.to_ipv4_mapped().is_some() {
            return Err("open-iscsi cannot read an IPv4 address in IPv6 clothes; write the IPv4 address".into());
        }
        match after.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if after.is_empty() => (host, None),
            None => return Err("after `]` comes nothing, or `:` and the port".into()),
        }
    } else {
        match text.split_once(':') {
            Some((_, rest)) if rest.contains(':') => {
                return Err("an IPv6 address needs brackets, as in `[2001:db8::10]:3260`".into());
            }
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let port = match port {
        None => ISCSI_PORT,
        Some(port) => port.parse().ok().filter(|&port| port > 0).ok_or("the port is a number from 1 to 65535")?,
    };
    let looks_like_address = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !text.starts_with('[') && looks_like_address && host.parse::<Ipv4Addr>().is_err() {
        return Err(format!("`{host}` is no IPv4 address"));
    }
    if !text.starts_with('[') && !looks_like_address {
        host_name(host)?;
    }
    Ok(Portal { host: host.to_owned(), port })
}

/// Checks a host name, short or full (RFC 1123, 2.1): lower or upper case, digits, dashes, dots.
pub(super) fn host_name(name: &str) -> Result<(), Reason> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= 253 && name.split('.').all(label) {
        Ok(())
    } else {
        Err("a host name is made of letters, digits, `-` and dots, each part 1 to 63 long".into())
    }
}

/// Checks a DNS label in lower case, as Kubernetes wants names (RFC 1123).
pub(super) fn dns_label(name: &str, most: usize) -> Result<(), Reason> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=most).contains(&name.len()) && name.bytes().all(good) && !name.starts_with('-') && !name.ends_with('-') {
        Ok(())
    } else {
        Err(format!("it is made of lower-case letters, digits and `-` inside, and is 1 to {most} long"))
    }
}

/// Checks the key of a label or annotation: a name, with a domain before it if there is a slash.
pub(super) fn label_key(key: &str) -> Result<(), Reason> {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    let domain_is_good =
        domain.is_none_or(|domain| domain.len() <= 253 && domain.split('.').all(|label| dns_label(label, 63).is_ok()));
    if domain_is_good && !name.is_empty() && label_value(name).is_ok() {
        Ok(())
    } else {
        Err("a key is 1 to 63 letters, digits, `-`, `_` and `.`, with a domain and `/` before it if you like".into())
    }
}

/// Checks the value of a label.
pub(super) fn label_value(value: &str) -> Result<(), Reason> {
    let edge = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = value.as_bytes();
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if bytes.len() <= 63 && bytes.iter().all(good) && edge(bytes.first()) && edge(bytes.last()) {
        Ok(())
    } else {
        Err("a value is up to 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends".into())
    }
}

/// Reads a size such as `20GiB`, in bytes.
pub(super) fn size(text: &str) -> Result<u64, Reason> {
    let units = [("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1u64 << 40)];
    units
        .into_iter()
        .find_map(|(unit, bytes)| text.strip_suffix(unit).map(|number| (number.trim_end(), bytes)))
        .and_then(|(number, bytes)| number.parse::<u64>().ok()?.checked_mul(bytes))
        .filter(|&size| size > 0 && size <= 1 << 60)
        .ok_or_else(|| "a size is a whole number and MiB, GiB or TiB, as in `20GiB`".into())
}

/// Reads `forever` or a time such as `10m`, in seconds; `None` is for ever.
pub(super) fn wait(text: &str) -> Result<Option<u32>, Reason> {
    if text == "forever" {
        return Ok(None);
    }
    let number_end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(number_end);
    let seconds = match unit.trim_start() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        _ => 0,
    };
    number
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(seconds))
        .filter(|&seconds| (1..=7 * 24 * 3600).contains(&seconds))
        .map(Some)
        .ok_or_else(|| "a time is `forever`, or a whole number and s, m or h, as in `10m`, a week at most".into())
}

/// Checks a hardware address: six pairs of hexadecimal digits with colons.
pub(super) fn mac(text: &str) -> Result<(), Reason> {
    let pairs: Vec<&str> = text.split(':').collect();
    let pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    if pairs.len() == 6 && pairs.iter().all(pair) {
        Ok(())
    } else {
        Err("a hardware address has six pairs of hexadecimal digits, as in `52:54:00:12:34:56`".into())
    }
}

/// Checks a UUID: 8-4-4-4-12 hexadecimal digits.
pub(super) fn uuid(text: &str) -> Result<(), Reason> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        Ok(())
    } else {
        Err("a UUID is written as 8-4-4-4-12 hexadecimal digits".into())
    }
}

/// Checks that a path is absolute, without `.`, `..`, doubled or trailing slashes, blanks or control characters.
pub(super) fn clean_path(path: &str) -> Result<(), Reason> {
    if !path.starts_with('/') {
        return Err("it must begin with `/`".into());
    }
    if path == "/" {
        return Err("the root itself cannot be used".into());
    }
    if path[1..].split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err("it must be written without `.`, `..`, doubled or trailing slashes".into());
    }
    if path.ends_with('\n') {
        return Err("it ends in a line break, which `|` adds; write it without `|`".into());
    }
    if path.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("blanks and control characters may not stand in it".into());
    }
    Ok(())
}

/// The systemd form of a path, as unit names have it (systemd.unit(5), string escaping).
pub(super) fn systemd_escape_path(path: &str) -> String {
    let mut escaped = String::new();
    for (index, byte) in path.trim_matches('/').bytes().enumerate() {
        match byte {
            b'/' => escaped.push('-'),
            b'.' if index == 0 => escaped.push_str("\\x2e"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'.' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("\\x{byte:02x}")),
        }
    }
    if escaped.is_empty() { "-".to_owned() } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::iscsi::iscsi_name;

    #[test]
    fn iscsi_names() {
        let longest = format!("iqn.2024-02.com.example:{}", "x".repeat(223 - 24));
        for good in [
            "iqn.2024-02.com.example.san:etcd",
            "iqn.1994-05.com.redhat:master0",
            "iqn.2024-02.local:x",
            "IQN.2024-02.com.example",
            "eui.02004567A425678D",
            "naa.5000c500155e0000",
            "naa.52004567BA64678D0000000000000000",
            &longest,
        ] {
            assert_eq!(iscsi_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "iqn",
            "iqn.",
            "iqn.2024.com.example",
            "iqn.2024-13.com.example",
            "iqn.2024-02",
            "iqn.2024-02.",
            "iqn.2024-02.:x",
            "iqn.2024-02.com..example",
            "iqn.2024-02.com.example:with space",
            "iqn.2024-02.com.example:under_score",
            "eui.123",
            "naa.xyz",
            "iqn.2024-02.com.exämple",
            &format!("{longest}x"),
        ] {
            assert!(iscsi_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_that_lio_refuses() {
        assert!(refused_by_lio("iqn.2024-01.local:x").is_some());
        assert!(refused_by_lio("eui.02004567A425678D").is_some());
        assert!(refused_by_lio("naa.3000c500155e0000").is_some());
        assert_eq!(refused_by_lio("iqn.2024-01.lan.local:x"), None);
        assert_eq!(refused_by_lio("naa.5000c500155e0000"), None);
    }

    #[test]
    fn portals() {
        let read = |text| portal(text).map(|portal| (portal.host, portal.port));
        assert_eq!(read("192.0.2.10"), Ok(("192.0.2.10".into(), 3260)));
        assert_eq!(read("192.0.2.10:3261"), Ok(("192.0.2.10".into(), 3261)));
        assert_eq!(read("[2001:db8::10]:3260"), Ok(("2001:db8::10".into(), 3260)));
        assert_eq!(read("[2001:db8::10]"), Ok(("2001:db8::10".into(), 3260)));
        assert_eq!(read("san.example.com:3260"), Ok(("san.example.com".into(), 3260)));
        for bad in [
            "",
            ":3260",
            "192.0.2.10:",
            "192.0.2.10:0",
            "192.0.2.10:70000",
            "192.0.2.10:3260,1",
            "192.0.2.300:3260",
            "2001:db8::10",
            "[2001:db8::10",
            "[::ffff:192.0.2.1]:3260",
            "[192.0.2.1]:3260",
            "san example:3260",
            "iscsi://san:3260",
        ] {
            assert!(portal(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_and_times() {
        assert_eq!(size("20GiB"), Ok(20 << 30));
        assert_eq!(size("300 MiB"), Ok(300 << 20));
        for bad in ["", "20", "20GB", "0GiB", "-1GiB", "1.5GiB", "99999999999999999999TiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert_eq!(wait("forever"), Ok(None));
        assert_eq!(wait("10m"), Ok(Some(600)));
        assert_eq!(wait("90s"), Ok(Some(90)));
        for bad in ["", "never", "10", "0s", "10d", "m", "99999999999s", "1000h"] {
            assert!(wait(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths() {
        assert_eq!(clean_path("/var/lib/etcd"), Ok(()));
        for bad in ["", "var", "/", "/var/", "/var//lib", "/var/../etc", "/var/./lib", "/var/a b", "/var/a\nb"] {
            assert!(clean_path(bad).is_err(), "{bad}");
        }
        assert_eq!(systemd_escape_path("/var/lib/etcd"), "var-lib-etcd");
        assert_eq!(systemd_escape_path("/dev/disk/by-partlabel/etcd"), "dev-disk-by\\x2dpartlabel-etcd");
        assert_eq!(systemd_escape_path("/.hidden"), "\\x2ehidden");
    }
}
