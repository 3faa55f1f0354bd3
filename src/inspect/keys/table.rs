//! Keys that people write in Ignition configs and that are known from elsewhere: Butane, version 2, another map.

use super::changes::Change;
use super::{BUTANE_KEY, Entry, MISPLACED_KEY, SPEC_2_KEY};
use crate::diagnostic::Problem;
use crate::model::ignition::{Config, ConfigSources, Filesystem, Group, Ignition, Luks, Partition, Passwd, Reference};
use crate::model::ignition::{Storage, Systemd, User};
use crate::model::{FieldInfo, Naming, Node};
use crate::spec::{Gate, Gates, IgnitionVersion};

/// What is known of an unknown key.
pub(super) struct Known {
    pub(super) problem: &'static Problem,
    pub(super) message: String,
    pub(super) note: Option<String>,
    pub(super) help: Vec<String>,
    pub(super) fix: Option<Change>,
}

/// What is known of that key in that map.
pub(super) fn find(entry: &Entry<'_>) -> Option<Known> {
    butane(entry).or_else(|| version_2(entry)).or_else(|| misplaced(entry))
}

/// The version from which on there is a key of that name, if `version` does not have it yet.
pub(super) fn since(name: &str, version: IgnitionVersion) -> Option<IgnitionVersion> {
    let gates = Gates::ignition(version);
    let maps = [
        Config::fields(),
        Ignition::fields(),
        Reference::fields(),
        Group::fields(),
        User::fields(),
        Storage::fields(),
        Partition::fields(),
        Filesystem::fields(),
        Luks::fields(),
    ];
    let fields = maps.into_iter().flatten().filter(|field| name == field.name || name == field.name_in(Naming::Camel));
    let later = fields.filter(|field| !gates.allow(field.gate));
    later.filter_map(|field| if let Gate::Since(version) = field.gate { Some(version) } else { None }).min()
}

/// Keys of Butane, by the map they stand in.
fn butane(entry: &Entry<'_>) -> Option<Known> {
    let parent = entry.parents().next_back().unwrap_or_default();
    let is_resource =
        matches!(parent, "contents" | "append" | "merge" | "replace" | "certificateAuthorities" | "keyFile");
    let empty = match parent {
        "contents" => "the file is made empty",
        _ => "Ignition reads the config without it, and nothing is put there",
    };
    let (note, help, fix) = match (parent, entry.name) {
        (_, "inline") if is_resource => {
            let help = "write the text as a `data:` URL under `source`";
            (empty, help, Some(Change::InlineToSource))
        }
        (_, "local") if is_resource => (
            empty,
            "only Butane reads files while it compiles: put the contents into a `data:` URL under `source`",
            None,
        ),
        ("filesystems", "with_mount_unit") => (
            "the filesystem is mounted while Ignition runs, and on no later boot",
            "add a mount unit for the path under `systemd.units`, with `enabled: true`",
            None,
        ),
        ("units" | "dropins", "contents_local") => {
            ("the unit gets no text", "only Butane reads files while it compiles: put the text under `contents`", None)
        }
        ("units", "quadlets") | ("systemd", "quadlets") => {
            ("none of the containers is there", "write each one as a file below `/etc/containers/systemd`", None)
        }
        ("storage", "trees") => ("none of the files is written", "list each file under `files`", None),
        ("users", "ssh_authorized_keys_local") => {
            ("nobody can log in with these keys", "put the keys themselves under `sshAuthorizedKeys`", None)
        }
        ("" | "config", "boot_device") => {
            ("the disks are left as they are", "compile the Butane config, and use what comes out", None)
        }
        ("" | "config", "variant" | "openshift" | "grub" | "metadata") => {
            ("Ignition does nothing with it", "compile the Butane config, and use what comes out", None)
        }
        _ => return None,
    };
    let message = format!("`{}` is a key of Butane, and Ignition has none like it", entry.name);
    Some(Known { problem: &BUTANE_KEY, message, note: Some(note.to_owned()), help: vec![help.to_owned()], fix })
}

