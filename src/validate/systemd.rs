//! systemd units and drop-ins.

use super::checker::{Checker, is_empty};
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{Dropin, Systemd, Unit};
use crate::spec::values::{DROPIN_SUFFIX, UNIT_SUFFIXES};
use crate::unit::{FaultKind, LINE_LIMIT, UnitFault, UnitText};
use std::collections::HashMap;

crate::problem! {
    /// A unit whose name has no ending that systemd knows.
    ///
    /// Bad: `name: chronyd`. Good: `name: chronyd.service`.
    ///
    /// Source: `systemd.units[].name` of the Ignition specification; systemd.unit(5).
    pub(crate) BAD_UNIT_NAME = "FS0501", "bad-unit-suffix", Error;

    /// A drop-in whose name does not end in `.conf`.
    ///
    /// systemd reads no other files from the directory.
    ///
    /// Bad: `name: 10-limits`. Good: `name: 10-limits.conf`.
    ///
    /// Source: `systemd.units[].dropins[].name` of the Ignition specification; systemd.unit(5).
    pub(crate) BAD_DROPIN_NAME = "FS0502", "bad-dropin-suffix", Error;

    /// The text of a unit or drop-in that cannot be read.
    ///
    /// Ignition reads it before it writes it, and refuses the whole config when it finds no sections and
    /// `name=value` lines. Windows line ends break lines that are continued with a backslash.
    ///
    /// Bad: `[Service` without its bracket. Good: `[Service]`.
    ///
    /// Source: systemd.syntax(7), as read by the reader in Ignition.
    pub(crate) BAD_UNIT_TEXT = "FS0503", "bad-unit-text", Error;

    /// A unit that is enabled, but nothing in it says by what it is started.
    ///
    /// Enabling means following the `[Install]` section. Without one the unit is never started at boot.
    ///
    /// Good: an `[Install]` section with `WantedBy=multi-user.target`.
    ///
    /// Source: systemd.unit(5), the `[Install]` section.
    pub(crate) NO_INSTALL_SECTION = "FS0504", "no-install-section", Warning;

    /// An instance is enabled whose template has no `[Install]` section.
    ///
    /// The template decides by what its instances are started; without that the instance never is.
    ///
    /// Source: systemd.unit(5), the `[Install]` section.
    pub(crate) NO_INSTALL_IN_TEMPLATE = "FS0505", "no-install-in-template", Warning;
}

pub(super) static PROBLEMS: &[&Problem] =
    &[&BAD_UNIT_NAME, &BAD_DROPIN_NAME, &BAD_UNIT_TEXT, &NO_INSTALL_SECTION, &NO_INSTALL_IN_TEMPLATE];

pub(super) fn check(checker: &mut Checker<'_>, systemd: &Systemd) {
    check_templates(checker, systemd);
    systemd.units.iter().for_each(|unit| check_unit(checker, unit));
}

/// Whether a text that can be read says by what the unit is started.
fn has_install(text: &UnitText<'_>) -> bool {
    text.options("Install").next().is_some()
}

/// The template of an enabled instance of a service: `a@.service` of `a@b.service`.
fn template_of(name: &str) -> Option<String> {
    let stem = name.strip_suffix(".service").filter(|stem| !stem.contains('\n'))?;
    let first = stem.chars().next()?.len_utf8();
    let at = first + stem[first..].find('@')?;
    (at + 1 < stem.len()).then(|| format!("{}@.service", &stem[..at]))
}

