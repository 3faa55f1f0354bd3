//! SARIF 2.1.0, which code hosts and editors read.
//!
//! Lines end in a newline and columns count characters, as the log says. What is inside of encoded contents is told at
//! the value they stand in, since a reader of the log can open nothing else.

use super::json::push_line;
use super::outside::{Outside, Region, outside, sentences};
use super::view::Views;
use crate::diagnostic::{Diagnostic, Fix, Place, Problem, Report, Severity, Sources};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What stands in the path of a URI as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Every finding as a result of one run, and `problems` as the rules that this tool has.
pub fn sarif(report: &Report, sources: &Sources, problems: &[&Problem]) -> String {
    let views = Views::new(sources);
    let rules: HashMap<&str, usize> =
        problems.iter().enumerate().map(|(index, problem)| (problem.code, index)).collect();
    let mut seen: HashMap<Uuid, usize> = HashMap::new();
    let results: Vec<Value> = report
        .iter()
        .map(|finding| {
            let mut result = result(finding, sources, &views);
            if let Some(&index) = rules.get(finding.problem.code) {
                result.insert("ruleIndex".to_owned(), json!(index));
            }
            // The same finding twice in a file is told apart by its number.
            let identity = identity(finding, sources, &views);
            let count = seen.entry(identity).or_default();
            *count += 1;
            result.insert("partialFingerprints".to_owned(), json!({ "firesteel/v1": format!("{identity}:{count}") }));
            Value::Object(result)
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "firesteel",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": problems.iter().map(|problem| rule(problem)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut out = String::new();
    push_line(&mut out, &log.to_string());
    out
}

fn rule(problem: &Problem) -> Value {
    // Doc comments, of which pages are made, begin each line with a blank.
    let lines: Vec<&str> = problem.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let page = lines.join("\n").trim().to_owned();
    let first = page.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    json!({
        "id": problem.code,
        "name": problem.name,
        "shortDescription": { "text": first },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(problem.severity) },
    })
}

fn result(finding: &Diagnostic, sources: &Sources, views: &Views<'_>) -> Map<String, Value> {
    let place = outside(&finding.place, sources, views);
    let mut result = Map::new();
    let mut set = |key: &str, value: Value| result.insert(key.to_owned(), value);
    set("ruleId", json!(finding.problem.code));
    set("level", json!(level(finding.severity)));
    set("message", json!({ "text": sentences(finding, place.inside.as_deref()) }));
    let mut location = location(&place);
    if !finding.place.path.is_root() {
        let path = finding.place.path.to_string();
        location["logicalLocations"] = json!([{ "fullyQualifiedName": path, "kind": "member" }]);
    }
    set("locations", json!([location]));
    if !finding.labels.is_empty() {
        let related = finding.labels.iter().map(|label| {
            let place = outside(&label.place, sources, views);
            let mut location = self::location(&place);
            let inside = place.inside.map(|inside| format!(" ({inside})")).unwrap_or_default();
            location["message"] = json!({ "text": format!("{}{inside}", label.text) });
            location
        });
        set("relatedLocations", related.collect());
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| change(fix, sources, views)) {
        set("fixes", json!([fix]));
    }
    result
}

fn location(place: &Outside<'_>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(place.file) } });
    if let Some(region) = &place.region {
        physical["region"] = self::region(region);
    }
    json!({ "physicalLocation": physical })
}

fn region(region: &Region) -> Value {
    let Region { start, end } = region;
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// The change, where it is one of a file, and shows nothing that is secret.
fn change(fix: &Fix, sources: &Sources, views: &Views<'_>) -> Option<Value> {
    let span = fix.place.span(sources)?;
    let view = views.get(fix.place.source);
    if view.hides(span) || view.source.carrier.is_some() {
        return None;
    }
    let deleted = Region::of(view, &view.clamp(span));
    Some(json!({
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(view.source.name.strip_prefix("./").unwrap_or(&view.source.name)) },
            "replacements": [{
                "deletedRegion": region(&deleted),
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    }))
}

/// What a finding is known by in the next run, when lines above it have come and gone.
fn identity(finding: &Diagnostic, sources: &Sources, views: &Views<'_>) -> Uuid {
    let Place { path, .. } = &finding.place;
    let file = outside(&finding.place, sources, views).file;
    let words = format!("{}\0{file}\0{path}\0{}", finding.problem.code, finding.message);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, words.as_bytes())
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The name of a file as a URI: relative as it was given, or from the root.
fn uri(name: &str) -> String {
    let name = name.replace('\\', "/");
    let scheme = if name.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(&name, ESCAPED))
}
