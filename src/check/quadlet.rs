//! Names and texts of quadlets.

use super::{Checker, resource};
use crate::diagnostic::Problem;
use crate::model::butane::{Quadlet, QuadletDropin};
use crate::spec::values::QUADLET_SUFFIXES;

crate::problem! {
    /// A quadlet whose name does not end as one of Podman's units.
    ///
    /// Bad: `name: web.service`. Good: `name: web.container`.
    ///
    /// Source: podman-systemd.unit(5).
    pub(crate) BAD_QUADLET_NAME = "FS0610", "bad-quadlet-name", Error;

    /// An instance of a quadlet template with a text of its own.
    ///
    /// An instance is a link to its template, so there is nothing the text could be written to.
    ///
    /// Bad: `{name: web@a.container, contents: …}`. Good: the text in `web@.container`.
    ///
    /// Source: podman-systemd.unit(5).
    pub(crate) INSTANCE_WITH_CONTENTS = "FS0611", "instance-with-contents", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_QUADLET_NAME, &INSTANCE_WITH_CONTENTS];

pub(super) fn check(checker: &mut Checker<'_>, quadlet: &Quadlet) {
    check_own(checker, quadlet);
    for dropin in &quadlet.dropins {
        let both = dropin.contents.is_some() && dropin.contents_local.is_some();
        resource::check_texts(checker, &dropin.origin.field(QuadletDropin::contents_local), both);
    }
}

fn check_own(checker: &mut Checker<'_>, quadlet: &Quadlet) {
    let (name, suffix) = quadlet.name.rsplit_once('.').unwrap_or((&quadlet.name, ""));
    if !QUADLET_SUFFIXES.contains(&suffix) {
        let help = format!("end it in one of: .{}", QUADLET_SUFFIXES.join(", ."));
        let message = format!("`{}` is not the name of a quadlet", quadlet.name);
        checker.tell(&BAD_QUADLET_NAME, &quadlet.origin.field(Quadlet::name), message, help);
        return;
    }
    let given =
        [(quadlet.contents.is_some(), Quadlet::contents), (quadlet.contents_local.is_some(), Quadlet::contents_local)];
    if name.split_once('@').is_some_and(|(_, instance)| !instance.is_empty()) {
        for (_, field) in given.iter().filter(|(given, _)| *given) {
            let origin = quadlet.origin.field(field);
            let message = "an instance of a template has no text of its own";
            checker.tell(&INSTANCE_WITH_CONTENTS, &origin, message, "put the text into the template, or use a drop-in");
        }
    } else {
        let both = given.iter().all(|(given, _)| *given);
        resource::check_texts(checker, &quadlet.origin.field(Quadlet::contents_local), both);
    }
}
