//! The program as a user runs it: exit codes, streams, and what is on the disk afterwards.
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SECRET: &str = "Canary-4711-Canary";

/// A folder with specs in it, and a program to run in it.
struct Place(tempfile::TempDir);

impl Place {
    /// One good spec `etcd.yaml` with a secret for each of two nodes.
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a scratch folder"));
        place.write("etcd.yaml", SPEC);
        place.write("secrets/a", SECRET);
        place.write("secrets/b", "another-secret-1");
        for name in ["secrets/a", "secrets/b"] {
            place.set_mode(name, 0o600);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("scratch folder");
        fs::write(path, text).expect("scratch file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).expect("it is there").permissions().mode() & 0o7777
    }

    fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("own file");
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firesteel"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    #[track_caller]
    fn run(&self, arguments: &str, exit: i32) -> (String, String) {
        let output = self.command(arguments).output().expect("the program starts");
        check(output, arguments, exit)
    }

    fn with_stdin(&self, arguments: &str, text: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
        child.wait_with_output().expect("the program ends")
    }

    /// Every file below a folder with its bytes, mode and time.
    fn state(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>, u32, std::time::SystemTime)> {
        let mut files = Vec::new();
        let mut waiting = vec![self.path(folder)];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let metadata = entry.metadata().expect("it is there");
                if metadata.is_dir() {
                    waiting.push(entry.path());
                } else {
                    let bytes = fs::read(entry.path()).unwrap_or_default();
                    files.push((
                        entry.path(),
                        bytes,
                        metadata.permissions().mode(),
                        metadata.modified().expect("time"),
                    ));
                }
            }
        }
        files.sort();
        files
    }
}

#[track_caller]
fn check(output: Output, arguments: &str, exit: i32) -> (String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(exit), "{arguments}\n{stdout}\n{stderr}");
    (stdout, stderr)
}

const SPEC: &str = r#"variant: firesteel
version: 1.0.0
openshift: "4.16"
role: master
stage: running
volumes:
  - name: etcd
    path: /var/lib/etcd
    iscsi: { target: san }
iscsi:
  targets:
    san: { iqn: "iqn.2024-02.com.example.san:etcd", portals: ["192.0.2.146:3260"] }
  nodes:
    - { name: master-0, initiator: "iqn.1994-05.com.redhat:master0", chap: { username: master0, password: { file: secrets/a } } }
    - { name: master-1, initiator: "iqn.1994-05.com.redhat:master1", chap: { username: master1, password: { file: secrets/b } } }
"#;

const ISCSI: &str = "out/97-iscsi-master.yaml";
const VOLUME: &str = "out/98-var-lib-etcd.yaml";

fn broken() -> String {
    SPEC.replace("stage: running", "stage: sometime")
}

#[test]
fn results_their_modes_and_a_second_run() {
    let place = Place::new();
    let (stdout, _) = place.run("compile etcd.yaml -o out", 0);
    assert_eq!(stdout, "");
    assert_eq!((place.mode(ISCSI), place.mode(VOLUME) & 0o600), (0o600, 0o600));
    assert!(place.read(ISCSI).contains("kind: MachineConfig"));
    assert!(place.path("out/extra/RUNBOOK.md").exists());
    assert!(place.read(MANIFEST_PATH).contains("\n97-iscsi-master.yaml\n98-var-lib-etcd.yaml\nextra/RUNBOOK.md\n"));
    let before = place.state("out");
    place.run("compile etcd.yaml -o out", 0);
    assert_eq!(place.state("out"), before, "an equal result keeps its time");
    place.run("compile etcd.yaml -o out --check", 0);
}

const MANIFEST_PATH: &str = "out/.firesteel-manifest";

#[test]
fn an_error_in_any_spec_leaves_all_files_alone() {
    let place = Place::new();
    place.write("bad.yaml", &broken());
    place.write("worse.yaml", "variant: [\n");
    let (_, stderr) = place.run("compile etcd.yaml bad.yaml worse.yaml -o out", 1);
    assert!(stderr.contains("bad.yaml:5") && stderr.contains("worse.yaml:"), "{stderr}");
    assert!(!place.path("out").exists());
    place.run("compile etcd.yaml -o out", 0);
    let before = place.state("out");
    place.write("etcd.yaml", &broken());
    place.run("compile etcd.yaml -o out --prune", 1);
    assert_eq!(place.state("out"), before);
}

