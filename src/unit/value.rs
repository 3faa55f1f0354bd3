//! What stands in a value: words, lists, command lines, each with its place.

use super::UnitOption;
use std::ops::Range;

/// A word of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The bytes of the text it stands in, quotes included.
    pub at: Range<usize>,
    /// What it comes to, without quotes and the backslashes of escapes.
    pub text: String,
    /// Whether any of it is quoted or escaped.
    pub quoted: bool,
}

/// A quote that is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenQuote {
    /// The byte of the text it stands at.
    pub at: usize,
}

/// A command of an `Exec…=` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The characters before the program: `-`, `@`, `+`, `!`, `:`, `|`.
    pub prefix: String,
    /// The program and its arguments; never empty.
    pub words: Vec<Word>,
}

impl Command {
    /// The program.
    pub fn program(&self) -> &Word {
        &self.words[0]
    }
}

impl UnitOption<'_> {
    /// The value on one line, without blanks around it: continued lines are joined, comments between them left out.
    pub fn joined(&self) -> String {
        let pieces: Vec<&str> =
            self.pieces().map(|(_, piece)| piece.trim()).filter(|piece| !piece.is_empty()).collect();
        pieces.join(" ")
    }

    /// Words between blanks, with their bytes; quotes mean nothing here.
    pub fn items(&self) -> Vec<(Range<usize>, &str)> {
        let mut items = Vec::new();
        for (start, piece) in self.pieces() {
            let mut from = None;
            for (at, c) in piece.char_indices().chain([(piece.len(), ' ')]) {
                match (c.is_whitespace(), from) {
                    (false, None) => from = Some(at),
                    (true, Some(begin)) => {
                        items.push((start + begin..start + at, &piece[begin..at]));
                        from = None;
                    }
                    _ => {}
                }
            }
        }
        items
    }

    /// The commands of an `Exec…=` line, which a lone `;` separates.
    pub fn commands(&self) -> Result<Vec<Command>, OpenQuote> {
        let mut commands = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        for word in self.words()? {
            if word.text == ";" && !word.quoted {
                commands.extend(command(std::mem::take(&mut words)));
            } else {
                words.push(word);
            }
        }
        commands.extend(command(words));
        Ok(commands)
    }

    /// Words with quotes and backslashes, as systemd.syntax(7) has them.
    pub fn words(&self) -> Result<Vec<Word>, OpenQuote> {
        let mut words = Vec::new();
        let mut word: Option<Word> = None;
        let mut quote: Option<(char, usize)> = None;
        for (start, piece) in self.pieces() {
            let mut characters = piece.char_indices();
            while let Some((at, c)) = characters.next() {
                let at = start + at;
                let blank = c.is_whitespace() && quote.is_none();
                if blank {
                    words.extend(word.take());
                    continue;
                }
                let current = word.get_or_insert_with(|| Word { at: at..at, text: String::new(), quoted: false });
                current.at.end = at + c.len_utf8();
                match (c, quote) {
                    ('\\', _) => {
                        current.quoted = true;
                        if let Some((next, escaped)) = characters.next() {
                            current.at.end = start + next + escaped.len_utf8();
                            current.text.push(escaped);
                        }
                    }
                    ('"' | '\'', None) => {
                        quote = Some((c, at));
                        current.quoted = true;
                    }
                    (_, Some((open, _))) if c == open => quote = None,
                    _ => current.text.push(c),
                }
            }
            // The end of a continued line is a blank.
            match (quote, &mut word) {
                (Some(_), Some(current)) => current.text.push(' '),
                _ => words.extend(word.take()),
            }
        }
        match quote {
            Some((_, at)) => Err(OpenQuote { at }),
            None => Ok(words),
        }
    }

    /// The lines of the value without the backslashes at their ends, and without comments between them.
    fn pieces(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut start = self.value_at.start;
        let mut continued = false;
        self.value.split_inclusive('\n').filter_map(move |line| {
            let at = start;
            start += line.len();
            let comment = continued && line.trim_start().starts_with(['#', ';']);
            continued = true;
            let line = line.strip_suffix('\n').unwrap_or(line);
            (!comment).then_some((at, line.strip_suffix('\\').unwrap_or(line)))
        })
    }
}

/// The command that begins with these words; `None` of no words.
fn command(mut words: Vec<Word>) -> Option<Command> {
    let first = words.first_mut()?;
    let rest = first.text.trim_start_matches(['-', '@', '+', '!', ':', '|']);
    let length = first.text.len() - rest.len();
    let prefix = first.text[..length].to_owned();
    first.text = rest.to_owned();
    if !first.quoted {
        first.at.start += length;
    }
    Some(Command { prefix, words })
}

#[cfg(test)]
mod tests {
    use crate::unit::{UnitOption, UnitText};

    fn first(text: &str) -> UnitOption<'_> {
        UnitText::read(text).sections.remove(0).options.remove(0)
    }

    #[test]
    fn lists_are_split_at_blanks() {
        let text = "[Unit]\nAfter= a.service\tb.mount \\\n# no \\\n  c.target\n";
        let option = first(text);
        let found: Vec<(&str, &str)> = option.items().into_iter().map(|(at, item)| (&text[at], item)).collect();
        let expected = ["a.service", "b.mount", "c.target"];
        assert_eq!(found, expected.map(|item| (item, item)));
        assert_eq!(option.joined(), "a.service\tb.mount c.target");
    }

    #[test]
    fn command_lines_are_split_as_systemd_does() {
        for (value, expected) in [
            ("-/bin/a b", "(-)/bin/a|b"),
            ("/bin/a 'b c'd \\\"e", "()/bin/a|b cd|\"e"),
            ("/bin/a ; /bin/b \\; c", "()/bin/a & ()/bin/b|;|c"),
            ("/bin/a \\\n  \"b \\\n# no \\\nc\"", "()/bin/a|b  c"),
            ("", ""),
        ] {
            let text = format!("[Service]\nExecStart={value}\n");
            let commands = first(&text).commands().expect("the quotes are closed");
            let shown: Vec<String> = commands
                .iter()
                .map(|command| {
                    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
                    format!("({}){}", command.prefix, words.join("|"))
                })
                .collect();
            assert_eq!(shown.join(" & "), expected, "{value}");
        }
    }

    #[test]
    fn open_quotes_are_found_where_they_open() {
        let text = "[Service]\nExecStart=/bin/echo it's\n";
        assert_eq!(first(text).words().map_err(|fault| &text[fault.at..]), Err("'s\n"));
    }
}
