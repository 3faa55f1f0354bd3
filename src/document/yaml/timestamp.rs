//! Which plain scalars the reference takes for a date.

/// Whether `text` is `2001-1-1`, or that with a time behind `T`, `t` (zone needed) or blanks (no zone allowed).
/// Days must exist in their month.
pub(super) fn is_timestamp(text: &str) -> bool {
    parse(text).is_some()
}

fn parse(text: &str) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: u32 = if year.bytes().all(|byte| byte.is_ascii_digit()) { year.parse().ok()? } else { return None };
    let (month, rest) = number(rest.strip_prefix('-')?)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    if day == 0 || day > days_in(month, year)? {
        return None;
    }
    if rest.is_empty() {
        return Some(());
    }
    if let Some(rest) = rest.strip_prefix(['T', 't']) {
        return zone(time(rest)?);
    }
    let rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    time(rest)?.is_empty().then_some(())
}

/// One or two digits.
fn number(text: &str) -> Option<(u32, &str)> {
    let count = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text[..count].parse().ok()?, &text[count..]))
}

fn days_in(month: u32, year: u32) -> Option<u32> {
    Some(match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// What is left behind `15:4:5` and any fraction.
fn time(text: &str) -> Option<&str> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = number(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest.strip_prefix(['.', ',']) {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(fraction.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        _ => Some(rest),
    }
}

fn zone(text: &str) -> Option<()> {
    let offset = match text.strip_prefix(['+', '-']) {
        None => return (text == "Z").then_some(()),
        Some(offset) => offset,
    };
    let [h1 @ b'0'..=b'9', h2 @ b'0'..=b'9', b':', m1 @ b'0'..=b'9', b'0'..=b'9'] = offset.as_bytes() else {
        return None;
    };
    let hours = (h1 - b'0') * 10 + (h2 - b'0');
    // Sixty minutes pass in the reference, too.
    (hours <= 24 && (*m1 < b'6' || offset.ends_with("60"))).then_some(())
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn dates_and_times() {
        let good = [
            "2001-1-1",
            "2001-01-01",
            "2000-02-29",
            "2001-01-01T00:00:00Z",
            "2001-01-01t1:2:3.5+01:00",
            "2001-01-01 00:00:00",
            "2001-1-1   1:1:1.123456789",
            "2001-01-01T00:00:00,5Z",
            "0000-01-01",
        ];
        let bad = [
            "",
            "2001",
            "2001-",
            "2001-13-01",
            "2001-02-29",
            "2001-00-01",
            "2001-01-00",
            "201-01-01",
            "20011-01-01",
            "2001-001-01",
            "2001-01-01T00:00:00",
            "2001-01-01 00:00:00Z",
            "2001-01-01T24:00:00Z",
            "2001-01-01 00:00",
            "2001-01-01 00:00:00.",
            "2001-01-01x",
            "2001-01-01T00:00:00+1:00",
            "２００１-01-01",
            "2001-01-01 ",
            "abé-01-01",
        ];
        for text in good {
            assert!(is_timestamp(text), "{text}");
        }
        for text in bad {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
