//! The rules. A new one is a file here, a line in [`RULES`], and cases in `tests/lint/`.

mod day_two;
mod directives;
mod enabling;
mod exec_lines;
mod exported;
mod extensions;
mod kernel_arguments;
mod kernel_type;
mod misread_mode;
mod missing_program;
mod mount_name;
mod mount_options;
mod mount_source;
mod node_files;
mod object_head;
mod object_name;
mod operator_version;
mod ordering_cycle;
mod pool_role;
mod rendered_size;
mod service_settings;
mod unit_lines;
mod unit_relations;
mod unknown_section;
mod without_effect;

use super::Rule;

/// Every rule, in the order in which they look.
pub static RULES: &[&Rule] = &[
    &misread_mode::RULE,
    &object_head::RULE,
    &object_name::RULE,
    &pool_role::RULE,
    &without_effect::RULE,
    &operator_version::RULE,
    &kernel_type::RULE,
    &extensions::RULE,
    &node_files::RULE,
    &rendered_size::RULE,
    &kernel_arguments::RULE,
    &exported::RULE,
    &day_two::RULE,
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
