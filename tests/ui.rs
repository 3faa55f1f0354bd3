//! Broken specs and what is said about each: `tests/ui/NAME.yaml` with the whole rendered text in `NAME.stderr`.
//!
//! Files that a case refers to lie in `tests/ui/NAME.d/`; there, `environment` has lines `NAME=value` and `modes` lines
//! `644 path`. A first line `# emit: butane` chooses the wrapping, `# emit-target: tgt` the storage side. A case without
//! errors has its assets' names at the end, those of Butane configs with their contents. `cargo xtask bless` rewrites the
//! expected texts; read that diff like code.

#[path = "support/tree.rs"]
mod tree;

use firesteel::diagnostic::render::{self, Style};
use firesteel::diagnostic::{Report, Severity};
use firesteel::files::{FileError, Files, MemoryFiles};
use firesteel::pipeline::{Compiled, Input, Options, TargetForm, Wrapping, compile};
use firesteel::problems;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tree::{entries, walk};

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is worth showing with --nocapture")]
fn every_case_says_what_is_expected() {
    let bless = std::env::var_os("FIRESTEEL_BLESS").is_some();
    let cases = names(".yaml");
    let mut faults = Vec::new();
    for orphan in names(".stderr").difference(&cases).chain(names(".d").difference(&cases)) {
        faults.push(format!("{orphan}: there is no such case, but something belongs to it"));
    }
    for case in &cases {
        let shown = shown(case, &compiled(case));
        let expected = folder().join(format!("{case}.stderr"));
        if bless {
            fs::write(&expected, &shown).expect("the tree can be written");
        } else {
            match fs::read_to_string(&expected) {
                Ok(text) if text == shown => {}
                Ok(text) => {
                    faults.push(format!("{case}:\n{}", pretty_assertions::StrComparison::new(&text, &shown)));
                }
                Err(_) => faults.push(format!("{case}: {case}.stderr is missing; it would be:\n{shown}")),
            }
        }
    }
    println!("{} cases", cases.len());
    assert!(
        faults.is_empty(),
        "{}\n\n{} of {} cases differ; `cargo xtask bless` accepts",
        faults.join("\n\n"),
        faults.len(),
        cases.len()
    );
}

/// Problems that no spec can raise, each with the reason.
const NOT_OF_SPECS: &[(&str, &str)] = &[
    ("FS0003", "it is about several inputs; tests/compile_butane.rs has a case"),
    ("FS9001", "a fault of ours in our own output, which no input should raise"),
    ("FS0110", "a null map is worth a word in Ignition configs alone; a spec takes it for an absent one"),
    ("FS0112", "letter case is worth a word in Ignition configs alone; in a spec such a key is an unknown one"),
];

#[test]
fn every_problem_of_specs_has_a_case() {
    // FS02 to FS09 are about Ignition configs, FS20 to FS29 about what others wrote: `tests/lint` has those.
    let mut missing: BTreeMap<&str, &str> = problems::all()
        .iter()
        .filter(|problem| {
            !("FS0200".."FS1000").contains(&problem.code)
                && !("FS2000".."FS3000").contains(&problem.code)
                && !NOT_OF_SPECS.iter().any(|(code, _)| *code == problem.code)
        })
        .map(|problem| (problem.code, problem.name))
        .collect();
    for case in names(".yaml") {
        for finding in compiled(&case).report.iter() {
            missing.remove(finding.problem.code);
        }
    }
    assert!(missing.is_empty(), "no case raises {missing:?}");
}

#[test]
fn cases_of_several_faults_tell_all_of_them_in_the_order_of_the_text() {
    let cases: Vec<String> = names(".yaml").into_iter().filter(|case| case.starts_with("several-")).collect();
    assert!(cases.len() >= 8, "{cases:?}");
    for case in cases {
        let Compiled { report, sources, .. } = compiled(&case);
        assert!(report.count(Severity::Error) >= 2, "{case}");
        let starts: Vec<u32> =
            report.iter().map(|finding| finding.place.span(&sources).map_or(0, |span| span.start)).collect();
        assert!(starts.is_sorted(), "{case}: {starts:?}");
    }
}

