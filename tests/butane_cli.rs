//! The command line of the `butane` drop-in answers as recorded: status, both streams, files.
//!
//! `vectors/butane-cli.jsonl.gz` was recorded by running Butane 0.29 on our own inputs. Messages and reasons in it are
//! stand-ins. The compiler is one, too: it hands out what was recorded, so that only what is around it is tested.

mod support;

use firesteel::diagnostic::Severity;
use firesteel::document::{Path as FieldPath, Segment};
use firesteel::dropin::butane::{Entry, Outcome, Request, Status, Streams, Surroundings, run};
use pretty_assertions::assert_eq;
use serde_json::Value;
use std::cell::Cell;
use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

/// What the stand-in for the compiler hands out where the recorded run wrote nothing; it must not be written.
const UNWRITTEN: &str = "nobody shall see this\n";

/// What one run left behind.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u8,
    stdout: String,
    stderr: String,
}

#[test]
fn the_recorded_cases_agree() {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("vectors/butane-cli.jsonl.gz");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the vectors are a gzip file");
    let (cases, reports) = replay("recorded", &text);
    assert!(cases > 200 && reports > 190, "{cases} cases, {reports} with their whole standard error");
}

#[test]
fn the_whole_corpus_agrees_where_it_is_at_hand() {
    let Some(folder) = support::shared("conformance/butane") else { return };
    for name in ["any", "fcos", "fiot", "flatcar", "openshift", "r4e"] {
        let path = folder.join(format!("{name}.jsonl"));
        replay(name, &fs::read_to_string(path).expect("the corpus can be read"));
    }
}

/// Runs all cases; the number of them, and of those whose standard error was compared whole.
#[expect(clippy::print_stdout, reason = "the numbers are worth showing with --nocapture")]
fn replay(name: &str, text: &str) -> (usize, usize) {
    let (mut cases, mut reports, mut failures) = (0, 0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a vector is JSON");
        match compare(&case) {
            Ok(whole) => reports += usize::from(whole),
            Err(difference) => failures.push(format!("{}: {difference}", case["id"].as_str().unwrap_or_default())),
        }
        cases += 1;
    }
    println!("{name}: {cases} cases, {} differ, standard error of {reports} compared", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    (cases, reports)
}

/// Whether the whole of standard error could be compared; what is not as recorded.
fn compare(case: &Value) -> Result<bool, String> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    let here = |text: &str| text.replace("<DIR>", folder.to_str().expect("the scratch folder is named in text"));
    lay_out(&case["files"], folder);
    let arguments: Vec<String> =
        case["args"].as_array().into_iter().flatten().map(|word| here(word.as_str().expect("a word"))).collect();
    let answer = answer(case, &arguments, folder)?;

    if case["exit"] != answer.status {
        return Err(format!("{answer:?}"));
    }
    let is_usage = |text: &str| text.contains("Usage: butane") && text.contains("--files-dir");
    // The usage has words of its own.
    if arguments == ["-h"] {
        return if is_usage(&answer.stdout) && answer.stderr.is_empty() {
            Ok(false)
        } else {
            Err(format!("{answer:?}"))
        };
    }
    if case["stdout"] != *answer.stdout {
        return Err(format!("{answer:?}"));
    }
    for (name, text) in case["out_files"].as_object().into_iter().flatten() {
        let found = fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
        if *text != *found {
            return Err(format!("{name}: {found:?}"));
        }
    }
    if answer.status != 2 {
        let raw: Vec<String> = std::iter::once("--raw-errors".to_owned()).chain(arguments.iter().cloned()).collect();
        let raw = self::answer(case, &raw, folder)?;
        if raw.status != answer.status || raw.stdout != answer.stdout || !raw.stderr.contains(&raw_lines(case)) {
            return Err(format!("--raw-errors: {raw:?}"));
        }
    }
    match case["stderr"].as_str() {
        Some(stderr) if here(stderr) == answer.stderr => Ok(true),
        Some(_) => Err(format!("standard error:\n{}", answer.stderr)),
        // Nothing but a reason, then.
        None if !case["fatal"].is_null() && case["report"].as_array().is_some_and(Vec::is_empty) => {
            let wanted = format!("Error translating config: {}\n", case["fatal"].as_str().unwrap_or_default());
            if wanted == answer.stderr { Ok(true) } else { Err(format!("{answer:?}")) }
        }
        None if answer.status == 2 && !is_usage(&answer.stderr) => Err(format!("{answer:?}")),
        None if answer.status == 1 && answer.stderr.is_empty() => Err(format!("{answer:?}")),
        None => Ok(false),
    }
}

