//! Directives that systemd does not know, not there, not any more, or not yet.

use crate::diagnostic::Applicability;
use crate::diagnostic::suggest::nearest;
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::spec::systemd::{self, Standing, directive, names, sections_of, sections_with};
use crate::unit::{Section, UnitOption, split_name};

crate::problem! {
    /// A directive that systemd does not know.
    ///
    /// systemd passes over the line with a note in the journal; the unit then runs without it. Names are case-sensitive.
    /// Those that begin with `X-` are for other programs.
    ///
    /// Bad: `Require=network-online.target`. Good: `Requires=network-online.target`.
    ///
    /// Source: systemd.directives(7).
    pub(crate) UNKNOWN_DIRECTIVE = "FS2402", "unknown-directive", Warning;

    /// A directive in a section that does not have it.
    ///
    /// systemd passes over it there. With `ConditionFirstBoot=` in `[Service]` the unit runs at every boot.
    ///
    /// Bad: `[Service]` with `ConditionFirstBoot=yes`. Good: `[Unit]` with `ConditionFirstBoot=yes`.
    ///
    /// Source: systemd.directives(7).
    pub(crate) MISPLACED_DIRECTIVE = "FS2403", "misplaced-directive", Warning;

    /// A directive that is no longer meant to be used.
    ///
    /// systemd reads some of these for old times' sake and passes over others, depending on its version.
    ///
    /// Bad: `MemoryLimit=1G`. Good: `MemoryMax=1G`.
    ///
    /// Source: systemd.resource-control(5), systemd.exec(5), and the changes of each version of systemd.
    pub(crate) OBSOLETE_DIRECTIVE = "FS2404", "obsolete-directive", Info;

    /// A directive that is newer than the systemd of the target.
    ///
    /// The systemd there passes over it. Nodes up to OpenShift 4.12 have systemd 239, from 4.13 on 252.
    ///
    /// Bad, for OpenShift 4.16: `RestartSteps=5`, which needs systemd 254.
    ///
    /// Source: systemd.directives(7); the version marks of the manual pages.
    pub(crate) NEWER_DIRECTIVE = "FS2405", "newer-directive", Warning;
}

pub(super) static RULE: Rule = Rule {
    problems: &[&UNKNOWN_DIRECTIVE, &MISPLACED_DIRECTIVE, &OBSOLETE_DIRECTIVE, &NEWER_DIRECTIVE],
    status: Status::Stable,
    check,
};

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let installed = systemd::version(lint.subject.platform.product, lint.subject.platform.release);
    // In a text that cannot be read, lines are not what they seem.
    for unit in lint.units.iter().filter(|unit| unit.text.fault.is_none()) {
        let Some(sections) = split_name(unit.name).and_then(|(_, suffix)| sections_of(suffix)) else { continue };
        for section in unit.text.sections.iter().filter(|section| sections.contains(&section.name)) {
            for option in &section.options {
                match directive(section.name, option.name) {
                    None if option.name.starts_with("X-") => {}
                    None => unknown(unit, sections, section, option, findings),
                    Some(known) => {
                        if let Standing::Obsolete(successor) = known.standing {
                            obsolete(unit, option, successor, findings);
                        }
                        if let (Some(since), Some(installed)) = (known.since, installed)
                            && since > installed
                        {
                            let message = format!("`{}=` needs systemd {since}", option.name);
                            let note = format!("the target has systemd {installed}, which passes over the line");
                            let finding = findings.inside(&NEWER_DIRECTIVE, unit.body, option.name_at.clone(), message);
                            findings.push(finding.note(note).help("remove it, or do without it on this release"));
                        }
                    }
                }
            }
        }
    }
}

fn obsolete(unit: &Unit<'_>, option: &UnitOption<'_>, successor: Option<&str>, findings: &mut Findings<'_>) {
    let message = format!("`{}=` is out of use", option.name);
    let finding = findings.inside(&OBSOLETE_DIRECTIVE, unit.body, option.name_at.clone(), message);
    findings.push(match successor {
        Some(successor) => finding.help(format!("use `{successor}=`; the values may have to change too")),
        None => finding.help("remove it"),
    });
}

/// The directive that was meant: one of the same words in another order, or the nearest.
fn nearest_directive(name: &str, known: impl Iterator<Item = &'static str> + Clone) -> Option<&'static str> {
    let words = words(name);
    let reordered = || known.clone().find(|known| words.len() > 1 && self::words(known) == words);
    reordered().or_else(|| nearest(name, known.clone()))
}

/// The words of a name in capitals, sorted: `Exec`, `Pre`, `Start`.
fn words(name: &str) -> Vec<&str> {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_uppercase()).map(|(at, _)| at);
    let starts: Vec<usize> = starts.chain([name.len()]).collect();
    let mut words: Vec<&str> = starts.windows(2).map(|pair| &name[pair[0]..pair[1]]).collect();
    words.sort_unstable();
    words
}

fn unknown(
    unit: &Unit<'_>,
    sections: &'static [&'static str],
    section: &Section<'_>,
    option: &UnitOption<'_>,
    findings: &mut Findings<'_>,
) {
    let at = option.name_at.clone();
    // `StartLimitIntervalSec` is the new spelling, in the old place.
    let home = sections_with(sections, option.name).next();
    if let Some(home) = home {
        let message = format!("`{}=` is no directive of `[{}]`", option.name, section.name);
        let finding = findings.inside(&MISPLACED_DIRECTIVE, unit.body, at, message);
        let help = format!("move it into `[{home}]`");
        findings.push(finding.note("systemd passes over it here").help(help));
        return;
    }
    // What is no name may be a part of something else, a key for instance.
    let is_name = option.name.len() <= 40 && option.name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let message = match is_name {
        true => format!("systemd knows no directive `{}=` in `[{}]`", option.name, section.name),
        false => format!("this is no directive of `[{}]`", section.name),
    };
    let mut finding = findings.inside(&UNKNOWN_DIRECTIVE, unit.body, at.clone(), message);
    finding = finding.note("systemd passes over the line");
    let here = names(section.name).filter(|known| known.standing == Standing::Current).map(|known| known.name);
    if let Some(meant) = nearest_directive(option.name, here) {
        let same = meant.eq_ignore_ascii_case(&option.name.replace(['_', '-'], ""));
        let applicability = if same { Applicability::Safe } else { Applicability::Unsafe };
        if let Some(fix) = findings.fix_inside(unit.body, at, meant, applicability) {
            finding = finding.fix(fix);
        }
        finding = finding.help(format!("did you mean `{meant}=`?"));
    } else {
        let elsewhere = sections.iter().flat_map(|&other| names(other).map(move |known| (other, known.name)));
        let elsewhere: Vec<(&str, &str)> = elsewhere.filter(|(other, _)| *other != section.name).collect();
        let meant = nearest(option.name, elsewhere.iter().map(|(_, name)| *name));
        let home = elsewhere.iter().find(|(_, name)| Some(*name) == meant);
        finding = match home {
            Some((other, name)) => finding.help(format!("did you mean `{name}=` in `[{other}]`?")),
            None => finding.help("remove it; keys of your own begin with `X-`"),
        };
    }
    findings.push(finding);
}
