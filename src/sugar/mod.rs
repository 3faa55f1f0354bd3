//! What the language has beyond Ignition, turned into what Ignition has. One file for each, in the reference's order.
//!
//! Generated nodes are merged under those that the author wrote, so the author always wins.

mod boot_device;
mod fips;
mod grub;
mod local;
mod mount_units;
mod paths;
mod quadlets;
mod taken;
mod trees;

use crate::diagnostic::{Problem, Report, SourceId};
use crate::document::Document;
use crate::files::Files;
use crate::model::{Findings, butane};
use crate::spec::Target;

/// Every kind of finding that these passes have.
pub static PROBLEMS: &[&[&Problem]] = &[local::PROBLEMS, taken::PROBLEMS, trees::PROBLEMS];

/// What every pass needs.
pub struct Context<'a> {
    /// What the config is written for.
    pub target: &'a Target,
    /// The folder of local files; `None` where none was given.
    pub files: Option<&'a dyn Files>,
    /// Where faults go.
    pub findings: Findings<'a>,
    /// What messages call that folder.
    folder: &'static str,
    /// The text as it was read, for contents that no model can hold: bytes that are no text.
    pub document: &'a Document,
}

impl<'a> Context<'a> {
    /// A context whose findings are about `document`, which is `source`, and go to `report`.
    pub fn new(
        target: &'a Target,
        files: Option<&'a dyn Files>,
        (document, source): (&'a Document, SourceId),
        report: &'a mut Report,
    ) -> Self {
        let folder = "the folder of local files";
        Self { target, files, findings: Findings::new(source, report), folder, document }
    }

    /// Makes messages fit our own command, where local files lie beside the config.
    pub fn own_command(&mut self) {
        self.folder = "the folder of this config";
    }
}

type Pass = fn(&mut butane::Config, &mut Context<'_>);

/// What every variant has, in order.
const COMMON: &[Pass] = &[local::read, mount_units::add, trees::add, quadlets::add];

/// Applies what every variant has.
pub fn apply_common(config: &mut butane::Config, context: &mut Context<'_>) {
    COMMON.iter().for_each(|pass| pass(config, context));
}

/// Applies the boot device, which only some variants have.
pub fn apply_boot_device(config: &mut butane::Config, target: &Target) {
    boot_device::add(config, target);
}

/// Applies the users of the boot loader and what a MachineConfig adds.
pub fn apply_product(config: &mut butane::Config, target: &Target) {
    grub::add(config, target);
    fips::add(config, target);
}
