//! What findings look like in each format, and what must never be printed.

use super::*;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Place, Report, Severity, SourceId, Sources};
use crate::document::{Path, Segment, Span, Syntax, json, yaml};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

crate::problem! {
    /// For tests.
    TEST = "FS9998", "test", Error;
}

const SPEC: &str = "\
variant: firesteel
iscsi:
  targets:
    san: { iqn: abc }
  nodes:
    - name: a
      wipe_table: true
      chap: { password: hunter2 }
    - name: a
      x:
      text: |
        a
        b
";

/// `spec.yaml` with its secret hidden, and `big.json`.
fn sources() -> (Sources, SourceId, SourceId) {
    let mut sources = Sources::default();
    let spec = sources.add_document("spec.yaml", yaml::read(SPEC.as_bytes()).expect("the text is YAML"));
    let text = "{\"a\": {\"b\": [\n1,\n2]}, \"ää\": {}}";
    let big = sources.add_document("big.json", json::read(text.as_bytes()).expect("the text is JSON"));
    let secret = SPEC.find("hunter2").expect("the text has it") as u32;
    sources.hide(spec, Span::new(secret, secret + 7));
    (sources, spec, big)
}

fn path(text: &str) -> Path {
    let segment = |part: &str| part.parse::<usize>().map_or_else(|_| Segment::from(part), Segment::from);
    Path::new(text.split('.').filter(|part| !part.is_empty()).map(segment))
}

fn report(diagnostic: Diagnostic) -> Report {
    let mut report = Report::default();
    report.push(diagnostic);
    report
}

#[track_caller]
fn check_text(sources: &Sources, diagnostic: Diagnostic, expected: &str) {
    assert_eq!(text(&report(diagnostic), sources, Style::Plain), expected.trim_start_matches('\n'));
}

#[test]
fn a_finding_with_everything() {
    let (sources, spec, _) = sources();
    let place = Place::key(spec, path("iscsi.nodes.0.wipe_table"));
    let fix = Fix { place: place.clone(), replacement: "wipeTable".into(), applicability: Applicability::Safe };
    check_text(
        &sources,
        TEST.at(place, "unknown key `wipe_table`")
            .mark("not known here")
            .note("a note\nof two lines")
            .help("an advice")
            .help("write `wipeTable`")
            .fix(fix),
        "
error[FS9998]: unknown key `wipe_table`
 --> spec.yaml:7:7
  |
7 |       wipe_table: true
  |       ^^^^^^^^^^ not known here
  |
  = note: a note
          of two lines
  = help: an advice
help: write `wipeTable`
  |
7 -       wipe_table: true
7 +       wipeTable: true
  |
",
    );
}

#[test]
fn labels_near_and_in_another_source() {
    let (sources, spec, big) = sources();
    check_text(
        &sources,
        TEST.at(Place::value(spec, path("iscsi.nodes.1.name")), "twice")
            .mark("again")
            .label(Place::value(spec, path("iscsi.nodes.0.name")), "first")
            .label(Place::value(big, path("ää")), "and there")
            .label(Place::whole(big), "all of it"),
        "
error[FS9998]: twice
 --> spec.yaml:9:13
  |
6 |     - name: a
  |             - first
...
9 |     - name: a
  |             ^ again
  |
 ::: big.json:3:14
  |
3 | 2]}, \"ää\": {}}
  |            -- and there
  |
  = note: all of it (big.json)
",
    );
}