/// Keys of versions 1 and 2.
fn version_2(entry: &Entry<'_>) -> Option<Known> {
    let parent = entry.parents().next_back().unwrap_or_default();
    let value = entry.text();
    let is_empty = entry.document.entries(entry.value).is_empty() && entry.document.items(entry.value).is_empty();
    let harmless = match (parent, entry.name) {
        ("files" | "directories" | "links", "filesystem") => value == Some("root"),
        ("units", "enable") => entry.has("enabled") || value == Some("false"),
        ("users", "create") => is_empty,
        ("" | "config", "networkd") => is_empty && value.is_none_or(str::is_empty),
        _ => false,
    };
    if harmless {
        let message = format!("`{}` is a key of Ignition 2, which version 3 does not have", entry.name);
        let help = vec!["leave it out".to_owned()];
        let note = Some("leaving it out changes nothing".to_owned());
        return Some(Known { problem: &SPEC_2_KEY, message, note, help, fix: Some(Change::Remove) });
    }
    let (note, help, fix) = match (parent, entry.name) {
        ("files" | "directories" | "links", "filesystem") => (
            "version 3 has one tree of paths, so this is written below the root and not into that filesystem",
            "begin `path` with the path at which that filesystem is mounted".to_owned(),
            None,
        ),
        ("units", "enable") => {
            ("the unit is not enabled", "write `enabled`".to_owned(), Some(Change::Rename("enabled")))
        }
        ("users", "create") => (
            "what is set there is lost",
            "write its keys one level up, beside `name`; version 3 has them there".to_owned(),
            None,
        ),
        ("" | "config", "networkd") => (
            "none of these files is written, and the network comes up by its defaults",
            "write each as a file: `/etc/systemd/network/NAME` where networkd runs, else a NetworkManager keyfile of mode \
             0600 below `/etc/NetworkManager/system-connections`"
                .to_owned(),
            None,
        ),
        ("filesystems", "mount") => {
            ("no filesystem is made", "write its keys one level up, beside `path`".to_owned(), None)
        }
        ("partitions", "size" | "start") => {
            let key = if entry.name == "size" { "sizeMiB" } else { "startMiB" };
            let help = format!("version 2 counted sectors of 512 bytes: divide by 2048 and write `{key}`");
            ("the partition gets a size and place by default", help, None)
        }
        ("config", "append") if entry.parents().any(|key| key == "ignition") => {
            ("the other config is not read", "write `merge`".to_owned(), Some(Change::Rename("merge")))
        }
        _ => return None,
    };
    let message = format!("`{}` is a key of Ignition 2, which version 3 does not read", entry.name);
    let problem = &crate::model::UNKNOWN_KEY;
    Some(Known { problem, message, note: Some(note.to_owned()), help: vec![help], fix })
}

/// Keys that are right in another map.
fn misplaced(entry: &Entry<'_>) -> Option<Known> {
    let parent = entry.parents().next_back().unwrap_or_default();
    let known = |message: String, help: String| {
        let note = Some("where it stands, nothing reads it".to_owned());
        Some(Known { problem: &MISPLACED_KEY, message, note, help: vec![help], fix: None })
    };
    let name = entry.name;
    if parent == "contents" && matches!(name, "path" | "mode" | "overwrite" | "user" | "group" | "append") {
        return known(
            format!("`{name}` stands below `contents`, and belongs to the file"),
            format!("move it one level up, beside `contents`: `{name}` as deep as `contents` itself"),
        );
    }
    let in_map = |fields: &[&'static FieldInfo]| fields.iter().any(|field| field.name_in(Naming::Camel) == name);
    let homes: [(&str, &[&'static FieldInfo]); 4] = [
        ("storage", Storage::fields()),
        ("systemd", Systemd::fields()),
        ("passwd", Passwd::fields()),
        ("ignition.config", ConfigSources::fields()),
    ];
    let (home, _) = homes.into_iter().find(|(_, fields)| in_map(fields))?;
    let is_top = matches!(parent, "" | "config" | "storage" | "systemd" | "passwd" | "ignition");
    if !is_top || home.ends_with(parent) && !parent.is_empty() {
        return None;
    }
    known(format!("`{name}` belongs below `{home}`"), format!("move it to `{home}.{name}`"))
}
