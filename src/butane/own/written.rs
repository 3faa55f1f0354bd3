//! From places in a generated config to what the author wrote: the origins that the nodes themselves carry.

use crate::diagnostic::{At, Place, Report, SourceId};
use crate::document::{Path, Segment};
use crate::lower::Lowered;
use crate::model::{Naming, NodeView, Origin, View};

/// Moves findings about the generated config, or the MachineConfig around it, to the text.
pub(super) fn place(report: &mut Report, lowered: &Lowered, source: SourceId) {
    for finding in report.iter_mut() {
        let labels = finding.labels.iter_mut().map(|label| &mut label.place);
        for place in std::iter::once(&mut finding.place).chain(labels).filter(|place| place.at == At::Value) {
            *place = Place::value(source, written(lowered, &place.path));
        }
    }
}

fn written(lowered: &Lowered, path: &Path) -> Path {
    let [spec, config] = ["spec", "config"].map(Segment::from);
    let root = Origin::root(Naming::Snake);
    let origin = match path.segments() {
        [first, second, rest @ ..] if *first == spec && *second == config => node(&lowered.config, &root, rest),
        [first, rest @ ..] if *first == spec => node(&lowered.openshift, &root.join("openshift"), rest),
        rest => node(&lowered.config, &root, rest),
    };
    origin.path()
}

/// The origin of what lies at `path` below a node that is at `at` unless it says otherwise.
fn node(node: &dyn NodeView, at: &Origin, path: &[Segment]) -> Origin {
    // A node that nobody wrote or made has no origin of its own.
    let own = node.origin();
    let own = if own.is_root() { at } else { own };
    let Some((Segment::Key(key), rest)) = path.split_first() else { return own.clone() };
    let fields = node.all_fields();
    let named = |naming| fields.iter().position(|field| field.name_in(naming) == &**key);
    let Some(index) = named(Naming::Camel).or_else(|| named(Naming::Snake)) else { return own.clone() };
    value(&node.view_field(index), &own.field(fields[index]), rest)
}

fn value(view: &View<'_>, at: &Origin, path: &[Segment]) -> Origin {
    match (view, path.split_first()) {
        (View::Node { node, .. }, _) => self::node(*node, at, path),
        (View::List(items), Some((Segment::Index(index), rest))) => match items.get(*index) {
            Some(item) => value(item, &at.join(*index), rest),
            None => at.clone(),
        },
        (_, Some((step, _))) => at.join(step.clone()),
        (_, None) => at.clone(),
    }
}
