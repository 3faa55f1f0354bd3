//! Finds a secret in an output, whatever it was wrapped in.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::io::Read;

/// Whether `secret` stands in `text`: as it is, escaped as JSON, YAML or a debug output escape it, in base64 at any of
/// the three offsets, percent-encoded, or in a data URL that is compressed.
pub(crate) fn holds(text: &str, secret: &str) -> bool {
    let forms = forms(secret);
    let is_in = |text: &str| forms.iter().any(|form| text.contains(form.as_str()));
    if is_in(text) || is_in(&percent_decoded(text)) {
        return true;
    }
    // Contents in data URLs, compressed or in base64 that is broken over lines.
    text.match_indices("base64,").any(|(at, word)| {
        let rest = &text[at + word.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+/=%".contains(c))).unwrap_or(rest.len());
        let payload = percent_decoded(&rest[..end]);
        let bytes = STANDARD.decode(&payload).or_else(|_| STANDARD_NO_PAD.decode(&payload)).unwrap_or_default();
        let mut plain = Vec::new();
        if flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).is_err() {
            plain = bytes;
        }
        is_in(&String::from_utf8_lossy(&plain))
    })
}

/// The forms a secret can have without being compressed.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("a text is JSON");
    let json = json[1..json.len() - 1].to_owned();
    let debug = format!("{secret:?}");
    let mut forms = vec![
        secret.to_owned(),
        // As our JSON has it, which may stand in a page of HTML.
        json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e"),
        json,
        debug[1..debug.len() - 1].to_owned(),
        secret.replace('\'', "''"),
    ];
    for (before, cut) in [("", 0), ("x", 2), ("xx", 3)] {
        let encoded = STANDARD.encode(format!("{before}{secret}"));
        // The last characters depend on what follows.
        let whole = (before.len() + secret.len()) / 3 * 4;
        forms.push(encoded[cut..whole].to_owned());
    }
    // Everything encoded but letters and digits, and everything encoded, in both cases of the digits.
    for all in [false, true] {
        let upper: String = secret
            .bytes()
            .map(|byte| match byte {
                _ if !all && byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        let lower: String = secret
            .bytes()
            .map(|byte| match byte {
                _ if !all && byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                _ => format!("%{byte:02x}"),
            })
            .collect();
        forms.extend([upper, lower]);
    }
    forms.sort();
    forms.dedup();
    forms
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
