//! The rules. A new one is a file here, a line in [`RULES`], and cases in `tests/lint/`.

mod bad_password_hash;
mod bad_ssh_key;
mod chap_settings;
mod cut_iscsid_conf;
mod day_two;
mod directives;
mod download_into_shell;
mod empty_source;
mod enabling;
mod exec_lines;
mod existing_file;
mod exported;
mod extensions;
mod ignored_for_mode;
mod impossible_path;
mod impossible_size;
mod initiator_name;
mod kernel_arguments;
mod kernel_device;
mod kernel_type;
mod label_without_number;
mod misread_mode;
mod missing_program;
mod mount_name;
mod mount_options;
mod mount_source;
mod never_mounted;
mod node_files;
mod not_gzip;
mod object_head;
mod object_name;
mod operator_version;
mod ordering_cycle;
mod placeholder;
mod plus_in_data_url;
mod pool_role;
mod private_key_as_public;
mod read_only_path;
mod readable_secret;
mod rendered_size;
mod root_owns_home;
mod script_not_executable;
mod selinux_off;
mod service_settings;
mod unformatted;
mod unit_lines;
mod unit_relations;
mod unknown_device;
mod unknown_group;
mod unknown_owner;
mod unknown_section;
mod unreasonable_mode;
mod unresolvable_link;
mod unverified_source;
mod vanishing_path;
mod without_effect;
mod wrong_hash;

mod etcd_mount;
mod storage_habits;
mod unset_variable;

use super::Rule;

/// Every rule, in the order in which they look.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &misread_mode::RULE,
    &unreasonable_mode::RULE,
    &script_not_executable::RULE,
    &ignored_for_mode::RULE,
    &empty_source::RULE,
    &plus_in_data_url::RULE,
    &wrong_hash::RULE,
    &not_gzip::RULE,
    &impossible_path::RULE,
    &unresolvable_link::RULE,
    &unknown_owner::RULE,
    &read_only_path::RULE,
    &vanishing_path::RULE,
    &root_owns_home::RULE,
    &unverified_source::RULE,
    &private_key_as_public::RULE,
    &placeholder::RULE,
    &placeholder::IN_FILES,
    &existing_file::RULE,
    &cut_iscsid_conf::RULE,
    &label_without_number::RULE,
    &kernel_device::RULE,
    &impossible_size::RULE,
    &unknown_device::RULE,
    &never_mounted::RULE,
    &unformatted::RULE,
    &unknown_section::RULE,
    &directives::RULE,
    &unit_lines::RULE,
    &mount_name::RULE,
    &mount_options::RULE,
    &mount_source::RULE,
    &enabling::UNSURE,
    &enabling::RULE,
    &unit_relations::RULE,
    &unit_relations::UNSURE,
    &ordering_cycle::RULE,
    &exec_lines::RULE,
    &exec_lines::PATHLESS,
    &unset_variable::RULE,
    &storage_habits::RULE,
    &storage_habits::WAITS,
    &etcd_mount::RULE,
    &service_settings::RULE,
    &missing_program::RULE,
    &missing_program::MISSING,
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
    &readable_secret::RULE,
    &chap_settings::RULE,
    &initiator_name::RULE,
    &selinux_off::RULE,
    &download_into_shell::RULE,
    &bad_ssh_key::RULE,
    &bad_password_hash::RULE,
    &unknown_group::RULE,
];