#[test]
fn warnings_fail_only_when_asked() {
    let place = Place::new();
    place.set_mode("secrets/a", 0o644);
    let (_, stderr) = place.run("compile etcd.yaml -o out --strict", 1);
    assert!(stderr.contains("warning["), "{stderr}");
    assert!(!place.path("out").exists());
    place.run("compile etcd.yaml -o out", 0);
}

#[test]
fn what_cannot_be_read_or_written() {
    let place = Place::new();
    let (_, stderr) = place.run("compile missing.yaml etcd.yaml -o out", 3);
    assert!(stderr.contains("missing.yaml: no such file"), "{stderr}");
    let (_, stderr) = place.run("compile secrets -o out", 3);
    assert!(stderr.contains("it is a folder"), "{stderr}");
    assert!(!place.path("out").exists());
    place.write("out", "a file");
    let (_, stderr) = place.run("compile etcd.yaml -o out", 3);
    assert!(stderr.contains("out: it is not a folder") && stderr.contains("nothing was written"), "{stderr}");
}

#[test]
fn wrong_calls() {
    let place = Place::new();
    for (arguments, expected) in [
        ("", "Usage:"),
        ("compile etcd.yaml", "say where the results go"),
        ("compile etcd.yaml -o out --nonsense", "--nonsense"),
        ("compile -o out", "SPEC"),
        ("compile etcd.yaml -o out --emit-target 4.16", "--emit-target"),
        ("compile etcd.yaml etcd.yaml -o out", "two specs are called `etcd`"),
        ("compile etcd.yaml -o - --check", "name a folder"),
        ("compile etcd.yaml -o out --check --depfile d", "--depfile"),
        ("check etcd.yaml", "unrecognized subcommand"),
        ("explain FS99999", "no finding"),
        ("explain", "CODE"),
        ("schema ignition-3.2", "no schema"),
        ("man nonsense", "no such command"),
    ] {
        let (stdout, stderr) = place.run(arguments, 2);
        assert!(stderr.contains(expected), "{arguments}: {stderr}");
        assert_eq!(stdout, "", "{arguments}");
    }
    assert!(!place.path("out").exists());
    place.write("out/etcd.yaml", "");
}

#[test]
fn a_result_does_not_replace_its_spec() {
    let place = Place::new();
    fs::rename(place.path("etcd.yaml"), place.path("98-var-lib-etcd.yaml")).expect("scratch file");
    let (_, stderr) = place.run("compile 98-var-lib-etcd.yaml -o .", 2);
    assert!(stderr.contains("made from"), "{stderr}");
    assert_eq!(place.read("98-var-lib-etcd.yaml"), SPEC);
    let (_, stderr) = place.run("compile 98-var-lib-etcd.yaml -o out --depfile secrets/a", 2);
    assert!(stderr.contains("made from"), "{stderr}");
    assert_eq!(place.read("secrets/a"), SECRET);
}

#[test]
fn standard_input_and_output() {
    let place = Place::new();
    let (stdout, _) = check(place.with_stdin("compile - -o -", SPEC), "compile - -o -", 0);
    assert_eq!(stdout.matches("---\n").count(), 2, "{stdout}");
    assert_eq!(stdout.matches("kind: MachineConfig").count(), 2);
    assert!(!stdout.contains("RUNBOOK"));
    let (stdout, _) = place.run("compile etcd.yaml -o - --emit ignition", 2);
    assert_eq!(stdout, "");
    check(place.with_stdin("compile etcd.yaml - -o out", SPEC), "two specs", 0);
    assert!(place.path("out/stdin/extra/RUNBOOK.md").exists() && place.path("out/etcd/97-iscsi-master.yaml").exists());
}

