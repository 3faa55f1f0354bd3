//! What would change in an output folder, as a unified diff that shows no secret.

use super::console::printable;
use super::mask::{Exposure, Masks};
use super::output::{Plan, State};
use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

/// Lines around a change.
const CONTEXT: usize = 3;
/// Lines of both texts together from which on they are only counted: comparing takes more than linear time.
const TOO_MANY: usize = 40_000;

/// How the names of files look.
pub(crate) const HEAD: Style = Style::new().bold();
const RANGE: Style = AnsiColor::Cyan.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();

/// The differences between the folder and what should be in it; empty when there are none.
pub(crate) fn diff(plan: &Plan) -> String {
    let mut masks = Masks::default();
    let mut shown = String::new();
    for (file, state) in &plan.files {
        let path = printable(&plan.path(&file.name).display().to_string());
        let (old, closed, old_path) = match state {
            State::Same => continue,
            State::TooOpen { mode } => {
                shown += &format!("{HEAD}{path}: mode {mode:04o} lets others read a secret; it becomes 0600{HEAD:#}\n");
                continue;
            }
            State::Differs { old, closed } => (String::from_utf8_lossy(old).into_owned(), *closed, path.as_str()),
            State::Missing => (String::new(), false, "/dev/null"),
            State::Link => {
                shown += &format!("{HEAD}{path}: the symbolic link is replaced by a file{HEAD:#}\n");
                (String::new(), false, "/dev/null")
            }
        };
        let exposure = if file.secret || closed { Exposure::Secret } else { Exposure::Open };
        let old = printable(&masks.apply(&file.name, &old, exposure));
        let new = printable(&masks.apply(&file.name, &file.contents, exposure));
        shown += &format!("{HEAD}--- {old_path}\n+++ {path}{HEAD:#}\n");
        shown += &hunks(&old, &new);
    }
    for name in &plan.stale {
        let path = printable(&plan.path(name).display().to_string());
        shown += &format!("{HEAD}{path}: of an earlier run, no longer emitted{HEAD:#}\n");
    }
    shown
}

/// The changed lines between two texts from which secrets have been taken.
pub(crate) fn hunks(old: &str, new: &str) -> String {
    let (before, after) = (old.lines().count(), new.lines().count());
    if before + after > TOO_MANY {
        return format!("{RANGE}@@ too long to compare: {before} lines become {after} @@{RANGE:#}\n");
    }
    if old == new {
        return format!("{RANGE}@@ only the form of what is masked changes @@{RANGE:#}\n");
    }
    let diff = TextDiff::from_lines(old, new);
    let mut shown = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        shown += &format!("{RANGE}{}{RANGE:#}\n", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', REMOVED),
                ChangeTag::Insert => ('+', ADDED),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let line = change.value();
            shown += &format!("{style}{sign}{}{style:#}\n", line.strip_suffix('\n').unwrap_or(line));
            if !line.ends_with('\n') {
                shown += "\\ No newline at end of file\n";
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::layout::OutputFile;
    use super::*;

    fn plan(name: &str, new: &str, state: State) -> Plan {
        let file = OutputFile { name: name.into(), contents: new.into(), secret: false };
        Plan { folder: "out".into(), files: vec![(file, state)], stale: Vec::new(), doubts: Vec::new() }
    }

    fn plain(plan: &Plan) -> String {
        anstream::adapter::strip_str(&diff(plan)).to_string()
    }

    #[test]
    fn changed_secrets_are_seen_to_change() {
        let old = State::Differs { old: b"a\nx data:,hunter2\n".to_vec(), closed: false };
        assert_eq!(
            plain(&plan("x.md", "a\nx data:,hunter3\n", old)),
            "--- out/x.md\n+++ out/x.md\n@@ -1,2 +1,2 @@\n a\n-x data:,<payload 1, 7 bytes>\n+x data:,<payload 2, 7 bytes>\n"
        );
        let old = State::Differs { old: b"data:,a\n".to_vec(), closed: false };
        assert_eq!(
            plain(&plan("x.md", "data:,%61\n", old)),
            "--- out/x.md\n+++ out/x.md\n@@ only the form of what is masked changes @@\n"
        );
    }

    #[test]
    fn new_files_links_modes_and_stale_files() {
        assert_eq!(
            plain(&plan("x.md", "a", State::Missing)),
            "--- /dev/null\n+++ out/x.md\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"
        );
        assert!(plain(&plan("x.md", "a\n", State::Link)).starts_with("out/x.md: the symbolic link is replaced"));
        let mut plan = plan("x.md", "a\n", State::TooOpen { mode: 0o644 });
        plan.stale.push("old.yaml".into());
        assert_eq!(
            plain(&plan),
            "out/x.md: mode 0644 lets others read a secret; it becomes 0600\nout/old.yaml: of an earlier run, no longer emitted\n"
        );
        plan.files[0].1 = State::Same;
        plan.stale.clear();
        assert_eq!(plain(&plan), "");
    }

    #[test]
    fn nothing_in_a_file_steers_the_terminal() {
        let old = State::Differs { old: b"\x1b[2Jgone\xff\n".to_vec(), closed: false };
        let shown = plain(&plan("x.md", "a\n", old));
        assert!(shown.contains("-\\u{1b}[2Jgone\u{fffd}\n"), "{shown}");
    }
}