/// What a user reads, and what would be written.
fn shown(case: &str, compiled: &Compiled) -> String {
    let Compiled { assets, report, sources, .. } = compiled;
    assert!(assets.is_empty() || !report.has_errors(), "{case}: there are assets in spite of an error");
    told_once(case, report);
    let mut text = render::text(report, sources, Style::Plain);
    let summary = render::summary(report);
    if !summary.is_empty() {
        text += &format!("\n{summary}\n");
    }
    for asset in assets {
        let is_butane = case.starts_with("butane-");
        let secret = if is_butane && asset.secret { " (secret)" } else { "" };
        text += &format!("asset: {}{secret}\n", asset.name);
        // What specs come to is shown by the examples; a Butane config has one result, and it is short.
        if is_butane {
            text += asset.contents.trim_end();
            text.push('\n');
        }
    }
    text
}

/// No fault is told twice: one problem has one place once.
fn told_once(case: &str, report: &Report) {
    let mut seen = BTreeSet::new();
    for finding in report.iter() {
        let new = seen.insert((finding.problem.code, finding.place.clone(), finding.message.clone()));
        assert!(new, "{case}: {} is told twice: {}", finding.problem.code, finding.message);
    }
}

fn compiled(case: &str) -> Compiled {
    let file = format!("{case}.yaml");
    let bytes = fs::read(folder().join(&file)).expect("the case was listed");
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let wrapping = match first {
        b"# emit: machineconfig" => Some(Wrapping::MachineConfig),
        b"# emit: ignition" => Some(Wrapping::Ignition),
        b"# emit: butane" => Some(Wrapping::Butane),
        _ => None,
    };
    let target = match first {
        b"# emit-target: tgt" => Some(TargetForm::Tgt),
        b"# emit-target: targetcli" => Some(TargetForm::Targetcli),
        b"# emit-target: saveconfig" => Some(TargetForm::Saveconfig),
        _ => None,
    };
    compile(Input { name: &file, bytes: &bytes }, &CaseFiles::new(case), &Options { wrapping, target })
}

/// What lies beside a case.
struct CaseFiles {
    memory: MemoryFiles,
    modes: BTreeMap<String, u32>,
}

impl CaseFiles {
    fn new(case: &str) -> Self {
        let mut memory = MemoryFiles::default();
        let mut modes = BTreeMap::new();
        let own = folder().join(format!("{case}.d"));
        for path in walk(&own) {
            let name =
                path.strip_prefix(&own).expect("walked from there").to_str().expect("names in the tree are text");
            let bytes = fs::read(&path).expect("the file was listed");
            let text = String::from_utf8_lossy(&bytes);
            match name {
                "environment" => {
                    let lines = text.lines().filter_map(|line| line.split_once('='));
                    memory.variables.extend(lines.map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                "modes" => {
                    let lines = text.lines().filter_map(|line| line.split_once(' '));
                    let octal = |mode| u32::from_str_radix(mode, 8).expect("modes are octal");
                    modes.extend(lines.map(|(mode, path)| (path.to_owned(), octal(mode))));
                }
                _ => {
                    memory.files.insert(name.to_owned(), bytes);
                }
            }
        }
        Self { memory, modes }
    }
}

impl Files for CaseFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        if path.split('/').any(|part| part == "..") {
            return Err(FileError::Escapes);
        }
        self.memory.read(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.memory.variable(name)
    }

    fn mode(&self, path: &str) -> Option<u32> {
        self.modes.get(path).copied()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// The names in the folder that end in `suffix`, without it.
fn names(suffix: &str) -> BTreeSet<String> {
    entries(&folder()).iter().filter_map(|path| Some(name(path).strip_suffix(suffix)?.to_owned())).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("names in the tree are text")
}
