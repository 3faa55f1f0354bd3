//! Compressed contents that are not, and contents that are and do not say so.

use crate::diagnostic::Severity;
use crate::lint::{Findings, Form, Lint, Rule, Status};
use crate::model::ignition::{File, Resource};
use crate::validate::decode_data_url;
use std::io::Read;

crate::problem! {
    /// Contents that are said to be gzip and are not, or the other way round.
    ///
    /// With `compression: gzip` Ignition decompresses; if that fails it stops, and the machine does not boot. Without it
    /// compressed data are written as they are, and whatever reads the file finds no text.
    ///
    /// Bad: `{compression: gzip, source: "data:,text"}`. Good: the same without `compression`.
    ///
    /// Source: `compression` in the Ignition specification; RFC 1952.
    pub(crate) NOT_GZIP = "FS2208", "compression-mismatch", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&NOT_GZIP], status: Status::Stable, check };

/// Decompressed bytes that are looked at; what is larger is taken on trust.
const MOST: u64 = 64 * 1024 * 1024;

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    // What the daemon of OpenShift can write has a rule of its own.
    if lint.subject.form == Form::MachineConfig {
        return;
    }
    for file in &lint.subject.config.storage.files {
        for resource in std::iter::once(&file.contents).chain(&file.append) {
            look_at(file, resource, findings);
        }
    }
}

fn look_at(file: &File, resource: &Resource, findings: &mut Findings<'_>) {
    let Some(bytes) = resource.source.as_deref().filter(|source| source.starts_with("data:")) else { return };
    let Ok(bytes) = decode_data_url(bytes) else { return };
    let has_mark = bytes.starts_with(&[0x1f, 0x8b]);
    match resource.compression.as_deref() {
        Some("gzip") => {
            let mut plain = flate2::read::MultiGzDecoder::new(&bytes[..]).take(MOST);
            if std::io::copy(&mut plain, &mut std::io::sink()).is_ok() {
                return;
            }
            let origin = resource.origin.field(Resource::compression);
            let message = if has_mark { "the gzip data are damaged" } else { "the data are not compressed with gzip" };
            let finding = findings.at(&NOT_GZIP, &origin, message);
            let finding = finding.note("Ignition stops there, and the machine does not boot");
            findings.push(match has_mark {
                true => finding.help("compress the file again: `gzip -9 < FILE | base64 -w0`"),
                false => finding.help("leave `compression` out"),
            });
        }
        None | Some("") if has_mark && !keeps_compressed(&file.path) => {
            let origin = resource.origin.field(Resource::source);
            let message = format!("`{}` is written as gzip data, not as the text in them", file.path);
            let finding = findings.at(&NOT_GZIP, &origin, message).severity(Severity::Warning);
            findings.push(finding.help("add `compression: gzip`"));
        }
        _ => {}
    }
}

/// Whether the file is meant to be compressed on the machine.
fn keeps_compressed(path: &str) -> bool {
    [".gz", ".tgz", ".img", ".initrd", ".raw", ".bin"].iter().any(|suffix| path.ends_with(suffix))
}
