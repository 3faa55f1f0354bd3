//! Butane configs through `firesteel compile`, as a user runs it: what is written, with which mode, and from what.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder to run the program in.
struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().expect("a scratch folder"));
        for (name, text) in files {
            let path = place.path(name);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("scratch folder");
            fs::write(path, text).expect("scratch file");
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).expect("it is there").permissions().mode() & 0o777
    }

    /// The names in a folder, sorted; none when there is no such folder.
    fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the program; its standard output and error.
    #[track_caller]
    fn run(&self, arguments: &[&str], exit: i32) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firesteel"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        let output = command.output().expect("the program starts");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}\n{stdout}\n{stderr}");
        (stdout.into_owned(), stderr.into_owned())
    }
}

const MOTD: &str =
    "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: /etc/motd\n      contents: {inline: hi}\n";
const MOTD_IGN: &str = r#"{
  "ignition": {
    "version": "3.4.0"
  },
  "storage": {
    "files": [
      {
        "path": "/etc/motd",
        "contents": {
          "compression": "",
          "source": "data:,hi"
        }
      }
    ]
  }
}
"#;

fn openshift(name: &str) -> String {
    format!(
        "variant: openshift\nversion: 4.16.0\nmetadata:\n  name: {name}\n  labels:\n    \
         machineconfiguration.openshift.io/role: worker\n"
    )
}

#[test]
fn results_of_several_inputs_lie_in_one_folder() {
    let place = Place::new(&[("a.bu", MOTD), ("pool/b.bu", MOTD), ("c.bu", &openshift("99-worker-c"))]);
    place.run(&["compile", "a.bu", "pool/b.bu", "c.bu", "-o", "out"], 0);
    assert_eq!(place.list("out"), [".firesteel-manifest", "99-worker-c.yaml", "a.ign", "b.ign"]);
    assert_eq!(place.read("out/a.ign"), MOTD_IGN);
    assert_eq!(place.mode("out/a.ign"), 0o644);
}

#[test]
fn two_results_of_one_name_are_told_before_anything_is_written() {
    for (first, second, name, at) in [
        (MOTD.to_owned(), MOTD.to_owned(), "host.ign", "b/host.bu"),
        (openshift("99-x"), openshift("99-x"), "99-x.yaml", "b/host.bu:4:9"),
    ] {
        let place = Place::new(&[("a/host.bu", &first), ("b/host.bu", &second)]);
        let (_, stderr) = place.run(&["compile", "a/host.bu", "b/host.bu", "-o", "out"], 1);
        assert!(stderr.contains(&format!("error[FS0003]: `{name}` is the result of a/host.bu already")), "{stderr}");
        assert!(stderr.contains(at), "{stderr}");
        assert_eq!(place.list("out"), [""; 0]);
    }
}

#[test]
fn every_form_that_fits_can_be_asked_for() {
    let object = openshift("99-x");
    let place = Place::new(&[("c.bu", &object), ("a.bu", MOTD)]);
    for (emit, input, first) in [
        ("machineconfig", "c.bu", "apiVersion: machineconfiguration.openshift.io/v1\n"),
        ("ignition", "c.bu", "{\n"),
        ("ignition", "a.bu", "{\n"),
    ] {
        let (stdout, _) = place.run(&["compile", input, "-o", "-", "--emit", emit], 0);
        assert!(stdout.starts_with(first), "{emit} {input}: {stdout}");
    }
    for (emit, input, told) in
        [("machineconfig", "a.bu", "do not become MachineConfigs"), ("butane", "c.bu", "is a Butane config already")]
    {
        let (_, stderr) = place.run(&["compile", input, "-o", "out", "--emit", emit], 1);
        assert!(stderr.contains(told), "{stderr}");
    }
}

#[test]
fn trees_come_from_the_disk_with_their_modes_and_links() {
    let config = "variant: fcos\nversion: 1.5.0\nstorage:\n  trees:\n    - local: tree\n      path: /opt\n";
    let place = Place::new(&[("conf/t.bu", config), ("conf/tree/bin/run", "#!/bin/sh\n"), ("conf/tree/note", "n")]);
    fs::set_permissions(place.path("conf/tree/bin/run"), fs::Permissions::from_mode(0o755)).expect("own file");
    symlink("note", place.path("conf/tree/link")).expect("a link");
    let (stdout, _) = place.run(&["compile", "conf/t.bu", "-o", "-"], 0);
    for part in [
        r#""path": "/opt/bin/run""#,
        r#""mode": 493"#,
        r#""path": "/opt/note""#,
        r#""mode": 420"#,
        r#""path": "/opt/link""#,
        r#""target": "note""#,
    ] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
}

#[test]
fn a_depfile_names_all_that_was_read_or_missed() {
    let outer = "variant: fcos\nversion: 1.5.0\nignition:\n  config:\n    merge:\n      - local: parts/b.bu\nstorage:\n  \
                 trees:\n    - local: tree\n";
    let inner = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: /etc/m\n      contents: {local: m}\n";
    let place =
        Place::new(&[("conf/a.bu", outer), ("conf/parts/b.bu", inner), ("conf/parts/m", "m"), ("conf/tree/f", "f")]);
    place.run(&["compile", "conf/a.bu", "-o", "out", "--depfile", "out.d"], 0);
    let rule = place.read("out.d");
    for input in ["conf/a.bu", "conf/parts/b.bu", "conf/parts/m", "conf/tree", "conf/tree/f"] {
        assert!(rule.split_whitespace().any(|word| word.trim_end_matches(':') == input), "{input}: {rule}");
    }
}

#[test]
fn what_holds_a_secret_is_for_its_owner() {
    let key =
        format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", "AAAAAAAAAAAAAAAAAAAA\n".repeat(40));
    let files = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n";
    // The key is compressed in the first two: by us, and by being read from a local file.
    let indented = key.replace('\n', "\n          ");
    let inline = format!(
        "{files}    - path: /etc/k\n      mode: 0644\n      contents:\n        inline: |\n          {indented}\n"
    );
    let local = format!("{files}    - path: /etc/k\n      mode: 0644\n      contents: {{local: key}}\n");
    let mode = format!("{files}    - path: /etc/k\n      mode: 0600\n      contents: {{inline: x}}\n");
    let password = "variant: fcos\nversion: 1.5.0\npasswd:\n  users:\n    - {name: core, password_hash: $y$x}\n";
    for (name, config, expected) in [
        ("inline", inline.as_str(), 0o600),
        ("local", &local, 0o600),
        ("mode", &mode, 0o600),
        ("password", password, 0o600),
        ("open", MOTD, 0o644),
    ] {
        let place = Place::new(&[("c.bu", config), ("key", &key)]);
        place.run(&["compile", "c.bu", "-o", "out"], 0);
        assert_eq!(place.mode("out/c.ign"), expected, "{name}");
        let compressed = place.read("out/c.ign").contains("gzip");
        assert_eq!(compressed, matches!(name, "inline" | "local"), "{name}");
    }
}

#[test]
fn faults_of_a_fragment_are_told_in_its_file() {
    let outer = "variant: fcos\nversion: 1.5.0\nignition:\n  config:\n    merge:\n      - local: parts/b.bu\n";
    let inner = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: etc/m\n";
    let place = Place::new(&[("conf/a.bu", outer), ("conf/parts/b.bu", inner)]);
    let (_, stderr) = place.run(&["compile", "conf/a.bu", "-o", "out"], 1);
    assert!(stderr.contains("conf/parts/b.bu:5:13"), "{stderr}");
    assert_eq!(place.list("out"), [""; 0]);
}
