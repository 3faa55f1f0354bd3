//! The Butane drop-in gives what the reference gives: exit status, output to the byte, findings and their places.
//!
//! `conformance/*.jsonl.gz` was recorded by running the reference on our own inputs. Wording is our own and not
//! compared. A difference may live in `conformance/deviations/` alone, with its reason.

#[path = "support/butane.rs"]
mod butane;
mod support;

use base64::Engine as _;
use butane::Run;
use firesteel::butane::Fatal;
use firesteel::dropin::butane::Status;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

/// What of a case is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Aspect {
    Exit,
    Stdout,
    Report,
    Position,
    Fatal,
    OutFiles,
}

/// Deviations: the aspects of a case that differ on purpose.
type Deviations = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_recorded_cases_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).expect("the recorded cases are there") {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("butane-") && name.ends_with(".gz") {
            let mut text = String::new();
            let file = fs::File::open(&path).expect("a recorded file can be opened");
            flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("it is gzip");
            cases.extend(text.lines().map(parse));
        }
    }
    assert!(cases.len() > 4000, "{} cases", cases.len());
    run("recorded", &cases);
}

#[test]
fn the_whole_corpus_agrees_where_it_is_at_hand() {
    let Some(folder) = support::shared("conformance/butane") else { return };
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("a folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            cases.extend(fs::read_to_string(&path).expect("it can be read").lines().map(parse));
        }
    }
    run("whole corpus", &cases);
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("a case is JSON")
}

fn text<'v>(case: &'v Value, key: &str) -> &'v str {
    case[key].as_str().unwrap_or_default()
}

fn deviations() -> Deviations {
    let list = include_str!("conformance/deviations/butane.jsonl");
    let mut deviations = Deviations::new();
    for line in list.lines() {
        let entry = parse(line);
        assert!(!text(&entry, "reason").is_empty(), "a deviation has a reason: {line}");
        for id in entry["ids"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let aspects = entry["aspects"].as_array().into_iter().flatten().filter_map(Value::as_str);
            deviations.entry(id.to_owned()).or_default().extend(aspects.map(str::to_owned));
        }
    }
    deviations
}

#[expect(clippy::print_stdout, reason = "the scores are worth showing with --nocapture")]
fn run(name: &str, cases: &[Value]) {
    let deviations = deviations();
    let mut areas: BTreeMap<&str, (usize, BTreeMap<Aspect, usize>)> = BTreeMap::new();
    let mut failures = Vec::new();
    let mut deviating = 0;
    for case in cases {
        let (id, area) = (text(case, "id"), text(case, "area"));
        let score = areas.entry(area).or_default();
        score.0 += 1;
        let allowed = deviations.get(id);
        let mut differs = false;
        for (aspect, difference) in compare(case) {
            if allowed.is_some_and(|aspects| aspects.contains(&format!("{aspect:?}"))) {
                differs = true;
                continue;
            }
            *score.1.entry(aspect).or_default() += 1;
            failures.push(format!("{aspect:?} {id}: {difference}"));
        }
        deviating += usize::from(differs);
    }
    for (area, (count, failed)) in &areas {
        println!("{area}: {count} cases, failed: {failed:?}");
    }
    println!("{name}: {} cases, {deviating} deviate on purpose, {} differences", cases.len(), failures.len());
    if let Ok(path) = std::env::var("FIRESTEEL_FAILURES") {
        fs::write(path, failures.join("\n")).expect("the list can be written");
    }
    failures.truncate(40);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn compare(case: &Value) -> Vec<(Aspect, String)> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay_out(case, scratch.path());
    let outcome = execute_case(case, scratch.path());
    let mut differences = Vec::new();
    let mut tell = |aspect, difference| differences.push((aspect, difference));
    if case["exit"].as_u64() != Some(outcome.status.code().into()) {
        tell(Aspect::Exit, format!("{} instead of {}", outcome.status.code(), case["exit"]));
    }
    let gzip = case["gzip"] == true;
    let agree = |ours: &str, theirs: &str| if gzip { same_decoded(ours, theirs) } else { ours == theirs };
    if !agree(&outcome.stdout, text(case, "stdout")) {
        tell(Aspect::Stdout, first_difference(&outcome.stdout, text(case, "stdout")));
    }
    for (path, content) in case["out_files"].as_object().into_iter().flatten() {
        let ours = fs::read_to_string(scratch.path().join(path)).unwrap_or_default();
        if !content.as_str().is_none_or(|theirs| agree(&ours, theirs)) {
            tell(Aspect::OutFiles, format!("{path}: {ours:?} instead of {content}"));
        }
    }
    compare_reports(case, &outcome, &mut tell);
    let (ours, theirs) = (our_class(&outcome), their_class(text(case, "fatal")));
    if ours != theirs {
        tell(Aspect::Fatal, format!("{ours:?} instead of {theirs:?}: {}", text(case, "fatal")));
    }
    differences
}

