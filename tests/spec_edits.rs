//! Specs with small damages: whatever is done to an example, compiling it ends, and errors mean that there are no assets.

#[path = "support/tree.rs"]
mod tree;

use firesteel::diagnostic::render::{self, Style};
use firesteel::files::MemoryFiles;
use firesteel::pipeline::{Compiled, Input, Options, Wrapping, compile};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::fs;
use std::path::Path;
use tree::{entries, walk};

/// How many damaged specs; about three seconds without optimisation.
const CASES: u32 = 1500;

/// One damage.
#[derive(Debug, Clone, Copy)]
enum Edit {
    DropLine,
    RepeatLine,
    SwapLines,
    IndentLine,
    DropCharacter,
    PutCharacter(char),
    DropToken,
    RepeatToken,
    PutToken(&'static str),
}

const TOKENS: [&str; 24] = [
    "~",
    "{}",
    "[]",
    "\"\"",
    "0",
    "-1",
    "4.10",
    "true",
    "&a",
    "*a",
    "<<: *a",
    "!!int",
    "|",
    ">-",
    "---",
    "...",
    "#",
    ": ",
    "- ",
    "99999999999999999999",
    "/",
    "etcd",
    "\u{feff}",
    "größe",
];
const CHARACTERS: [char; 16] = ['\t', '\n', '\r', '"', '\'', '{', '}', '[', ']', ':', '#', '&', '*', '!', '\u{0}', 'ä'];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::DropLine),
        Just(Edit::RepeatLine),
        Just(Edit::SwapLines),
        Just(Edit::IndentLine),
        Just(Edit::DropCharacter),
        proptest::sample::select(CHARACTERS.to_vec()).prop_map(Edit::PutCharacter),
        Just(Edit::DropToken),
        Just(Edit::RepeatToken),
        proptest::sample::select(TOKENS.to_vec()).prop_map(Edit::PutToken),
    ]
}

/// Does one damage at a place chosen by `at`.
fn apply(text: &str, edit: Edit, at: usize) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let index = at % lines.len();
    match edit {
        Edit::DropLine => {
            lines.remove(index);
        }
        Edit::RepeatLine => lines.insert(index, lines[index].clone()),
        Edit::SwapLines => {
            let other = (at / 7) % lines.len();
            lines.swap(index, other);
        }
        Edit::IndentLine => lines[index].insert(0, ' '),
        Edit::DropCharacter | Edit::PutCharacter(_) => {
            let place = text.floor_char_boundary(at % text.len());
            let mut text = text.to_owned();
            match edit {
                Edit::PutCharacter(c) => text.insert(place, c),
                _ => {
                    text.remove(place);
                }
            }
            return text;
        }
        Edit::DropToken | Edit::RepeatToken | Edit::PutToken(_) => {
            let mut tokens: Vec<String> =
                text.split_inclusive([' ', '\n', ',', ':', '{', '}']).map(str::to_owned).collect();
            let index = at % tokens.len();
            match edit {
                Edit::DropToken => {
                    tokens.remove(index);
                }
                Edit::PutToken(token) => {
                    let last = tokens[index].pop().unwrap_or(' ');
                    tokens[index] = format!("{token}{last}");
                }
                _ => tokens.insert(index, tokens[index].clone()),
            }
            return tokens.concat();
        }
    }
    lines.concat()
}

#[test]
fn no_damage_makes_it_panic_or_emit_in_spite_of_an_error() {
    let examples = examples();
    assert!(!examples.is_empty(), "there are examples");
    let damages = proptest::collection::vec((edit(), any::<usize>()), 1..5);
    let wrappings = [None, Some(Wrapping::Ignition), Some(Wrapping::Butane)];
    let strategy = (0..examples.len(), damages, proptest::sample::select(wrappings.to_vec()));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&strategy, |(example, damages, wrapping)| {
            let (text, files) = &examples[example];
            let damaged = damages.into_iter().fold(text.clone(), |text, (edit, at)| apply(&text, edit, at));
            let input = Input { name: "spec.yaml", bytes: damaged.as_bytes() };
            let Compiled { assets, report, sources, .. } =
                compile(input, files, &Options { wrapping, ..Options::default() });
            prop_assert_eq!(report.has_errors(), assets.is_empty(), "{}", damaged);
            // Every place is one that can be drawn.
            let _ = render::text(&report, &sources, Style::Plain);
            let _ = render::json(&report, &sources);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// The specs of the examples, each with the files beside it.
fn examples() -> Vec<(String, MemoryFiles)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut examples = Vec::new();
    for example in entries(&folder).into_iter().filter(|path| path.is_dir()) {
        let mut files = MemoryFiles::default();
        for path in walk(&example) {
            let name = path.strip_prefix(&example).expect("walked from there").to_str().expect("names are text");
            files.files.insert(name.to_owned(), fs::read(&path).expect("the file was listed"));
        }
        for path in entries(&example).into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
            examples.push((fs::read_to_string(path).expect("examples are text"), files.clone()));
        }
    }
    examples
}
