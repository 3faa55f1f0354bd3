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
    /// Children that stand elsewhere: fields under another name, values that were merged in.
    placed: Option<Arc<Vec<(Segment, Origin)>>>,
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
        Self { naming, derived: false, link: None, placed: None }
    }

    /// One step below; a derived origin has nothing below it and stays what it is.
    #[must_use]
    pub fn join(&self, segment: impl Into<Segment>) -> Self {
        let segment = segment.into();
        if let Some(placed) = &self.placed
            && let Some((_, origin)) = placed.iter().find(|(name, _)| *name == segment)
        {
            return origin.clone();
        }
        if self.derived {
            return self.clone();
        }
        let parent = Self { placed: None, ..self.clone() };
        let link = Link { parent, segment };
        Self { naming: self.naming, derived: false, link: Some(Arc::new(link)), placed: None }
    }

    /// Notes that a field did not come from where its name says.
    pub fn place(&mut self, field: &FieldInfo, origin: Origin) {
        self.place_child(field.name_in(self.naming).into(), origin);
    }

    /// Notes where an item of a list came from.
    pub fn place_item(&mut self, index: usize, origin: Origin) {
        self.place_child(index.into(), origin);
    }

    fn place_child(&mut self, segment: Segment, origin: Origin) {
        let placed = Arc::make_mut(self.placed.get_or_insert_default());
        match placed.iter_mut().find(|(name, _)| *name == segment) {
            Some((_, old)) => *old = origin,
            None => placed.push((segment, origin)),
        }
    }

    /// The same place, for a node that was generated because of it.
    #[must_use]
    pub fn derived(&self) -> Self {
        Self { derived: true, placed: None, ..self.clone() }
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

    /// Whether this is the root of the input.
    pub fn is_root(&self) -> bool {
        self.link.is_none()
    }

    /// How the input spells its keys.
    pub fn naming(&self) -> Naming {
        self.naming
    }
}
