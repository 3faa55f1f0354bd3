//! The machine layer: guests in an emulator that boot with the files of `firesteel compile`.

use super::{CaseResult, Context};

const LAYER: &str = "machine";

/// Runs the cases whose names contain the filter; without one the minimal set, or all with `--full`.
pub(super) fn run(_: &Context, _: Option<&str>) -> Vec<CaseResult> {
    vec![CaseResult::not_run(LAYER, LAYER, "there are no cases yet")]
}
