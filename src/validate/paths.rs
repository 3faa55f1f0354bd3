//! Paths: absolute and in their one clean form.

use super::checker::Checker;
use crate::diagnostic::Problem;
use crate::model::Origin;

crate::problem! {
    /// A path that is missing, relative, or not in its clean form.
    ///
    /// Ignition takes only absolute paths without `.`, `..`, doubled slashes or a slash at the end, so that one place
    /// has one spelling. It refuses the whole config otherwise, and the machine stops in the initramfs.
    ///
    /// Bad: `etc/motd`, `/etc//motd`, `/etc/motd/`. Good: `/etc/motd`.
    ///
    /// Source: the `path` and `device` fields of the Ignition specification.
    pub(crate) BAD_PATH = "FS0401", "invalid-path", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_PATH];

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// There is none.
    Empty,
    /// It does not begin with a slash.
    Relative,
    /// It has a `.`, `..` or empty step.
    Unclean,
}

/// What is wrong with an absolute path, if anything.
pub fn path_fault(path: &str) -> Option<PathFault> {
    let Some(steps) = path.strip_prefix('/') else {
        return Some(if path.is_empty() { PathFault::Empty } else { PathFault::Relative });
    };
    let unclean = path != "/" && steps.split('/').any(|step| matches!(step, "" | "." | ".."));
    unclean.then_some(PathFault::Unclean)
}

/// The clean form of a path: `.`, `..` and empty steps resolved by the text alone, as the reference does.
pub(crate) fn cleaned(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if absolute => {}
            step => steps.push(step),
        }
    }
    let joined = steps.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Tells what is wrong with the path at `origin`; `what` names it in the message.
pub(super) fn check(checker: &mut Checker<'_>, origin: &Origin, path: &str, what: &str) {
    let Some(fault) = path_fault(path) else { return };
    let (message, help) = match fault {
        PathFault::Empty => (format!("{what} is missing"), "give an absolute path".to_owned()),
        PathFault::Relative => (
            format!("{what} `{path}` is not absolute"),
            "begin it with a slash; there is no directory it could be relative to".to_owned(),
        ),
        PathFault::Unclean => {
            (format!("{what} `{path}` is not in its simplest form"), format!("write `{}`", cleaned(path)))
        }
    };
    checker.tell(&BAD_PATH, origin, message, help);
}

#[cfg(test)]
mod tests {
    use super::{PathFault, cleaned, path_fault};

    #[test]
    fn faults() {
        use PathFault::{Empty, Relative, Unclean};
        let cases = [
            ("", Some(Empty)),
            ("a", Some(Relative)),
            ("./a", Some(Relative)),
            ("/", None),
            ("/a/b", None),
            ("/a/..b/.c", None),
            ("//", Some(Unclean)),
            ("/a/", Some(Unclean)),
            ("/a//b", Some(Unclean)),
            ("/a/./b", Some(Unclean)),
            ("/..", Some(Unclean)),
            ("/a\n", None),
        ];
        for (path, fault) in cases {
            assert_eq!(path_fault(path), fault, "{path:?}");
        }
    }

    #[test]
    fn cleaning() {
        let cases = [
            ("/a/../b", "/b"),
            ("/../..", "/"),
            ("", "."),
            ("a/..", "."),
            ("../a/", "../a"),
            ("../../x/..", "../.."),
            ("//a/./b//", "/a/b"),
        ];
        for (path, clean) in cases {
            assert_eq!(cleaned(path), clean, "{path:?}");
        }
    }
}
