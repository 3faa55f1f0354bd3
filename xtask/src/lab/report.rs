//! What the lab found, as a table for people and as JUnit XML for CI.

use super::{CaseResult, Outcome};
use std::fs;
use std::path::Path;

/// One line on the terminal as soon as a case is over.
pub(super) fn told(result: &CaseResult) {
    let CaseResult { layer, name, outcome, seconds, .. } = result;
    match outcome {
        Outcome::Passed => println!("{layer} {name}: passed in {seconds} s"),
        Outcome::Failed(reason) => println!("{layer} {name}: FAILED in {seconds} s: {reason}"),
        Outcome::NotRun(reason) => println!("{layer} {name}: not run: {reason}"),
    }
}

/// Writes `report.md` and `junit.xml` into the folder.
pub(super) fn write(folder: &Path, results: &[CaseResult]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, text) in [("report.md", table(results)), ("junit.xml", junit(results))] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("{}", folder.join("report.md").display());
    Ok(())
}

/// An error when a case failed, could not be run though it had to be, or when there was none at all.
pub(super) fn verdict(results: &[CaseResult], allow_missing: bool) -> Result<(), String> {
    let Counts { passed, failed, not_run } = counts(results);
    println!("cargo xtask lab: {passed} passed, {failed} failed, {not_run} not run");
    if failed > 0 {
        return Err("a case of the lab failed".into());
    }
    if not_run > 0 && !allow_missing {
        return Err("not everything could be run here (--allow-missing makes that no failure)".into());
    }
    if passed == 0 && !allow_missing {
        return Err("no case was run".into());
    }
    Ok(())
}

struct Counts {
    passed: usize,
    failed: usize,
    not_run: usize,
}

fn counts(results: &[CaseResult]) -> Counts {
    let mut counts = Counts { passed: 0, failed: 0, not_run: 0 };
    for result in results {
        match result.outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Failed(_) => counts.failed += 1,
            Outcome::NotRun(_) => counts.not_run += 1,
        }
    }
    counts
}

fn table(results: &[CaseResult]) -> String {
    let Counts { passed, failed, not_run } = counts(results);
    let mut text = format!("# Lab\n\n{passed} passed, {failed} failed, {not_run} not run.\n\n");
    text.push_str("| layer | case | outcome | seconds | log |\n| --- | --- | --- | ---: | --- |\n");
    for CaseResult { layer, name, outcome, seconds, log } in results {
        let outcome = match outcome {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed(reason) => format!("**failed**: {}", cell(reason)),
            Outcome::NotRun(reason) => format!("not run: {}", cell(reason)),
        };
        let log = log.as_ref().map(|log| log.display().to_string()).unwrap_or_default();
        text.push_str(&format!("| {layer} | {} | {outcome} | {seconds:.1} | {log} |\n", cell(name)));
    }
    text
}

/// A table's cell is one line, and a bar would end it.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', "<br>")
}

fn junit(results: &[CaseResult]) -> String {
    let Counts { failed, not_run, .. } = counts(results);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"lab\" tests=\"{}\" failures=\"{failed}\" skipped=\"{not_run}\">\n",
        results.len()
    );
    for CaseResult { layer, name, outcome, seconds, .. } in results {
        text.push_str(&format!(
            "    <testcase classname=\"lab.{layer}\" name=\"{}\" time=\"{seconds:.1}\"",
            escaped(name)
        ));
        match outcome {
            Outcome::Passed => text.push_str("/>\n"),
            Outcome::Failed(reason) => {
                text.push_str(&format!(">\n      <failure message=\"{}\"/>\n    </testcase>\n", escaped(reason)));
            }
            Outcome::NotRun(reason) => {
                text.push_str(&format!(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(reason)));
            }
        }
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            // XML 1.0 has no way to write the others.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod unit {
    use super::*;

    fn results() -> Vec<CaseResult> {
        let case =
            |name: &str, outcome| CaseResult { layer: "engine", name: name.into(), outcome, seconds: 1.5, log: None };
        vec![
            case("good", Outcome::Passed),
            case("bad", Outcome::Failed("a < b | c\nd".into())),
            CaseResult::not_run("machine", "machine", "no \"emulator\""),
        ]
    }

    #[test]
    fn both_forms_tell_every_case() {
        assert_eq!(
            table(&results()),
            "# Lab\n\n1 passed, 1 failed, 1 not run.\n\n\
             | layer | case | outcome | seconds | log |\n| --- | --- | --- | ---: | --- |\n\
             | engine | good | passed | 1.5 |  |\n\
             | engine | bad | **failed**: a < b \\| c<br>d | 1.5 |  |\n\
             | machine | machine | not run: no \"emulator\" | 0.0 |  |\n"
        );
        let junit = junit(&results());
        assert!(junit.contains("tests=\"3\" failures=\"1\" skipped=\"1\""), "{junit}");
        assert!(junit.contains("<failure message=\"a &lt; b | c&#10;d\"/>"), "{junit}");
        assert!(junit.contains("<skipped message=\"no &quot;emulator&quot;\"/>"), "{junit}");
    }

    #[test]
    fn what_is_not_run_fails_unless_allowed() {
        let [good, bad, missing] = &results()[..] else { panic!("there are three") };
        assert!(verdict(std::slice::from_ref(good), false).is_ok());
        assert!(verdict(&[good.clone(), bad.clone()], true).is_err());
        assert!(verdict(&[good.clone(), missing.clone()], false).is_err());
        assert!(verdict(&[good.clone(), missing.clone()], true).is_ok());
        assert!(verdict(&[], false).is_err());
    }
}
