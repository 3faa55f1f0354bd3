//! Unknown keys of Ignition configs: what is only unused to the reference is an error to us, with its fix.

use crate::diagnostic::{Applicability, At, Diagnostic, Fix, Problem, Severity};
use crate::document::Document;
use crate::model::UNKNOWN_KEY;

/// Nothing is declared here yet.
pub(super) static PROBLEMS: &[&Problem] = &[];

/// Makes an unknown key an error, and offers the key that was meant.
pub(super) fn improve(finding: &mut Diagnostic, document: &Document) {
    if *finding.problem != UNKNOWN_KEY {
        return;
    }
    finding.severity = Severity::Error;
    finding.notes.push("Ignition reads the config without it, and says nothing on the machine".to_owned());
    let At::Bytes(span) = finding.place.at else { return };
    let meant = finding.help.iter().find_map(|help| help.strip_prefix("did you mean `")?.strip_suffix("`?"));
    let (Some(meant), Some(written)) = (meant, document.text().get(span.range())) else { return };
    let name = written.trim_matches(['"', '\'']);
    // Only the spelling of Butane is sure to mean the same.
    let safe = in_camel_case(name) == meant || name.eq_ignore_ascii_case(meant);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let replacement = written.replace(name, meant);
    finding.fix = Some(Fix { place: finding.place.clone(), replacement, applicability });
}

/// The key as Ignition spells it.
fn in_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        match word {
            // The model's own exception.
            "mib" => out.push_str("MiB"),
            _ => {
                let mut letters = word.chars();
                out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                out.push_str(letters.as_str());
            }
        }
    }
    out
}
