//! The list of every kind of finding, from which `explain` and the tables of the documents are made.

use crate::diagnostic::Problem;

/// Every kind of finding, by code.
pub fn all() -> Vec<&'static Problem> {
    let areas = [crate::pipeline::PROBLEMS, crate::model::PROBLEMS, crate::manifest::PROBLEMS];
    let mut list: Vec<&'static Problem> = areas
        .iter()
        .chain(crate::check::PROBLEMS)
        .chain(crate::sugar::PROBLEMS)
        .chain(crate::butane::PROBLEMS)
        .chain(crate::validate::PROBLEMS)
        .chain(crate::ignition::PROBLEMS)
        .chain(crate::storage::PROBLEMS)
        .chain(crate::inspect::PROBLEMS)
        .flat_map(|area| area.iter().copied())
        .chain(crate::lint::problems())
        .collect();
    list.sort_by_key(|problem| problem.code);
    list
}

#[cfg(test)]
mod tests {
    use super::all;
    use std::collections::HashSet;

    #[test]
    fn every_problem_has_a_code_a_name_and_a_page_of_its_own() {
        let problems = all();
        let codes: HashSet<&str> = problems.iter().map(|problem| problem.code).collect();
        let names: HashSet<&str> = problems.iter().map(|problem| problem.name).collect();
        assert_eq!((codes.len(), names.len()), (problems.len(), problems.len()));
        for problem in problems {
            assert!(problem.code.len() == 6 && problem.code.starts_with("FS"), "{}", problem.code);
            assert!(!problem.page.trim().is_empty(), "{} has no page", problem.code);
        }
    }
}
