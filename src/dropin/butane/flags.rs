//! The flags of `butane`, read by the rules of the flag library that Butane uses (Go's pflag).
//!
//! They differ from those of our own command line in what scripts come to rely on: `--pretty=false`, `-do` for
//! `-d o`, a bare `--color`, no abbreviations, flags after the file.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;

/// What the flags ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// Report only, write nothing.
    pub check: bool,
    /// When the report is coloured.
    pub color: Color,
    /// Where local files may be read; empty means nowhere.
    pub files_dir: OsString,
    /// Print the usage.
    pub help: bool,
    /// The input named by flag; empty means none.
    pub input: OsString,
    /// The file to write; empty means standard output.
    pub output: OsString,
    /// Indent JSON.
    pub pretty: bool,
    /// Ignition output even for variants that make a MachineConfig.
    pub raw: bool,
    /// One line a finding.
    pub raw_errors: bool,
    /// Fail on any finding.
    pub strict: bool,
    /// Print the version.
    pub version: bool,
}

/// When the report is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, unless the environment is against it.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case; also what words that are no choice mean.
    Never,
}

/// What an argument list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The flags, as far as they were read before a fault.
    pub flags: Flags,
    /// The arguments that are no flags.
    pub inputs: Vec<OsString>,
    /// Remarks to print first, one for each use of a flag that is on its way out.
    pub notes: Vec<String>,
    /// Why the list cannot be followed; reading stops at the first fault.
    pub fault: Option<String>,
}

/// One flag.
struct Flag {
    long: &'static str,
    short: Option<u8>,
    takes: Takes,
    /// Its line in the usage; hidden without one.
    help: Option<&'static str>,
    /// What to do instead, for a flag on its way out.
    instead: Option<&'static str>,
}

/// What a flag does with its value.
enum Takes {
    /// `--flag`, `--flag=BOOL`; a word after it is another argument.
    Switch(fn(&mut Flags, bool)),
    /// `--flag VALUE`, `--flag=VALUE`.
    Value(&'static str, fn(&mut Flags, OsString)),
    /// `--flag=VALUE`; alone it means the first of these words.
    OptionalValue(&'static str, &'static str, fn(&mut Flags, OsString)),
}

impl Flag {
    const fn shown(long: &'static str, short: Option<u8>, takes: Takes, help: &'static str) -> Self {
        Self { long, short, takes, help: Some(help), instead: None }
    }

    const fn hidden(long: &'static str, short: Option<u8>, takes: Takes) -> Self {
        Self { long, short, takes, help: None, instead: None }
    }

    /// The value that the flag has when none is given with it.
    fn implied(&self) -> Option<&'static str> {
        match self.takes {
            Takes::Switch(_) => Some("true"),
            Takes::Value(..) => None,
            Takes::OptionalValue(word, ..) => Some(word),
        }
    }
}

/// All flags, in the order of the usage.
const FLAGS: &[Flag] = &[
    Flag::shown("check", Some(b'c'), Takes::Switch(|flags, on| flags.check = on), "only report; write nothing"),
    Flag::shown(
        "color",
        None,
        Takes::OptionalValue("always", "WHEN", set_color),
        "when to colour the report: always, never, auto",
    ),
    Flag::hidden("colour", None, Takes::OptionalValue("always", "WHEN", set_color)),
    // The table of translations it asks for is of use to those who work on Butane only, so there is none.
    Flag::hidden("debug", Some(b'D'), Takes::Switch(|_, _| ())),
    Flag::shown(
        "files-dir",
        Some(b'd'),
        Takes::Value("DIR", |flags, value| flags.files_dir = value),
        "let the config take in files from below DIR",
    ),
    Flag::shown("help", Some(b'h'), Takes::Switch(|flags, on| flags.help = on), "print this and end"),
    Flag {
        long: "input",
        short: None,
        takes: Takes::Value("FILE", |flags, value| flags.input = value),
        help: None,
        instead: Some("name the file without a flag"),
    },
    Flag::shown(
        "output",
        Some(b'o'),
        Takes::Value("FILE", |flags, value| flags.output = value),
        "write to FILE, not to standard output",
    ),
    Flag::shown("pretty", Some(b'p'), Takes::Switch(|flags, on| flags.pretty = on), "indent JSON output"),
    Flag::shown(
        "raw",
        Some(b'r'),
        Takes::Switch(|flags, on| flags.raw = on),
        "always an Ignition config, never a MachineConfig",
    ),
    Flag::shown(
        "raw-errors",
        None,
        Takes::Switch(|flags, on| flags.raw_errors = on),
        "report one line a finding, without excerpts",
    ),
    Flag::shown("strict", Some(b's'), Takes::Switch(|flags, on| flags.strict = on), "fail on warnings too"),
    Flag::shown("version", Some(b'V'), Takes::Switch(|flags, on| flags.version = on), "print the version and end"),
];

