//! Puts the fixes of findings into the texts, again and again, until there is nothing more to be fixed.

use super::{BAD_JSON, Input, Inspected, Options, inspect};
use crate::diagnostic::fix::{Edit, splice};
use crate::diagnostic::{Applicability, Diagnostic, SourceId};
use crate::document::yaml;
use crate::pipeline::BAD_YAML;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// Rounds after which fixes that call for further fixes are left alone.
const ROUNDS: usize = 20;

/// What mending came to.
#[derive(Debug)]
pub struct Mended {
    /// What was found before, where anything was changed.
    pub before: Option<Inspected>,
    /// What is still found.
    pub left: Inspected,
    /// For each input its new bytes, if they are others.
    pub bytes: Vec<Option<Vec<u8>>>,
    /// How many findings were fixed.
    pub fixed: usize,
    /// The inputs that have fixes which were not made, and why.
    pub refused: Vec<(usize, &'static str)>,
}

/// How many findings are left that could have been fixed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fixable {
    /// By fixes that may be made unseen.
    pub safe: usize,
    /// By fixes that a person must want.
    pub by_choice: usize,
    /// Inside of encoded contents, or in a file that was not named.
    pub elsewhere: usize,
}

/// Looks into the texts, and mends what can be mended by fixes of `allowed` or safer.
pub fn mend(inputs: &[Input<'_>], options: &Options, allowed: Applicability) -> Mended {
    let mut bytes: Vec<Option<Vec<u8>>> = inputs.iter().map(|_| None).collect();
    let mut refused: HashMap<usize, &'static str> = HashMap::new();
    let mut left = inspect(inputs, options);
    let mut before = None;
    let mut fixed = 0;
    for _ in 0..ROUNDS {
        let texts = Texts::new(inputs, &bytes);
        let mut edits: HashMap<usize, Vec<Edit>> = HashMap::new();
        for finding in left.report.iter() {
            let Some((index, edit)) = texts.edit(finding, &left, allowed) else { continue };
            edits.entry(index).or_default().push(edit);
        }
        let mut next = bytes.clone();
        let mut made = 0;
        for (index, edits) in edits {
            let old = bytes[index].as_deref().unwrap_or(inputs[index].bytes);
            let Some(text) = Encoded::read(old) else {
                refused.insert(index, "it is not valid UTF-8 or UTF-16, and would not stay as it is");
                continue;
            };
            if refused.contains_key(&index) {
                continue;
            }
            let (mended, count) = splice(&text.text, &edits);
            if mended != text.text {
                next[index] = Some(text.encode(&mended));
                made += count;
            }
        }
        if made == 0 {
            break;
        }
        let (looked, spoiled) = look(inputs, &next, options, &left);
        if spoiled.is_empty() {
            before.get_or_insert(std::mem::replace(&mut left, looked));
            bytes = next;
            fixed += made;
        } else {
            // A fix that breaks the text is our fault; the file stays as it was, and the others have another round.
            refused.extend(spoiled.into_iter().map(|index| (index, "the fixes would make it unreadable")));
        }
    }
    for (input, new) in inputs.iter().zip(&mut bytes) {
        new.take_if(|new| new == input.bytes);
    }
    let mut refused: Vec<(usize, &'static str)> = refused.into_iter().collect();
    refused.sort_unstable();
    Mended { before, left, bytes, fixed, refused }
}

/// What is found in the new texts, and which of them cannot be read any more.
fn look(
    inputs: &[Input<'_>],
    bytes: &[Option<Vec<u8>>],
    options: &Options,
    before: &Inspected,
) -> (Inspected, Vec<usize>) {
    let changed: Vec<Input<'_>> = inputs
        .iter()
        .zip(bytes)
        .map(|(input, new)| Input { bytes: new.as_deref().unwrap_or(input.bytes), ..*input })
        .collect();
    let looked = inspect(&changed, options);
    let unreadable = |inspected: &Inspected| -> HashSet<String> {
        let broken = |finding: &&Diagnostic| *finding.problem == BAD_YAML || *finding.problem == BAD_JSON;
        let name = |finding: &Diagnostic| inspected.sources.get(finding.place.source).name.clone();
        inspected.report.iter().filter(broken).map(name).collect()
    };
    let (old, new) = (unreadable(before), unreadable(&looked));
    let spoiled = |index: &usize| new.contains(inputs[*index].name) && !old.contains(inputs[*index].name);
    let spoiled = (0..inputs.len()).filter(|index| bytes[*index].is_some()).filter(spoiled).collect();
    (looked, spoiled)
}

impl Mended {
    /// Counts what could still be fixed of what is left.
    pub fn fixable(&self, inputs: &[Input<'_>]) -> Fixable {
        let texts = Texts::new(inputs, &self.bytes);
        let mut count = Fixable::default();
        for finding in self.left.report.iter() {
            match &finding.fix {
                None => {}
                Some(_) if texts.edit(finding, &self.left, Applicability::Unsafe).is_none() => count.elsewhere += 1,
                Some(fix) if fix.applicability == Applicability::Safe => count.safe += 1,
                Some(_) => count.by_choice += 1,
            }
        }
        count
    }
}

/// The inputs by name.
struct Texts<'a> {
    by_name: HashMap<&'a str, (usize, &'a [u8])>,
    /// Texts that were looked up before, by their address.
    known: RefCell<HashMap<usize, Option<usize>>>,
}

impl<'a> Texts<'a> {
    fn new(inputs: &'a [Input<'_>], bytes: &'a [Option<Vec<u8>>]) -> Self {
        let entry = |(index, input): (usize, &'a Input<'_>)| {
            (input.name, (index, bytes.get(index).and_then(Option::as_deref).unwrap_or(input.bytes)))
        };
        Self { by_name: inputs.iter().enumerate().map(entry).collect(), known: RefCell::default() }
    }

    /// The change of an input that mends a finding.
    fn edit(&self, finding: &Diagnostic, inspected: &Inspected, allowed: Applicability) -> Option<(usize, Edit)> {
        let fix = finding.fix.as_ref()?;
        if fix.applicability == Applicability::Unsafe && allowed == Applicability::Safe {
            return None;
        }
        let index = self.input_of(fix.place.source, inspected)?;
        let span = fix.place.span(&inspected.sources)?;
        Some((index, Edit { span, replacement: fix.replacement.clone() }))
    }

    /// The input whose text a source is.
    fn input_of(&self, id: SourceId, inspected: &Inspected) -> Option<usize> {
        let source = inspected.sources.get(id);
        let find = || {
            let &(index, bytes) = self.by_name.get(source.name.as_str())?;
            // A file that a config names may have the name of an input, and be another.
            let same = source.text.as_bytes() == bytes || *source.text == *yaml::decoded(bytes);
            (source.carrier.is_none() && same).then_some(index)
        };
        *self.known.borrow_mut().entry(source.text.as_ptr() as usize).or_insert_with(find)
    }
}

/// A text with the way its characters were written.
struct Encoded {
    text: String,
    encoding: Encoding,
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

impl Encoded {
    /// Reads bytes; `None` when writing them again would not give the same.
    fn read(bytes: &[u8]) -> Option<Self> {
        let encoding = match bytes {
            [0xff, 0xfe, ..] => Encoding::Utf16Little,
            [0xfe, 0xff, ..] => Encoding::Utf16Big,
            _ => Encoding::Utf8,
        };
        let text = Self { text: yaml::decoded(bytes), encoding };
        (text.encode(&text.text) == bytes).then_some(text)
    }

    /// Another text, written in the same way.
    fn encode(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Little => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Big => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}
