//! From places in the generated config back to places in the text, as far as the reference knows them: it keeps a
//! table of every value that is not empty, and of the lists and maps that hold such values.

use crate::document::{Path, Segment};
use crate::lower::Lowered;
use crate::model::butane::OpenShift;
use crate::model::{Naming, NodeView, Origin, View};
use crate::spec::behavior::EMPTY_VALUES_PLACED;
use crate::spec::{Gates, Target};
use std::collections::HashMap;

/// The table.
pub(super) struct Trace {
    places: HashMap<Path, Path>,
    /// Whether generated paths lie below those of a MachineConfig.
    machine_config: bool,
    /// Whether plain values that are empty count as well.
    empty_values: bool,
    gates: Gates,
}

impl Trace {
    pub(super) fn of(lowered: &Lowered, target: &Target, machine_config: bool) -> Self {
        let gates = target.gates();
        // Mount units and the boot device are merged in, and both come with filesystems.
        let merged = !lowered.config.storage.filesystems.is_empty();
        let empty_values = gates.allow(EMPTY_VALUES_PLACED) && !merged;
        let mut trace = Self { places: HashMap::new(), machine_config, empty_values, gates };
        let root = Origin::root(Naming::Camel);
        let config = if machine_config { root.join("spec").join("config") } else { root.clone() };
        trace.add_node(&lowered.config, &config);
        if machine_config {
            let OpenShift { origin, kernel_arguments, extensions, .. } = &lowered.openshift;
            let spec = root.join("spec");
            for (list, field, name) in [
                (kernel_arguments, OpenShift::kernel_arguments, "kernelArguments"),
                (extensions, OpenShift::extensions, "extensions"),
            ] {
                let view = View::List(list.iter().map(crate::model::Field::view).collect());
                trace.add(&view, &origin.field(field), &spec.join(name));
            }
        }
        trace
    }

    /// Adds what `view` holds; whether that was anything.
    fn add(&mut self, view: &View<'_>, origin: &Origin, generated: &Origin) -> bool {
        let any = match view {
            View::Nothing => false,
            View::Scalar { zero, optional, .. } => !zero || *optional || self.empty_values,
            View::Map { empty } => !empty,
            View::Node { node, .. } => return self.add_node(*node, generated),
            View::List(items) => {
                let mut any = false;
                for (index, item) in items.iter().enumerate() {
                    any |= self.add(item, &origin.join(index), &generated.join(index));
                }
                any
            }
        };
        if any {
            self.places.insert(generated.path(), origin.path());
        }
        any
    }

    fn add_node(&mut self, node: &dyn NodeView, generated: &Origin) -> bool {
        let mut any = false;
        for (index, field) in node.all_fields().iter().enumerate() {
            let view = node.view_field(index);
            let at = generated.field(field);
            any |= self.add(&view, &node.origin().field(field), &at);
            // What is always written is a plain value that cannot be absent.
            if self.empty_values && matches!(view, View::Nothing) && self.gates.allow(field.always) {
                self.places.insert(at.path(), node.origin().field(field).path());
            }
        }
        if any {
            self.places.insert(generated.path(), node.origin().path());
        }
        any
    }

    /// The place in the text of what is at `generated` in the generated Ignition config.
    pub(super) fn source_of(&self, generated: &Path) -> Path {
        let full = if self.machine_config { below_spec(generated) } else { generated.clone() };
        match self.places.get(&full) {
            Some(path) => path.clone(),
            None => in_snake_case(&full),
        }
    }
}

fn below_spec(path: &Path) -> Path {
    if path.segments().first() == Some(&"spec".into()) {
        return path.clone();
    }
    Path::new(["spec".into(), "config".into()].into_iter().chain(path.segments().iter().cloned()))
}

/// The path with its keys as Butane would spell them.
pub(super) fn in_snake_case(path: &Path) -> Path {
    Path::new(path.segments().iter().map(|segment| match segment {
        Segment::Key(key) => Segment::from(snake_case(key).as_str()),
        Segment::Index(index) => Segment::Index(*index),
    }))
}

fn snake_case(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    // The unit in `sizeMiB` is one word.
    for char in key.replace("MiB", "Mib").chars() {
        if char.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}
