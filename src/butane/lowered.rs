//! A Butane config as the Ignition config it comes to, for those who look into it.

use super::header::{self, HeaderFault};
use super::{Options, own, translate};
use crate::check;
use crate::diagnostic::{Place, Report, SourceId};
use crate::document::{Document, Path};
use crate::files::Files;
use crate::lower::Lowered;
use crate::model::{Dialect, butane, decode};
use crate::pipeline::NOT_A_SPEC;
use crate::spec::Target;

/// The config in `document` with every node's origin in it; none when it is at fault, which is then in the report.
pub(crate) fn lowered(
    document: &Document,
    source: SourceId,
    files: &dyn Files,
    report: &mut Report,
) -> Option<(Lowered, &'static Target)> {
    let target = match header::target(document, source) {
        Ok(target) => target,
        Err(HeaderFault::Yaml(told)) => {
            report.extend(told);
            return None;
        }
        Err(HeaderFault::Unknown(message)) => {
            report.push(NOT_A_SPEC.at(Place::value(source, Path::root().join("version")), message));
            return None;
        }
    };
    let mut told = Report::default();
    let config: butane::Config = decode(document, source, Dialect::Butane, target.gates(), &mut told);
    check::check(&config, target, source, &mut told);
    let failed = told.has_errors();
    report.extend(told);
    if failed {
        return None;
    }
    let files = own::Below(files);
    let options = Options { pretty: true, raw: false };
    let mut told = Report::default();
    let lowered = translate(config, target, Some(&files), options, (document, source, &mut told));
    report.extend(told);
    lowered.ok().map(|mut lowered| {
        let mut told = Report::default();
        own::verify(&mut lowered.clone(), target, super::is_machine_config(target), source, &mut told);
        report.extend(told);
        lowered.openshift = Default::default();
        (lowered, target)
    })
}