fn check_templates(checker: &mut Checker<'_>, systemd: &Systemd) {
    let units: HashMap<&str, &Unit> = systemd.units.iter().map(|unit| (unit.name.as_str(), unit)).collect();
    // A template is read once, however many instances it has.
    let mut without_install: HashMap<String, bool> = HashMap::new();
    for instance in systemd.units.iter().filter(|unit| unit.enabled == Some(true)) {
        let Some(template) = template_of(&instance.name) else { continue };
        let lacks = *without_install.entry(template).or_insert_with_key(|template| {
            let contents = units.get(template.as_str()).and_then(|unit| unit.contents.as_deref());
            contents.filter(|contents| !contents.is_empty()).is_some_and(|contents| {
                let text = UnitText::read(contents);
                text.fault.is_none() && !has_install(&text)
            })
        });
        if lacks {
            let message = format!("the template of `{}` has no `[Install]` section", instance.name);
            let help = "add `[Install]` with `WantedBy=` to the template";
            checker.tell(&NO_INSTALL_IN_TEMPLATE, &instance.origin.field(Unit::contents), message, help);
        }
    }
}

fn check_unit(checker: &mut Checker<'_>, unit: &Unit) {
    let suffix = unit.name.rsplit_once('.').map_or("", |(_, suffix)| suffix);
    if !UNIT_SUFFIXES.contains(&suffix) {
        let message = format!("`{}` is not the name of a unit", unit.name);
        let help = format!("end it in one of: .{}", UNIT_SUFFIXES.join(", ."));
        checker.tell(&BAD_UNIT_NAME, &unit.origin.field(Unit::name), message, help);
    }
    let contents = unit.origin.field(Unit::contents);
    let text = read(checker, &contents, &unit.contents);
    let lacks_install = !is_empty(&unit.contents) && text.is_some_and(|text| !has_install(&text));
    if unit.enabled == Some(true) && lacks_install {
        let message = format!("`{}` is enabled, but nothing starts it: it has no `[Install]` section", unit.name);
        let help = "add `[Install]` with `WantedBy=multi-user.target`, or remove `enabled`";
        checker.tell(&NO_INSTALL_SECTION, &contents, message, help);
    }
    unit.dropins.iter().for_each(|dropin| check_dropin(checker, dropin));
}

fn check_dropin(checker: &mut Checker<'_>, dropin: &Dropin) {
    read(checker, &dropin.origin.field(Dropin::contents), &dropin.contents);
    if dropin.name.rsplit_once('.').is_none_or(|(_, suffix)| suffix != DROPIN_SUFFIX) {
        let message = format!("`{}` is not the name of a drop-in", dropin.name);
        let help = format!("end it in `.{DROPIN_SUFFIX}`");
        checker.tell(&BAD_DROPIN_NAME, &dropin.origin.field(Dropin::name), message, help);
    }
}

/// The text, if it can be read; else what is wrong is told.
fn read<'t>(checker: &mut Checker<'_>, origin: &Origin, contents: &'t Option<String>) -> Option<UnitText<'t>> {
    let contents = contents.as_deref().unwrap_or_default();
    let text = UnitText::read(contents);
    let Some(fault) = text.fault else { return Some(text) };
    let (message, help) = unit_fault(contents, fault);
    checker.tell(&BAD_UNIT_TEXT, origin, message, help);
    None
}

/// What is wrong with a unit text that cannot be read, and what to do about it.
pub(crate) fn unit_fault(text: &str, fault: UnitFault) -> (String, String) {
    let line = 1 + text[..fault.line(text).start].bytes().filter(|&byte| byte == b'\n').count();
    let (what, help) = match fault.kind {
        FaultKind::OpenSection => ("a section header has no `]`", "close it".to_owned()),
        FaultKind::AfterSection => {
            ("something stands after the section header", "put it on a line of its own".to_owned())
        }
        FaultKind::NoEqualsSign => (
            "a line is no `name=value`",
            "add the `=`; a line that continues another needs a backslash right before the line end".to_owned(),
        ),
        FaultKind::EndInName => ("the text ends without a `=` on its last line", "add the `=`".to_owned()),
        FaultKind::LongLine => {
            ("a line is too long", format!("keep lines below {LINE_LIMIT} bytes, continued ones too"))
        }
    };
    (format!("the unit text cannot be read: on its line {line} {what}"), help)
}
