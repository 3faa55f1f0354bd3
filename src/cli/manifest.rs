//! The list of files that were written into an output folder, by which `--prune` goes.
//!
//! It lies in a folder that others may write to, so it is read as hostile: a name in it is only ever taken for
//! a file that we could have written ourselves.

use super::layout::is_plain_name;
use std::collections::BTreeSet;

/// Its name. Neither `.yaml` nor `.json`: `oc apply -f DIR` reads those.
pub(crate) const NAME: &str = ".firesteel-manifest";
/// Its largest size in bytes; one that is larger is not ours.
pub(crate) const LARGEST: u64 = 1024 * 1024;

const HEADER: &str =
    "# firesteel manifest 1: the files written here; `firesteel compile --prune` removes what is obsolete";
const MARK: &str = "# firesteel manifest 1";
/// A spec's folder, `extra`, a file.
const DEPTH: usize = 3;

/// What a manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The names, relative to the folder.
    pub(crate) names: BTreeSet<String>,
    /// The lines, counted from 1, that name nothing we could have written.
    pub(crate) refused: Vec<usize>,
}

/// Reads a manifest; `None` when it is not one.
pub(crate) fn parse(text: &str) -> Option<Manifest> {
    if !text.starts_with(MARK) {
        return None;
    }
    let mut manifest = Manifest::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()) {
        if is_ours(line) {
            manifest.names.insert(line.to_owned());
        } else {
            manifest.refused.push(index + 1);
        }
    }
    Some(manifest)
}

/// The text of a manifest.
pub(crate) fn text<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let lines: Vec<&str> = [HEADER].into_iter().chain(names).collect();
    lines.join("\n") + "\n"
}

fn is_ours(name: &str) -> bool {
    name.split('/').all(is_plain_name) && name.split('/').count() <= DEPTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let written = text(["b.yaml", "a b.yaml", "extra/RUNBOOK.md"]);
        assert!(written.ends_with("obsolete\na b.yaml\nb.yaml\nextra/RUNBOOK.md\n"), "{written}");
        let read = parse(&written).expect("our own manifest");
        assert_eq!(read.names.into_iter().collect::<Vec<_>>(), ["a b.yaml", "b.yaml", "extra/RUNBOOK.md"]);
        assert_eq!(read.refused, [0; 0]);
    }

    #[test]
    fn hostile_names_are_refused() {
        let hostile = [
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//x",
            "./x",
            ".git/config",
            "a/.ssh",
            "..",
            "a\\..\\x",
            "a/b/c/d",
            "a\0b",
            "a/",
        ];
        for name in hostile {
            let read = parse(&format!("{MARK}\nfine.yaml\n{name}\n")).expect("it has the mark");
            assert_eq!((read.names.len(), read.refused), (1, vec![3]), "{name:?}");
        }
        assert_eq!(parse("a.yaml\n"), None);
        assert_eq!(parse(""), None);
    }
}
