//! Where a node of a model came from, through every desugaring.

use super::field::FieldInfo;
use crate::document::{Path, Segment};
use std::sync::Arc;

/// How a language spells its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// `wipe_table`: Butane and our own spec.
    #[default]
    Snake,
    /// `wipeTable`: Ignition.
    Camel,
}

/// The path in the input from which a node was made, kept as a chain of steps that nodes share.
///
/// Two nodes are equal whatever their origins are, so every origin equals every other.
#[derive(Clone, Default)]
pub struct Origin {
    naming: Naming,
    /// The node is only derived from what the path names, so its fields have no places of their own.
    derived: bool,
    link: Option<Arc<Link>>,
}

struct Link {
    parent: Origin,
    segment: Segment,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path())
    }
}

impl Origin {
    /// The root of an input.
    pub fn root(naming: Naming) -> Self {
        Self { naming, derived: false, link: None }
    }

    /// One step below; a derived origin has nothing below it and stays what it is.
    #[must_use]
    pub fn join(&self, segment: impl Into<Segment>) -> Self {
        if self.derived {
            return self.clone();
        }
        let link = Link { parent: self.clone(), segment: segment.into() };
        Self { naming: self.naming, derived: false, link: Some(Arc::new(link)) }
    }

    /// The same place, for a node that was generated because of it.
    #[must_use]
    pub fn derived(&self) -> Self {
        Self { derived: true, ..self.clone() }
    }

    /// The place of a field of the node that has this origin.
    #[must_use]
    pub fn field(&self, field: &FieldInfo) -> Self {
        self.join(field.name_in(self.naming))
    }

    /// The path from the root.
    pub fn path(&self) -> Path {
        let mut segments = Vec::new();
        let mut at = self;
        while let Some(link) = &at.link {
            segments.push(link.segment.clone());
            at = &link.parent;
        }
        segments.reverse();
        Path::new(segments)
    }

    /// How the input spells its keys.
    pub fn naming(&self) -> Naming {
        self.naming
    }
}
