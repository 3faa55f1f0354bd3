//! What a machine can see of how the code shall look: layers, module sentences, sizes, words that must not be there.

use firesteel::problems;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of `src/`, lowest first; each may use those before it. Those in one row do not use each other.
const LAYERS: &[&[&str]] = &[
    &["document"],
    &["diagnostic"],
    &["asset", "files", "spec", "unit"],
    &["model"],
    &["check", "sugar", "lower", "validate"],
    &["emit"],
    &["ignition"],
    &["manifest"],
    &["lint", "storage"],
    &["butane", "pipeline", "schemas"],
    &["inspect"],
    &["problems"],
    &["reference"],
    &["cli"],
    &["dropin"],
];
/// Uses within a row that are wanted: from, to, reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("butane", "pipeline", "an unknown version is told in one way"),
    ("pipeline", "butane", "a Butane config is one of the texts that can be compiled"),
    ("check", "validate", "an Ignition config written inside a Butane config has its own checks"),
    ("sugar", "lower", "local files are encoded where they are read: their bytes need not be a text"),
    ("sugar", "validate", "paths are cleaned in one way"),
];
const LARGEST: usize = 40_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of the given folders with their paths relative to the repository, sorted.
fn files(folders: &[&str]) -> Vec<(String, String)> {
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).expect("the tree can be read").flatten().map(|entry| entry.path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).expect("it is in the tree").to_str().expect("names are text");
            found.push((name.replace('\\', "/"), text));
        }
    }
    found.sort();
    found
}

fn sources(folders: &[&str]) -> Vec<(String, String)> {
    files(folders).into_iter().filter(|(name, _)| name.ends_with(".rs")).collect()
}

#[track_caller]
fn assert_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn layers_use_only_those_below() {
    let level = |module: &str| LAYERS.iter().position(|row| row.contains(&module));
    let mut faults = Vec::new();
    for (name, text) in sources(&["src"]) {
        let own = name["src/".len()..].split(['/', '.']).next().expect("a path has a first part").to_owned();
        if own == "lib" || own == "main" {
            continue;
        }
        let Some(own_level) = level(&own) else {
            faults.push(format!("{name}: `{own}` is in no row of LAYERS"));
            continue;
        };
        // Tests may use the whole to try a part.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            for used in used_modules(line) {
                let allowed = ALLOWED.iter().any(|&(from, to, _)| from == own && to == used);
                let below = level(used).is_some_and(|level| level < own_level);
                if used != own && !below && !allowed {
                    faults.push(format!("{name}:{}: `{own}` must not use `{used}`", number + 1));
                }
            }
        }
    }
    assert_none(faults);
}

/// The modules of the crate that a line names: `crate::a::…` and `crate::{a, b}`. Macros and links of comments are none.
fn used_modules(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    let mut used = Vec::new();
    for rest in line.split("crate::").skip(1) {
        let group = rest.strip_prefix('{').map(|group| group.split('}').next().unwrap_or(group));
        for part in group.unwrap_or(rest.split([';', ' ', '(', ',', '<', '>', ')']).next().unwrap_or(rest)).split(',') {
            let word = part.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            if !word.is_empty() && word != "problem" && word != "self" {
                used.push(word);
            }
        }
    }
    used
}

#[test]
fn uses_are_found() {
    assert_eq!(used_modules("use crate::document::{Path, Span};"), ["document"]);
    assert_eq!(used_modules("use crate::{diagnostic::Report, files};"), ["diagnostic", "files"]);
    assert_eq!(used_modules("crate::problem! {"), [""; 0]);
    assert_eq!(used_modules("    $crate::model::Node, crate::spec::Gate)"), ["model", "spec"]);
    assert_eq!(used_modules("//! [`crate::cli`]"), [""; 0]);
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = sources(&["src", "tests", "xtask/src"]).into_iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_none(silent.map(|(name, _)| format!("{name}: does not open with a `//!` sentence")).collect());
}

#[test]
fn no_file_is_too_large() {
    let large = sources(&["src", "tests", "xtask/src"]).into_iter().filter(|(_, text)| text.len() > LARGEST);
    assert_none(
        large.map(|(name, text)| format!("{name}: {} bytes; it holds more than one idea", text.len())).collect(),
    );
}

