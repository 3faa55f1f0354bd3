//! Keeps characters that steer a terminal, or hide text from the eye, out of what is printed.

/// Longest message, note or name shown, in characters. Input text quoted in a message can be of any length.
const LONGEST: usize = 4000;

/// Marks the places where [`text`](super::text()) fills in a header. [`visible`] lets it through nowhere.
pub(super) const PLACEHOLDER: char = '\u{f0000}';

/// Whether a character must not be printed as it is: control characters, and those of Unicode's format
/// characters that reorder or hide what stands around them (UTR 36 and "Trojan Source").
pub(super) fn is_hazard(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | PLACEHOLDER)
}

/// What is shown for a character of a source: itself, a picture of a control character, or `U+FFFD`.
/// Tabs stay; whoever draws a snippet widens them.
pub(super) fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if is_hazard(c) => '\u{fffd}',
        _ => c,
    }
}

/// A sentence that may have several lines.
pub(super) fn paragraph(text: &str) -> String {
    shorten(text, |c| match c {
        '\n' => c,
        '\t' => ' ',
        _ => visible(c),
    })
}

/// A name that stands on one line.
pub(super) fn line(text: &str) -> String {
    shorten(text, |c| if c == '\t' { '\u{2409}' } else { visible(c) })
}

fn shorten(text: &str, shown: impl Fn(char) -> char) -> String {
    let mut characters = text.chars();
    let mut result: String = characters.by_ref().take(LONGEST).map(shown).collect();
    if characters.next().is_some() {
        result.push('…');
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        for (text, shown) in [
            ("plain – Größe 日本", "plain – Größe 日本"),
            ("\x1b[31mred", "␛[31mred"),
            ("a\rb\u{8}\u{7f}", "a␍b␈␡"),
            ("a\u{9b}31m\u{85}", "a\u{fffd}31m\u{fffd}"),
            ("\u{202e}evil\u{2066}\u{200b}\u{feff}", "\u{fffd}evil\u{fffd}\u{fffd}\u{fffd}"),
            ("\u{f0000}0", "\u{fffd}0"),
        ] {
            assert_eq!(line(text), shown);
            assert_eq!(paragraph(text), shown);
        }
        assert_eq!(line("a\n\tb"), "a␊␉b");
        assert_eq!(paragraph("a\n\tb"), "a\n b");
        assert_eq!(line(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
