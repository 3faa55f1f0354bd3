//! Butane configs: compiled for their findings, and kept as the Ignition config they come to.

use super::{Part, Run, keys, subject, unit};
use crate::butane::own::lowered;
use crate::lint::{Form, Platform, Subject};
use crate::spec::{Release, Variant};

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    let first = run.report.len();
    let name = part.input.name.rsplit('/').next().unwrap_or_default();
    let told = (&mut run.sources, &mut run.report);
    let compiled = lowered(part.document, (part.source, name), part.input.files, told);
    let of_this_text = run.report.iter_mut().skip(first).filter(|finding| finding.place.source == part.source);
    keys::improve_butane(of_this_text, part.document);
    let Some((lowered, target)) = compiled else { return };
    let release = run.options.platform.release;
    let of_target = (target.variant == Variant::OpenShift).then(|| Release::find(target.version)).flatten();
    let platform = Platform { product: Some(target.variant), release: release.or(of_target) };
    let mut subject = Subject {
        source: part.source,
        form: Form::Butane(target),
        platform,
        version: target.ignition,
        config: lowered.config,
        object: None,
        units: Vec::new(),
        files: Vec::new(),
    };
    subject::add_texts(&mut subject, &mut run.sources, Some(part.input.files));
    unit::locate(&subject, &run.sources, run.report.iter_mut().skip(first));
    run.subjects.push(subject);
}
