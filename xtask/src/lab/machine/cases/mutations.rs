//! The lab can fail: what guards the data is taken out, and the case that watches it must turn red.

use super::super::bench::Bench;
use super::{Run, refusals};
use std::fs;
use std::path::Path;

/// Unknown bytes are formatted away.
pub(super) fn no_blank_check(bench: &Bench<'_>) -> Result<(), String> {
    bench.mutate(|tree| {
        edit(&tree.join("usr/local/bin/firesteel-volume"), "if [[ $disk_bytes == zero ]]; then", "if true; then")
    });
    must_fail(bench, refusals::unknown_bytes, "do not say `has no known signature")
}

/// The mount is only wanted by the boot, and nothing waits for it.
pub(super) fn no_gate(bench: &Bench<'_>) -> Result<(), String> {
    bench.mutate(|tree| {
        let units = tree.join("etc/systemd/system");
        for service in ["kubelet.service", "crio.service"] {
            remove(&units.join(format!("{service}.d")))?;
            remove(&units.join(format!("{service}.requires")))?;
        }
        let told = |error: std::io::Error| error.to_string();
        fs::create_dir_all(units.join("multi-user.target.wants")).map_err(told)?;
        let link = "kubelet-dependencies.target.requires";
        fs::rename(
            units.join(link).join("var-lib-etcd.mount"),
            units.join("multi-user.target.wants/var-lib-etcd.mount"),
        )
        .map_err(told)?;
        remove(&units.join(link))
    });
    must_fail(bench, refusals::foreign_filesystem, "status 1 of `for unit in")
}

/// A volume with the right label is taken, whoever's it is.
pub(super) fn no_owner_check(bench: &Bench<'_>) -> Result<(), String> {
    bench.mutate(|tree| {
        let script = tree.join("usr/local/bin/firesteel-volume");
        edit(&script, "echo refuse-another-node\n", "echo ours\n")?;
        edit(&script, " && $uuid == \"$owner\" ]]", " ]]")
    });
    must_fail(bench, refusals::another_nodes_disk, "do not say `it holds another node's volume`")
}

fn must_fail(bench: &Bench<'_>, case: Run, how: &str) -> Result<(), String> {
    match case(bench) {
        Ok(()) => Err("the case passes although what it watches is gone".into()),
        Err(reason) if reason.contains(how) => Ok(()),
        Err(reason) => Err(format!("the case fails for another reason: {reason}")),
    }
}

fn edit(path: &Path, from: &str, to: &str) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if !text.contains(from) {
        return Err(format!("{}: has no `{from}` to take out", path.display()));
    }
    // Opened, not replaced: mode and owner stay.
    fs::write(path, text.replace(from, to)).map_err(|error| format!("{}: {error}", path.display()))
}

fn remove(folder: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
