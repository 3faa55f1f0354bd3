//! The rules. A new one is a file here, a line in [`RULES`], and cases in `tests/lint/`.

mod misread_mode;

use super::Rule;

/// Every rule, in the order in which they look.
pub static RULES: &[&Rule] = &[&misread_mode::RULE];
