//! Contents given in one way only.

use super::Checker;
use crate::diagnostic::Problem;
use crate::model::butane::{Reference, Resource, Tree};
use crate::model::{FieldInfo, Origin};
use crate::spec::behavior;

crate::problem! {
    /// Contents that are given in more than one way.
    ///
    /// `inline`, `local` and `source` exclude each other, and so do `contents` and `contents_local`: nobody could tell
    /// which of them shall be written.
    ///
    /// Bad: `contents: {inline: a, source: "https://…"}`. Good: one of them.
    ///
    /// Source: the Butane configuration specification.
    pub(crate) TWO_CONTENTS = "FS0601", "two-contents", Error;

    /// A tree without its local directory.
    ///
    /// Bad: `trees: [{path: /etc}]`. Good: `trees: [{local: etc, path: /etc}]`.
    ///
    /// Source: `storage.trees` of the Butane configuration specification.
    pub(crate) TREE_WITHOUT_LOCAL = "FS0602", "tree-without-local", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&TWO_CONTENTS, &TREE_WITHOUT_LOCAL];

/// The three ways in which contents can be given.
pub(super) trait Contents {
    fn origin(&self) -> &Origin;
    /// Whether each way is used, in the order in which they are blamed.
    fn ways(&self) -> [(bool, &'static FieldInfo); 3];
}

impl Contents for Resource {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn ways(&self) -> [(bool, &'static FieldInfo); 3] {
        [
            (self.local.is_some(), Self::local),
            (self.inline.is_some(), Self::inline),
            (self.source.is_some(), Self::source),
        ]
    }
}

impl Contents for Reference {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn ways(&self) -> [(bool, &'static FieldInfo); 3] {
        [
            (self.local.is_some(), Self::local),
            (self.inline.is_some(), Self::inline),
            (self.source.is_some(), Self::source),
        ]
    }
}

pub(super) fn check(checker: &mut Checker<'_>, contents: &impl Contents) {
    let mut used = contents.ways().into_iter().filter(|(used, _)| *used).map(|(_, field)| field);
    let (Some(_), Some(second)) = (used.next(), used.next()) else { return };
    let blamed = match used.next() {
        Some(third) => third,
        None if checker.target.gates().allow(behavior::INLINE_BLAMED) => Resource::inline,
        None => second,
    };
    let origin = contents.origin().field(blamed);
    let message = "the contents are given in more than one way";
    checker.tell(&TWO_CONTENTS, &origin, message, "keep one of `inline`, `local` and `source`");
}

/// The same for the texts of units.
pub(super) fn check_texts(checker: &mut Checker<'_>, local: &Origin, both: bool) {
    if both {
        let message = "the text is given in two ways";
        checker.tell(&TWO_CONTENTS, local, message, "keep one of `contents` and `contents_local`");
    }
}

pub(super) fn check_tree(checker: &mut Checker<'_>, tree: &Tree) {
    if tree.local.is_empty() {
        let help = "set `local` to the directory whose files shall be written";
        checker.tell(&TREE_WITHOUT_LOCAL, &tree.origin, "the tree has no local directory", help);
    }
}