fn answer(case: &Value, arguments: &[String], folder: &Path) -> Result<Answer, String> {
    use base64::Engine;
    let input = match (case["input"].as_str(), case["input_b64"].as_str()) {
        (_, Some(packed)) => base64::prelude::BASE64_STANDARD.decode(packed).expect("bytes are in base64"),
        (text, None) => text.unwrap_or_default().as_bytes().to_vec(),
    };
    let surroundings = Surroundings {
        folder: folder.to_owned(),
        no_color: case["env"].is_null() || !case["env"]["NO_COLOR"].is_null(),
        stderr_is_terminal: false,
    };
    let misled = Cell::new(None);
    let compile = |request: Request<'_>| {
        misled.set(misunderstanding(case, arguments, &request));
        recorded(case, &request)
    };
    let words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let answer = answer_to(&words, &input, &surroundings, &compile);
    misled.take().map_or(Ok(answer), Err)
}

fn answer_to(
    arguments: &[OsString],
    input: &[u8],
    surroundings: &Surroundings,
    compile: &dyn Fn(Request<'_>) -> Outcome,
) -> Answer {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = Streams { stdin: &mut Cursor::new(input), stdout: &mut stdout, stderr: &mut stderr };
    let status = run(arguments, surroundings, streams, compile).code();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer { status, stdout: text(stdout), stderr: text(stderr) }
}

/// What the recorded output and the arguments show the compiler to have been asked for otherwise.
fn misunderstanding(case: &Value, arguments: &[String], request: &Request<'_>) -> Option<String> {
    let output = case["stdout"].as_str().unwrap_or_default();
    let is_json = output.starts_with('{');
    if is_json && request.pretty != output.starts_with("{\n") {
        return Some(format!("pretty: {}", request.pretty));
    }
    let is_openshift = case["id"].as_str().is_some_and(|id| id.contains("@openshift-"));
    if is_openshift && !output.is_empty() && request.raw != is_json {
        return Some(format!("raw: {}", request.raw));
    }
    let has_files =
        arguments.iter().zip(arguments.iter().skip(1)).any(|(flag, value)| flag == "-d" && !value.is_empty())
            || arguments.iter().any(|argument| argument.starts_with("--files-dir="));
    (request.files.is_some() != has_files).then(|| format!("local files: {}", request.files.is_some()))
}

/// What the compiler made of it when the case was recorded.
fn recorded(case: &Value, request: &Request<'_>) -> Outcome {
    let entries: Vec<Entry> = case["report"].as_array().into_iter().flatten().map(entry).collect();
    let has_errors = entries.iter().any(|entry| entry.kind == Severity::Error);
    // A reason beside warnings alone is the refusal of --strict, which is not the compiler's.
    let is_fatal = !case["fatal"].is_null() && (has_errors || entries.is_empty());
    let written = case["out_files"].as_object().and_then(|files| files.values().next()).unwrap_or(&case["stdout"]);
    let written = written.as_str().filter(|text| !text.is_empty() && case["exit"] == 0).unwrap_or(UNWRITTEN);
    Outcome {
        output: (!is_fatal).then(|| written.to_owned()),
        entries,
        fatal: is_fatal.then(|| case["fatal"].as_str().expect("a reason is text").to_owned()),
        text: String::from_utf8_lossy(request.bytes).into(),
    }
}

fn entry(entry: &Value) -> Entry {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let number =
        |name: &str| entry[name].as_u64().map(|number| u32::try_from(number).expect("lines are not that long"));
    let kind = match text("kind") {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    };
    let path = text("path").strip_prefix("$").unwrap_or_default();
    let path =
        FieldPath::new(path.strip_prefix('.').map(|path| path.split('.')).into_iter().flatten().map(Segment::from));
    Entry { kind, path, line: number("line"), column: number("column"), message: text("message").to_owned() }
}

/// The report of a case, a line for each finding.
fn raw_lines(case: &Value) -> String {
    let mut lines = String::new();
    for entry in case["report"].as_array().into_iter().flatten() {
        let path = entry["path"].as_str().filter(|path| *path != "$").map(str::to_owned);
        let place = entry["line"].as_u64().map(|line| format!("line {line} col {}", entry["column"]));
        let at: Vec<String> = path.into_iter().chain(place).collect();
        let at = if at.is_empty() { String::new() } else { format!(" at {}", at.join(", ")) };
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        lines += &format!("{}{at}: {}\n", text("kind"), text("message"));
    }
    lines
}

/// Puts the files of a case where they were.
fn lay_out(files: &Value, folder: &Path) {
    use base64::Engine;
    for (name, file) in files.as_object().into_iter().flatten() {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it is in the scratch folder")).expect("scratch folder");
        if file["dir"] == true {
            fs::create_dir_all(&path).expect("scratch folder");
        } else if let Some(packed) = file["b64"].as_str() {
            let bytes = base64::prelude::BASE64_STANDARD.decode(packed).expect("bytes are in base64");
            fs::write(&path, bytes).expect("scratch file");
        } else if let Some(text) = file.as_str().or(file["text"].as_str()) {
            fs::write(&path, text).expect("scratch file");
        }
        // Links and pipes are below --files-dir, which only the compiler reads.
    }
}

#[test]
fn colours_depend_on_where_the_report_goes() {
    let warn = |request: Request<'_>| Outcome {
        output: Some("{}\n".to_owned()),
        entries: vec![entry(&serde_json::json!({"kind": "info", "path": "$", "line": 1, "column": 1, "message": "m"}))],
        fatal: None,
        text: String::from_utf8_lossy(request.bytes).into(),
    };
    for (flag, no_color, stderr_is_terminal, colored) in [
        (None, false, true, true),
        (None, true, true, false),
        (None, false, false, false),
        (Some("--color=auto"), false, true, true),
        (Some("--color=never"), false, true, false),
        (Some("--color=purple"), false, true, false),
        (Some("--color"), true, false, true),
        (Some("--raw-errors"), false, true, false),
    ] {
        let surroundings = Surroundings { no_color, stderr_is_terminal, ..Surroundings::default() };
        let arguments: Vec<OsString> = flag.into_iter().map(OsString::from).collect();
        let answer = answer_to(&arguments, b"a: b\n", &surroundings, &warn);
        assert_eq!(answer.stderr.contains("\x1b[1;36minfo\x1b[0m"), colored, "{flag:?} {surroundings:?}");
        assert_eq!((answer.status, &*answer.stdout), (0, "{}\n"));
    }
}