#[test]
fn stale_files_are_told_then_pruned() {
    let place = Place::new();
    place.run("compile etcd.yaml -o out", 0);
    place.write("out/mine.yaml", "");
    place.write("etcd.yaml", &SPEC.replace("role: master", "role: worker"));
    let (_, stderr) = place.run("compile etcd.yaml -o out", 0);
    assert!(stderr.contains("out/97-iscsi-master.yaml: of an earlier run") && stderr.contains("--prune"), "{stderr}");
    assert!(place.path(ISCSI).exists());
    let (stdout, _) = place.run("compile etcd.yaml -o out --check", 1);
    assert!(stdout.contains("out/97-iscsi-master.yaml: of an earlier run"), "{stdout}");
    place.run("compile etcd.yaml -o out --prune", 0);
    assert!(!place.path(ISCSI).exists() && place.path("out/97-iscsi-worker.yaml").exists());
    assert!(place.path("out/mine.yaml").exists());
    assert!(!place.read(MANIFEST_PATH).contains("master"));
}

#[test]
fn a_hostile_manifest_removes_nothing() {
    let place = Place::new();
    place.run("compile etcd.yaml -o out", 0);
    symlink(place.path("secrets"), place.path("out/link")).expect("scratch link");
    let absolute = place.path("secrets/a");
    let text = format!(
        "{}../etcd.yaml\n{}\nlink/a\nextra/../../secrets/b\n.\n\n",
        place.read(MANIFEST_PATH),
        absolute.display()
    );
    place.write(MANIFEST_PATH, &text);
    let (_, stderr) = place.run("compile etcd.yaml -o out --prune", 0);
    assert_eq!(stderr.matches("names no file of ours").count(), 4, "{stderr}");
    for name in ["etcd.yaml", "secrets/a", "secrets/b"] {
        assert!(place.path(name).exists(), "{name}");
    }
}

#[test]
fn check_and_diff_write_nothing_and_show_no_secret() {
    let place = Place::new();
    let (stdout, _) = place.run("compile etcd.yaml -o out --check", 1);
    assert!(stdout.contains("+++ out/97-iscsi-master.yaml"), "{stdout}");
    assert!(!place.path("out").exists());
    place.run("compile etcd.yaml -o out", 0);
    let before = place.state("out");
    place.write("secrets/a", "Another-Canary-0815");
    for (flags, exit) in [("--check", 1), ("--diff", 0), ("--check --diff", 1), ("--diff --color always", 0)] {
        let (stdout, stderr) = place.run(&format!("compile etcd.yaml -o out {flags}"), exit);
        let plain = anstream::adapter::strip_str(&stdout).to_string();
        let of = |sign: &str| {
            plain
                .lines()
                .find(|line| line.starts_with(sign) && line.contains("<payload "))
                .map(|line| line[1..].to_owned())
        };
        assert!(of("- ").is_some() && of("- ") != of("+ "), "the secret is seen to change: {plain}");
        assert_eq!(stdout.contains('\x1b'), flags.contains("always"));
        for shown in [&stdout, &stderr] {
            for secret in [SECRET, "Another-Canary-0815"] {
                for form in forms(secret) {
                    assert!(!shown.contains(&form), "{form} of {secret} in {shown}");
                }
            }
        }
    }
    assert_eq!(place.state("out"), before);
    place.run("compile etcd.yaml -o out", 0);
    place.set_mode(ISCSI, 0o644);
    let (stdout, _) = place.run("compile etcd.yaml -o out --check", 1);
    assert!(stdout.contains("mode 0644 lets others read a secret"), "{stdout}");
    place.run("compile etcd.yaml -o out", 0);
    assert_eq!(place.mode(ISCSI), 0o600);
}

/// A secret as it is, and in base64 wherever it begins.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine;
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let mut forms = vec![secret.to_owned()];
    for (before, cut) in [("", 0), ("x", 2), ("xx", 3)] {
        let encoded = encode(format!("{before}{secret}"));
        forms.push(encoded[cut..encoded.len() - 4].to_owned());
    }
    forms
}

