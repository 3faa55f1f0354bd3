//! Unit texts, good and broken, and what the reader makes of them.

use super::{FaultKind, UnitText};

#[track_caller]
fn shown(text: &str) -> String {
    let unit = UnitText::read(text);
    let mut out = String::new();
    for section in &unit.sections {
        assert_eq!(&text[section.header.start + 1..section.header.end - 1], section.name);
        out += &format!("[{}]", section.name);
        for option in &section.options {
            assert_eq!(&text[option.name_at.clone()], option.name);
            assert_eq!(&text[option.value_at.clone()], option.value);
            out += &format!("{}={};", option.name, option.value.escape_debug());
        }
    }
    match unit.fault {
        Some(fault) => out + &format!("!{:?}@{}", fault.kind, fault.at),
        None => out,
    }
}

#[test]
fn sections_and_options() {
    let cases = [
        ("", ""),
        ("junk\n[Unit]\nA=b\n\n[Service]\n  C = d \n", "[Unit]A=b;[Service]C= d ;"),
        ("# [No]\n[Yes]\n;A=b\nC=", "[Yes]C=;"),
        ("# comment \\\n[No]\n[Yes]\n", "[Yes]"),
        ("[A]\nx=1\\\ny=2\nz=3", "[A]x=1\\\\\\ny=2;z=3;"),
        ("[A]\nx=1\\\n\nz=3", "[A]x=1\\\\;z=3;"),
        ("[A\nB]\n", "[A\nB]"),
        ("[A", "!OpenSection@2"),
        ("[A] x\n", "[A]!AfterSection@3"),
        ("[A]\nx\ny=1", "[A]!NoEqualsSign@4"),
        ("[A]\nx", "[A]!EndInName@5"),
        ("[A]\nx=1\\\r\ny\r\n", "[A]x=1\\\\\\r;!NoEqualsSign@10"),
        ("[A]\né=ü\r", "[A]é=ü;"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn a_long_line_is_noticed_only_within_the_buffer() {
    let long = format!("A={}\n", "x".repeat(2100));
    let after = |lines: usize| format!("[S]\n{}{long}", "B=0123456789012345678\n".repeat(lines));
    let fault = |text: &str| UnitText::read(text).fault.map(|fault| fault.kind);
    assert_eq!(fault(&after(0)), Some(FaultKind::LongLine));
    assert_eq!(fault(&after(90)), Some(FaultKind::LongLine));
    assert_eq!(fault(&after(150)), None);
}

#[test]
fn a_text_without_line_ends_is_read_in_linear_time() {
    let text = format!("[S]\nA={}\nB=1\n", "\\\n".repeat(500_000));
    assert_eq!(UnitText::read(&text).fault, None);
    let text = " \n".repeat(500_000);
    assert_eq!(UnitText::read(&text).sections, []);
}

#[test]
fn the_line_at_fault_is_found() {
    for (text, expected) in [
        ("[A]\n\n  [B\nx=1\n", "[B"),
        ("[A] x\n", "[A] x"),
        ("[A]\n x \ny=1", "x"),
        ("[A]\nx\n\n", "x"),
        ("[A]\nx", "x"),
        ("[", "["),
    ] {
        let fault = UnitText::read(text).fault.expect("the text is broken");
        assert_eq!(&text[fault.line(text)], expected, "{text:?}");
    }
}