#[test]
fn what_is_underlined() {
    let (sources, spec, big) = sources();
    let value = |source, text| Place::value(source, path(text));
    for (place, header, marked) in [
        // A missing field: the first key of its mapping, or the key that leads there.
        (value(spec, "iscsi.nodes.0.initiator"), "spec.yaml:6:7", "name"),
        (value(spec, "iscsi.bad"), "spec.yaml:2:1", "iscsi"),
        (value(spec, "iscsi.targets.san.lun"), "spec.yaml:4:5", "san:"),
        (value(big, "ää.c"), "big.json:3:6", "\"ää\""),
        // A value of several lines: its key, or its first line.
        (value(spec, "iscsi.nodes"), "spec.yaml:5:3", "nodes"),
        (value(spec, ""), "spec.yaml:1:1", "variant"),
        (value(spec, "iscsi.nodes.1.text"), "spec.yaml:11:13", "|"),
        (value(big, ""), "big.json:1:1", "{"),
        (value(big, "a.b"), "big.json:1:8", "\"b\""),
        // One line, or nothing.
        (value(spec, "iscsi.targets.san"), "spec.yaml:4:10", "{ iqn: abc }"),
        (value(spec, "iscsi.nodes.1.x"), "spec.yaml:10:9", ""),
        (Place::bytes(spec, Span::new(0, 40)), "spec.yaml:1:1", "variant: firesteel"),
        (Place::bytes(spec, Span::new(9000, 9001)), "spec.yaml:14:1", ""),
    ] {
        let drawn = text(&report(TEST.at(place.clone(), "m")), &sources, Style::Plain);
        assert!(drawn.contains(&format!("--> {header}\n")), "{place:?}\n{drawn}");
        let carets = drawn.matches('^').count();
        let width = marked.trim_end_matches(':').chars().count().max(1);
        assert_eq!(carets, width, "{drawn}");
    }
}

#[test]
fn a_whole_source_has_no_snippet_and_unsafe_changes_say_so() {
    let (sources, spec, _) = sources();
    let fix = Fix {
        place: Place::bytes(spec, Span::new(0, 19)),
        replacement: String::new(),
        applicability: Applicability::Unsafe,
    };
    check_text(
        &sources,
        TEST.at(Place::whole(spec), "not this").mark("a word").severity(Severity::Info).help("take it out").fix(fix),
        "
info[FS9998]: not this
 --> spec.yaml
  = note: a word
help: take it out (unsafe: changes what happens on the machine)
  |
1 - variant: firesteel
  |
",
    );
}

#[test]
fn secrets_are_shown_nowhere() {
    let (sources, spec, _) = sources();
    let place = Place::value(spec, path("iscsi.nodes.0.chap.password"));
    let line = Place::value(spec, path("iscsi.nodes.0.chap"));
    let fix = |place: &Place| Fix {
        place: place.clone(),
        replacement: "\"hunter2\"".into(),
        applicability: Applicability::Safe,
    };
    let mut report = Report::default();
    report.push(TEST.at(place.clone(), "inline").fix(fix(&place)));
    report.push(TEST.at(line.clone(), "around").fix(fix(&line)));
    report.push(TEST.at(Place::key(spec, path("iscsi.nodes.0.chap")), "beside").fix(Fix {
        place: Place::key(spec, path("iscsi.nodes.0.chap")),
        replacement: "CHAP".into(),
        applicability: Applicability::Safe,
    }));
    let drawn = text(&report, &sources, Style::Plain);
    assert_eq!(drawn.matches("password: *******").count(), 5, "{drawn}");
    for out in [drawn, json(&report, &sources), raw(&report, &sources, RawRule::First)] {
        assert!(!out.contains("hunter2"), "{out}");
    }
}

#[test]
fn findings_are_separated_and_counted() {
    let (sources, spec, _) = sources();
    let mut report = Report::default();
    assert_eq!(text(&report, &sources, Style::Plain), "");
    assert_eq!(summary(&report), "");
    report.push(TEST.at(Place::whole(spec), "a").severity(Severity::Warning));
    assert_eq!(summary(&report), "warning: 1 warning");
    report.push(TEST.at(Place::whole(spec), "b"));
    report.push(TEST.at(Place::whole(spec), "c"));
    report.push(TEST.at(Place::whole(spec), "d").severity(Severity::Info));
    assert_eq!(summary(&report), "error: 2 errors, 1 warning, 1 note");
    let drawn = text(&report, &sources, Style::Plain);
    assert!(drawn.starts_with("warning[FS9998]: a\n--> spec.yaml\n\nerror[FS9998]: b\n"), "{drawn}");
}

#[test]
fn colors_are_asked_for() {
    let (sources, spec, _) = sources();
    let report = report(TEST.at(Place::value(spec, path("variant")), "m"));
    let colored = text(&report, &sources, Style::Colored);
    assert!(colored.contains("\x1b[1m"), "{colored:?}");
    assert!(colored.contains("spec.yaml:1:10"), "{colored:?}");
    assert!(!text(&report, &sources, Style::Plain).contains('\x1b'));
}

