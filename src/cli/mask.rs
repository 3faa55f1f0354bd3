//! Takes from a text what a diff must not show: payloads, encoded contents, and what looks like a secret.
//!
//! Equal payloads get the same number in all texts of a run, so a changed secret is seen to change,
//! without its bytes, its hash, or any part of it.

use crate::diagnostic::redact;
use crate::document::{Document, Kind, NodeId, json, yaml};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::collections::HashMap;
use std::ops::Range;

/// Letters from which on a text in the alphabet of base64 is taken for encoded content.
const LONG: usize = 40;
/// Keys whose values are secrets wherever they stand, also at the end of a longer key, such as `chap_password`; compared
/// without `_`, `-` and letter case.
const SECRET_KEYS: &[&str] = &["password", "passwordhash", "passphrase", "token", "httpheaders", "pullsecret"];
/// Keys whose values are, or tell, the contents of files; hidden in texts that hold a secret somewhere.
const CONTENT_KEYS: &[&str] = &["inline", "hash", "source", "data", "stringdata"];

/// The payloads seen in a run.
#[derive(Default)]
pub(crate) struct Masks {
    numbers: HashMap<Vec<u8>, usize>,
}

/// How much of a text may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// It is meant to be read by others, but may hold payloads.
    Open,
    /// A secret is somewhere in it.
    Secret,
}

/// What stands in the place of some bytes.
struct Mask {
    range: Range<usize>,
    /// What is shown before the number.
    head: String,
    payload: Vec<u8>,
}

impl Masks {
    /// The text of the file called `name` as it may be shown.
    pub(crate) fn apply(&mut self, name: &str, text: &str, exposure: Exposure) -> String {
        let document = match name.rsplit('.').next() {
            Some("json" | "ign") => json::read(text.as_bytes()).ok(),
            Some("yaml" | "yml" | "bu") => yaml::read(text.as_bytes()).ok(),
            // A script that holds a secret says nowhere which of its words that is.
            _ if exposure == Exposure::Secret => None,
            _ => return self.replace(text, in_prose(text)),
        };
        // Positions count in the decoded text, so that must be the one we have.
        let masks = match document.filter(|document| &**document.text() == text) {
            Some(document) => in_tree(&document, exposure),
            None => vec![Mask { range: 0..text.trim_end().len(), head: String::new(), payload: text.into() }],
        };
        self.replace(text, masks)
    }

    fn replace(&mut self, text: &str, mut masks: Vec<Mask>) -> String {
        masks.sort_by_key(|mask| (mask.range.start, std::cmp::Reverse(mask.range.end)));
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for Mask { range, head, payload } in masks.into_iter().filter(|mask| !mask.range.is_empty()) {
            // Where two overlap, the rest of the second is hidden with the first.
            if range.start < at {
                at = at.max(range.end);
                continue;
            }
            let length = payload.len();
            let next = self.numbers.len() + 1;
            let number = *self.numbers.entry(payload).or_insert(next);
            shown += &text[at..range.start];
            shown += &format!("{head}<payload {number}, {length} bytes>");
            at = range.end;
        }
        shown + text.get(at..).unwrap_or_default()
    }
}

