//! Names of units, and how paths stand in them: systemd.unit(5), systemd-escape(1).

use std::fmt::Write as _;

/// A path as a part of a unit's name, as systemd-escape(1) makes it with `--path`.
pub fn escaped_path(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    if steps.is_empty() {
        return "-".to_owned();
    }
    let mut escaped = String::with_capacity(path.len());
    for (at, byte) in steps.join("/").bytes().enumerate() {
        match byte {
            b'/' => escaped.push('-'),
            b'.' if at == 0 => escaped.push_str("\\x2e"),
            b':' | b'_' | b'.' => escaped.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => escaped.push(byte.into()),
            _ => {
                let _ = write!(escaped, "\\x{byte:02x}");
            }
        }
    }
    escaped
}

/// What stands before and after the last dot of a unit's name.
pub fn split_name(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}

/// The template of an instance: `a@.service` of `a@b.service`; `None` of everything else.
pub fn template(name: &str) -> Option<String> {
    let (stem, suffix) = split_name(name)?;
    let (template, instance) = stem.split_once('@')?;
    (!template.is_empty() && !instance.is_empty()).then(|| format!("{template}@.{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::{escaped_path, template};

    #[test]
    fn paths_are_escaped_as_systemd_does() {
        for (path, escaped) in [
            ("/", "-"),
            ("", "-"),
            ("/var/lib/etcd", "var-lib-etcd"),
            ("//var//a-b/", "var-a\\x2db"),
            ("/.hidden/.x", "\\x2ehidden-.x"),
            ("/ä", "\\xc3\\xa4"),
        ] {
            assert_eq!(escaped_path(path), escaped, "{path}");
        }
    }

    #[test]
    fn instances_have_templates() {
        for (name, expected) in
            [("a@b.service", Some("a@.service")), ("a@.service", None), ("a.service", None), ("@b.service", None)]
        {
            assert_eq!(template(name).as_deref(), expected, "{name}");
        }
    }
}
