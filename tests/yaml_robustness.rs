//! Damaged and oversized texts: the reader answers all of them, fast, and its places always make sense.

use firesteel::document::{Document, Kind, NodeId, Text, yaml};
use std::time::{Duration, Instant};

const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "? ",
    "-",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a ",
    "!",
    "!!str ",
    "!e!x ",
    "|",
    ">",
    "|+2\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "\\x41",
    "\\u12",
    "#",
    " # c\n",
    "%",
    "%YAML 1.1\n",
    "%TAG !e! tag:e,2000:\n",
    "---\n",
    "...\n",
    "@",
    "`",
    "~",
    "\u{feff}",
    "é",
    "😀",
    "\0",
    "\u{7f}",
    "key: value\n",
    "- item\n",
    "  nested:\n    - x\n",
    "<<: *a\n",
];

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn children(document: &Document, id: NodeId) -> Vec<NodeId> {
    match &document.node(id).kind {
        Kind::Sequence { items, .. } => items.clone(),
        Kind::Mapping { entries, .. } => entries.iter().flat_map(|&(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}

/// Places must lie in the text and between characters, children in their parents, siblings in order.
fn check_places(bytes: &[u8]) {
    match yaml::read(bytes) {
        Err(error) => {
            let text = yaml::decoded(bytes);
            assert!(text.is_char_boundary(error.offset as usize), "{error:?} in {text:?}");
        }
        Ok(document) => {
            let text = document.text();
            let mut open: Vec<NodeId> = document.root().into_iter().collect();
            while let Some(id) = open.pop() {
                let node = document.node(id);
                let span = node.span;
                let written = text.get(span.range());
                assert!(written.is_some(), "{node:?} in {text:?}");
                if let Kind::Scalar { text: Text::Slice(value), .. } = &node.kind {
                    assert!(text.get(value.range()).is_some(), "{node:?} in {text:?}");
                }
                let mut before = span.start;
                for child in children(&document, id) {
                    let inner = document.node(child).span;
                    assert!(before <= inner.start && inner.end <= span.end, "{inner:?} in {node:?} in {text:?}");
                    before = inner.end;
                    open.push(child);
                }
            }
        }
    }
}

#[test]
fn damaged_texts_are_answered_with_sensible_places() {
    let seeds: Vec<String> = include_str!("vectors/yaml-trees.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("the vectors are JSON lines"))
        .filter_map(|vector| vector["yaml"].as_str().map(str::to_owned))
        .filter(|text| text.len() < 300)
        .collect();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let until = Instant::now() + Duration::from_secs(2);
    let mut count = 0;
    while count < 20_000 && Instant::now() < until {
        let mut bytes = seeds[random.below(seeds.len())].clone().into_bytes();
        for _ in 0..=random.below(4) {
            let from = random.below(bytes.len() + 1);
            let to = (from + random.below(4)).min(bytes.len());
            let piece = match random.below(3) {
                0 => "",
                1 => PIECES[random.below(PIECES.len())],
                _ => seeds[random.below(seeds.len())].as_str(),
            };
            bytes.splice(from..to, piece.bytes());
        }
        check_places(&bytes);
        if count % 8 == 0 {
            let text = String::from_utf8_lossy(&bytes);
            let wide = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes));
            check_places(&wide.collect::<Vec<u8>>());
        }
        count += 1;
    }
    assert!(count > 1000, "only {count} texts in two seconds");
}

#[test]
fn large_texts_take_linear_time() {
    let many_keys: String = (0..20_000).map(|number| format!("key{number}: value\n")).collect();
    let deep = |open: &str, close: &str, depth| open.repeat(depth) + &close.repeat(depth);
    let stairs: String = (0..9_000)
        .map(|depth| {
            format!(
                "{}- 
",
                " ".repeat(depth % 3)
            )
        })
        .collect();
    let lines: String = (0..20_000).map(|number| format!("  line {number}\n")).collect();
    let started = Instant::now();
    for (text, good) in [
        (many_keys, true),
        (deep("[", "]", 10_000), true),
        (deep("[", "]", 10_001), false),
        (deep("{a: ", "}", 10_000), true),
        ("- ".repeat(10_000), true),
        ("- ".repeat(10_001), false),
        ("[".repeat(1_000_000), false),
        (stairs, true),
        (format!("text: |\n{lines}"), true),
        (format!("text: >\n{lines}"), true),
        (format!("text:\n{lines}"), true),
        (format!("text: \"{}", "\\n".repeat(500_000)), false),
        ("a: &a [*a, *a]\n".repeat(20_000), true),
        (" # comment\n".repeat(100_000), true),
    ] {
        let result = yaml::read(text.as_bytes());
        let head = text.get(..20).unwrap_or(&text);
        assert_eq!(result.is_ok(), good, "{head:?}: {:?}", result.err());
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "took {took:?}");
}

#[test]
fn too_deep_texts_say_so() {
    for text in ["[".repeat(10_001), "- ".repeat(10_001)] {
        let error = yaml::read(text.as_bytes()).expect_err("this is too deep");
        assert_eq!(error.message, "exceeded max depth of 10000");
    }
}