#[test]
fn no_unfinished_or_skipped_code() {
    // Put together here, so that this file does not have them.
    let words = [["todo", "!("], ["unimplemented", "!("], ["dbg", "!("], ["#[ign", "ore"], ["FIX", "ME"]]
        .map(|parts| parts.concat());
    let mut faults = Vec::new();
    for (name, text) in sources(&["src", "tests", "xtask/src"]) {
        for (number, line) in text.lines().enumerate() {
            faults.extend(
                words
                    .iter()
                    .filter(|word| line.contains(&***word))
                    .map(|word| format!("{name}:{}: {word}", number + 1)),
            );
        }
    }
    assert_none(faults);
}

#[test]
fn versions_are_compared_in_one_place() {
    let mut faults = Vec::new();
    for (name, text) in sources(&["src"]).into_iter().filter(|(name, _)| !name.starts_with("src/spec/")) {
        for (number, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let compared = words.windows(3).any(|three| {
                let is_version = |word: &str| word.to_lowercase().contains("version") || word.contains("V3_");
                matches!(three[1], ">=" | "<=" | "<" | ">") && (is_version(three[0]) || is_version(three[2]))
            });
            if compared {
                faults.push(format!("{name}:{}: a version is compared outside of `spec`: {}", number + 1, line.trim()));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn no_paths_of_the_machine_it_was_built_on() {
    let places = [["/wo", "rk/"], ["/ho", "me/"]].map(|parts| parts.concat());
    let all = files(&[
        "src",
        "tests",
        "xtask",
        "examples",
        "schemas",
        ".ci",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
    ]);
    let mut faults = Vec::new();
    for (name, text) in all {
        for (number, line) in text.lines().enumerate() {
            // Vectors recorded from others speak of what they like, and `core` is a user of CoreOS.
            let line = line.replace(&format!("{}core", places[1]), "");
            let is_ours = !name.starts_with("tests/vectors") && !name.ends_with(".jsonl");
            let starts = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
            if is_ours && places.iter().any(|place| line.match_indices(&**place).any(|(at, _)| starts(at))) {
                faults.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn findings_have_codes_names_and_pages() {
    let all = problems::all();
    assert!(!all.is_empty());
    let codes: Vec<&str> = all.iter().map(|problem| problem.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted, "codes are unique and the list is sorted");
    let names: BTreeSet<&str> = all.iter().map(|problem| problem.name).collect();
    assert_eq!(names.len(), all.len(), "names are unique");
    let mut faults = Vec::new();
    for problem in &all {
        let digits = problem.code.strip_prefix("FS").unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            faults.push(format!("{}: a code is FS and four digits", problem.code));
        }
        let paragraphs = problem
            .page
            .split("\n\n")
            .flat_map(|part| part.split("\n \n"))
            .filter(|part| !part.trim().is_empty())
            .count();
        if problem.page.trim().len() < 80 || paragraphs < 2 {
            faults.push(format!(
                "{} {}: its page says too little: {:?}",
                problem.code,
                problem.name,
                problem.page.trim()
            ));
        }
    }
    assert_none(faults);
}

#[test]
fn every_declared_finding_is_listed() {
    let listed: BTreeSet<&str> = problems::all().iter().map(|problem| problem.code).collect();
    let mut faults = Vec::new();
    for (name, text) in sources(&["src"]) {
        for (number, line) in text.lines().enumerate() {
            let code = line.trim().split_once(" = \"FS").filter(|_| line.trim_end().ends_with(';'));
            let code = code.and_then(|(_, rest)| rest.get(..4)).map(|digits| format!("FS{digits}"));
            // Those of documentation and tests are nobody's.
            if let Some(code) = code.filter(|code| code != "FS0000" && !code.starts_with("FS99"))
                && !line.trim_start().starts_with("//")
                && !listed.contains(&*code)
                && !text[..text.find(line).unwrap_or(0)].contains("#[cfg(test)]")
            {
                faults.push(format!("{name}:{}: {code} is not in `problems::all`", number + 1));
            }
        }
    }
    assert_none(faults);
}
