//! What is behind the LUNs, on the machine with the storage.

use super::head::MISPLACED;
use super::volumes::{GIB, KERNEL_DEVICE, is_kernel_name};
use super::{Resolver, iscsi::UNUSED};
use crate::diagnostic::{Place, Problem};
use crate::document::Path;
use crate::storage::grammar;
use crate::storage::plan::Backstore;
use crate::storage::spec::{Backstore as Written, Iscsi, IscsiNode, Volume, VolumeLun};
use std::collections::HashMap;

crate::problem! {
    /// A backstore that nothing can be shown from.
    ///
    /// It is either a block device or a file of a given size. Its path goes into scripts and configurations of the
    /// machine with the storage, so it is made of letters, digits and `/._-:+@`.
    ///
    /// Good: `backstore: { block: /dev/vg/master-0 }`, or
    /// `backstore: { file: /srv/iscsi/master-0.img, size: 20GiB }`.
    pub(super) BAD_BACKSTORE = "FS1501", "bad-backstore", Error;

    /// One backstore behind two LUNs.
    ///
    /// Two machines that mount one filesystem destroy it.
    ///
    /// Give each node, and each volume of a node, a backstore of its own.
    pub(super) SAME_BACKSTORE = "FS1502", "same-backstore-twice", Error;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[&BAD_BACKSTORE, &SAME_BACKSTORE];

/// The backstores of a node that are good, by the names of the volumes.
pub(super) fn resolve(
    node: &IscsiNode,
    luns: &[(&Volume, &VolumeLun)],
    resolver: &mut Resolver<'_>,
) -> HashMap<String, Backstore> {
    let mut good = HashMap::new();
    if let Some(written) = &node.backstore {
        if let [(volume, _)] = luns {
            good.extend(one(written, volume, resolver).map(|backstore| (volume.name.clone(), backstore)));
        } else if luns.len() > 1 {
            let message = "`backstore` of a node is ambiguous with several iSCSI volumes";
            let finding = resolver.at(&MISPLACED, node.at(IscsiNode::backstore), message);
            resolver.push(finding.help("write `backstores: {VOLUME: {…}}`"));
        }
    }
    for (name, written) in &node.backstores.0 {
        let place = Place::key(resolver.source, written.origin.path());
        let Some((volume, _)) = luns.iter().find(|(volume, _)| volume.name == *name) else {
            if !luns.is_empty() {
                let near = crate::diagnostic::suggest::nearest(name, luns.iter().map(|(volume, _)| &*volume.name));
                let finding = UNUSED.at(place, format!("no iSCSI volume is called `{name}`"));
                resolver.push(match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding,
                });
            }
            continue;
        };
        if node.backstore.is_some() && luns.len() == 1 {
            let finding = MISPLACED.at(place, format!("`{name}` of this node has two backstores"));
            let finding = finding.label(resolver.place(node.at(IscsiNode::backstore)), "the other one");
            resolver.push(finding.help("leave one out"));
            continue;
        }
        good.extend(one(written, volume, resolver).map(|backstore| (name.clone(), backstore)));
    }
    good
}

fn one(written: &Written, volume: &Volume, resolver: &mut Resolver<'_>) -> Option<Backstore> {
    match (&written.block, &written.file) {
        (Some(device), None) => {
            if written.size.0.is_some() {
                let finding = resolver.at(&MISPLACED, written.at(Written::size), "a block device has its own size");
                resolver.push(finding.help("leave `size` out"));
            }
            let good = path(device).and_then(|()| match device.strip_prefix("/dev/") {
                Some(_) => Ok(()),
                None => Err("a block device is named by a path below `/dev`; a file is `file`".to_owned()),
            });
            let at = written.at(Written::block);
            resolver.good(&BAD_BACKSTORE, at.clone(), "this is no name of a block device", good)?;
            if is_kernel_name(device) {
                let message = format!("`{device}` can be another disk after the next boot");
                let finding = resolver.at(&KERNEL_DEVICE, at, message);
                resolver.push(finding.help("use a logical volume, or a link below `/dev/disk/by-id`"));
            }
            Some(Backstore::Block(device.clone()))
        }
        (None, Some(file)) => {
            let good = path(file).and_then(|()| match file.strip_prefix("/dev/") {
                None => Ok(()),
                Some(_) => Err("below `/dev` are devices; a block device is `block`".to_owned()),
            });
            let good = resolver.good(&BAD_BACKSTORE, written.at(Written::file), "this cannot be the file", good);
            let size = size(written, volume, resolver)?;
            good.map(|()| Backstore::File { path: file.clone(), size })
        }
        (None, None) if resolver.unsure(&written.origin.path()) => None,
        (given, _) => {
            let message = match given {
                None => "nothing says what is behind this LUN",
                Some(_) => "`block` and `file` exclude each other",
            };
            let finding = resolver.at(&BAD_BACKSTORE, written.origin.path(), message);
            resolver.push(finding.help("give either `block: /dev/…` or `file: /…` and `size: …`"));
            None
        }
    }
}

fn size(written: &Written, volume: &Volume, resolver: &mut Resolver<'_>) -> Option<u64> {
    let Some(text) = &written.size.0 else {
        if !resolver.unsure(&written.at(Written::size)) {
            let finding = resolver.at(&BAD_BACKSTORE, written.at(Written::file), "this file has no size");
            resolver.push(finding.help("add `size`, as in `size: 20GiB`"));
        }
        return None;
    };
    let size = resolver.good(&BAD_BACKSTORE, written.at(Written::size), "this is no size", grammar::size(text))?;
    let least = match &volume.min_size.0 {
        None => GIB,
        // A bad one is told where it stands.
        Some(text) => grammar::size(text).unwrap_or(0),
    };
    if size < least {
        let message = "this file is smaller than the volume may be";
        let finding = resolver.at(&BAD_BACKSTORE, written.at(Written::size), message);
        let finding = match volume.min_size.0 {
            Some(_) => finding.label(resolver.place(volume.at(Volume::min_size)), "the least size"),
            None => finding.note("the least size is 1GiB where the volume has no `min_size`"),
        };
        resolver.push(finding.note("the node would refuse it"));
    }
    Some(size)
}

/// A path that means the same in a shell, in targetcli's grammar and in tgt's lists of parameters.
fn path(text: &str) -> Result<(), String> {
    grammar::clean_path(text)?;
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:+@".contains(&byte)) {
        Ok(())
    } else {
        Err("it is made of letters, digits and `/._-:+@`".into())
    }
}

/// Tells of backstores that stand behind two LUNs.
pub(super) fn between_nodes(iscsi: &Iscsi, resolver: &mut Resolver<'_>) {
    let mut seen: HashMap<&str, Path> = HashMap::new();
    for node in &iscsi.nodes {
        let all = node.backstore.iter().chain(node.backstores.0.iter().map(|(_, written)| written));
        for written in all {
            let (path, at) = match (&written.block, &written.file) {
                (Some(path), None) => (path, written.at(Written::block)),
                (None, Some(path)) => (path, written.at(Written::file)),
                _ => continue,
            };
            if let Some(first) = seen.get(path.as_str()) {
                let finding = resolver.at(&SAME_BACKSTORE, at, "another LUN has the same backstore");
                let finding = finding.label(resolver.place(first.clone()), "first here");
                resolver.push(finding.note("two machines that mount one filesystem destroy it"));
            } else if !path.is_empty() {
                seen.insert(path, at);
            }
        }
    }
}
