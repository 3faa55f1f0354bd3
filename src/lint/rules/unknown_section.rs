//! Sections that systemd does not read in a unit of that kind.

use crate::diagnostic::Applicability;
use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status};
use crate::spec::systemd::sections_of;
use crate::unit::split_name;

crate::problem! {
    /// A section that systemd does not read in this unit.
    ///
    /// systemd passes over the whole section with one line in the journal, and the unit lacks everything in it. Names of
    /// sections are case-sensitive; each kind of unit has `[Unit]`, `[Install]` and one of its own. Sections that begin
    /// with `X-` are for other programs.
    ///
    /// Bad: `[service]`, or `[Service]` in a `.mount`. Good: `[Service]` in a `.service`.
    ///
    /// Source: systemd.unit(5).
    pub(crate) UNKNOWN_SECTION = "FS2401", "unknown-section", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNKNOWN_SECTION], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        let Some(sections) = split_name(unit.name).and_then(|(_, suffix)| sections_of(suffix)) else { continue };
        for section in &unit.text.sections {
            if sections.contains(&section.name) || section.name.starts_with("X-") {
                continue;
            }
            let name = section.header.start + 1..section.header.end - 1;
            let suffix = split_name(unit.name).map_or("", |(_, suffix)| suffix);
            let message = format!("systemd reads no section `[{}]` in a `.{suffix}` unit", section.name);
            let mut finding = findings.inside(&UNKNOWN_SECTION, unit.body, section.header.clone(), message);
            finding = finding.note("systemd passes over the whole section");
            finding = match nearest(section.name, sections.iter().copied()) {
                Some(meant) => {
                    let same = meant.eq_ignore_ascii_case(section.name.trim());
                    let applicability = if same { Applicability::Safe } else { Applicability::Unsafe };
                    if let Some(fix) = findings.fix_inside(unit.body, name, meant, applicability) {
                        finding = finding.fix(fix);
                    }
                    finding.help(format!("did you mean `[{meant}]`?"))
                }
                None => finding.help(format!("its sections: {}", listed(sections))),
            };
            findings.push(finding);
        }
    }
}

fn listed(sections: &[&str]) -> String {
    sections.iter().map(|section| format!("`[{section}]`")).collect::<Vec<_>>().join(", ")
}
