//! Reading and checking an Ignition config tells what the reference tells: the verdict, the same kinds at the same
//! places, in its order.
//!
//! `vectors/ignition-validate.jsonl.gz` was recorded by running the reference on our own inputs. The wording is our own
//! and not compared, but for refusals, which scripts look for. A difference may live in
//! `conformance/deviations/ignition.jsonl` alone, with its reason.

mod support;

use firesteel::diagnostic::{Diagnostic, Severity};
use firesteel::document::Segment;
use firesteel::ignition::{Parsed, Places, parse};
use firesteel::validate::Manner;
use serde_json::Value;
use std::collections::BTreeSet;

/// What of a case is compared.
#[derive(Debug, Clone, Copy)]
enum Aspect {
    Exit,
    Refusal,
    Report,
    Position,
    Order,
}

/// Kind, path, line and column of one finding.
type Finding = (String, String, Option<u64>, Option<u64>);

#[test]
fn the_recorded_cases_agree() {
    assert!(run("recorded", &support::unpack(include_bytes!("vectors/ignition-validate.jsonl.gz"))) > 3300);
}

#[test]
fn the_whole_corpus_agrees_where_it_is_at_hand() {
    if let Some(path) = support::shared("conformance/ignition/validate.jsonl") {
        run("whole corpus", &std::fs::read_to_string(path).expect("the corpus can be read"));
    }
}

/// Runs all cases; the number of them.
#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn run(name: &str, text: &str) -> usize {
    let deviations = deviations();
    let (mut count, mut deviating, mut failures) = (0, 0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        let id = case["id"].as_str().expect("a case has an id");
        count += 1;
        match compare(&case) {
            Some((aspect, _)) if deviations.contains(&(id.to_owned(), format!("{aspect:?}"))) => deviating += 1,
            Some((aspect, difference)) => failures.push(format!("{aspect:?} {id}: {difference}")),
            None => {}
        }
    }
    println!("{name}: {count} cases, {deviating} deviate on purpose, {} differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    count
}

/// The cases that differ on purpose, each with what differs.
fn deviations() -> BTreeSet<(String, String)> {
    let list = include_str!("conformance/deviations/ignition.jsonl");
    let mut ids = BTreeSet::new();
    for line in list.lines() {
        let entry: Value = serde_json::from_str(line).expect("a deviation is JSON");
        assert!(entry["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "a deviation has a reason: {line}");
        let texts = |key: &str| entry[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        ids.extend(texts("ids").flat_map(|id| texts("aspects").map(|aspect| (id.to_owned(), aspect.to_owned()))));
    }
    ids
}

/// What is not as recorded, if anything.
fn compare(case: &Value) -> Option<(Aspect, String)> {
    let bytes = input(case);
    let parsed = parse("config.ign", &bytes, Manner::Reference);
    let exit = u64::from(parsed.outcome.is_err() || parsed.report.has_errors());
    if case["exit"] != exit {
        return Some((Aspect::Exit, format!("exit {exit}: {:#?}", parsed.report)));
    }
    let refusal = parsed.outcome.as_ref().err().filter(|_| parsed.report.is_empty());
    let refusal = refusal.map(|refusal| format!("couldn't parse config: {refusal}"));
    if case["stderr_tail"].as_str() != refusal.as_deref() {
        return Some((Aspect::Refusal, format!("refusal {refusal:?}, wanted {}", case["stderr_tail"])));
    }
    let found = findings(&parsed, &bytes);
    let mut wanted = vec![recorded(&case["report"])];
    wanted.extend(case["alternatives"].as_array().into_iter().flatten().map(recorded));
    let sorted = |findings: &[Finding]| {
        let mut findings = findings.to_vec();
        findings.sort();
        findings
    };
    let without_places = |findings: &[Finding]| {
        let mut findings: Vec<_> = findings.iter().map(|(kind, path, ..)| (kind.clone(), path.clone())).collect();
        findings.sort();
        findings
    };
    let difference = || format!("\n  found  {found:?}\n  wanted {:?}", wanted[0]);
    if wanted.iter().all(|wanted| without_places(wanted) != without_places(&found)) {
        return Some((Aspect::Report, difference()));
    }
    if wanted.iter().all(|wanted| sorted(wanted) != sorted(&found)) {
        return Some((Aspect::Position, difference()));
    }
    // Unknown keys come last; those of one map come in any order.
    let is_unknown = |finding: &Diagnostic| ["FS0101", "FS0110"].contains(&finding.problem.code);
    let stable = parsed.report.iter().take_while(|finding| !is_unknown(finding)).count();
    let same_order = |wanted: &Vec<Finding>| wanted.iter().take(stable).eq(found.iter().take(stable));
    (!wanted.iter().any(same_order)).then(|| (Aspect::Order, difference()))
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

fn recorded(report: &Value) -> Vec<Finding> {
    let read = |entry: &Value| {
        let steps = entry["path"].as_array().expect("a path").iter();
        let path: Vec<String> =
            steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
        let kind = entry["kind"].as_str().expect("a kind").to_owned();
        (kind, path.join("."), entry["line"].as_u64(), entry["column"].as_u64())
    };
    report.as_array().expect("a report").iter().map(read).collect()
}

fn findings(parsed: &Parsed, bytes: &[u8]) -> Vec<Finding> {
    let source = parsed.sources.get(parsed.source);
    let places = Places::new(bytes, &source.text, source.document.as_deref());
    let place = |found: &Diagnostic| {
        assert_ne!(found.severity, Severity::Info);
        let position = places.find(&found.place).filter(|_| parsed.has_places);
        let path = found.place.path.segments().iter().map(Segment::to_string).collect::<Vec<_>>().join(".");
        let (line, column) = (position.map(|at| u64::from(at.line)), position.map(|at| u64::from(at.column)));
        (found.severity.word().to_owned(), path, line, column)
    };
    parsed.report.iter().map(place).collect()
}
