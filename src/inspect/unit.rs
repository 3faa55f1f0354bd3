//! Units and drop-ins that are files of their own.

use super::Run;
use crate::diagnostic::{Diagnostic, Place, Sources, redact};
use crate::document::Path;
use crate::lint::{Carrier, Embedded, Form, Subject, UnitBody};
use crate::model::ignition::{Config, Dropin, Systemd, Unit};
use crate::spec::IgnitionVersion;
use crate::spec::values::{DROPIN_SUFFIX, UNIT_SUFFIXES};
use crate::unit::UnitText;
use crate::validate::{BAD_UNIT_TEXT, unit_fault};

/// Whether the text of that name is a unit or drop-in: the name says so, and the text does not look like anything else.
pub(super) fn is_unit(name: &str, text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    names(name).is_some() && first.is_none_or(|line| line.starts_with('['))
}

/// Keeps the unit for the lints.
pub(super) fn read(run: &mut Run<'_>, name: &str, text: &str) {
    let Some((unit, dropin)) = names(name) else { return };
    let source = run.sources.add_text(name, text);
    redact::secrets(text).into_iter().for_each(|span| run.sources.hide(source, span));
    let contents = Some(text.to_owned());
    let is_dropin = dropin.is_some();
    let unit = match dropin {
        None => Unit { name: unit.to_owned(), contents, ..Unit::default() },
        Some(dropin) => Unit {
            name: unit.to_owned(),
            dropins: vec![Dropin { name: dropin.to_owned(), contents, ..Dropin::default() }],
            ..Unit::default()
        },
    };
    let body =
        Embedded { text: text.into(), title: unit.name.clone(), source, path: Path::root(), carrier: Carrier::Source };
    if let Some(fault) = UnitText::read(text).fault {
        let (message, help) = unit_fault(text, fault);
        let place = body.span(None, fault.line(text)).map_or(Place::whole(source), |span| Place::bytes(source, span));
        run.report.push(BAD_UNIT_TEXT.at(place, message).help(help));
    }
    let units = vec![UnitBody { unit: 0, dropin: is_dropin.then_some(0), body }];
    let config = Config { systemd: Systemd { units: vec![unit], ..Systemd::default() }, ..Config::default() };
    run.subjects.push(Subject {
        source,
        form: Form::Unit,
        platform: run.options.platform,
        version: IgnitionVersion::V3_4,
        config,
        object: None,
        units,
        files: Vec::new(),
    });
}

/// Moves what was told about texts that cannot be read from the value to the line in it, where that has a place.
pub(super) fn locate<'r>(subject: &Subject, sources: &Sources, report: impl Iterator<Item = &'r mut Diagnostic>) {
    for finding in report.filter(|finding| finding.problem == &BAD_UNIT_TEXT) {
        let body = subject.units.iter().map(|found| (origin(subject, found), &found.body));
        let told = &finding.place.path;
        let Some((_, body)) = body.into_iter().find(|(path, _)| path == told) else { continue };
        let Some(fault) = UnitText::read(&body.text).fault else { continue };
        let document = sources.get(body.source).document.as_deref();
        if let Some(span) = body.span(document, fault.line(&body.text)) {
            finding.place = Place { path: body.path.clone(), ..Place::bytes(body.source, span) };
        }
    }
}

/// The path of the value that a text came from.
fn origin(subject: &Subject, body: &UnitBody) -> Path {
    let unit = &subject.config.systemd.units[body.unit];
    match body.dropin {
        Some(dropin) => unit.dropins[dropin].origin.field(Dropin::contents).path(),
        None => unit.origin.field(Unit::contents).path(),
    }
}

/// The name of the unit, and of the drop-in: `a.service`, or `a.service.d/b.conf`.
fn names(name: &str) -> Option<(&str, Option<&str>)> {
    let mut parts = name.rsplit(['/', '\\']);
    let file = parts.next()?;
    let suffix = |name: &str| name.rsplit_once('.').is_some_and(|(_, suffix)| UNIT_SUFFIXES.contains(&suffix));
    if suffix(file) {
        return Some((file, None));
    }
    let unit = parts.next()?.strip_suffix(".d").filter(|unit| suffix(unit))?;
    let is_dropin = file.rsplit_once('.').is_some_and(|(_, suffix)| suffix == DROPIN_SUFFIX);
    is_dropin.then_some((unit, Some(file)))
}
