//! The target layer: the emitted storage side for tgt, run against a tgtd of its own on the loopback and asked by an
//! initiator. LIO needs a kernel of its own: its forms are cases of the machine layer.

use super::initiator::{self, Initiator};
use super::process::{is_root, missing, words};
use super::tgtd::{Daemon, free_port};
use super::{CaseResult, Context};
use firesteel::files::MemoryFiles;
use firesteel::pipeline::{Compiled, Input, Options, TargetForm, compile};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const LAYER: &str = "target";
const TOOLS: &[&str] = &["tgtd", "tgtadm", "ip", "findmnt", "bash"];
/// Secrets, of which the first has all that shells stumble over.
const SECRETS: [(&str, &str); 3] =
    [("first", r#"p'a"$w;o#r\d*`2"#), ("second", "secret-of-second"), ("back", "proof-of-target")];

type Case = fn(&Path) -> Result<(), String>;

const CASES: &[(&str, Case)] = &[
    ("tgt-own-lun", own_lun),
    ("tgt-wrong-secret", wrong_secret),
    ("tgt-unknown-initiator", unknown_initiator),
    ("tgt-target-of-another", target_of_another),
    ("tgt-mutual", mutual),
    ("tgt-again", again),
    ("tgt-portal-added", portal_added),
    ("tgt-listens-everywhere", listens_everywhere),
    ("tgt-fails-half-way", fails_half_way),
    ("tgt-foreign-file", foreign_file),
    ("tgt-data-stays", data_stays),
];

/// Runs the cases whose names contain the filter.
pub(super) fn run(context: &Context, filter: Option<&str>) -> Vec<CaseResult> {
    let missing = missing(TOOLS.iter().chain(initiator::TOOLS));
    if !missing.is_empty() {
        let reason = format!("not installed: {}; run `.ci/install-lab`", missing.join(", "));
        return vec![CaseResult::not_run(LAYER, LAYER, reason)];
    }
    if !is_root().unwrap_or(false) {
        return vec![CaseResult::not_run(LAYER, LAYER, "tgtd needs root")];
    }
    let chosen = CASES.iter().filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter)));
    chosen.map(|(name, case)| context.case(LAYER, name, case)).collect()
}

/// A tgtd and the folder of its case, for the script.
struct Bench {
    tgtd: Daemon,
    folder: PathBuf,
}

impl Bench {
    fn start(folder: &Path, portal: &str) -> Result<Self, String> {
        Ok(Bench { tgtd: Daemon::start(folder, portal)?, folder: folder.to_owned() })
    }

    /// Everything that the script could change.
    fn whole_state(&self) -> Result<Vec<String>, String> {
        ["target", "account", "portal"].into_iter().map(|mode| self.tgtd.state(mode)).collect()
    }

    /// Runs the storage side of a spec.
    fn script(&self, spec: &str) -> Result<Output, String> {
        let path = self.folder.join("target.sh");
        fs::write(&path, storage_side(spec)?).map_err(|error| error.to_string())?;
        let output = self.tgtd.bounded(60, "bash").arg(&path).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
        fs::write(self.folder.join("target.sh.log"), &text).map_err(|error| error.to_string())?;
        if SECRETS.iter().any(|(_, secret)| text.contains(secret)) {
            return Err("the script prints a secret".into());
        }
        Ok(output)
    }

    /// Runs it and wants it to work.
    fn set_up(&self, spec: &str) -> Result<(), String> {
        let output = self.script(spec)?;
        if output.status.success() { Ok(()) } else { Err(format!("target.sh: {}", words(&output))) }
    }

    /// Runs it and wants it to say `reason` and to change nothing.
    fn refused(&self, spec: &str, reason: &str) -> Result<(), String> {
        let before = self.whole_state()?;
        let output = self.script(spec)?;
        if output.status.code() != Some(1) || !words(&output).contains(reason) {
            return Err(format!("target.sh: {}, not {reason:?}: {}", output.status, words(&output)));
        }
        if self.whole_state()? == before { Ok(()) } else { Err("tgtd is not as it was".into()) }
    }
}

const FIRST: Initiator<'_> =
    Initiator { name: "iqn.1994-05.com.redhat:first", user: "first", secret: SECRETS[0].1, back: None };
const SECOND: Initiator<'_> =
    Initiator { name: "iqn.1994-05.com.redhat:second", user: "second", secret: SECRETS[1].1, back: None };

