//! Filesystems that are mounted on the first boot alone.

use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::Filesystem;

crate::problem! {
    /// A filesystem with a path, and no mount unit for it.
    ///
    /// Ignition mounts it while it runs, to write files there. After the first boot nothing mounts it again: whatever writes
    /// to that path fills the disk of the system.
    ///
    /// Bad: `{device: …, format: xfs, path: /var/data}` alone. Good: a unit `var-data.mount` as well;
    /// in Butane `with_mount_unit: true`.
    ///
    /// Source: `storage.filesystems[].path` of the Ignition specification.
    pub(crate) NEVER_MOUNTED = "FS2305", "never-mounted", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&NEVER_MOUNTED], status: Status::Stable, check };

/// Paths that the images mount by themselves.
const BY_THE_IMAGE: [&str; 7] = ["/", "/boot", "/boot/efi", "/oem", "/usr", "/usr/share/oem", "/sysroot"];

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let config = &lint.subject.config;
    let merges = &config.ignition.config;
    // Another config may bring the unit.
    if !merges.merge.is_empty() || merges.replace.source.is_some() {
        return;
    }
    // The table of mounts, wherever it is written.
    let mut texts = lint.files().map(|(_, text)| &text.text);
    for one in &config.storage.filesystems {
        let Some(path) = one.path.as_deref().filter(|path| !BY_THE_IMAGE.contains(path)) else { continue };
        if one.format.as_deref() == Some("swap") || path.is_empty() {
            continue;
        }
        let name = unit_name(path);
        let is_where = |unit: &crate::lint::Unit<'_>| {
            let mut options = unit.text.options("Mount");
            options.any(|option| option.name == "Where" && option.value.trim().trim_end_matches('/') == path)
        };
        let in_units =
            lint.units.iter().any(|unit| unit.name == name || is_where(unit) || unit.body.text.contains(path));
        if in_units || lint.around.units.contains(&name) || texts.any(|text| text.contains(path)) {
            continue;
        }
        let message = format!("nothing mounts `{path}` after the first boot");
        let finding = findings.at(&NEVER_MOUNTED, &one.origin.field(Filesystem::path), message);
        findings.push(match lint.subject.form {
            Form::Butane(_) => finding.help("write `with_mount_unit: true`"),
            _ => finding.help(format!("add a unit `{name}`, enabled, with `Where={path}`")),
        });
    }
}

/// The name of the mount unit of a path, for paths without odd characters.
fn unit_name(path: &str) -> String {
    let escaped: String = path
        .trim_matches('/')
        .chars()
        .map(|c| match c {
            '/' => "-".to_owned(),
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':') => c.to_string(),
            c => c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
        })
        .collect();
    format!("{escaped}.mount")
}