#[test]
fn make_reads_the_depfile() {
    let place = Place::new();
    fs::rename(place.path("secrets/a"), place.path("secrets/a b#c$d")).expect("scratch file");
    place.write("etcd.yaml", &SPEC.replace("{ file: secrets/a }", "{ file: \"secrets/a b#c$d\" }"));
    place.run("compile etcd.yaml -o out --depfile etcd.d", 0);
    let rule = place.read("etcd.d");
    assert!(
        rule.starts_with("out/97-iscsi-master.yaml out/98-var-lib-etcd.yaml out/extra/RUNBOOK.md: \\\n  etcd.yaml"),
        "{rule}"
    );
    assert!(rule.contains("\nsecrets/a\\ b\\#c$$d:\n") && rule.contains("\nsecrets/b:\n"), "{rule}");
    let Ok(mut make) = make(place.0.path()) else { return };
    let mut is_current = || make.status().expect("make starts").success();
    assert!(is_current(), "nothing is newer than the results");
    let later = fs::File::options().write(true).open(place.path("secrets/a b#c$d")).expect("scratch file");
    later.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(60)).expect("own file");
    assert!(!is_current(), "a newer secret asks for a new run");
    fs::remove_file(place.path("secrets/a b#c$d")).expect("scratch file");
    let output = make.output().expect("make starts");
    assert_eq!(output.status.code(), Some(1), "a removed input asks for a new run, and is no error: {output:?}");
}

/// A call of Make that fails with 1 when the results are not current. Machines without Make have the text alone.
fn make(folder: &Path) -> std::io::Result<Command> {
    Command::new("make").arg("--version").output()?;
    fs::write(folder.join("Makefile"), "include etcd.d\nout/97-iscsi-master.yaml:\n\t@true\n")?;
    let mut make = Command::new("make");
    make.args(["-q", "out/97-iscsi-master.yaml"]).current_dir(folder).stdout(Stdio::null());
    Ok(make)
}

#[test]
fn a_reader_that_has_seen_enough() {
    let place = Place::new();
    for arguments in ["compile etcd.yaml -o -", "explain --all", "completions bash", "man"] {
        let mut child =
            place.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{arguments}: {stderr}");
        assert!(!stderr.contains("panic") && !stderr.contains("error"), "{arguments}: {stderr}");
    }
}

#[test]
fn a_full_disk_is_told() {
    let place = Place::new();
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else { return };
    let output = place.command("compile etcd.yaml -o -").stdout(full).output().expect("it starts");
    let (_, stderr) = check(output, "compile etcd.yaml -o - > /dev/full", 3);
    assert!(stderr.contains("standard output: no space left"), "{stderr}");
}

#[test]
fn findings_in_every_format() {
    let place = Place::new();
    place.write("etcd.yaml", &broken());
    let (stdout, stderr) = place.run("compile etcd.yaml -o - --format json", 1);
    assert_eq!(stdout, "");
    for line in stderr.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).expect("each line is an object");
        assert!(finding["code"].as_str().is_some_and(|code| code.starts_with("FS")), "{line}");
    }
    let (_, stderr) = place.run("compile etcd.yaml -o - --format raw", 1);
    assert!(stderr.starts_with("error at $.stage, line 5"), "{stderr}");
    let (_, stderr) = place.run("compile etcd.yaml -o - --color always", 1);
    assert!(stderr.contains('\x1b'), "{stderr}");
    let (_, stderr) = place.run("compile etcd.yaml -o -", 1);
    assert!(stderr.starts_with("error[FS") && !stderr.contains('\x1b'), "{stderr}");
}

#[test]
fn reference_commands() {
    let place = Place::new();
    for (arguments, expected) in [
        ("--version", "firesteel "),
        ("--help", "Exit status:"),
        ("compile --help", "--depfile"),
        ("explain fs0001", "# FS0001 bad-yaml (error)"),
        ("explain --all", "# FS0002 "),
        ("schema", "\nfcos-1.5.0\n"),
        ("schema firesteel-1.0.0", "\"$schema\""),
        ("schema ignition-3.2.0", "\"$schema\""),
        ("completions zsh", "#compdef firesteel"),
        ("man", ".TH firesteel"),
        ("man compile", "firesteel\\-compile"),
    ] {
        let (stdout, stderr) = place.run(arguments, 0);
        assert!(stdout.contains(expected), "{arguments}: {stdout}");
        assert_eq!(stderr, "", "{arguments}");
    }
}