/// The script that the compiler makes of a spec.
fn storage_side(spec: &str) -> Result<String, String> {
    let mut files = MemoryFiles::default();
    for (name, secret) in SECRETS {
        files.files.insert(format!("secrets/{name}"), format!("{secret}\n").into_bytes());
    }
    let options = Options { wrapping: None, target: Some(TargetForm::Tgt) };
    let Compiled { assets, report, .. } =
        compile(Input { name: "spec.yaml", bytes: spec.as_bytes() }, &files, &options);
    let told: Vec<&str> = report.iter().map(|finding| finding.message.as_str()).collect();
    let script = assets.into_iter().find(|asset| asset.name == "target.sh").ok_or(format!("no script: {told:?}"))?;
    if script.secret { Ok(script.contents) } else { Err("the script is not marked as secret".into()) }
}

/// Two nodes with a target each, on files of different sizes.
fn spec(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "\
variant: firesteel
version: 1.0.0
openshift: '4.16'
role: master
stage: running
volumes:
  - {{ name: etcd, path: /var/lib/etcd, iscsi: {{ target: first, lun: 1 }} }}
iscsi:
  targets:
    first: {{ iqn: 'iqn.2024-02.com.example.san:first', portals: ['127.0.0.1:{port}'] }}
    second: {{ iqn: 'iqn.2024-02.com.example.san:second', portals: ['127.0.0.1:{port}'] }}
  nodes:
    - name: first
      initiator: '{first}'
      chap: {{ username: first, password: {{ file: secrets/first }} }}
      backstore: {{ file: {folder}/first.img, size: 1GiB }}
    - name: second
      target: second
      initiator: '{second}'
      chap:
        username: second
        password: {{ file: secrets/second }}
        mutual: {{ username: storage, password: {{ file: secrets/back }} }}
      backstore: {{ file: {folder}/second.img, size: 2GiB }}
",
        first = FIRST.name,
        second = SECOND.name,
    )
}

/// A tgtd with the storage side of the spec, and the port.
fn ready(folder: &Path) -> Result<(Bench, u16), String> {
    let port = free_port()?;
    let bench = Bench::start(folder, &format!("127.0.0.1:{port}"))?;
    bench.set_up(&spec(folder, port))?;
    Ok((bench, port))
}

fn own_lun(folder: &Path) -> Result<(), String> {
    let (_bench, port) = ready(folder)?;
    for (who, name, size) in [(FIRST, "first", "1023M"), (SECOND, "second", "1G")] {
        let target = format!("Target:iqn.2024-02.com.example.san:{name} Portal:127.0.0.1:{port},1");
        let disk = format!("Lun:1    Type:DIRECT_ACCESS (Size:{size})");
        let wanted = [target, "Lun:0    Type:STORAGE_ARRAY_CONTROLLER".into(), disk];
        let found = who.listed(port)?;
        if found != wanted {
            return Err(format!("{name} sees {found:?} instead of {wanted:?}"));
        }
    }
    Ok(())
}

/// The disk of a target's LUN.
fn lun(port: u16, name: &str) -> String {
    format!("iscsi://127.0.0.1:{port}/iqn.2024-02.com.example.san:{name}/1")
}

fn wrong_secret(folder: &Path) -> Result<(), String> {
    let (_bench, port) = ready(folder)?;
    FIRST.logs_in(&lun(port, "first"))?;
    for (user, secret) in [("first", "not-the-secret"), ("second", SECRETS[1].1), ("nobody", SECRETS[0].1)] {
        Initiator { user, secret, ..FIRST }.is_refused(&lun(port, "first"), "Authentication failure")?;
    }
    FIRST.is_refused_without_credentials(&lun(port, "first"))
}

fn unknown_initiator(folder: &Path) -> Result<(), String> {
    let (_bench, port) = ready(folder)?;
    let other = Initiator { name: "iqn.1994-05.com.redhat:third", ..FIRST };
    let found = other.listed(port)?;
    if !found.is_empty() {
        return Err(format!("an unknown initiator sees {found:?}"));
    }
    other.is_refused(&lun(port, "first"), "Target not found")
}

fn target_of_another(folder: &Path) -> Result<(), String> {
    let (_bench, port) = ready(folder)?;
    FIRST.is_refused(&lun(port, "second"), "Target not found")?;
    SECOND.is_refused(&lun(port, "first"), "Target not found")?;
    // Nor with the name of the other node and one's own secret.
    let disguised = Initiator { name: SECOND.name, ..FIRST };
    disguised.is_refused(&lun(port, "second"), "Authentication failure")
}

