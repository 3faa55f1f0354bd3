//! Standard output and standard error: colours, and readers that have gone away.

use super::args::{Color, Format};
use super::exit::Exit;
use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Where a command prints.
pub(crate) struct Console {
    choice: anstream::ColorChoice,
    format: Format,
    failure: Option<io::Error>,
}

impl Console {
    pub(crate) fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        Self { choice, format: Format::Text, failure: None }
    }

    /// Sets the form of the program's own lines on standard error, so that a reader of JSON sees nothing else.
    pub(crate) fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Prints a result on standard output. Colours in it are taken out where they are not wanted.
    pub(crate) fn result(&mut self, text: &str) {
        self.write(|choice| AutoStream::new(io::stdout(), choice).lock().write_all(text.as_bytes()));
    }

    /// Prints a result on standard output, byte for byte.
    pub(crate) fn verbatim(&mut self, bytes: &[u8]) {
        self.write(|_| io::stdout().lock().write_all(bytes));
    }

    fn write(&mut self, write: impl FnOnce(anstream::ColorChoice) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = write(self.choice).and_then(|()| io::stdout().flush()).err();
        }
    }

    /// Prints what belongs beside the results on standard error. A closed one has nobody to be told.
    pub(crate) fn aside(&mut self, text: &str) {
        let _ = AutoStream::new(io::stderr(), self.choice).lock().write_all(text.as_bytes());
    }

    /// Says that something went wrong, with advice.
    pub(crate) fn error(&mut self, message: &str, help: &[&str]) {
        self.say("error", AnsiColor::Red, message, help);
    }

    /// Says something that deserves a look.
    pub(crate) fn warning(&mut self, message: &str, help: &[&str]) {
        self.say("warning", AnsiColor::Yellow, message, help);
    }

    fn say(&mut self, severity: &str, color: AnsiColor, message: &str, help: &[&str]) {
        let text = match self.format {
            Format::Json => {
                let line = serde_json::json!({ "severity": severity, "message": message, "help": help });
                format!("{line}\n")
            }
            Format::Github => {
                format!("::{severity}::{}\n", printable(message).replace('%', "%25").replace('\n', "%0A"))
            }
            Format::Text | Format::Raw | Format::Sarif | Format::Junit => {
                let style = Style::new().bold().fg_color(Some(color.into()));
                let mut text = format!("{style}{severity}{style:#}: {}\n", printable(message));
                for help in help {
                    text += &format!("  help: {}\n", printable(help));
                }
                text
            }
        };
        self.aside(&text);
    }

    /// Whether people read along, rather than programs.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Text
    }

    /// Says what was done, on standard error, to those who read words.
    pub(crate) fn done(&mut self, text: &str) {
        if matches!(self.format, Format::Text | Format::Raw) {
            self.aside(&format!("{}\n", printable(text)));
        }
    }

    /// Prints a line of interest to a person who watches: only on a terminal.
    pub(crate) fn summary(&mut self, text: &str) {
        if io::stderr().is_terminal() && self.format == Format::Text {
            self.aside(&format!("{}\n", printable(text)));
        }
    }

    /// Whether what is printed on standard output has colours.
    pub(crate) fn has_colored_result(&self) -> bool {
        match self.choice {
            anstream::ColorChoice::Auto => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
            choice => choice != anstream::ColorChoice::Never,
        }
    }

    /// Whether standard error shows colours.
    pub(crate) fn has_colored_aside(&self) -> bool {
        match self.choice {
            anstream::ColorChoice::Auto => AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
            choice => choice != anstream::ColorChoice::Never,
        }
    }

    /// The exit of the whole run, given that of the command: results that nobody could be given count too.
    pub(crate) fn finish(&mut self, exit: Exit) -> Exit {
        match self.failure.take() {
            None => exit,
            // A reader that has seen enough (`| head`) is no fault.
            Some(error) if error.kind() == ErrorKind::BrokenPipe => exit,
            Some(error) => {
                self.error(&format!("standard output: {}", reason(&error)), &[]);
                Exit::InputOutput
            }
        }
    }
}

/// The text with control characters as escapes: names and old files may hold some that steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            // Directional marks reorder what is shown.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => shown.extend(c.escape_unicode()),
            c if c.is_control() => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// The words of an operating system's error, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
