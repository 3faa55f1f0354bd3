//! How paths become unit names, and how values stand in unit files.

use std::fmt::Write as _;

/// The name of the mount unit for a path: systemd refuses any other.
pub fn mount_unit(path: &str) -> String {
    format!("{}.mount", escape_path(path))
}

/// The name of the device unit for a device path.
pub fn device_unit(path: &str) -> String {
    format!("{}.device", escape_path(path))
}

/// What `systemd-escape --path` prints.
pub(super) fn escape_path(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return "-".to_owned();
    }
    let mut out = String::with_capacity(path.len() + 8);
    for (index, byte) in parts.join("/").bytes().enumerate() {
        match byte {
            b'/' => out.push('-'),
            b'.' if index == 0 => out.push_str("\\x2e"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'.' => out.push(char::from(byte)),
            _ => write!(out, "\\x{byte:02x}").expect("writing to a String cannot fail"),
        }
    }
    out
}

/// A value in `[Unit]` or `[Mount]`, where `%` begins a specifier.
pub(super) fn value(text: &str) -> String {
    text.replace('%', "%%")
}

/// A path in a setting that takes a list of words, as `RequiresMountsFor=` does.
pub(super) fn word(text: &str) -> String {
    let escaped = value(text);
    if escaped.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\')) {
        format!("\"{}\"", escaped.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_systemd_escape_prints() {
        for (path, expected) in [
            ("/var/lib/etcd", "var-lib-etcd"),
            ("/srv/my-data/", "srv-my\\x2ddata"),
            ("/.hidden/.x", "\\x2ehidden-.x"),
            ("//srv//a b", "srv-a\\x20b"),
            ("/dev/disk/by-path/pci-0000:00:1f.0-nvme-1", "dev-disk-by\\x2dpath-pci\\x2d0000:00:1f.0\\x2dnvme\\x2d1"),
            ("/", "-"),
            ("/srv/ä", "srv-\\xc3\\xa4"),
        ] {
            assert_eq!(escape_path(path), expected, "{path}");
        }
    }

    #[test]
    fn values_survive_specifiers_and_word_splitting() {
        assert_eq!(value("/srv/100%"), "/srv/100%%");
        assert_eq!(word("/srv/a b%"), "\"/srv/a b%%\"");
        assert_eq!(word("/srv/a"), "/srv/a");
    }
}