fn mutual(folder: &Path) -> Result<(), String> {
    let (_bench, port) = ready(folder)?;
    Initiator { back: Some(("storage", SECRETS[2].1)), ..SECOND }.logs_in(&lun(port, "second"))?;
    let doubtful = Initiator { back: Some(("storage", "another-proof-1")), ..SECOND };
    match doubtful.logs_in(&lun(port, "second")) {
        Ok(_) => Err("the target proves itself with another secret".into()),
        Err(reason) if reason.contains("Invalid CHAP_R response from the target") => Ok(()),
        Err(reason) => Err(reason),
    }
}

fn again(folder: &Path) -> Result<(), String> {
    let (bench, port) = ready(folder)?;
    for reason in ["has a target", "has an account", "shows"] {
        bench.refused(&spec(folder, port), reason)?;
    }
    FIRST.logs_in(&lun(port, "first")).map(drop)
}

fn portal_added(folder: &Path) -> Result<(), String> {
    let (own, wanted) = (free_port()?, free_port()?);
    let bench = Bench::start(folder, &format!("127.0.0.1:{own}"))?;
    bench.set_up(&spec(folder, wanted))?;
    FIRST.logs_in(&lun(wanted, "first")).map(drop)
}

fn listens_everywhere(folder: &Path) -> Result<(), String> {
    let port = free_port()?;
    let bench = Bench::start(folder, &format!("0.0.0.0:{port}"))?;
    bench.refused(&spec(folder, port), "tgtd listens on all addresses")
}

/// The second file is larger than any filesystem takes, which shows when much is made already.
fn fails_half_way(folder: &Path) -> Result<(), String> {
    let (own, wanted) = (free_port()?, free_port()?);
    let bench = Bench::start(folder, &format!("127.0.0.1:{own}"))?;
    let before = bench.whole_state()?;
    let output = bench.script(&spec(folder, wanted).replace("2GiB", "1048576TiB"))?;
    if output.status.success() || !words(&output).contains("taken back") {
        return Err(format!("target.sh: {}: {}", output.status, words(&output)));
    }
    let after = bench.whole_state()?;
    if after != before {
        return Err(format!("left behind: {after:?}"));
    }
    // Nothing is in the way of a second try.
    bench.set_up(&spec(folder, wanted))
}

fn foreign_file(folder: &Path) -> Result<(), String> {
    let port = free_port()?;
    let bench = Bench::start(folder, &format!("127.0.0.1:{port}"))?;
    let text = spec(folder, port);
    fs::write(folder.join("first.img"), "a letter").map_err(|error| error.to_string())?;
    bench.refused(&text, "is there with 8 bytes")?;
    let kept = fs::read(folder.join("first.img")).map_err(|error| error.to_string())?;
    if kept != b"a letter" || folder.join("second.img").exists() {
        return Err("files were touched".into());
    }
    let device =
        text.replace(&format!("{{ file: {}/first.img, size: 1GiB }}", folder.display()), "{ block: /dev/null }");
    bench.refused(&device, "/dev/null is no block device")?;
    bench.refused(&text.replace("127.0.0.1", "192.0.2.1"), "has the address 192.0.2.1")
}

/// After tgtd has ended, the storage side is made anew over the same files.
fn data_stays(folder: &Path) -> Result<(), String> {
    let (bench, port) = ready(folder)?;
    drop(bench);
    let file = folder.join("first.img");
    let image = fs::File::options().write(true).open(&file).map_err(|error| error.to_string())?;
    std::os::unix::fs::FileExt::write_all_at(&image, b"precious", 1 << 20).map_err(|error| error.to_string())?;
    let bench = Bench::start(folder, &format!("127.0.0.1:{port}"))?;
    bench.set_up(&spec(folder, port))?;
    FIRST.logs_in(&lun(port, "first"))?;
    let mut kept = [0; 8];
    let image = fs::File::open(&file).map_err(|error| error.to_string())?;
    std::os::unix::fs::FileExt::read_exact_at(&image, &mut kept, 1 << 20).map_err(|error| error.to_string())?;
    if &kept == b"precious" { Ok(()) } else { Err("the file was made anew".into()) }
}