/// The masks of a text with a tree.
fn in_tree(document: &Document, exposure: Exposure) -> Vec<Mask> {
    let text = &**document.text();
    let mut masks = Vec::new();
    let mut seen: HashMap<NodeId, bool> = HashMap::new();
    let mut scalars: Vec<Range<usize>> = Vec::new();
    let mut waiting: Vec<(NodeId, bool)> = document.root().into_iter().map(|root| (root, false)).collect();
    while let Some((id, hidden)) = waiting.pop() {
        if seen.get(&id).is_some_and(|&before| before || !hidden) {
            continue;
        }
        seen.insert(id, hidden);
        let node = document.node(id);
        match &node.kind {
            Kind::Scalar { .. } => {
                let range = node.span.range();
                let value = document.value(id).unwrap_or_default();
                masks.extend(in_scalar(value, &text[range.clone()], range.start, hidden));
                scalars.push(range);
            }
            Kind::Sequence { items, .. } => waiting.extend(items.iter().map(|&item| (item, hidden))),
            Kind::Alias { target } => waiting.push((*target, hidden)),
            Kind::Mapping { entries, .. } => {
                let is_secret = document.get(id, "kind").and_then(|kind| document.value(kind)) == Some("Secret");
                for &(key, value) in entries {
                    let name = document.value(key).unwrap_or_default();
                    let name: String =
                        name.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_lowercase();
                    let hides = SECRET_KEYS.iter().any(|key| name.ends_with(key))
                        || (is_secret && matches!(name.as_str(), "data" | "stringdata"))
                        || (exposure == Exposure::Secret
                            && CONTENT_KEYS.contains(&name.as_str())
                            && is_text(document, value));
                    waiting.push((key, false));
                    waiting.push((value, hidden || hides));
                }
            }
        }
    }
    // Comments, and whatever follows the document, are not in the tree.
    scalars.sort_by_key(|range| range.start);
    let mut at = 0;
    for range in scalars.into_iter().chain(std::iter::once(text.len()..text.len())) {
        if let Some(gap) = text.get(at..range.start) {
            for (start, line) in lines(gap, at) {
                if line.contains('#') || end_of_tree(document).is_some_and(|end| start >= end) {
                    masks.extend(in_prose(line).into_iter().map(|mask| shift(mask, start)));
                }
            }
        }
        at = at.max(range.end);
    }
    masks
}

fn end_of_tree(document: &Document) -> Option<usize> {
    document.root().map(|root| document.node(root).span.end as usize)
}

fn is_text(document: &Document, id: NodeId) -> bool {
    document.value(id).is_some()
}

/// The masks of one scalar with this value, written as `raw` at `start`.
fn in_scalar(value: &str, raw: &str, start: usize, hidden: bool) -> Vec<Mask> {
    let whole = |head: String, payload| vec![Mask { range: start..start + raw.trim_end().len(), head, payload }];
    if let Some((head, payload)) = data_url(value.trim()) {
        return whole(head, payload);
    }
    let packed: String = value.split_ascii_whitespace().collect();
    if is_encoded(&packed) {
        return whole(String::new(), decoded(&packed));
    }
    if hidden {
        return if value.is_empty() { Vec::new() } else { whole(String::new(), value.into()) };
    }
    // In a text of one line its key says what it is; a longer one has a language of its own.
    let masks = if value.contains('\n') { in_prose(raw) } else { in_words(raw) };
    masks.into_iter().map(|mask| shift(mask, start)).collect()
}

/// The masks of a text without a known form.
fn in_prose(text: &str) -> Vec<Mask> {
    let mut masks = in_words(text);
    for span in redact::secrets(text) {
        let range = span.range();
        // An encoded form inside is part of what is hidden, so the wider mask is the one that stays.
        masks.retain(|mask| mask.range.start < range.start || mask.range.end > range.end);
        masks.push(Mask { payload: text.as_bytes()[range.clone()].to_vec(), head: String::new(), range });
    }
    masks
}

/// Data URLs and encoded contents among the words of a text.
fn in_words(text: &str) -> Vec<Mask> {
    let mut masks = Vec::new();
    for (start, word) in words(text) {
        // Of `x=data:,…` the URL begins in the middle.
        let at = word.as_bytes().windows(5).position(|part| part.eq_ignore_ascii_case(b"data:"));
        if let Some((at, (head, payload))) = at.and_then(|at| Some((at, data_url(&word[at..])?))) {
            masks.push(Mask { range: start + at..start + word.len(), head, payload });
            continue;
        }
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let mut from = 0;
        for run in word.split(|c| !is_letter(c)) {
            // The `=` of `key=…` is no letter of the encoding, which has it only at its end.
            let body = run.trim_end_matches('=');
            let key = body.rfind('=').map_or(0, |at| at + 1);
            if is_encoded(&run[key..]) {
                let range = start + from + key..start + from + run.len();
                masks.push(Mask { range, head: String::new(), payload: decoded(&run[key..]) });
            }
            from += run.len() + word[from + run.len()..].chars().next().map_or(0, char::len_utf8);
        }
    }
    masks
}

/// Words with their places: what stands between blanks and quotes.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let mut at = 0;
    text.split(is_between).map(move |word| {
        let start = at;
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        (start, word)
    })
}

