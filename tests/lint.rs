//! Configs and what the rules say about each: `tests/lint/RULE/CASE.SUFFIX` with the whole rendered text in
//! `tests/lint/RULE/CASE.SUFFIX.txt`.
//!
//! `RULE` is the name of a problem; a case that begins with `good-` must not raise it, every other must. A case may be a
//! folder, whose files are then looked into together; their expected text is beside the folder. A first line
//! `# validate: --target 4.16 --preview` (with `#`, `//` or as the JSON key `"#"`) sets what the command line would.
//! `cargo xtask bless` rewrites the expected texts; read that diff like code.

#[path = "support/tree.rs"]
mod tree;

use firesteel::diagnostic::render::{self, Style};
use firesteel::diagnostic::{Applicability, Severity};
use firesteel::files::MemoryFiles;
use firesteel::inspect::{Input, Inspected, Options, Settings, inspect, mend};
use firesteel::lint::{self, Platform};
use firesteel::problems;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tree::{entries, walk};

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is worth showing with --nocapture")]
fn every_case_says_what_is_expected() {
    let bless = std::env::var_os("FIRESTEEL_BLESS").is_some();
    let mut faults = Vec::new();
    let cases = cases();
    for case in &cases {
        let inspected = inspected(case);
        let shown = shown(&inspected);
        let expected = expected(case);
        if bless {
            fs::write(&expected, &shown).expect("the tree can be written");
        } else {
            match fs::read_to_string(&expected) {
                Ok(text) if text == shown => {}
                Ok(text) => faults.push(format!(
                    "{}:\n{}",
                    case.display(),
                    pretty_assertions::StrComparison::new(&text, &shown)
                )),
                Err(_) => faults.push(format!("{}: no expected text; it would be:\n{shown}", case.display())),
            }
        }
        let rule = name(case.parent().expect("a case is in the folder of its rule"));
        let raised = inspected.report.iter().any(|finding| finding.problem.name == rule);
        let good = name(case).starts_with("good-");
        if raised == good {
            let how = if good { "raises" } else { "does not raise" };
            faults.push(format!("{}: {how} {rule}", case.display()));
        }
    }
    println!("{} cases", cases.len());
    assert!(faults.is_empty(), "{}\n\n`cargo xtask bless` accepts", faults.join("\n\n"));
}

