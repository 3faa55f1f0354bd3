//! The rules. A new one is a file here, a line in [`RULES`], and cases in `tests/lint/`.

mod day_two;
mod exported;
mod extensions;
mod kernel_arguments;
mod kernel_type;
mod misread_mode;
mod node_files;
mod object_head;
mod object_name;
mod operator_version;
mod pool_role;
mod rendered_size;
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
];
