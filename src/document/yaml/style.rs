//! Which kind of quotes a text needs in YAML.

use super::resolve::{is_old_bool, resolve_plain};
use super::write::Style;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// As it is.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, with escapes.
    Double,
    /// As a literal block.
    Literal,
}

/// The quoting of `text` as a key or value in block style.
pub(super) fn choose(text: &str, style: Style) -> Quoting {
    let form = Form::of(text, style);
    if text.contains('\n') {
        return if form.block_allowed { Quoting::Literal } else { Quoting::Double };
    }
    let is_text = match style {
        Style::Reference => resolve_plain(text).is_text() && !is_old_bool(text) && !is_base_60(text),
        Style::Faithful => !may_be_typed(text),
    };
    match (is_text, form.plain_allowed, form.single_allowed) {
        (false, _, _) | (true, false, false) => Quoting::Double,
        (true, true, _) => Quoting::Plain,
        (true, false, true) => Quoting::Single,
    }
}

/// Whether a character stands for itself in a quoted text.
pub(super) fn is_printable(c: char, style: Style) -> bool {
    match c {
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        '\u{2028}' | '\u{2029}' => style == Style::Reference,
        '\u{10000}'.. => style == Style::Faithful,
        '\n' | ' '..='~' | '\u{a0}'.. => true,
        _ => false,
    }
}

/// What the characters of a text allow.
struct Form {
    plain_allowed: bool,
    single_allowed: bool,
    block_allowed: bool,
}

impl Form {
    fn of(text: &str, style: Style) -> Self {
        let is_break = |c: char| matches!(c, '\n' | '\u{2028}' | '\u{2029}');
        let mut indicator = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut tab, mut breaks, mut blank_before_break, mut blank_after_break) =
            (false, false, false, false, false);
        let mut previous = None;
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            let before_blank = next.is_none_or(|c| c == ' ' || is_break(c));
            indicator |= match (c, previous) {
                (
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                    None,
                ) => true,
                ('-' | '?', None) | (':', _) => before_blank,
                ('#', Some(previous)) => previous == ' ' || is_break(previous),
                _ => false,
            };
            tab |= c == '\t';
            special |= c != '\t' && !is_printable(c, style);
            breaks |= is_break(c);
            blank_before_break |= c == ' ' && next.is_some_and(is_break);
            blank_after_break |= c == ' ' && previous.is_some_and(is_break);
            previous = Some(c);
        }
        let blank_at_end = text.ends_with(' ');
        let damaged = blank_before_break || special;
        Self {
            plain_allowed: !(indicator || breaks || tab || damaged || blank_at_end || text.starts_with(' ')),
            single_allowed: !(blank_after_break || tab || damaged),
            block_allowed: !(damaged || blank_at_end || style == Style::Faithful && text.starts_with(['\n', '\t'])),
        }
    }
}

/// Whether some reader of YAML 1.1 or 1.2 might take a plain text for something else than a text.
fn may_be_typed(text: &str) -> bool {
    const WORDS: [&str; 13] = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "="];
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) || !resolve_plain(text).is_text() {
        return true;
    }
    // Beyond what the reference types: overflowing numbers, separators in odd places, base 60, dates with any time.
    let bare: String = text.chars().filter(|c| !matches!(c, '_' | ',')).collect();
    let unsigned = bare.strip_prefix(['+', '-']).unwrap_or(&bare).to_ascii_lowercase();
    match unsigned.as_str() {
        ".inf" | ".nan" => return true,
        // Some readers take `+_` for a number and fail on it.
        "" | "." => return text.contains('_'),
        _ => {}
    }
    let digits_of = |prefix: &str, radix: u32| {
        unsigned
            .strip_prefix(prefix)
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    let starts_with_number = unsigned.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    starts_with_number
        && (digits_of("0x", 16)
            || digits_of("0o", 8)
            || digits_of("0b", 2)
            || unsigned.parse::<f64>().is_ok()
            || is_base_60(&bare)
            || is_dated(text))
}

/// `190:20:30`, in YAML 1.1 a number to the base of 60.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut groups = 0;
    let all_groups = parts.all(|part| {
        groups += 1;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    first.starts_with(|c: char| c.is_ascii_digit()) && number(first) && groups > 0 && all_groups && number(fraction)
}

/// `2001-01-01`, alone or with something that might be a time behind it.
fn is_dated(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let day = day.split_once(['T', 't', ' ', '\t']).map_or(day, |(day, _)| day);
    year.len() == 4 && number(year) && month.len() <= 2 && number(month) && day.len() <= 2 && number(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_texts_stay_plain() {
        let texts = [
            "a",
            "3.2.0",
            "10.0.0.1",
            "1.2.3.4/24",
            "a b",
            "core",
            "/dev/disk/by-id/x",
            "iqn.2004-10.com.example:storage",
            "-a",
            "?a",
            "::1",
            "fe80::1%eth0",
            "é",
            "中文",
            "😀",
            "a#b",
            "a,b",
            "data:;base64,QUJD",
            "0x",
            "2001-01-01-a",
            "1:90",
            "52:54:00:12:34:5f",
            "nullx",
            "e1",
            "1e",
            "+",
            ".",
            "..",
            "v1",
            "1a",
            "100%",
            "0b2",
        ];
        for text in texts {
            assert_eq!(choose(text, Style::Faithful), Quoting::Plain, "{text}");
        }
    }

    #[test]
    fn texts_that_some_reader_types_are_quoted() {
        let texts = [
            "",
            "~",
            "NULL",
            "tRUE",
            "yEs",
            "oN",
            "N",
            "<<",
            "=",
            "0",
            "-0",
            "+1",
            "0644",
            "0o644",
            "0o_7",
            "0x1F",
            "-0b1",
            "08",
            "1_000",
            "1,000",
            "_1",
            "+_",
            "1e3",
            "1e400",
            "1.",
            ".5",
            "-.INF",
            ".NaN",
            "1:30",
            "-190:20:30.5",
            "52:54:00:12:34:56",
            "2001-01-01",
            "2001-1-1 99:99",
            "9223372036854775808",
            "99999999999999999999999",
            "0xFFFFFFFFFFFFFFFFF",
        ];
        for text in texts {
            assert_eq!(choose(text, Style::Faithful), Quoting::Double, "{text}");
        }
    }

    #[test]
    fn characters_decide_on_the_quotes() {
        use Quoting::{Double, Literal, Single};
        let cases = [
            ("a: b", Single),
            ("a:", Single),
            ("a #b", Single),
            ("- a", Single),
            ("---", Single),
            ("...", Single),
            (" a", Single),
            ("a ", Single),
            ("'a", Single),
            ("a\tb", Double),
            ("a\rb", Double),
            ("\u{85}", Double),
            ("\u{2029}", Double),
            ("\u{7f}", Double),
            ("a\u{feff}", Double),
            ("\u{ffff}", Double),
            ("a\n", Literal),
            (" a\nb", Literal),
            ("\ta\n", Double),
            ("a \nb", Double),
            ("a\n ", Double),
            ("\na", Double),
            ("a\r\nb\n", Double),
            ("a\u{2028}\n", Double),
        ];
        for (text, expected) in cases {
            assert_eq!(choose(text, Style::Faithful), expected, "{text:?}");
        }
    }
}
