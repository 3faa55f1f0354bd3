//! `firesteel validate` as a user calls it: exit status, streams, fixes, settings.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// One finding with a safe fix, `0420`, and nothing else.
const MODE: &str = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    # Keep me.\n    - path: /etc/a   # and me\n      mode:  0420\n      contents: { inline: \"a\" }\n";
const MENDED: &str = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    # Keep me.\n    - path: /etc/a   # and me\n      mode:  0644\n      contents: { inline: \"a\" }\n";
/// A key that is no key, twice, in a line.
const KEYS: &str = "{\"ignition\": {\"version\": \"3.2.0\"}, \"storage\": {\"disks\": [{\"device\": \"/dev/disk/by-id/a\", \"wipe_table\": true}], \"linkz\": []}}";

struct Scratch(TempDir);

impl Scratch {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let scratch = Self(tempfile::tempdir().expect("a scratch folder"));
        for (name, bytes) in files {
            scratch.write(name, bytes);
        }
        scratch
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a scratch folder");
        fs::write(path, bytes).expect("a scratch file");
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("it is a text")
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).expect("it is there")
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_firesteel"))
            .arg("validate")
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program was built");
        child.stdin.take().expect("it is piped").write_all(input).expect("it reads");
        Run::new(child.wait_with_output().expect("it ends"))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Run {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it prints text");
        Self {
            status: output.status.code().expect("it exits"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    #[track_caller]
    fn is(&self, status: i32, stdout: &str, stderr: &str) {
        let expected = Self { status, stdout: stdout.to_owned(), stderr: stderr.to_owned() };
        pretty_assertions::assert_eq!(*self, expected);
    }
}

#[test]
fn fixes_change_what_they_mend_and_nothing_else() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes()), ("sub/b.ign", KEYS.as_bytes())]);
    scratch.run(&["--fix", "--format", "raw"]).is(
        1,
        "error at $.storage.linkz, line 1 col 111: unknown key `linkz` in the `storage` section\n",
        "2 fixed, 1 left (1 more with --unsafe)\n",
    );
    assert_eq!(scratch.read("a.bu"), MENDED);
    assert_eq!(scratch.read("sub/b.ign"), KEYS.replace("wipe_table", "wipeTable"));
}

#[test]
fn a_fix_keeps_mode_links_line_ends_marks_and_encoding() {
    let windows = format!("\u{feff}{}", MODE.replace('\n', "\r\n"));
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(MODE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let scratch = Scratch::new(&[("real/a.bu", MODE.as_bytes()), ("win.bu", windows.as_bytes()), ("wide.bu", &wide)]);
    let real = scratch.path().join("real/a.bu");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("own file");
    symlink("real/a.bu", scratch.path().join("link.bu")).expect("a link");
    let run = scratch.run(&["--fix", "link.bu", "win.bu", "wide.bu"]);
    run.is(0, "", "3 fixed, 0 left\n");
    assert_eq!(scratch.read("real/a.bu"), MENDED);
    assert_eq!(scratch.read("win.bu"), format!("\u{feff}{}", MENDED.replace('\n', "\r\n")));
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(MENDED.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(scratch.bytes("wide.bu"), wide);
    assert!(fs::symlink_metadata(scratch.path().join("link.bu")).is_ok_and(|link| link.is_symlink()));
    assert_eq!(fs::metadata(&real).expect("it is there").permissions().mode() & 0o7777, 0o640);
    assert_eq!(fs::read_dir(scratch.path()).expect("own folder").count(), 4, "nothing else is left behind");
    let before = fs::metadata(&real).and_then(|metadata| metadata.modified()).expect("a time");
    scratch.run(&["--fix", "."]).is(0, "", "0 fixed, 0 left\n");
    assert_eq!(fs::metadata(&real).and_then(|metadata| metadata.modified()).expect("a time"), before);
}

#[test]
fn what_is_no_text_is_not_written_again() {
    let ignition = [KEYS.replace("\"linkz\"", "\"x\u{1}\"").as_bytes(), b"\n"].concat();
    let broken: Vec<u8> = ignition.iter().map(|&byte| if byte == 1 { 0xff } else { byte }).collect();
    let scratch = Scratch::new(&[("b.ign", &broken)]);
    let run = scratch.run(&["--fix", "b.ign"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("b.ign: it is not valid UTF-8 or UTF-16"), "{run:?}");
    assert_eq!(scratch.bytes("b.ign"), broken);
}

#[test]
fn diff_writes_nothing_and_exits_as_a_run_without_it() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes())]);
    let run = scratch.run(&["--diff", "--format", "raw"]);
    run.is(
        0,
        "--- a.bu\n+++ a.bu\n@@ -4,5 +4,5 @@\n   files:\n     # Keep me.\n     - path: /etc/a   # and me\n-      mode:  0420\n+      mode:  0644\n       contents: { inline: \"a\" }\n",
        "warning at $.storage.files.0.mode, line 7 col 14: `0420` are the decimal digits of `0644`, read as octal ones\n1 would be fixed, 0 left\n",
    );
    assert_eq!(scratch.run(&["--diff", "--strict"]).status, 1);
    assert_eq!(scratch.read("a.bu"), MODE);
}

