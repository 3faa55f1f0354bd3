//! The command line of the `ignition-validate` drop-in: flags, streams, exit status, lines; through the program itself.

use pretty_assertions::assert_eq;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const GOOD: &str = r#"{"ignition":{"version":"3.4.0"}}"#;
const WARNED: &str = r#"{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/a","mode":511,"100%d":1}]}}"#;
const BROKEN: &str = "{\"ignition\":{\"version\":\"3.4.0\"},\n \"storage\":{\"files\":[{\"path\":\"a\"}]}}";

/// Exit status, standard output, standard error.
type Answer = (i32, String, String);

/// Runs the program under its own name with `ignition-validate` as its first argument.
fn run(arguments: &[&str], input: &str, folder: &Path) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firesteel"));
    command.arg("ignition-validate");
    answer(&mut command, arguments, input, folder)
}

fn answer(command: &mut Command, arguments: &[&str], input: &str, folder: &Path) -> Answer {
    let mut child = command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    // A run that needs no input may be over already.
    let _ = child.stdin.take().expect("there is a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes text");
    (output.status.code().expect("the program ends by itself"), text(output.stdout), text(output.stderr))
}

fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in [("good.ign", GOOD), ("warned.ign", WARNED), ("-", BROKEN), ("-x", GOOD), ("empty", "")] {
        fs::write(folder.path().join(name), text).expect("the scratch folder can be written");
    }
    folder
}

#[test]
fn verdicts_and_streams() {
    let folder = scratch();
    let line = |text: &str| text.to_owned() + "\n";
    let path = line("error at $.storage.files.0.path, line 2 col 30: the path `a` is not absolute");
    let key = line("warning at $.storage.files.0.100%d, line 1 col 77: unknown key `100%d`");
    let empty = line("couldn't parse config: not a config (empty)");
    let version = line("couldn't parse config: unsupported config version");
    let number = line("couldn't parse config: invalid config version (couldn't parse)");
    let end = line("error at line 0 col 0: unexpected end of JSON input");
    let cases: &[(&[&str], &str, i32, &str, &str)] = &[
        (&["good.ign"], "", 0, "", ""),
        (&["-"], GOOD, 0, "", ""),
        (&["./-"], GOOD, 1, &path, ""),
        (&["--", "-x"], "", 0, "", ""),
        (&["-version=false", "good.ign"], "", 0, "", ""),
        (&["warned.ign"], "", 0, &key, ""),
        (&["-"], BROKEN, 1, &path, ""),
        (&["empty"], "", 1, "", &empty),
        (&["-"], "", 1, "", &empty),
        (&["-"], " ", 1, &end, ""),
        (&["-"], r#"{"ignition":{"version":"2.2.0"}}"#, 1, "", &version),
        (&["-"], "{}", 1, "", &number),
        (&["missing.ign"], "", 1, "", "couldn't read config: missing.ign: no such file or directory\n"),
        (&["-version"], "", 0, "Ignition v2.26.0\n", ""),
        (&["--version", "missing.ign"], "", 0, "Ignition v2.26.0\n", ""),
    ];
    for (arguments, input, status, stdout, stderr) in cases {
        let found = run(arguments, input, folder.path());
        assert_eq!(found, (*status, (*stdout).to_owned(), (*stderr).to_owned()), "{arguments:?} {input}");
    }
}

#[test]
fn the_usage_goes_to_standard_error() {
    let folder = scratch();
    for (arguments, status) in [
        (&["-h"] as &[&str], 0),
        (&["--help"], 0),
        (&[], 1),
        (&["good.ign", "warned.ign"], 1),
        (&["good.ign", "-version"], 1),
        (&["-x"], 2),
        (&["-version=maybe"], 2),
        (&["---version"], 2),
    ] {
        let (found, stdout, stderr) = run(arguments, "", folder.path());
        assert_eq!((found, &*stdout), (status, ""), "{arguments:?}");
        assert!(stderr.contains("Usage:\n  ignition-validate [flags] config.ign\n"), "{arguments:?}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_of_the_name_is_enough() {
    let folder = scratch();
    let link = folder.path().join("ignition-validate");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_firesteel"), &link).expect("a link can be made");
    let found = answer(&mut Command::new(&link), &["-"], BROKEN, folder.path());
    assert_eq!((found.0, &*found.2), (1, ""));
    assert_eq!(answer(&mut Command::new(&link), &["-version"], "", folder.path()).1, "Ignition v2.26.0\n");
}
