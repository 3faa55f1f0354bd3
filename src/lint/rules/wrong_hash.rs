//! Hashes of data that stand beside them and are others.

use crate::diagnostic::{Applicability, Fix};
use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::ignition::Verification;
use crate::validate::{decode_data_url, digest};

crate::problem! {
    /// A hash that is not that of the data beside it.
    ///
    /// Ignition compares the two, stops, and the machine does not boot. The hash is that of the bytes as they are fetched,
    /// before they are decompressed.
    ///
    /// Bad: `source: "data:,new"` with the hash of the old text. Good: the sum of what stands there, or no `verification`.
    ///
    /// Source: `verification.hash` in the Ignition specification.
    pub(crate) WRONG_HASH = "FS2207", "wrong-hash", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&WRONG_HASH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let config = &lint.subject.config;
    let files = config.storage.files.iter().flat_map(|file| std::iter::once(&file.contents).chain(&file.append));
    let keys = config.storage.luks.iter().map(|volume| &volume.key_file);
    let resources = files.chain(keys).map(|resource| (&resource.source, &resource.verification));
    let sources = &config.ignition.config;
    let references =
        sources.merge.iter().chain([&sources.replace]).chain(&config.ignition.security.tls.certificate_authorities);
    let references = references.map(|reference| (&reference.source, &reference.verification));
    for (source, verification) in resources.chain(references) {
        let Some(hash) = &verification.hash else { continue };
        tell(source.as_deref().unwrap_or_default(), hash, verification, findings);
    }
}

fn tell(source: &str, hash: &str, verification: &Verification, findings: &mut Findings<'_>) {
    let Some((function, digits)) = hash.split_once('-') else { return };
    let origin = verification.origin.field(Verification::hash);
    if let Some(odd) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        let message = format!("`{}` is no hexadecimal digit", odd.escape_default());
        let finding = findings.at(&WRONG_HASH, &origin, message);
        return findings.push(finding.help("take the sum that `sha512sum FILE` prints"));
    }
    let sum: fn(&[u8]) -> String = match function {
        "sha256" => digest::sha256,
        "sha512" => digest::sha512,
        _ => return,
    };
    let Some(bytes) = source.starts_with("data:").then(|| decode_data_url(source).ok()).flatten() else { return };
    let right = sum(&bytes);
    // Another length is told by the checks.
    if digits.len() != right.len() || digits.eq_ignore_ascii_case(&right) {
        return;
    }
    let finding = findings.at(&WRONG_HASH, &origin, "this is not the hash of the data beside it");
    let finding = finding.note("Ignition stops there, and the machine does not boot");
    let finding = finding.help("take the sum of the data as they are now, if they are the right ones");
    let place = findings.place(&origin);
    // The quotes stay as they are.
    let written = findings.document().and_then(|document| {
        let node = document.find(&place.path).value?;
        document.text().get(document.node(node).span.range())
    });
    let Some(replacement) = written.map(|written| written.replace(digits, &right)) else {
        return findings.push(finding);
    };
    let fix = Fix { place, replacement, applicability: Applicability::Unsafe };
    findings.push(finding.fix(fix));
}
