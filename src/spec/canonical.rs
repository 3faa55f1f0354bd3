//! Version texts in their usual form.

/// The version in its usual form, without leading zeros and empty suffixes; `None` for what is no version.
///
/// As lax as the library of the reference.
pub fn canonical(version: &str) -> Option<String> {
    let (version, metadata) = version.split_once('+').unwrap_or((version, ""));
    let (numbers, suffix) = version.split_once('-').unwrap_or((version, ""));
    let numbers: Vec<i64> = numbers.split('.').map(decimal).collect::<Option<_>>()?;
    let &[major, minor, patch] = numbers.as_slice() else { return None };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let allowed = |text: &str| text.is_empty() || text.split('.').all(is_word);
    if !allowed(metadata) || !allowed(suffix) {
        return None;
    }
    let mut canonical = format!("{major}.{minor}.{patch}");
    for (mark, text) in [('-', suffix), ('+', metadata)] {
        if !text.is_empty() {
            canonical.push(mark);
            canonical.push_str(text);
        }
    }
    Some(canonical)
}

/// A number as the reference's library reads it: signs and leading zeros are fine.
fn decimal(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn versions_are_read_laxly() {
        for (version, expected) in [
            ("1.5.0", Some("1.5.0")),
            ("01.05.00", Some("1.5.0")),
            ("1.5.0-", Some("1.5.0")),
            ("1.5.0+", Some("1.5.0")),
            ("1.5.0+x", Some("1.5.0+x")),
            ("1.8.0-experimental", Some("1.8.0-experimental")),
            ("1.5.0-+", Some("1.5.0")),
            ("1.5.0-a.b", Some("1.5.0-a.b")),
            ("1.5.0-a..b", None),
            ("1.5.0-a_b", None),
            ("1.5.0+a+b", None),
            ("1.5", None),
            ("v1.5.0", None),
            ("1.5.0.0", None),
            ("1.5.0 ", None),
            ("", None),
        ] {
            assert_eq!(canonical(version).as_deref(), expected, "{version}");
        }
    }
}
