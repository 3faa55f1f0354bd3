//! Keys that are mended: the text afterwards says what its author meant, has no key twice, and is not mended again.

use firesteel::diagnostic::{Applicability, Diagnostic, Severity};
use firesteel::files::MemoryFiles;
use firesteel::inspect::{Input, Inspected, Options, Settings, inspect};
use std::fs;
use std::path::Path;

/// Folders of cases whose findings have fixes.
const CASES: [&str; 5] = ["unknown-key", "butane-key", "spec-2-key", "letter-case", "wrong-type"];

#[test]
fn a_mended_text_is_not_mended_again() {
    let mut mended = 0;
    for folder in CASES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint").join(folder);
        let entries = fs::read_dir(&folder).expect("the folder is in the tree");
        let files = entries.map(|entry| entry.expect("it can be read").path());
        for file in files.filter(|file| file.extension().is_some_and(|suffix| suffix != "txt")) {
            let text = fs::read_to_string(&file).expect("cases are texts");
            let name = file.to_string_lossy().into_owned();
            let once = mend(&name, &text);
            mended += usize::from(once != text);
            let again = look(&name, &once);
            let repeated = again.report.iter().any(|finding| finding.problem.name == "repeated-key");
            assert!(!repeated, "{name} has a key twice:\n{once}");
            let twice = mend(&name, &mend(&name, &once));
            assert_eq!(mend(&name, &twice), twice, "{name}");
        }
    }
    assert!(mended >= 8, "{mended}");
}

#[test]
fn the_disk_config_in_the_spelling_of_butane_becomes_what_was_meant() {
    let text = include_str!("lint/unknown-key/etcd-disk.yaml");
    let mended = mend("etcd-disk.yaml", text);
    for (wrong, right) in [
        ("wipe_table: true", "wipeTable: true"),
        ("size_mib: 0", "sizeMiB: 0"),
        ("wipe_filesystem: true", "wipeFilesystem: true"),
    ] {
        assert!(text.contains(wrong) && !mended.contains(wrong) && mended.contains(right), "{mended}");
    }
    // Nothing else is another.
    let spelt = |text: &str| text.replace('_', "").to_lowercase();
    assert_eq!(spelt(&mended), spelt(text));
    let errors = look("etcd-disk.yaml", &mended).report.count(Severity::Error);
    assert_eq!(errors, 0);
}

fn look(name: &str, text: &str) -> Inspected {
    let files = MemoryFiles::default();
    inspect(
        &[Input { name, bytes: text.as_bytes(), files: &files, named: true, settings: Settings::DEFAULT }],
        &Options::default(),
    )
}

/// The text with every safe fix that does not overlap one before it.
fn mend(name: &str, text: &str) -> String {
    let Inspected { report, sources, .. } = look(name, text);
    let safe = |finding: &Diagnostic| finding.fix.clone().filter(|fix| fix.applicability == Applicability::Safe);
    let fixes = report.iter().filter_map(safe);
    let mut changes: Vec<_> = fixes
        .filter(|fix| sources.get(fix.place.source).name == name)
        .filter_map(|fix| Some((fix.place.span(&sources)?.range(), fix.replacement)))
        .collect();
    changes.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::new();
    let mut at = 0;
    for (range, replacement) in changes {
        if range.start >= at {
            out += &text[at..range.start];
            out += &replacement;
            at = range.end;
        }
    }
    out + &text[at..]
}