#[test]
fn what_ends_a_run_before_anything_is_compiled() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    fs::write(scratch.path().join("a.bu"), "").expect("scratch file");
    let surroundings = Surroundings { folder: scratch.path().to_owned(), ..Surroundings::default() };
    let compile = |_: Request<'_>| panic!("nothing may be compiled");
    for (line, status, stdout, stderr) in [
        ("--help", Status::Done, "Usage: butane", ""),
        ("-hV", Status::Done, "Usage: butane", ""),
        ("-V nope.bu -d nope", Status::Done, "Butane v0.29.0\n", ""),
        ("-V --input a.bu", Status::Done, "Butane v0.29.0\n", "--input is on its way out"),
        ("-h a b", Status::Usage, "", "more than one input"),
        ("-V --nope", Status::Usage, "", "--nope"),
        ("-h -x", Status::Usage, "", "-x"),
        ("--input a.bu a.bu", Status::Usage, "", "more than one input"),
        ("a b", Status::Usage, "", "Usage: butane"),
        ("--strict=maybe", Status::Usage, "", "`maybe`"),
        ("nope.bu", Status::Failed, "", "cannot read nope.bu: no such file"),
        (".", Status::Failed, "", "cannot read .: is a directory"),
        ("-", Status::Failed, "", "cannot read -: no such file"),
    ] {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let answer = answer_to(&words, b"", &surroundings, &compile);
        assert_eq!(answer.status, status.code(), "{line}: {answer:?}");
        assert!(
            answer.stdout.starts_with(stdout) && answer.stdout.is_empty() == stdout.is_empty(),
            "{line}: {answer:?}"
        );
        assert!(answer.stderr.contains(stderr) && answer.stderr.is_empty() == stderr.is_empty(), "{line}: {answer:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_new_output_is_open_to_all_and_an_old_one_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let path = scratch.path().join("out.ign");
    let surroundings = Surroundings { folder: scratch.path().to_owned(), ..Surroundings::default() };
    let compile =
        |_: Request<'_>| Outcome { output: Some("{}\n".to_owned()), entries: Vec::new(), fatal: None, text: "".into() };
    let mode = || fs::metadata(&path).expect("it was written").permissions().mode() & 0o777;
    let words: Vec<OsString> = ["-o", "out.ign"].map(OsString::from).to_vec();
    assert_eq!(answer_to(&words, b"", &surroundings, &compile).status, 0);
    // The umask of whoever runs the tests may take bits away.
    assert_eq!(mode() & !0o644, 0);
    assert_eq!(mode() & 0o600, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("own file");
    assert_eq!(answer_to(&words, b"", &surroundings, &compile).status, 0);
    assert_eq!(mode(), 0o600);
}

#[cfg(unix)]
#[test]
fn the_program_is_butane_when_it_is_called_so() {
    use std::process::{Command, Stdio};
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let link = scratch.path().join("butane");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_firesteel"), &link).expect("scratch link");
    let called = |mut command: Command| {
        let output = command.current_dir(scratch.path()).stdin(Stdio::null()).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for arguments in [&["-V"] as &[&str], &["-h"], &["nope.bu"], &["--nope"], &["a", "b"], &["--version", "--color"]] {
        let by_link = {
            let mut command = Command::new(&link);
            command.args(arguments);
            called(command)
        };
        let by_word = {
            let mut command = Command::new(env!("CARGO_BIN_EXE_firesteel"));
            command.arg("butane").args(arguments);
            called(command)
        };
        assert_eq!(by_link, by_word);
        let status = if arguments[0] == "nope.bu" { 1 } else { 2 };
        let status = if arguments[0].to_lowercase().contains(['v', 'h']) { 0 } else { status };
        assert_eq!(by_link.0, Some(status), "{arguments:?}");
    }
}
