//! A config of one version as one of a later version, as the engine translates all configs to the newest.

use super::Versioned;
use crate::model::ignition::{ClevisCustom, Config};
use crate::spec::behavior::{ADVERTISEMENT_LOST, PLAIN_TEXTS, SPECIAL_MODE_BITS_DROPPED};
use crate::spec::values::working_mode_bits;
use crate::spec::{Gate, Gates, IgnitionVersion};

/// The same config in a later version; `None` when `to` is an earlier one, for which there is no way back.
///
/// Nothing is lost but what the engine loses: file modes lose bits that never worked, and the advertisements of Tang
/// servers get lost where the reference forgets them, so that a machine fetches them when it is provisioned.
pub fn translate(from: &Versioned, to: IgnitionVersion) -> Option<Versioned> {
    let steps = [from.version, to].map(|version| IgnitionVersion::ALL.iter().position(|&known| known == version));
    if steps[1] < steps[0] {
        return None;
    }
    let mut config = from.config.clone();
    let is_left = |gate: Gate| Gates::ignition(from.version).allow(gate) && !Gates::ignition(to).allow(gate);
    if is_left(PLAIN_TEXTS) {
        config.storage.links.iter_mut().for_each(|link| _ = link.target.get_or_insert_default());
        custom_pins(&mut config).for_each(give_plain_pin);
        config.storage.raid.iter_mut().for_each(|raid| _ = raid.level.get_or_insert_default());
    }
    if is_left(ADVERTISEMENT_LOST) {
        let clevis = config.storage.luks.iter_mut().filter_map(|luks| luks.clevis.as_mut());
        clevis.flat_map(|clevis| &mut clevis.tang).for_each(|tang| tang.advertisement = None);
    }
    if is_left(SPECIAL_MODE_BITS_DROPPED) {
        let bits = working_mode_bits(&Gates::ignition(from.version));
        let files = config.storage.files.iter_mut().map(|file| &mut file.mode);
        let directories = config.storage.directories.iter_mut().map(|directory| &mut directory.mode);
        files.chain(directories).flatten().for_each(|mode| *mode &= bits);
    }
    if from.version != to {
        to.name().clone_into(&mut config.ignition.version);
    }
    Some(Versioned { version: to, config })
}

pub(super) fn custom_pins(config: &mut Config) -> impl Iterator<Item = &mut ClevisCustom> {
    config.storage.luks.iter_mut().filter_map(|luks| luks.clevis.as_mut()?.custom.as_mut())
}

/// In early versions a pin that is there has a name and a config, if only empty ones.
pub(super) fn give_plain_pin(custom: &mut ClevisCustom) {
    custom.config.get_or_insert_default();
    custom.pin.get_or_insert_default();
}
