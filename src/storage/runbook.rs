//! The runbook: what a person does with the assets, in order, and the way back.

use super::plan::Plan;

/// The runbook as Markdown.
pub(super) fn runbook(plan: &Plan) -> String {
    let _ = plan;
    String::new()
}
