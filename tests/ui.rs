//! Broken specs and what is said about each: `tests/ui/NAME.yaml` with the whole rendered text in `NAME.stderr`.
//!
//! Files that a case refers to lie in `tests/ui/NAME.d/`. A case without errors has its assets' names at the end.
//! `cargo xtask bless` rewrites the expected texts; read that diff like code.

use firesteel::diagnostic::render::{self, Style};
use firesteel::files::MemoryFiles;
use firesteel::pipeline::{Compiled, Input, Options, compile};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is worth showing with --nocapture")]
fn every_case_says_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let bless = std::env::var_os("FIRESTEEL_BLESS").is_some();
    let names = |suffix: &str| -> BTreeSet<String> {
        entries(&folder).iter().filter_map(|path| Some(name(path).strip_suffix(suffix)?.to_owned())).collect()
    };
    let cases = names(".yaml");
    let mut faults = Vec::new();
    for orphan in names(".stderr").difference(&cases).chain(names(".d").difference(&cases)) {
        faults.push(format!("{orphan}: there is no such case, but something belongs to it"));
    }
    for case in &cases {
        let shown = shown(&folder, case);
        let expected = folder.join(format!("{case}.stderr"));
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

/// What a user reads, and what would be written.
fn shown(folder: &Path, case: &str) -> String {
    let file = format!("{case}.yaml");
    let bytes = fs::read(folder.join(&file)).expect("the case was listed");
    let mut files = MemoryFiles::default();
    let own = folder.join(format!("{case}.d"));
    for path in walk(&own) {
        let name = path.strip_prefix(&own).expect("walked from there").to_str().expect("names in the tree are text");
        files.files.insert(name.to_owned(), fs::read(&path).expect("the file was listed"));
    }
    let Compiled { assets, report, sources, .. } =
        compile(Input { name: &file, bytes: &bytes }, &files, &Options::default());
    assert!(assets.is_empty() || !report.has_errors(), "{case}: there are assets in spite of an error");
    let mut text = render::text(&report, &sources, Style::Plain);
    for asset in &assets {
        text += &format!("asset: {}\n", asset.name);
    }
    text
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("names in the tree are text")
}
