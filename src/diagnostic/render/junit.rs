//! JUnit's XML: a test case for each file that was looked into, with what was found in it.

use super::outside::outside;
use super::safe::{line, visible};
use super::text::plain;
use super::view::Views;
use crate::diagnostic::{Diagnostic, Report, Severity, Sources};
use std::collections::HashMap;
use std::fmt::Write;

/// A test case for each of `files`, and one for each further file that findings are in. Findings of severity `fails`
/// or worse make it fail; milder ones are its output.
pub fn junit(report: &Report, sources: &Sources, files: &[&str], fails: Severity) -> String {
    let views = Views::new(sources);
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let names = files.iter().map(|name| (name.strip_prefix("./").unwrap_or(name), None));
    let found = report.iter().map(|finding| (outside(&finding.place, sources, &views).file, Some(finding)));
    for (name, finding) in names.chain(found) {
        let index = *known.entry(name).or_insert_with(|| {
            cases.push(Case { name, findings: Vec::new() });
            cases.len() - 1
        });
        cases[index].findings.extend(finding);
    }
    let failed = cases.iter().filter(|case| case.worst() >= Some(fails)).count();
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\"", cases.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"firesteel\" {counts}>\n  <testsuite name=\"firesteel\" {counts} skipped=\"0\">"
    );
    for case in &cases {
        let name = attribute(case.name);
        let _ = write!(out, "    <testcase name=\"{name}\" classname=\"firesteel\" file=\"{name}\"");
        if case.findings.is_empty() {
            out.push_str("/>\n");
            continue;
        }
        out.push_str(">\n");
        let (failing, mild): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            case.findings.iter().partition(|finding| finding.severity >= fails);
        if let Some(first) = failing.first() {
            let more = if failing.len() > 1 { format!(" (and {} more)", failing.len() - 1) } else { String::new() };
            let _ = write!(
                out,
                "      <failure type=\"{} {}\" message=\"{}{more}\">",
                first.problem.code,
                first.problem.name,
                attribute(&first.message)
            );
            let _ = writeln!(out, "{}</failure>", content(&plain(failing.into_iter(), &views, sources)));
        }
        if !mild.is_empty() {
            let text = content(&plain(mild.into_iter(), &views, sources));
            let _ = writeln!(out, "      <system-out>{text}</system-out>");
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

struct Case<'a> {
    name: &'a str,
    findings: Vec<&'a Diagnostic>,
}

impl Case<'_> {
    fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

fn attribute(text: &str) -> String {
    content(&line(text)).replace('"', "&quot;")
}

/// Text of an element. XML has no way to write most control characters, so their pictures stand for them.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(visible(c)),
        }
    }
    out
}
