//! The arguments of `ignition-validate`, as Go's `flag` package reads them: one dash or two, no flag after a file.

use std::ffi::{OsStr, OsString};

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// How the program is used.
    Help,
    /// Which version it stands in for.
    Version,
    /// To check this file.
    Check(OsString),
    /// Not one file, but none or several.
    NotOneFile,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// When one of them cannot be understood; the text says which.
pub(super) fn parse(arguments: &[OsString]) -> Result<Asked, String> {
    let mut version = false;
    let mut rest = arguments;
    while let Some((first, others)) = rest.split_first() {
        let Some(flag) = flag(first)? else { break };
        rest = others;
        match flag {
            Flag::End => break,
            Flag::Help => return Ok(Asked::Help),
            Flag::Version(value) => version = value,
        }
    }
    Ok(match rest {
        _ if version => Asked::Version,
        [file] => Asked::Check(file.clone()),
        _ => Asked::NotOneFile,
    })
}

enum Flag {
    /// `--`: what follows is files.
    End,
    Help,
    Version(bool),
}

/// The flag that a word is; none when it is a file. A single dash is the file that stands for standard input.
fn flag(word: &OsStr) -> Result<Option<Flag>, String> {
    let shown = word.to_string_lossy();
    let Some(name) = shown.strip_prefix('-').filter(|name| !name.is_empty()) else { return Ok(None) };
    if name == "-" {
        return Ok(Some(Flag::End));
    }
    let name = name.strip_prefix('-').unwrap_or(name);
    if name.starts_with(['-', '=']) {
        return Err(format!("{shown} is not a flag"));
    }
    let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
    match (name, value) {
        ("version", None) => Ok(Some(Flag::Version(true))),
        ("version", Some(value)) => match boolean(value) {
            Some(value) => Ok(Some(Flag::Version(value))),
            None => Err(format!("-version is true or false, not {value:?}")),
        },
        ("h" | "help", _) => Ok(Some(Flag::Help)),
        _ => Err(format!("there is no flag -{name}")),
    }
}

fn boolean(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn asked(words: &[&str]) -> Result<Asked, String> {
        parse(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_read_as_the_flag_package_does() {
        let file = |name: &str| Asked::Check(name.into());
        let cases: &[(&[&str], Asked)] = &[
            (&[], Asked::NotOneFile),
            (&["a"], file("a")),
            (&["-"], file("-")),
            (&["a", "b"], Asked::NotOneFile),
            (&["a", "-version"], Asked::NotOneFile),
            (&["--", "-version"], file("-version")),
            (&["--", "--"], file("--")),
            (&["--"], Asked::NotOneFile),
            (&["-version"], Asked::Version),
            (&["--version", "a", "b"], Asked::Version),
            (&["-version=T"], Asked::Version),
            (&["-version=0", "a"], file("a")),
            (&["-version", "--version=false", "a"], file("a")),
            (&["-h"], Asked::Help),
            (&["-version", "--help"], Asked::Help),
            (&["-help=x"], Asked::Help),
            (&[""], file("")),
        ];
        for (words, expected) in cases {
            assert_eq!(asked(words).as_ref(), Ok(expected), "{words:?}");
        }
        for words in [["-x"], ["---version"], ["--=1"], ["-=1"], ["-version="], ["-version=yes"], ["-V"], ["-version "]]
        {
            assert!(asked(&words).is_err(), "{words:?}");
        }
    }
}
