//! Checks of a Butane config as it was written, before anything is made of it.
//!
//! They come in the reference's order: a node before its fields, fields as the model declares them.

mod boot_device;
mod inline_config;
mod machine_config;
mod mode;
mod mount_unit;
mod partitions;
mod quadlet;
mod resource;

use crate::diagnostic::{Problem, Report, SourceId};
use crate::model::{Findings, butane};
use crate::spec::Target;
use crate::validate::Manner;

/// Every kind of finding that these checks have.
pub static PROBLEMS: &[&[&Problem]] = &[
    resource::PROBLEMS,
    inline_config::PROBLEMS,
    mode::PROBLEMS,
    mount_unit::PROBLEMS,
    partitions::PROBLEMS,
    quadlet::PROBLEMS,
    boot_device::PROBLEMS,
    machine_config::PROBLEMS,
];

pub use partitions::check_merged_disks;

/// What every check needs.
struct Checker<'a> {
    target: &'a Target,
    manner: Manner,
    findings: Findings<'a>,
}

impl<'a> std::ops::Deref for Checker<'a> {
    type Target = Findings<'a>;

    fn deref(&self) -> &Self::Target {
        &self.findings
    }
}

impl std::ops::DerefMut for Checker<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.findings
    }
}

/// Checks `config`, written for `target`, and adds what is wrong to `report`.
pub fn check(config: &butane::Config, target: &Target, source: SourceId, manner: Manner, report: &mut Report) {
    let mut checker = Checker { target, manner, findings: Findings::new(source, report) };
    let checker = &mut checker;
    machine_config::check_card(checker, config);
    partitions::check_reuse(checker, config);
    mount_unit::check_limits(checker, &config.storage);
    check_ignition(checker, &config.ignition);
    check_storage(checker, &config.storage);
    check_systemd(checker, &config.systemd);
    boot_device::check(checker, &config.boot_device);
    machine_config::check_grub(checker, &config.grub);
    machine_config::check(checker, config);
}

fn check_ignition(checker: &mut Checker<'_>, ignition: &butane::Ignition) {
    let sources = &ignition.config;
    for reference in sources.merge.iter().chain([&sources.replace]) {
        resource::check(checker, reference);
        inline_config::check(checker, reference);
    }
    let authorities = &ignition.security.tls.certificate_authorities;
    authorities.iter().for_each(|reference| resource::check(checker, reference));
}

fn check_storage(checker: &mut Checker<'_>, storage: &butane::Storage) {
    storage.directories.iter().for_each(|directory| mode::check_directory(checker, directory));
    for file in &storage.files {
        mode::check_file(checker, file);
        file.append.iter().for_each(|part| resource::check(checker, part));
        resource::check(checker, &file.contents);
    }
    storage.filesystems.iter().for_each(|filesystem| mount_unit::check(checker, filesystem));
    storage.luks.iter().for_each(|luks| resource::check(checker, &luks.key_file));
    storage.trees.iter().for_each(|tree| resource::check_tree(checker, tree));
    if checker.manner == Manner::Own {
        storage.trees.iter().for_each(|tree| mode::check_tree(checker, tree));
    }
}

fn check_systemd(checker: &mut Checker<'_>, systemd: &butane::Systemd) {
    for unit in &systemd.units {
        resource::check_texts(
            checker,
            &unit.origin.field(butane::Unit::contents_local),
            unit.contents.is_some() && unit.contents_local.is_some(),
        );
        for dropin in &unit.dropins {
            let both = dropin.contents.is_some() && dropin.contents_local.is_some();
            resource::check_texts(checker, &dropin.origin.field(butane::Dropin::contents_local), both);
        }
    }
    systemd.quadlets.iter().for_each(|quadlet| quadlet::check(checker, quadlet));
}
