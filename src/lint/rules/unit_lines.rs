//! Line ends in units that make one line of two.

use crate::diagnostic::Applicability;
use crate::lint::{Findings, Lint, Rule, Status};

crate::problem! {
    /// Windows line ends in a unit.
    ///
    /// A backslash before `\r\n` continues nothing, so a command of several lines is cut after the first; elsewhere the
    /// carriage return is a blank and does no harm.
    ///
    /// Good: `\n` alone. YAML turns the line ends of block texts into these by itself; JSON and files do not.
    ///
    /// Source: systemd.syntax(7).
    pub(crate) WINDOWS_LINE_ENDS = "FS2406", "windows-line-ends", Warning;

    /// A backslash with nothing behind it.
    ///
    /// The backslash at the end of a line joins the next line to it: one at the end of the text is left over from a
    /// longer command, and before a section or an empty line the value ends in the middle.
    ///
    /// Bad: `ExecStart=/usr/bin/a \` as the last line.
    ///
    /// Source: systemd.syntax(7).
    pub(crate) TRAILING_BACKSLASH = "FS2407", "trailing-backslash", Warning;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&WINDOWS_LINE_ENDS, &TRAILING_BACKSLASH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        let text = &*unit.body.text;
        if let Some(at) = text.find("\r\n") {
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let cut = text.contains("\\\r\n");
            let message =
                if cut { "a Windows line end cuts a continued line" } else { "the unit has Windows line ends" };
            let at = text.find("\\\r\n").unwrap_or(start)..at.max(text.find("\\\r\n").map_or(0, |cut| cut + 1));
            let finding = findings.inside(&WINDOWS_LINE_ENDS, unit.body, at, message);
            findings.push(finding.help("write `\\n` alone at the ends of lines"));
        }
        for option in unit.text.sections.iter().flat_map(|section| &section.options) {
            if !option.value.ends_with('\\') {
                continue;
            }
            let end = option.value_at.end;
            let message = format!("`{}=` ends in a backslash, and nothing follows", option.name);
            let mut finding = findings.inside(&TRAILING_BACKSLASH, unit.body, end - 1..end, message);
            let before = option.value.strip_suffix('\\').map_or("", str::trim_end);
            let start = option.value_at.start + before.len();
            if !text[start..end].contains('\n')
                && let Some(fix) = findings.fix_inside(unit.body, start..end, "", Applicability::Unsafe)
            {
                finding = finding.fix(fix);
            }
            findings.push(finding.help("remove it, or add the rest of the value"));
        }
    }
}