#[test]
fn lines_and_columns_are_those_of_the_document() {
    // YAML breaks lines at CR, NEL, LS and PS, and counts characters; JSON does neither.
    let yaml = "# ä\u{85}# b\r# c\u{2028}ä: x\n";
    let json = "{\"ä\":\u{20}\"x\u{2028}\", \"b\": 1}";
    let mut sources = Sources::default();
    let a = sources.add_malformed("a", yaml, Syntax::Yaml);
    let b = sources.add_malformed("b", json, Syntax::Json);
    let find = |text: &str, what: &str| {
        let at = text.find(what).expect("the text has it") as u32;
        Span::new(at, at + what.len() as u32)
    };
    check_text(
        &sources,
        TEST.at(Place::bytes(a, find(yaml, "x")), "m"),
        "
error[FS9998]: m
 --> a:4:4
  |
4 | ä: x
  |    ^
",
    );
    check_text(
        &sources,
        TEST.at(Place::bytes(b, find(json, "1")), "m"),
        "
error[FS9998]: m
 --> b:1:21
  |
1 | {\"ä\": \"x\u{fffd}\", \"b\": 1}
  |                  ^
",
    );
}

#[test]
fn nothing_from_the_input_steers_the_terminal() {
    let evil = "\x1b[2J\x1b]0;x\x07\r\u{202e}\u{9b}\u{200b}\u{f0000}0:1:1";
    let mut sources = Sources::default();
    let id = sources.add_malformed(format!("f{evil}\n"), format!("a: {evil} b"), Syntax::Json);
    let place = Place { path: path(evil), ..Place::bytes(id, Span::new(4, 40)) };
    let fix = Fix { place: place.clone(), replacement: evil.into(), applicability: Applicability::Safe };
    let report = report(TEST.at(place.clone(), evil).mark(evil).label(place, evil).note(evil).help(evil).fix(fix));
    for out in [text(&report, &sources, Style::Plain), json(&report, &sources), raw(&report, &sources, RawRule::First)]
    {
        let found: Vec<char> = out.chars().filter(|&c| c != '\n' && safe::is_hazard(c)).collect();
        assert!(found.is_empty(), "{found:?} in {out:?}");
    }
    assert_eq!(raw(&report, &sources, RawRule::First).lines().count(), 1);
    assert_eq!(json(&report, &sources).lines().count(), 1);
    let read: serde_json::Value = serde_json::from_str(&json(&report, &sources)).expect("it is JSON");
    assert_eq!(read["message"], evil);
}

#[test]
fn a_huge_line_costs_and_shows_little() {
    let mut long = "{\"a\": \"".to_owned() + &"x".repeat(5_000_000);
    let end = long.len() as u32;
    long.push_str("\", \"b\": 1}");
    let mut sources = Sources::default();
    let id = sources.add_malformed("long.json", long, Syntax::Json);
    let mut report = Report::default();
    for place in [Span::new(0, end), Span::new(6, 7), Span::new(end + 3, end + 6), Span::new(end / 2, end / 2)] {
        let fix =
            Fix { place: Place::bytes(id, place), replacement: "y".repeat(10), applicability: Applicability::Safe };
        let place = Place::bytes(id, place);
        report.push(TEST.at(place, "m").label(Place::bytes(id, Span::new(end, end + 1)), "far").fix(fix));
    }
    let drawn = text(&report, &sources, Style::Plain);
    assert!(drawn.len() < 8_000, "{} bytes", drawn.len());
    assert!(drawn.contains("--> long.json:1:5000011\n"), "{drawn}");
    assert!(drawn.contains("\"b\""), "{drawn}");
}

#[test]
fn raw_lines() {
    let (sources, spec, big) = sources();
    let at = |place| TEST.at(place, "message\nof two lines");
    let message = "message\\nof two lines\n";
    for (place, rule, expected) in [
        (
            Place::value(spec, path("iscsi.nodes.0.name")),
            RawRule::First,
            "error at $.iscsi.nodes.0.name, line 6 col 13: ",
        ),
        (Place::value(spec, path("iscsi.nodes.0.bad")), RawRule::First, "error at $.iscsi.nodes.0.bad, line 6 col 7: "),
        (Place { path: path("a.0"), ..Place::whole(spec) }, RawRule::First, "error at $.a.0: "),
        (Place::bytes(spec, Span::new(19, 20)), RawRule::First, "error at line 2 col 1: "),
        (Place::whole(spec), RawRule::First, "error: "),
        (Place::value(big, path("a.b")), RawRule::First, "error at $.a.b, line 1 col 13: "),
        (Place::value(big, path("a.b")), RawRule::PastBracket, "error at $.a.b, line 1 col 14: "),
        (Place::value(big, path("a.b.1")), RawRule::PastBracket, "error at $.a.b.1, line 3 col 1: "),
        (Place::key(big, path("a.b")), RawRule::PastBracket, "error at $.a.b, line 1 col 8: "),
        (Place::value(big, path("ää.c")), RawRule::PastBracket, "error at $.ää.c, line 3 col 15: "),
        (
            Place::value(spec, path("iscsi.targets.san")),
            RawRule::PastBracket,
            "error at $.iscsi.targets.san, line 4 col 10: ",
        ),
    ] {
        assert_eq!(raw(&report(at(place)), &sources, rule), format!("{expected}{message}"));
    }
}

#[test]
fn json_lines() {
    let (sources, spec, big) = sources();
    let place = Place::key(spec, path("iscsi.nodes.0.wipe_table"));
    let fix = Fix { place: place.clone(), replacement: "wipeTable".into(), applicability: Applicability::Unsafe };
    let mut report =
        report(TEST.at(place, "m").mark("here").label(Place::value(big, path("ää")), "l").note("n").fix(fix));
    report.push(TEST.at(Place::whole(big), "w").help("h"));
    let at = r#""file":"spec.yaml","path":"$.iscsi.nodes.0.wipe_table","line":7,"column":7,"end_line":7,"end_column":17,"start":88,"end":98"#;
    let there =
        r#""file":"big.json","path":"$.ää","line":3,"column":14,"end_line":3,"end_column":16,"start":30,"end":32"#;
    let none = r#""file":"big.json","path":"$","line":null,"column":null,"end_line":null,"end_column":null,"start":null,"end":null"#;
    assert_eq!(
        json(&report, &sources),
        format!(
            "{{\"code\":\"FS9998\",\"name\":\"test\",\"severity\":\"error\",\"message\":\"m\",\"mark\":\"here\",{at},\
             \"labels\":[{{\"text\":\"l\",{there}}}],\"notes\":[\"n\"],\"help\":[],\
             \"fix\":{{\"replacement\":\"wipeTable\",\"applicability\":\"unsafe\",\"place\":{{{at}}}}}}}\n\
             {{\"code\":\"FS9998\",\"name\":\"test\",\"severity\":\"error\",\"message\":\"w\",\"mark\":null,{none},\
             \"labels\":[],\"notes\":[],\"help\":[\"h\"],\"fix\":null}}\n"
        )
    );
}

proptest! {
    /// Drawing never panics, and secrets stay hidden, whatever the text and wherever the marks are.
    #[test]
    fn any_text_can_be_drawn(
        pieces in prop::collection::vec(prop_oneof![
            Just("\n"), Just("\r"), Just("\r\n"), Just("\u{85}"), Just("\u{2028}"), Just("\t"), Just("  "), Just("ä"),
            Just("日本"), Just("👩\u{200d}🚀"), Just("\x1b"), Just("e\u{301}"), Just("key: value"), Just("\u{feff}"),
        ], 0..40),
        wide in 0usize..3,
        spans in prop::collection::vec((0u32..300, 0u32..300), 3),
        replacement in "[ \\n\\täx日\\r]{0,12}",
        is_json: bool,
    ) {
        let mut content = pieces.concat();
        content.push_str(&"long ä ".repeat(wide * 100));
        content.push_str(&pieces.concat());
        let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
        let mut sources = Sources::default();
        let id = sources.add_malformed("any", content, syntax);
        let span = |at: usize| Place::bytes(id, Span::new(spans[at].0, spans[at].1));
        if is_json {
            sources.hide(id, Span::new(spans[1].1, spans[2].0));
        }
        let fix = Fix { place: span(2), replacement, applicability: Applicability::Safe };
        let report = report(TEST.at(span(0), "m").mark("w").label(span(1), "l").fix(fix));
        let drawn = text(&report, &sources, Style::Plain);
        prop_assert!(drawn.chars().all(|c| c == '\n' || !safe::is_hazard(c)));
        json(&report, &sources);
        raw(&report, &sources, RawRule::PastBracket);
    }
}
