//! The list of every kind of finding, from which `explain` and the tables of the documents are made.

use crate::diagnostic::Problem;

/// Every kind of finding, by code.
pub fn all() -> Vec<&'static Problem> {
    let mut list: Vec<&'static Problem> = Vec::new();
    list.sort_by_key(|problem| problem.code);
    list
}