fn lines(text: &str, offset: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = offset;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn shift(mask: Mask, by: usize) -> Mask {
    Mask { range: mask.range.start + by..mask.range.end + by, ..mask }
}

/// A data URL as what may be shown of it, up to the comma, and its payload; `None` for anything else.
fn data_url(text: &str) -> Option<(String, Vec<u8>)> {
    if !text.get(..5)?.eq_ignore_ascii_case("data:") {
        return None;
    }
    let (head, payload) = text.split_once(',')?;
    let is_head = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | ';' | '/' | '+' | '-' | '.' | '=' | '_');
    if head.len() > 100 || !head.chars().all(is_head) {
        return Some(("data:".into(), text.as_bytes()[5..].to_vec()));
    }
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(payload).collect();
    let bytes = match (head.to_ascii_lowercase().ends_with(";base64"), String::from_utf8(bytes)) {
        (true, Ok(text)) => decoded(&text),
        (_, Ok(text)) => text.into_bytes(),
        (_, Err(error)) => error.into_bytes(),
    };
    Some((format!("{head},"), bytes))
}

/// Whether a word is long enough and mixed enough to be base64 and not a path or a name.
fn is_encoded(word: &str) -> bool {
    let body = word.trim_end_matches('=');
    body.len() >= LONG
        && word.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
        && body.bytes().any(|byte| byte.is_ascii_uppercase())
        && body.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn decoded(text: &str) -> Vec<u8> {
    let packed: String = text.split_ascii_whitespace().collect();
    let plain = STANDARD.decode(&packed).or_else(|_| STANDARD_NO_PAD.decode(&packed));
    plain.unwrap_or_else(|_| text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_BASE64: &str = "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVy";

    fn shown(name: &str, text: &str, exposure: Exposure) -> String {
        Masks::default().apply(name, text, exposure)
    }

    #[test]
    fn prose() {
        for (text, expected) in [
            ("see data:,a%20b here", "see data:,<payload 1, 3 bytes> here"),
            ("\"data:;base64,YWI=\" data:,ab", "\"data:;base64,<payload 1, 2 bytes>\" data:,<payload 1, 2 bytes>"),
            ("X=DATA:text/plain,a", "X=DATA:text/plain,<payload 1, 1 bytes>"),
            (
                "/usr/local/bin/firesteel-etcd-prepare/of/a/long/folder/name",
                "/usr/local/bin/firesteel-etcd-prepare/of/a/long/folder/name",
            ),
            ("password: hunter2\nhost: a\n", "password: <payload 1, 7 bytes>\nhost: a\n"),
            ("é data:,é\n", "é data:,<payload 1, 2 bytes>\n"),
        ] {
            assert_eq!(shown("RUNBOOK.md", text, Exposure::Open), expected);
        }
        let text = format!("a={LONG_BASE64} {LONG_BASE64},\n");
        assert_eq!(shown("x.sh", &text, Exposure::Open), "a=<payload 1, 39 bytes> <payload 1, 39 bytes>,\n");
    }

    #[test]
    fn secrets_of_the_storage_side() {
        let script = "#!/bin/bash\naccount u hunter2hunter2\n";
        assert_eq!(shown("extra/target.sh", script, Exposure::Secret), "<payload 1, 37 bytes>\n");
        let acl = "{\"chap_userid\": \"u\", \"chap_password\": \"ab\", \"chap_mutual_password\": \"cd\"}";
        assert_eq!(
            shown("extra/saveconfig.json", acl, Exposure::Secret),
            "{\"chap_userid\": \"u\", \"chap_password\": <payload 1, 2 bytes>, \"chap_mutual_password\": <payload 2, 2 bytes>}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        assert_eq!(shown("a.yaml", "a: [hunter2\n", Exposure::Open), "<payload 1, 12 bytes>\n");
    }

    #[test]
    fn trees() {
        let same = |text: &str| assert_eq!(shown("a.yaml", text, Exposure::Open), text);
        same("kind: MachineConfig\nspec: {a: 'b', c: 1}\n# the end\n");
        for (text, exposure, expected) in [
            ("a: data:,x%20y\nb: 1\n", Exposure::Open, "a: data:,<payload 1, 3 bytes>\nb: 1\n"),
            ("a: \"data:,x\\\n  y\"\nb: 1\n", Exposure::Open, "a: data:,<payload 1, 2 bytes>\nb: 1\n"),
            ("a: 'data:;base64,YW\n  I='\nb: 1\n", Exposure::Open, "a: data:;base64,<payload 1, 2 bytes>\nb: 1\n"),
            ("a: data:,x\n  y\nb: 1\n", Exposure::Open, "a: data:,<payload 1, 3 bytes>\nb: 1\n"),
            ("a: >-\n  data:,x\n  y\nb: 1\n", Exposure::Open, "a: data:,<payload 1, 3 bytes>\nb: 1\n"),
            ("a: \"\\x64ata:,x\"\n", Exposure::Open, "a: data:,<payload 1, 1 bytes>\n"),
            ("a: {source: 'data:,x', b: c}\n", Exposure::Open, "a: {source: data:,<payload 1, 1 bytes>, b: c}\n"),
            (
                "kind: Secret\ndata: {a: dHJ1ZQ==, b: true}\n",
                Exposure::Open,
                "kind: Secret\ndata: {a: <payload 1, 8 bytes>, b: <payload 2, 4 bytes>}\n",
            ),
            (
                "kind: Secret\nstringData:\n  a: |\n    x\n    y\nz: 1\n",
                Exposure::Open,
                "kind: Secret\nstringData:\n  a: <payload 1, 4 bytes>\nz: 1\n",
            ),
            ("u:\n- passwordHash: x\n", Exposure::Open, "u:\n- passwordHash: <payload 1, 1 bytes>\n"),
            (
                "httpHeaders: [{name: A, value: x}]\n",
                Exposure::Open,
                "httpHeaders: [{name: <payload 1, 1 bytes>, value: <payload 2, 1 bytes>}]\n",
            ),
            ("inline: |\n  text\n", Exposure::Open, "inline: |\n  text\n"),
            ("inline: |\n  text\n", Exposure::Secret, "inline: <payload 1, 5 bytes>\n"),
            (
                "a: |\n  [Service]\n  X=data:,hunter2\n  password: p\n",
                Exposure::Open,
                "a: |\n  [Service]\n  X=data:,<payload 1, 7 bytes>\n  password: <payload 2, 1 bytes>\n",
            ),
            (
                "a: &x v\nkind: Secret\ndata: {b: *x}\n",
                Exposure::Open,
                "a: &x <payload 1, 1 bytes>\nkind: Secret\ndata: {b: *x}\n",
            ),
            ("a: 1 # password: hunter2\n", Exposure::Open, "a: 1 # password: <payload 1, 7 bytes>\n"),
            ("a: 1\n---\npassword: hunter2\n", Exposure::Open, "a: 1\n---\npassword: <payload 1, 7 bytes>\n"),
        ] {
            let masked = shown("a.yaml", text, exposure);
            // An anchor belongs to what is hidden.
            assert_eq!(masked, expected.replace("&x ", ""), "{text}");
        }
        let text = format!("a: {LONG_BASE64}\nb: /usr/local/bin/x\n");
        assert_eq!(shown("a.yaml", &text, Exposure::Open), "a: <payload 1, 39 bytes>\nb: /usr/local/bin/x\n");
        let text = "{\n  \"source\": \"data:,x\",\n  \"a\": 1\n}\n";
        assert_eq!(
            shown("a.ign", text, Exposure::Open),
            "{\n  \"source\": data:,<payload 1, 1 bytes>,\n  \"a\": 1\n}\n"
        );
    }

    #[test]
    fn numbers_are_those_of_the_payload() {
        let mut masks = Masks::default();
        assert_eq!(
            masks.apply("a", "data:,x data:,y", Exposure::Open),
            "data:,<payload 1, 1 bytes> data:,<payload 2, 1 bytes>"
        );
        assert_eq!(
            masks.apply("b", "data:,y data:,z", Exposure::Open),
            "data:,<payload 2, 1 bytes> data:,<payload 3, 1 bytes>"
        );
    }
}