/// Fixes come to an end: a second run has nothing to do. They bring no fault that was not there.
#[test]
fn fixes_are_made_once_and_break_nothing() {
    let mut faults = Vec::new();
    let mut fixed = 0;
    for case in cases() {
        let read = read(&case);
        for allowed in [Applicability::Safe, Applicability::Unsafe] {
            let once = read.with_inputs(|inputs, options| mend(inputs, options, allowed));
            if !once.refused.is_empty() {
                faults.push(format!("{}: refused {:?}", case.display(), once.refused));
            }
            let Some(before) = &once.before else { continue };
            fixed += once.fixed;
            let mut second = read.clone();
            for (text, new) in second.texts.iter_mut().zip(&once.bytes) {
                text.1 = new.clone().unwrap_or_else(|| text.1.clone());
            }
            let twice = second.with_inputs(|inputs, options| mend(inputs, options, allowed));
            if twice.fixed > 0 {
                faults.push(format!(
                    "{}: the second run fixes {}:\n{}",
                    case.display(),
                    twice.fixed,
                    shown(&once.left)
                ));
            }
            let errors = |inspected: &Inspected| -> BTreeSet<&'static str> {
                let errors = inspected.report.iter().filter(|finding| finding.severity == Severity::Error);
                errors.map(|finding| finding.problem.code).collect()
            };
            // What a key is no longer unknown for is read for the first time, and may be wrong in itself.
            let mended_keys = errors(before).contains("FS0101");
            let new: Vec<_> = errors(&once.left).difference(&errors(before)).copied().collect();
            if !new.is_empty() && !mended_keys {
                faults.push(format!("{}: the fixes bring {new:?}:\n{}", case.display(), shown(&once.left)));
            }
        }
    }
    assert!(fixed > 0, "no case has a fix");
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_rule_has_a_bad_and_a_good_case() {
    let names: BTreeSet<(String, bool)> = cases()
        .iter()
        .map(|case| {
            let rule = name(case.parent().expect("a case is in the folder of its rule")).to_owned();
            (rule, name(case).starts_with("good-"))
        })
        .collect();
    let lacks = |rule: &str| [true, false].iter().any(|&good| !names.contains(&(rule.to_owned(), good)));
    let missing: Vec<&str> = lint::problems().map(|problem| problem.name).filter(|rule| lacks(rule)).collect();
    assert!(missing.is_empty(), "no bad, or no good case for {missing:?}");
    // What is told before the rules look.
    let others = firesteel::inspect::PROBLEMS.iter().chain(firesteel::ignition::PROBLEMS);
    let others = others.flat_map(|area| area.iter()).map(|problem| problem.name);
    // Settings are read by the program alone; `tests/validate_cli.rs` has their cases.
    let others = others.filter(|&rule| rule != "bad-setting");
    let missing: Vec<&str> = others.filter(|rule| !names.contains(&((*rule).to_owned(), false))).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn nothing_lies_about() {
    let expected: BTreeSet<PathBuf> = cases().iter().map(|case| expected(case)).collect();
    for rule in entries(&folder()) {
        for entry in entries(&rule) {
            let belongs = expected.contains(&entry) || cases().contains(&entry);
            assert!(belongs, "{} belongs to no case", entry.display());
        }
    }
}

/// The files and folders that are cases.
fn cases() -> Vec<PathBuf> {
    let all = entries(&folder()).into_iter().flat_map(|rule| entries(&rule));
    all.filter(|entry| entry.is_dir() || entry.extension().is_none_or(|suffix| suffix != "txt")).collect()
}

fn expected(case: &Path) -> PathBuf {
    let mut name = case.as_os_str().to_owned();
    name.push(".txt");
    name.into()
}

fn inspected(case: &Path) -> Inspected {
    read(case).with_inputs(inspect)
}

/// A case in memory.
#[derive(Clone)]
struct Read {
    /// Names and bytes.
    texts: Vec<(String, Vec<u8>)>,
    settings: Settings,
    beside: MemoryFiles,
}

impl Read {
    fn with_inputs<T>(&self, run: impl Fn(&[Input<'_>], &Options) -> T) -> T {
        let Self { texts, settings, beside } = self;
        let inputs: Vec<Input<'_>> =
            texts.iter().map(|(name, bytes)| Input { name, bytes, files: beside, named: true, settings }).collect();
        run(&inputs, &Options { known: problems::all() })
    }
}

fn read(case: &Path) -> Read {
    let files = if case.is_dir() { walk(case) } else { vec![case.to_owned()] };
    let rule = case.parent().expect("a case is in the folder of its rule");
    let texts: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(rule).expect("it was found there").to_string_lossy().replace('\\', "/");
            (name, fs::read(file).expect("the case was listed"))
        })
        .collect();
    let mut settings = Settings::default();
    let mut beside = MemoryFiles::default();
    for (name, bytes) in &texts {
        beside.files.insert(name.rsplit('/').next().unwrap_or(name).to_owned(), bytes.clone());
        let text = String::from_utf8_lossy(bytes);
        let Some((_, asked)) = text.lines().next().unwrap_or_default().split_once("validate: ") else { continue };
        let mut words = asked.trim_end_matches(['"', ',', '}']).split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "--preview" => settings.preview = true,
                "--target" => {
                    let target = words.next().expect("--target has a value");
                    settings.platform = Platform::from_name(target).expect("a target that exists");
                }
                other => panic!("{}: {other}?", case.display()),
            }
        }
    }
    Read { texts, settings, beside }
}

fn shown(inspected: &Inspected) -> String {
    let Inspected { report, sources, .. } = inspected;
    let mut text = render::text(report, sources, Style::Plain);
    let summary = render::summary(report);
    text += if summary.is_empty() { "nothing found" } else { &summary };
    text.push('\n');
    text
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint")
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("names in the tree are text")
}
