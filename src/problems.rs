//! The list of every kind of finding, from which `explain` and the tables of the documents are made.

use crate::diagnostic::Problem;

/// Every kind of finding, by code.
pub fn all() -> Vec<&'static Problem> {
    let areas = [crate::pipeline::PROBLEMS, crate::model::PROBLEMS];
    let mut list: Vec<&'static Problem> =
        areas.iter().chain(crate::storage::PROBLEMS).flat_map(|area| area.iter().copied()).collect();
    list.sort_by_key(|problem| problem.code);
    list
}