/// Kind and path, then line and column, of every finding.
fn compare_reports(case: &Value, outcome: &Run, tell: &mut impl FnMut(Aspect, String)) {
    type Entry = (String, (Option<u64>, Option<u64>));
    let ours: Vec<Entry> = outcome
        .entries
        .iter()
        .map(|entry| {
            let at = (entry.line.map(u64::from), entry.column.map(u64::from));
            (format!("{} {}", entry.kind.word(), entry.path), at)
        })
        .collect();
    let theirs: Vec<Entry> = case["report"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| {
            let at = (entry["line"].as_u64(), entry["column"].as_u64());
            (format!("{} {}", text(entry, "kind"), text(entry, "path")), at)
        })
        .collect();
    let mut sorted = (ours.clone(), theirs.clone());
    if case["unordered"] == true {
        sorted.0.sort();
        sorted.1.sort();
    }
    let paths = |list: &[Entry]| list.iter().map(|entry| entry.0.clone()).collect::<Vec<_>>();
    if paths(&sorted.0) != paths(&sorted.1) {
        tell(Aspect::Report, format!("\n  ours   {:?}\n  theirs {:?}", paths(&ours), paths(&theirs)));
    } else if sorted.0 != sorted.1 {
        let different: Vec<_> = sorted.0.iter().zip(&sorted.1).filter(|(ours, theirs)| ours != theirs).collect();
        tell(Aspect::Position, format!("{different:?}"));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Class {
    None,
    Yaml(BTreeSet<u32>),
    Header,
    Source,
    Generated,
    Strict,
}

fn our_class(outcome: &Run) -> Class {
    match &outcome.fatal {
        None if outcome.status == Status::Failed && !outcome.entries.is_empty() => Class::Strict,
        None => Class::None,
        Some(Fatal::Yaml(message)) => Class::Yaml(lines_named(message)),
        Some(Fatal::Header(_)) => Class::Header,
        Some(Fatal::Source) => Class::Source,
        Some(Fatal::Generated) => Class::Generated,
    }
}

fn their_class(fatal: &str) -> Class {
    match fatal {
        "" => Class::None,
        "source config is invalid" => Class::Source,
        "config generated was invalid" => Class::Generated,
        _ if fatal.contains("yaml: ") => Class::Yaml(lines_named(fatal)),
        _ if fatal.contains("--strict") => Class::Strict,
        _ => Class::Header,
    }
}

fn lines_named(message: &str) -> BTreeSet<u32> {
    let after = message.split("line ").skip(1);
    after.filter_map(|rest| rest.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()).collect()
}

/// Whether two outputs are alike but for the form of their `data:` URLs, of which ours are not the longer ones.
fn same_decoded(ours: &str, theirs: &str) -> bool {
    let (our_rest, our_urls) = without_urls(ours);
    let (their_rest, their_urls) = without_urls(theirs);
    our_rest == their_rest
        && our_urls.len() == their_urls.len()
        && our_urls
            .iter()
            .zip(&their_urls)
            .all(|(ours, theirs)| decoded(ours) == decoded(theirs) && ours.len() <= theirs.len())
}

/// The two texts around the first character in which they differ.
fn first_difference(ours: &str, theirs: &str) -> String {
    let at = ours.bytes().zip(theirs.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
    let part = |text: &str| {
        let (start, end) = (text.floor_char_boundary(at.saturating_sub(60)), text.ceil_char_boundary(at + 60));
        text[start..end.min(text.len())].to_owned()
    };
    format!("\n  ours   {:?}\n  theirs {:?}", part(ours), part(theirs))
}

fn without_urls(output: &str) -> (String, Vec<&str>) {
    let (mut rest, mut urls) = (String::new(), Vec::new());
    let mut parts = output.split("data:");
    rest.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(['"', '\n', ' ']).unwrap_or(part.len());
        urls.push(&part[..end]);
        rest.push_str("<URL>");
        rest.push_str(&part[end..]);
    }
    for (packed, plain) in [
        ("\"compression\":\"gzip\"", "\"compression\":\"\""),
        ("\"compression\": \"gzip\"", "\"compression\": \"\""),
        ("compression: gzip", "compression: \"\""),
    ] {
        rest = rest.replace(packed, plain);
    }
    (rest, urls)
}

fn decoded(url: &str) -> Vec<u8> {
    let bytes = match url.strip_prefix(";base64,") {
        Some(data) => base64::engine::general_purpose::STANDARD.decode(data).unwrap_or_default(),
        None => percent_encoding::percent_decode_str(url.trim_start_matches(',')).collect(),
    };
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut unpacked = Vec::new();
    match flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked) {
        Ok(_) => unpacked,
        Err(_) => bytes,
    }
}

fn lay_out(case: &Value, folder: &Path) {
    // Links come last, so that nothing is written through them.
    let files: Vec<(&String, &Value)> = case["files"].as_object().into_iter().flatten().collect();
    let (links, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, file)| file["symlink"].is_string());
    for (path, file) in others.into_iter().chain(links) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a scratch folder");
        }
        match file {
            Value::String(text) => fs::write(&path, text).expect("a scratch file"),
            _ => lay_out_special(file, &path),
        }
    }
}

fn lay_out_special(file: &Value, path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if let Some(target) = file["symlink"].as_str() {
        std::os::unix::fs::symlink(target, path).expect("a scratch link");
    } else if file["dir"] == true {
        fs::create_dir_all(path).expect("a scratch folder");
    } else if file["fifo"] == true {
        let made = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo runs");
        assert!(made.success());
    } else {
        let bytes = match file["b64"].as_str() {
            Some(data) => base64::engine::general_purpose::STANDARD.decode(data).expect("base64"),
            None => text(file, "text").as_bytes().to_vec(),
        };
        fs::write(path, bytes).expect("a scratch file");
        if let Some(mode) = file["mode"].as_str() {
            let mode = u32::from_str_radix(mode, 8).expect("an octal mode");
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("own file");
        }
    }
}

fn execute_case(case: &Value, folder: &Path) -> Run {
    let folder_name = folder.to_str().expect("a scratch path is text");
    let arguments = case["args"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let arguments: Vec<String> = arguments.map(|argument| argument.replace("<DIR>", folder_name)).collect();
    let input = match case["input_b64"].as_str() {
        Some(data) => base64::engine::general_purpose::STANDARD.decode(data).expect("base64"),
        None => text(case, "input").as_bytes().to_vec(),
    };
    butane::run(&arguments, &input, folder)
}