#[test]
fn diff_hides_secrets() {
    let text = MODE.replace("contents: { inline: \"a\" }", "contents: { inline: \"password=hunter2hunter2\" }");
    let scratch = Scratch::new(&[("a.bu", text.as_bytes())]);
    let run = scratch.run(&["--diff"]);
    assert!(run.stdout.contains("+      mode:  0644") && run.stdout.contains("inline"), "{run:?}");
    assert!(!format!("{run:?}").contains("hunter2"), "{run:?}");
    scratch.run(&["--fix"]);
    assert_eq!(scratch.read("a.bu"), text.replace("0420", "0644"));
}

#[test]
fn standard_input_is_mended_on_standard_output() {
    let scratch = Scratch::new(&[]);
    scratch.run_with(&["--fix", "-"], MODE.as_bytes()).is(0, MENDED, "1 fixed, 0 left\n");
    scratch.run_with(&["--fix", "-"], MENDED.as_bytes()).is(0, MENDED, "0 fixed, 0 left\n");
    let run = scratch.run_with(&["--fix", "-", "--format", "raw"], b"variant: fcos\nversion: 1.5.0\nx: 1\n");
    assert_eq!(run.stdout, "variant: fcos\nversion: 1.5.0\nx: 1\n");
    assert!(run.stderr.contains("x"), "{run:?}");
}

#[test]
fn unsafe_needs_to_know_what_for() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes())]);
    for wrong in [&["--unsafe"][..], &["--fix", "--diff"], &["--ignore", "FS9"], &["--no-config", "--config", "x"]] {
        let run = scratch.run(wrong);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{run:?}");
    }
    let run = scratch.run(&["--ignore", "misred-mode"]);
    run.is(2, "", "error: --ignore: there is no finding `misred-mode`\n  help: did you mean `misread-mode`?\n");
}

#[test]
fn findings_are_left_out() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes()), ("b.ign", KEYS.as_bytes())]);
    for ignored in ["FS2201", "fs22", "misread-mode", "FS0001,misread-mode"] {
        let run = scratch.run(&["--ignore", ignored, "--strict", "a.bu"]);
        run.is(0, "", "");
    }
    // What the machine refuses stays.
    assert_eq!(scratch.run(&["--ignore", "FS0101", "b.ign"]).status, 1);
    for (comment, left) in [
        ("# firesteel: ignore FS2201 why", 0),
        ("# firesteel: ignore FS2202 why", 1),
        ("# firesteel: ignore-file FS22 why", 0),
    ] {
        scratch.write("a.bu", MODE.replace("      mode:", &format!("      {comment}\n      mode:")).as_bytes());
        let run = scratch.run(&["--strict", "a.bu"]);
        assert_eq!(run.status, left, "{comment}: {run:?}");
    }
}

