//! The rules. A new one is a file here, a line in [`RULES`], and cases in `tests/lint/`.

mod directives;
mod enabling;
mod exec_lines;
mod misread_mode;
mod missing_program;
mod mount_name;
mod mount_options;
mod mount_source;
mod ordering_cycle;
mod service_settings;
mod unit_lines;
mod unit_relations;
mod unknown_section;

use super::Rule;

/// Every rule, in the order in which they look.
pub static RULES: &[&Rule] = &[
    &misread_mode::RULE,
    &unknown_section::RULE,
    &directives::RULE,
    &unit_lines::RULE,
    &mount_name::RULE,
    &mount_options::RULE,
    &mount_source::RULE,
    &enabling::RULE,
    &enabling::UNSURE,
    &unit_relations::RULE,
    &unit_relations::UNSURE,
    &ordering_cycle::RULE,
    &exec_lines::RULE,
    &exec_lines::PATHLESS,
    &service_settings::RULE,
    &missing_program::RULE,
    &missing_program::MISSING,
];
