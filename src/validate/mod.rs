//! The checks on a typed Ignition config, those of the reference for every version of the specification.
//!
//! They come in the reference's order: parents before their children, fields as the model declares them, then the
//! search for duplicates. Unknown keys and wrong types are told before, by the decoder.

mod checker;
pub mod data_url;
pub mod digest;
mod disks;
mod duplicates;
mod encryption;
mod filesystems;
mod nodes;
mod overlap;
mod paths;
mod raid;
mod resource;
#[cfg(feature = "schema")]
pub mod schema;
mod section;
mod systemd;
pub mod url;

pub use data_url::{DataUrlError, decode_data_url};
pub(crate) use duplicates::DUPLICATE_ENTRY;
pub(crate) use paths::cleaned;
pub use paths::{PathFault, path_fault};
pub(crate) use systemd::{BAD_UNIT_TEXT, unit_fault};

use crate::diagnostic::{Problem, Report, SourceId};
use crate::model::ignition::Config;
use crate::spec::IgnitionVersion;
use checker::Checker;

/// Whose findings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Exactly the reference's: some faults are told at two places, some at a field that does not exist, some at a
    /// place that has little to do with them. Scripts that read the output of the reference rely on these.
    Reference,
    /// Each fault once, at the field that has to change. What makes the machine refuse a config is an error in both.
    Own,
}

/// Every kind of finding that the checks have.
pub static PROBLEMS: &[&[&Problem]] = &[
    section::PROBLEMS,
    resource::PROBLEMS,
    duplicates::PROBLEMS,
    disks::PROBLEMS,
    raid::PROBLEMS,
    encryption::PROBLEMS,
    filesystems::PROBLEMS,
    paths::PROBLEMS,
    nodes::PROBLEMS,
    systemd::PROBLEMS,
];

/// Checks `config`, written in `version` of the specification, and adds what is wrong to `report`.
///
/// The places are those the config's nodes were made from, in `source`.
pub fn validate(config: &Config, version: IgnitionVersion, source: SourceId, manner: Manner, report: &mut Report) {
    let mut checker = Checker::new(version, source, manner, report);
    nodes::check_against_units(&mut checker, config);
    section::check(&mut checker, &config.ignition);
    check_storage(&mut checker, config);
    systemd::check(&mut checker, &config.systemd);
    duplicates::check(&mut checker, config);
}

fn check_storage(checker: &mut Checker<'_>, config: &Config) {
    let storage = &config.storage;
    nodes::check_below_links(checker, storage);
    filesystems::check_against_disks(checker, storage);
    storage.directories.iter().for_each(|directory| nodes::check_directory(checker, directory));
    storage.disks.iter().for_each(|disk| disks::check(checker, disk));
    storage.files.iter().for_each(|file| nodes::check_file(checker, file));
    storage.filesystems.iter().for_each(|filesystem| filesystems::check(checker, filesystem));
    storage.links.iter().for_each(|link| nodes::check_link(checker, link));
    storage.luks.iter().for_each(|luks| encryption::check(checker, luks));
    storage.raid.iter().for_each(|raid| raid::check(checker, raid));
}

#[cfg(test)]
mod tests;
