//! The checks of Ignition configs tell what the reference tells: the same kinds at the same places.
//!
//! `vectors/ignition-validate.jsonl.gz` was recorded by running the reference on our own inputs. `report` lists kind,
//! path, line and column. The wording is our own and not compared.

mod support;

use firesteel::diagnostic::{At, Diagnostic, Report, Severity, Sources};
use firesteel::document::{Document, Kind, Segment, json};
use firesteel::model::{Dialect, decode, ignition::Config};
use firesteel::spec::{Gates, IgnitionVersion};
use firesteel::validate::{Manner, validate};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;

/// Kind, path, line and column of one finding.
type Finding = (String, String, Option<u64>, Option<u64>);

/// Why a case is left out.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Skip {
    /// Keys in other letter case, which the reference takes.
    LetterCase,
    /// Keys that stand twice in one map.
    RepeatedKeys,
    /// A version that is not written as usual; that is for whoever reads the version.
    OddVersion,
    /// A number in an unknown key that silences the reference's own reader.
    Silenced,
}

#[test]
fn the_recorded_cases_agree() {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("vectors/ignition-validate.jsonl.gz");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the vectors are a gzip file");
    assert!(run("recorded", &text) > 2600);
}

#[test]
fn the_whole_corpus_agrees_where_it_is_at_hand() {
    if let Some(path) = support::shared("conformance/ignition/validate.jsonl") {
        run("shared", &std::fs::read_to_string(path).expect("the corpus can be read"));
    }
}

/// Runs all cases; the number of those compared.
#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn run(name: &str, text: &str) -> usize {
    let mut skipped: BTreeMap<Skip, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    let mut compared = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        if case.get("stage").is_some_and(|stage| stage != "checks") {
            continue;
        }
        match compare(&case) {
            Err(skip) => *skipped.entry(skip).or_default() += 1,
            Ok(None) => compared += 1,
            Ok(Some(difference)) => failures.push(format!("{}: {difference}", case["id"].as_str().unwrap_or_default())),
        }
    }
    println!("{name}: {compared} agree, {} do not, skipped: {skipped:?}", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    compared
}

/// `None` when all is as recorded, else what is not.
fn compare(case: &Value) -> Result<Option<String>, Skip> {
    let text = input(case);
    let document = match json::read(&text) {
        Ok(document) => document,
        Err(error) => return Ok(Some(format!("unreadable: {error:?}"))),
    };
    skip(case, &document)?;
    let version = version(&document).ok_or(Skip::OddVersion)?;
    let mut sources = Sources::default();
    let source = sources.add_document("config.ign", document.clone());
    let mut decoding = Report::default();
    let config: Config = decode(&document, source, Dialect::Ignition, Gates::ignition(version), &mut decoding);
    let mut report = Report::default();
    validate(&config, version, source, Manner::Reference, &mut report);
    let in_order: Vec<(String, String)> =
        report.iter().map(|found| (found.severity.word().to_owned(), dotted(found))).collect();
    report.extend(decoding);

    let exit = u64::from(report.has_errors());
    if case["exit"] != exit {
        return Ok(Some(format!("exit {exit}: {report:#?}")));
    }
    let mut found: Vec<Finding> = report.iter().map(|found| finding(found, &sources)).collect();
    found.sort();
    let mut wanted: Vec<Vec<Finding>> = vec![recorded(&case["report"])];
    wanted.extend(case["alternatives"].as_array().into_iter().flatten().map(recorded));
    let told_first: Vec<(String, String)> =
        wanted[0].iter().take(in_order.len()).map(|found| (found.0.clone(), found.1.clone())).collect();
    if wanted.len() == 1 && told_first != in_order {
        return Ok(Some(format!("order:\n  found  {in_order:?}\n  wanted {told_first:?}")));
    }
    wanted.iter_mut().for_each(|findings| findings.sort());
    let difference = || format!("\n  found  {found:?}\n  wanted {:?}", wanted[0]);
    Ok((!wanted.contains(&found)).then(difference))
}

fn input(case: &Value) -> Vec<u8> {
    use base64::Engine;
    match case["input"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let packed = case["input_b64"].as_str().expect("a case has its input");
            base64::engine::general_purpose::STANDARD.decode(packed).expect("the input is base64")
        }
    }
}

/// What the reference's reader does with odd texts is not the checks' matter.
fn skip(case: &Value, document: &Document) -> Result<(), Skip> {
    let id = case["id"].as_str().expect("a case has an id");
    if ["/lettercase/", "/json/case-", "/json/key-folds"].iter().any(|family| id.contains(family)) {
        return Err(Skip::LetterCase);
    }
    if id.contains("/json/num-huge-unk") {
        return Err(Skip::Silenced);
    }
    let mut open: Vec<_> = document.root().into_iter().collect();
    while let Some(node) = open.pop() {
        let mut names: Vec<&str> = document.entries(node).iter().filter_map(|&(key, _)| document.value(key)).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Skip::RepeatedKeys);
        }
        open.extend(document.items(node));
        open.extend(document.entries(node).iter().map(|&(_, value)| value));
    }
    Ok(())
}

fn version(document: &Document) -> Option<IgnitionVersion> {
    let root = document.root()?;
    let version = document.get(document.get(root, "ignition")?, "version")?;
    IgnitionVersion::from_name(document.value(version)?)
}

fn recorded(report: &Value) -> Vec<Finding> {
    let read = |entry: &Value| match entry.as_array() {
        Some(parts) => {
            let text = |index: usize| parts[index].as_str().expect("a text").to_owned();
            (text(0), text(1), parts[2].as_u64(), parts[3].as_u64())
        }
        None => {
            let steps = entry["path"].as_array().expect("a path").iter();
            let path: Vec<String> =
                steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
            let kind = entry["kind"].as_str().expect("a kind").to_owned();
            (kind, path.join("."), entry["line"].as_u64(), entry["column"].as_u64())
        }
    };
    report.as_array().expect("a report").iter().map(read).collect()
}

fn dotted(found: &Diagnostic) -> String {
    found.place.path.segments().iter().map(Segment::to_string).collect::<Vec<_>>().join(".")
}

fn finding(found: &Diagnostic, sources: &Sources) -> Finding {
    let document = sources.get(found.place.source).document.as_ref().expect("the source has a tree");
    let mut start = found.place.span(sources).expect("a finding has a place").start;
    let node = document.find(&found.place.path).value;
    let container = node.is_some_and(|node| !matches!(document.node(node).kind, Kind::Scalar { .. }));
    if container && found.place.at == At::Value {
        // The reference points behind the bracket.
        start += 1;
    }
    let position = document.position(start);
    assert_ne!(found.severity, Severity::Info);
    let (line, column) = (u64::from(position.line), u64::from(position.column));
    (found.severity.word().to_owned(), dotted(found), Some(line), Some(column))
}
