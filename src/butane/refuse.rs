//! Fields of the generated config that a product refuses.

use crate::diagnostic::{Problem, Report, SourceId};
use crate::model::ignition::Config;
use crate::model::{Findings, Naming, NodeView, Origin, View};
use crate::spec::Target;
use crate::spec::refused::{Refused, refused};

crate::problem! {
    /// A field that the operating system or product does not support.
    ///
    /// Source: the specification of the variant; for OpenShift, the Machine Config Operator.
    pub(super) REFUSED_FIELD = "FS0628", "refused-field", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&REFUSED_FIELD];

/// The places are those of the generated config.
pub(super) fn check(config: &Config, target: &Target, source: SourceId) -> Report {
    let mut report = Report::default();
    let rows: Vec<Row> = refused(target).map(|row| Row { row, rest: row.path.split('.').collect() }).collect();
    let mut walker = Walker { target, findings: Findings::new(source, &mut report) };
    walker.node(config, &rows, &Origin::root(Naming::Camel));
    report
}

/// A row of the table with what is left of its path.
#[derive(Clone)]
struct Row {
    row: &'static Refused,
    rest: Vec<&'static str>,
}

struct Walker<'a> {
    target: &'a Target,
    findings: Findings<'a>,
}

impl Walker<'_> {
    fn node(&mut self, node: &dyn NodeView, rows: &[Row], at: &Origin) {
        for (index, field) in node.all_fields().iter().enumerate() {
            let name = field.name_in(Naming::Camel);
            let below: Vec<Row> = rows
                .iter()
                .filter(|row| row.rest.first() == Some(&name))
                .map(|row| Row { row: row.row, rest: row.rest[1..].to_vec() })
                .collect();
            if !below.is_empty() {
                self.value(&node.view_field(index), &below, &at.join(name));
            }
        }
    }

    fn value(&mut self, view: &View<'_>, rows: &[Row], at: &Origin) {
        if let Some(row) = rows.iter().find(|row| row.rest.is_empty()) {
            let let_through = row.row.empty_allowed && matches!(view, View::Scalar { text: Some(""), .. });
            if !view.is_empty() && !let_through {
                let message = format!("{} does not support this", self.target);
                self.findings.tell(&REFUSED_FIELD, at, message, "remove it");
                return;
            }
        }
        match view {
            View::Node { node, .. } => self.node(*node, rows, at),
            View::List(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.value(item, rows, &at.join(index)));
            }
            View::Nothing | View::Scalar { .. } | View::Map { .. } => {}
        }
    }
}
