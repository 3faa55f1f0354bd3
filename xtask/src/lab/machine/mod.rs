//! The machine layer: guests in an emulator that boot with the files of `firesteel compile`.

mod bench;
mod cases;
mod expect;
mod guest;
mod image;
mod overlay;
mod relay;
mod states;
mod target;

use super::{CaseResult, Context, ignition, initiator, process};
use bench::{Bench, Lab};
use cases::{CASES, Case};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const LAYER: &str = "machine";
const TOOLS: &[&str] = &[
    "chroot",
    "cpio",
    "debootstrap",
    "mkfs.ext4",
    "mkfs.xfs",
    "qemu-img",
    "qemu-system-x86_64",
    "sgdisk",
    "systemctl",
    "tgtadm",
    "tgtd",
];

/// Runs the cases whose names contain the filter; without one the minimal set, or all with `--full`.
pub(super) fn run(context: &Context, filter: Option<&str>) -> Vec<CaseResult> {
    let chosen: Vec<&Case> = CASES
        .iter()
        .filter(|case| filter.map_or(context.full || case.minimal, |filter| case.name.contains(filter)))
        .collect();
    let all_not_run = |reason: &str| chosen.iter().map(|case| CaseResult::not_run(LAYER, case.name, reason)).collect();
    if context.list {
        return all_not_run("only listed");
    }
    let lab = match lab(context) {
        Ok(lab) => lab,
        Err(reason) => return all_not_run(&reason),
    };
    // Each thread takes the next case, until there is none left.
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..context.jobs.min(chosen.len()) {
            scope.spawn(|| {
                while let Some(case) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let log = lab.folder.join("cases").join(case.name);
                    let result = CaseResult::of(LAYER, case.name, Some(log), || {
                        let bench = Bench::new(&lab, case.name)?;
                        (case.run)(&bench)?;
                        bench.keep_only_logs()
                    });
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(result);
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|result| chosen.iter().position(|case| case.name == result.name));
    results
}

/// The image and the folder, or why there can be none on this host.
fn lab(context: &Context) -> Result<Lab, String> {
    let mut missing = process::missing(TOOLS.iter().chain(initiator::TOOLS));
    if !Path::new(ignition::ENGINE).is_file() {
        missing.push("ignition");
    }
    if !missing.is_empty() {
        return Err(format!("not installed: {}; run `.ci/install-lab`", missing.join(", ")));
    }
    if !process::is_root()? {
        return Err("the guest's image can only be made by root".into());
    }
    let folder = context.scratch(LAYER)?;
    let image = image::image(&folder, image::NODE)?;
    let kvm = guest::kvm_works(&image, &folder);
    println!("machine: guests run {}", if kvm { "with KVM" } else { "in full emulation" });
    Ok(Lab { folder, image, kvm })
}
