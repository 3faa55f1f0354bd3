//! RAID arrays.

use super::checker::{Checker, is_empty};
use super::paths;
use crate::diagnostic::Problem;
use crate::model::ignition::Raid;
use crate::spec::values::{RAID_LEVELS, RaidLevel};

crate::problem! {
    /// A RAID level that is missing or unknown.
    ///
    /// Bad: `level: RAID1`. Good: `level: raid1`.
    ///
    /// Source: `storage.raid[].level` of the Ignition specification.
    pub(crate) BAD_RAID_LEVEL = "FS0321", "bad-raid-level", Error;

    /// Spares in an array that cannot use them.
    ///
    /// A linear or striped array is lost with its first member; there is nothing a spare could be filled from.
    ///
    /// Bad: `{level: raid0, spares: 1}`. Good: `{level: raid1, spares: 1}`.
    ///
    /// Source: `storage.raid[].spares` of the Ignition specification.
    pub(crate) USELESS_SPARES = "FS0322", "useless-spares", Error;

    /// A RAID array without members.
    ///
    /// Source: `storage.raid[].devices` of the Ignition specification.
    pub(crate) NO_RAID_DEVICES = "FS0323", "no-raid-devices", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_RAID_LEVEL, &USELESS_SPARES, &NO_RAID_DEVICES];

pub(super) fn check(checker: &mut Checker<'_>, raid: &Raid) {
    check_level(checker, raid);
    let devices = raid.origin.field(Raid::devices);
    if raid.devices.is_empty() {
        checker.tell(&NO_RAID_DEVICES, &devices, "the array has no devices", "list its members in `devices`");
    }
    for (index, device) in raid.devices.iter().enumerate() {
        paths::check(checker, &devices.join(index), device, "the device");
    }
}

fn check_level(checker: &mut Checker<'_>, raid: &Raid) {
    let origin = raid.origin.field(Raid::level);
    let known = || format!("one of: {}", RAID_LEVELS.iter().map(|level| level.word).collect::<Vec<_>>().join(", "));
    if is_empty(&raid.level) {
        return checker.tell(&BAD_RAID_LEVEL, &origin, "the array has no level", known());
    }
    let word = raid.level.as_deref().unwrap_or_default();
    match RaidLevel::find(word) {
        None => checker.tell(&BAD_RAID_LEVEL, &origin, format!("`{word}` is not a RAID level"), known()),
        Some(level) if !level.spares && raid.spares.unwrap_or(0) != 0 => {
            let origin = if checker.as_reference() { origin } else { raid.origin.field(Raid::spares) };
            let message = format!("an array of level `{word}` cannot have spares");
            checker.tell(&USELESS_SPARES, &origin, message, "remove `spares`, or choose a level with redundancy");
        }
        Some(_) => {}
    }
}