#[test]
fn settings_are_found_above_the_files() {
    let scratch = Scratch::new(&[
        ("firesteel.toml", b"strict = true\n[[per-path]]\npaths = [\"old/**\"]\nignore = [\"FS2201\"]\n"),
        ("new/a.bu", MODE.as_bytes()),
        ("old/deep/a.bu", MODE.as_bytes()),
    ]);
    assert_eq!(scratch.run(&["old"]).status, 0);
    assert_eq!(scratch.run(&["old", "--format", "raw"]).stdout, "");
    assert_eq!(scratch.run(&["new"]).status, 1);
    assert_eq!(scratch.run(&["new", "--no-config"]).status, 0);
    assert_eq!(scratch.run(&["new", "--ignore", "FS2201"]).status, 0);
    // A nearer one counts alone.
    scratch.write("new/firesteel.toml", b"");
    assert_eq!(scratch.run(&["new"]).status, 0);
    assert_eq!(scratch.run(&["new", "--config", "firesteel.toml"]).status, 1);
    assert_eq!(scratch.run(&["new", "--config", "nowhere.toml"]).status, 3);
    // A folder that is a repository ends the search.
    scratch.write("new/repository/a.bu", MODE.as_bytes());
    fs::remove_file(scratch.path().join("new/firesteel.toml")).expect("it was written");
    fs::create_dir(scratch.path().join("new/repository/.git")).expect("a scratch folder");
    assert_eq!(scratch.run(&["new/repository"]).status, 0);
}

#[test]
fn settings_that_are_wrong_stop_the_run() {
    let scratch = Scratch::new(&[("firesteel.toml", b"strikt = true\n"), ("a.bu", MODE.as_bytes())]);
    scratch.run(&[]).is(
        2,
        "",
        "error[FS2002]: there is no setting `strikt`\n --> firesteel.toml:1:1\n  |\n1 | strikt = true\n  | ^^^^^^\n  |\n  = help: did you mean `strict`?\n",
    );
    assert_eq!(scratch.run(&["--no-config"]).status, 0);
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes())]);
    let run = scratch.run(&["nowhere.bu", "a.bu", "./a.bu", "--format", "raw"]);
    assert_eq!(run.status, 3);
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    assert!(run.stderr.starts_with("error: nowhere.bu: no such file"), "{run:?}");
}

#[test]
fn every_form_is_printed_whole() {
    let scratch = Scratch::new(&[("a.bu", MODE.as_bytes()), ("clean.bu", MENDED.as_bytes())]);
    let sarif: serde_json::Value = serde_json::from_str(&scratch.run(&["--format", "sarif"]).stdout).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    let sarif: serde_json::Value =
        serde_json::from_str(&scratch.run(&["--format", "sarif", "clean.bu"]).stdout).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(0));
    let junit = scratch.run(&["--format", "junit"]).stdout;
    assert!(junit.contains("tests=\"2\" failures=\"0\""), "{junit}");
    let strict = scratch.run(&["--format", "junit", "--strict"]).stdout;
    assert!(strict.contains("tests=\"2\" failures=\"1\""), "{strict}");
    assert!(scratch.run(&["--format", "github"]).stdout.starts_with("::warning file=a.bu,line=7,"));
}

/// The example of the README says what the program says.
#[test]
fn the_readme_is_right() {
    let readme = include_str!("../README.md");
    let section = readme.split("## Check what is written by hand").nth(1).expect("the section is there");
    let block = |mark: &str| {
        let text = section.split(mark).nth(1).and_then(|rest| rest.split("```").next());
        text.expect("the example is there").trim_start_matches('\n').to_owned()
    };
    let scratch = Scratch::new(&[("sshd.bu", block("```yaml").as_bytes())]);
    scratch.run(&["sshd.bu"]).is(0, &block("```text"), "");
}
