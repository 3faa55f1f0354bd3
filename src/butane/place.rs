//! Findings about a generated config, moved to their places in the text.

use super::trace::{Trace, in_snake_case};
use crate::diagnostic::{Place, Report, SourceId};
use crate::document::Path;

/// Moves every finding by the table.
pub(super) fn map(report: &mut Report, source: SourceId, trace: impl FnOnce() -> Trace) {
    // The table is made only if there is something to move.
    if !report.is_empty() {
        let trace = trace();
        moved(report, source, |path| trace.source_of(path));
    }
}

/// Leaves findings at the indexes of the generated config, as the reference does for those about partitions.
pub(super) fn as_written(report: &mut Report, source: SourceId) {
    moved(report, source, in_snake_case);
}

fn moved(report: &mut Report, source: SourceId, to: impl Fn(&Path) -> Path) {
    let findings = std::mem::take(report);
    for mut finding in findings {
        let place = |path: &Path| Place::value(source, to(path));
        if matches!(finding.place.at, crate::diagnostic::At::Value) {
            finding.place = place(&finding.place.path);
            finding.labels.iter_mut().for_each(|label| label.place = place(&label.place.path));
        }
        report.push(finding);
    }
}
