//! Volumes that cannot be told apart, or lie in one another.

use super::Resolver;
use super::volumes::CLASH;
use crate::model::FieldInfo;
use crate::storage::spec::{Filesystem, Spec, Volume as Written, VolumeDisk, VolumeLun};

/// What two volumes may not have in common.
pub(super) fn check(spec: &Spec, resolver: &mut Resolver<'_>) {
    for (index, later) in spec.volumes.iter().enumerate() {
        for earlier in &spec.volumes[..index] {
            let mut clash = |field: &FieldInfo, message: String| {
                let finding = resolver.at(&CLASH, later.at(field), message);
                resolver.push(finding.label(resolver.place(earlier.at(field)), "the other one"));
            };
            if later.name == earlier.name && !later.name.is_empty() {
                clash(Written::name, format!("another volume is called `{}`", later.name));
            }
            let (a, b) = (&later.path, &earlier.path);
            if a == b && !a.is_empty() {
                clash(Written::path, format!("another volume is mounted at `{a}`"));
            } else if a.starts_with(&format!("{b}/")) || b.starts_with(&format!("{a}/")) {
                clash(
                    Written::path,
                    "one volume lies inside the other, and volumes in volumes are not there yet".to_owned(),
                );
            }
            // The name is the label where there is no other, and equal names are told already.
            let label =
                |volume: &Written| match volume.filesystem.as_ref().and_then(|all| Some((all, all.label.clone()?))) {
                    Some((all, label)) => (label, all.at(Filesystem::label)),
                    None => (volume.name.clone(), volume.at(Written::name)),
                };
            let device = |volume: &Written| {
                let disk = volume.disk.as_ref()?;
                Some((disk.device.clone()?, disk.at(VolumeDisk::device)))
            };
            let lun = |volume: &Written| {
                let lun: &VolumeLun = volume.iscsi.as_ref()?;
                let target = spec.iscsi.as_ref().and_then(|iscsi| iscsi.targets.get(&lun.target));
                let name = target.map_or(lun.target.clone(), |target| target.iqn.to_ascii_lowercase());
                Some((format!("{name} {}", lun.lun.unwrap_or_default()), lun.at(VolumeLun::target)))
            };
            let pairs = [
                ("another volume has the same label", Some(label(later)), Some(label(earlier))),
                ("another volume is on the same disk", device(later), device(earlier)),
                ("another volume is the same LUN", lun(later), lun(earlier)),
            ];
            for (message, later_one, earlier_one) in pairs {
                let (Some((value, place)), Some((other, first))) = (later_one, earlier_one) else { continue };
                if value == other && !value.is_empty() && (later.name != earlier.name || !message.ends_with("label")) {
                    let finding = resolver.at(&CLASH, place, message);
                    resolver.push(finding.label(resolver.place(first), "the other one"));
                }
            }
        }
    }
}
