//! `firesteel explain`: the page of a finding.

use super::args::ExplainArguments;
use super::console::Console;
use super::exit::Exit;
use crate::diagnostic::{Problem, suggest};
use crate::problems;

pub(crate) fn run(arguments: &ExplainArguments, console: &mut Console) -> Exit {
    let all = problems::all();
    let Some(code) = &arguments.code else {
        let pages: Vec<String> = all.iter().map(|problem| page(problem)).collect();
        console.result(&pages.join("\n"));
        return Exit::Clean;
    };
    if let Some(problem) = find(&all, code) {
        console.result(&page(problem));
        return Exit::Clean;
    }
    let known = all.iter().flat_map(|problem| [problem.code, problem.name]);
    let mut help: Vec<String> =
        suggest::nearest(code, known).map(|known| format!("did you mean `{known}`?")).into_iter().collect();
    help.push("`firesteel explain --all` prints every page".into());
    console.error(&format!("there is no finding `{code}`"), &help.iter().map(String::as_str).collect::<Vec<_>>());
    Exit::Usage
}

fn find(all: &[&'static Problem], code: &str) -> Option<&'static Problem> {
    all.iter().find(|problem| problem.code.eq_ignore_ascii_case(code) || problem.name == code).copied()
}

/// The page with its heading. Doc comments, of which pages are made, begin each line with a blank.
fn page(problem: &Problem) -> String {
    let body: Vec<&str> = problem.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    format!("# {} {} ({})\n\n{}\n", problem.code, problem.name, problem.severity.word(), body.join("\n").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::problem! {
        /// Something is off.
        ///
        ///     indented example
        TEST_PROBLEM = "FS0000", "some-thing", Warning;
    }

    #[test]
    fn pages() {
        assert_eq!(page(&TEST_PROBLEM), "# FS0000 some-thing (warning)\n\nSomething is off.\n\n    indented example\n");
    }

    #[test]
    fn found_by_code_and_name() {
        let all = [&TEST_PROBLEM];
        for word in ["FS0000", "fs0000", "some-thing"] {
            assert!(find(&all, word).is_some(), "{word}");
        }
        assert!(find(&all, "FS0001").is_none());
    }
}
