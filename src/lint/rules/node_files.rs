//! Files that the operator renders and the daemon on the node cannot write.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::{File, Resource};
use crate::spec::Release;
use crate::validate::decode_data_url;
use flate2::read::GzDecoder;

crate::problem! {
    /// A file without contents in a MachineConfig.
    ///
    /// The operator gives every file `overwrite: true`, and that needs contents: the config of the whole pool becomes
    /// invalid, and no node of it gets any change.
    ///
    /// Bad: `path: /etc/motd` alone. Good, for an empty file: `contents: {source: "data:,"}`.
    ///
    /// Source: the Machine Config Operator from 4.12 on, merging of files.
    pub(crate) FILE_WITHOUT_CONTENTS = "FS2515", "file-without-contents", Error;

    /// `append` in a MachineConfig.
    ///
    /// The daemon on the node writes whole files alone. It refuses the config, and the node is degraded.
    ///
    /// Good: the whole file, or a fragment in the program's own `.d` folder.
    ///
    /// Source: the Machine Config Daemon, writing of files.
    pub(crate) APPEND_REFUSED = "FS2516", "append-refused", Error;

    /// Contents that the daemon on the node cannot write.
    ///
    /// It fetches nothing: contents are a `data:` URL in the MachineConfig itself. It unpacks gzip, from OpenShift 4.10
    /// on. The operator renders the pool all the same, and then one node after the other is degraded.
    ///
    /// Bad: `source: https://example.com/motd`. Good: `source: data:,Welcome%0A`.
    ///
    /// Source: the Machine Config Daemon, writing of files.
    pub(crate) UNWRITABLE_CONTENTS = "FS2517", "unwritable-contents", Error;

    /// A file with the setuid, setgid or sticky bit in a MachineConfig.
    ///
    /// The operator refuses the MachineConfig. A decimal number where an octal one was meant ends here as well: 644 is
    /// 01204.
    ///
    /// Bad: `mode: 644`. Good: `mode: 0644`.
    ///
    /// Source: the Machine Config Operator from 4.10 on, validation of files.
    pub(crate) SPECIAL_MODE_BITS = "FS2519", "mode-refused", Error;
}

pub(super) static RULE: Rule = Rule {
    problems: &[&FILE_WITHOUT_CONTENTS, &APPEND_REFUSED, &UNWRITABLE_CONTENTS, &SPECIAL_MODE_BITS],
    status: Status::Stable,
    check,
};

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(release) = lint.subject.operator() else { return };
    for file in &lint.subject.config.storage.files {
        check_mode(file, release, findings);
        if !file.append.is_empty() {
            let origin = file.origin.field(File::append);
            let finding = findings.at(&APPEND_REFUSED, &origin, "the daemon on the node does not append to files");
            let finding = finding.note("it refuses the config, and the node is degraded");
            findings.push(finding.help("ship the whole file, or a fragment in a `.d` folder"));
        } else if file.contents.source.is_none() && file.overwrite.is_none() && release.files_need_contents {
            let finding = findings.at(&FILE_WITHOUT_CONTENTS, &file.origin, "this file has no contents");
            let finding =
                finding.note("the operator adds `overwrite: true`, which needs contents; the pool stays as it is");
            findings.push(finding.help("for an empty file write `contents: {source: \"data:,\"}`"));
        }
        if let Some(source) = &file.contents.source {
            check_source(file, source, release, findings);
        }
    }
}

fn check_mode(file: &File, release: &Release, findings: &mut Findings<'_>) {
    let Some(mode) = file.mode.filter(|mode| (0o1000..=0o7777).contains(mode)) else { return };
    if release.special_mode_bits_refused {
        let message = format!("the operator refuses a file with the mode 0{mode:o}");
        let finding = findings.at(&SPECIAL_MODE_BITS, &file.origin.field(File::mode), message);
        let decimal = mode.to_string();
        let meant = i64::from_str_radix(&decimal, 8).is_ok_and(|meant| decimal.len() == 3 && meant <= 0o777);
        findings.push(if meant {
            finding.help(format!("write `0{mode}` if {mode} are octal digits; in JSON that is {}", octal(&decimal)))
        } else {
            finding.help("0777 is the largest mode")
        });
    }
}

fn octal(digits: &str) -> i64 {
    i64::from_str_radix(digits, 8).unwrap_or_default()
}

fn check_source(file: &File, source: &str, release: &Release, findings: &mut Findings<'_>) {
    let origin = file.contents.origin.field(Resource::source);
    if !source.starts_with("data:") {
        let message = match source {
            "" => "the daemon on the node cannot write contents from an empty source",
            _ => "the daemon on the node fetches nothing",
        };
        let finding = findings.at(&UNWRITABLE_CONTENTS, &origin, message);
        let finding = finding.note("it writes `data:` URLs alone; the node is degraded");
        findings.push(finding.help("put the contents into the MachineConfig: `source: data:,…`"));
        return;
    }
    if file.contents.compression.as_deref() != Some("gzip") {
        return;
    }
    let compression = file.contents.origin.field(Resource::compression);
    if !release.gzip {
        let message = format!("the nodes of {release} cannot unpack contents");
        let finding = findings.at(&UNWRITABLE_CONTENTS, &compression, message);
        findings.push(finding.help("ship the contents without `compression`"));
        return;
    }
    // Contents that are no data URL are told where URLs are checked.
    let Ok(bytes) = decode_data_url(source) else { return };
    if std::io::copy(&mut GzDecoder::new(&bytes[..]), &mut std::io::sink()).is_err() {
        let finding = findings.at(&UNWRITABLE_CONTENTS, &compression, "the contents are not compressed by gzip");
        let finding = finding.note("the daemon on the node cannot unpack them, and the node is degraded");
        findings.push(finding.help("leave `compression` out"));
    }
}
