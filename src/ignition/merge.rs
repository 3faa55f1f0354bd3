//! Merging two configs of one version, as the engine does with what `ignition.config.merge` names.

use super::translate::{custom_pins, give_plain_pin};
use crate::model::ignition::{Config, Link};
use crate::model::merge::merge_node;
use crate::spec::behavior::PLAIN_TEXTS;
use crate::spec::{Gates, IgnitionVersion};

/// The config that comes of laying `child` over `parent`; both are valid and of `version`. The result need not be.
///
/// A value of the child wins where it is given. Lists grow: entries of the same name become one, others are added after
/// the parent's. A header without a value removes the parent's header, and an entry that the child has in another of
/// the lists that share their names is no longer in the parent's.
#[must_use]
pub fn merge(parent: &Config, child: &Config, version: IgnitionVersion) -> Config {
    let mut result = child.clone();
    if Gates::ignition(version).allow(PLAIN_TEXTS) {
        give_plain_texts(&mut result);
    }
    merge_node(&mut result, parent.clone());
    result
}

/// Early versions do not tell an absent text of these maps from an empty one as soon as anything else is in the map.
fn give_plain_texts(config: &mut Config) {
    for Link { hard, target, .. } in &mut config.storage.links {
        if hard.is_some() {
            target.get_or_insert_default();
        }
    }
    custom_pins(config).for_each(give_plain_pin);
}