/// Reads the arguments after the program's name.
pub fn parse(arguments: &[OsString]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let bytes = argument.as_encoded_bytes();
        let result = match bytes {
            b"--" => {
                parsed.inputs.extend(rest.cloned());
                break;
            }
            [b'-', b'-', name @ ..] => parsed.long(name, &mut rest),
            [b'-', letters @ ..] if !letters.is_empty() => parsed.short(letters, &mut rest),
            _ => {
                parsed.inputs.push(argument.clone());
                Ok(())
            }
        };
        if let Err(fault) = result {
            parsed.fault = Some(fault);
            break;
        }
    }
    parsed
}

/// The usage text.
pub fn usage() -> String {
    let mut text =
        "Usage: butane [FLAGS] [FILE]\n\nCompiles the Butane config in FILE, or on standard input.\n\n".to_owned();
    for flag in FLAGS {
        let Some(help) = flag.help else { continue };
        let short = flag.short.map_or_else(|| "    ".to_owned(), |letter| format!("-{}, ", letter as char));
        let long = match flag.takes {
            Takes::Switch(_) => flag.long.to_owned(),
            Takes::Value(name, _) => format!("{} {name}", flag.long),
            Takes::OptionalValue(_, name, _) => format!("{}[={name}]", flag.long),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {short}--{long:<16} {help}");
    }
    text
}

impl Parsed {
    /// Reads `--NAME` and `--NAME=VALUE`.
    fn long<'a>(&mut self, text: &[u8], rest: &mut impl Iterator<Item = &'a OsString>) -> Result<(), String> {
        let shown = String::from_utf8_lossy(text);
        if matches!(text, [b'-' | b'=', ..]) {
            return Err(format!("--{shown} is not how a flag is written"));
        }
        let mut parts = text.splitn(2, |&byte| byte == b'=');
        let name = parts.next().unwrap_or_default();
        let flag = FLAGS.iter().find(|flag| flag.long.as_bytes() == name);
        let flag = flag.ok_or_else(|| format!("there is no flag --{}", String::from_utf8_lossy(name)))?;
        let value = match (parts.next(), flag.implied()) {
            (Some(value), _) => os_string(value),
            (None, Some(word)) => word.into(),
            (None, None) => rest.next().ok_or_else(|| format!("--{} needs a value", flag.long))?.clone(),
        };
        self.set(flag, value)
    }

    /// Reads `-abc`, `-aVALUE` and `-a=VALUE`, without the dash.
    fn short<'a>(&mut self, mut letters: &[u8], rest: &mut impl Iterator<Item = &'a OsString>) -> Result<(), String> {
        while let [letter, after @ ..] = letters {
            // The library lets the flags of Go's test runner pass, and so scripts with them do too.
            if letters.starts_with(b"test.") {
                return Ok(());
            }
            let Some(flag) = FLAGS.iter().find(|flag| flag.short == Some(*letter)) else {
                return Err(format!("there is no flag -{}", letter.escape_ascii()));
            };
            // With nothing after it, `=` is a letter or a value like any other.
            let value = match (after, flag.implied()) {
                ([b'=', value @ ..], _) if !value.is_empty() => {
                    letters = &[];
                    os_string(value)
                }
                (_, Some(word)) => {
                    letters = after;
                    word.into()
                }
                ([_, ..], None) => {
                    letters = &[];
                    os_string(after)
                }
                ([], None) => {
                    letters = &[];
                    rest.next().ok_or_else(|| format!("-{} needs a value", letter.escape_ascii()))?.clone()
                }
            };
            self.set(flag, value)?;
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: OsString) -> Result<(), String> {
        match flag.takes {
            Takes::Switch(set) => {
                let on = boolean(&value).ok_or_else(|| {
                    format!("--{} is true or false, not `{}`", flag.long, value.to_string_lossy().escape_debug())
                })?;
                set(&mut self.flags, on);
            }
            Takes::Value(_, set) | Takes::OptionalValue(_, _, set) => set(&mut self.flags, value),
        }
        if let Some(instead) = flag.instead {
            self.notes.push(format!("--{} is on its way out; {instead}", flag.long));
        }
        Ok(())
    }
}

fn set_color(flags: &mut Flags, value: OsString) {
    flags.color = match value.as_encoded_bytes() {
        b"always" | b"yes" => Color::Always,
        b"auto" => Color::Auto,
        _ => Color::Never,
    };
}

/// A truth value as Go writes it.
fn boolean(value: &OsStr) -> Option<bool> {
    match value.as_encoded_bytes() {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Some(false),
        _ => None,
    }
}

/// Part of an argument as one of its own.
fn os_string(bytes: &[u8]) -> OsString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        OsStr::from_bytes(bytes).to_owned()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(bytes).into_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn parsed(line: &str) -> Parsed {
        // `''` stands for an empty argument.
        let arguments: Vec<OsString> =
            line.split(' ').map(|word| if word == "''" { "" } else { word }.into()).collect();
        parse(&arguments)
    }

    /// The flags that differ from none given, as a line.
    fn shown(flags: &Flags) -> String {
        let mut words = Vec::new();
        for (name, on) in [
            ("check", flags.check),
            ("help", flags.help),
            ("pretty", flags.pretty),
            ("raw", flags.raw),
            ("raw-errors", flags.raw_errors),
            ("strict", flags.strict),
            ("version", flags.version),
        ] {
            words.extend(on.then(|| name.to_owned()));
        }
        for (name, value) in [("dir", &flags.files_dir), ("input", &flags.input), ("output", &flags.output)] {
            words.extend((!value.is_empty()).then(|| format!("{name}:{}", value.display())));
        }
        words.extend((flags.color != Color::Auto).then(|| format!("color:{:?}", flags.color)));
        words.join(" ")
    }

    #[test]
    fn every_way_of_writing_a_flag() {
        for (line, flags, inputs) in [
            ("a.bu", "", "a.bu"),
            ("''", "", ""),
            ("-", "", "-"),
            ("a b c", "", "a b c"),
            ("--pretty", "pretty", ""),
            ("--pretty --pretty=false", "", ""),
            (
                "--pretty=1 --strict=t --check=T --raw=TRUE --help=true --version=True",
                "check help pretty raw strict version",
                "",
            ),
            ("-p --pretty=0", "", ""),
            ("-p --pretty=f", "", ""),
            ("-p -p=F", "", ""),
            ("-p -p=FALSE", "", ""),
            ("-p -p=False", "", ""),
            ("-p=true", "pretty", ""),
            ("-psc", "check pretty strict", ""),
            ("-rps=false", "pretty raw", ""),
            ("--strict true", "strict", "true"),
            ("--raw-errors", "raw-errors", ""),
            ("--debug -D", "", ""),
            ("-o out", "output:out", ""),
            ("-oout", "output:out", ""),
            ("-o=out", "output:out", ""),
            ("-o=", "output:=", ""),
            ("-o==a", "output:=a", ""),
            ("-do", "dir:o", ""),
            ("-d=o", "dir:o", ""),
            ("-pdo", "pretty dir:o", ""),
            ("-color", "check output:lor", ""),
            ("-pd fd -s", "pretty strict dir:fd", ""),
            ("-o -", "output:-", ""),
            ("-o -p", "output:-p", ""),
            ("-o --", "output:--", ""),
            ("--output --strict", "output:--strict", ""),
            ("--output=", "", ""),
            ("--output=a=b", "output:a=b", ""),
            ("-d a -d b", "dir:b", ""),
            ("--files-dir=fd", "dir:fd", ""),
            ("--input a.bu", "input:a.bu", ""),
            ("--color", "color:Always", ""),
            ("--color never", "color:Always", "never"),
            ("--color=never", "color:Never", ""),
            ("--color=no", "color:Never", ""),
            ("--color=yes", "color:Always", ""),
            ("--color=purple", "color:Never", ""),
            ("--color=ALWAYS", "color:Never", ""),
            ("--color=", "color:Never", ""),
            ("--color --colour=auto", "", ""),
            ("--colour", "color:Always", ""),
            ("a.bu -p", "pretty", "a.bu"),
            ("-p -- -s --check", "pretty", "-s --check"),
            ("-- --", "", "--"),
            ("--", "", ""),
            ("-test.v -p", "pretty", ""),
            ("-ptest.v", "pretty", ""),
        ] {
            let parsed = parsed(line);
            assert_eq!(parsed.fault, None, "{line}");
            assert_eq!(shown(&parsed.flags), flags, "{line}");
            assert_eq!(parsed.inputs.join(OsStr::new(" ")), inputs, "{line}");
        }
    }

    #[test]
    fn faults_stop_the_reading() {
        for (line, fault) in [
            ("--prett", "there is no flag --prett"),
            ("--Pretty", "there is no flag --Pretty"),
            ("--no-pretty=1", "there is no flag --no-pretty"),
            ("-h -x", "there is no flag -x"),
            ("-Vx", "there is no flag -x"),
            ("-p=", "there is no flag -="),
            ("---pretty", "---pretty is not how a flag is written"),
            ("--=a", "--=a is not how a flag is written"),
            ("-o", "-o needs a value"),
            ("-po", "-o needs a value"),
            ("--output", "--output needs a value"),
            ("--input", "--input needs a value"),
            ("--pretty=yes", "--pretty is true or false, not `yes`"),
            ("--pretty=tRUE", "--pretty is true or false, not `tRUE`"),
            ("--pretty=", "--pretty is true or false, not ``"),
            ("-s=on", "--strict is true or false, not `on`"),
        ] {
            assert_eq!(parsed(line).fault.as_deref(), Some(fault), "{line}");
        }
    }

    #[test]
    fn flags_on_their_way_out_are_remarked_on_each_time() {
        let parsed = parsed("--input a --input=b --nope --input c");
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(parsed.flags.input, "b");
        assert!(parsed.fault.is_some());
    }

    #[test]
    fn flags_are_named_once_and_the_usage_shows_those_that_are_not_hidden() {
        for (index, flag) in FLAGS.iter().enumerate() {
            assert!(FLAGS[index + 1..].iter().all(|other| other.long != flag.long), "{}", flag.long);
            assert!(flag.short.is_none() || FLAGS[index + 1..].iter().all(|other| other.short != flag.short));
            assert_eq!(usage().contains(&format!("--{}", flag.long)), flag.help.is_some(), "{}", flag.long);
        }
        assert!(usage().lines().all(|line| line.len() <= 80), "{}", usage());
    }

    #[cfg(unix)]
    #[test]
    fn values_need_not_be_text() {
        use std::os::unix::ffi::OsStrExt;
        for argument in [b"-o\xff".as_slice(), b"--output=\xff"] {
            let parsed = parse(&[OsStr::from_bytes(argument).to_owned()]);
            assert_eq!(parsed.flags.output.as_encoded_bytes(), b"\xff");
        }
        assert!(parse(&[OsStr::from_bytes(b"-\xff").to_owned()]).fault.is_some());
    }
}
