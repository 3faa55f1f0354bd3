//! CHAP settings of the iSCSI initiator that do not hang together.

use crate::lint::{Embedded, Findings, Lint, Rule, Status};
use std::ops::Range;

crate::problem! {
    /// A CHAP user and password without the setting that asks for CHAP, or a password of the target alone.
    ///
    /// open-iscsi still uses credentials that are set, logs that this is going to stop, and will then log in without
    /// them. With only `password_in` the set-up of CHAP fails, and the login goes on without any authentication.
    ///
    /// Bad: `node.session.auth.username` and `.password` alone. Good: `node.session.auth.authmethod = CHAP` as well.
    ///
    /// Source: iscsid.conf of open-iscsi, and its code for the login.
    pub(crate) CHAP_SETTINGS = "FS2602", "chap-without-authmethod", Warning;

    /// iSCSI with CHAP, and no initiator name.
    ///
    /// Each machine then has a random name. A target that lets only known names in refuses the login.
    ///
    /// Good: a file `/etc/iscsi/initiatorname.iscsi` with `InitiatorName=iqn.…`, another on each machine.
    ///
    /// Source: iscsi-init.service and iscsid(8) of open-iscsi.
    pub(crate) NO_INITIATOR_NAME = "FS2604", "no-initiator-name", Info;

    /// A CHAP password that many targets refuse, or that serves in both directions.
    ///
    /// Many targets take 12 to 16 bytes alone. With one password for both directions, whoever asks for an answer can be
    /// given his own question, so the standard forbids it.
    ///
    /// Bad: a password of 8 characters. Good: 12 to 16 characters, another one for `password_in`.
    ///
    /// Source: RFC 7143, sections 9.2.1 and 12.1.3; the documents of common targets.
    pub(crate) WEAK_CHAP_PASSWORD = "FS2607", "weak-chap-password", Warning;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&CHAP_SETTINGS, &NO_INITIATOR_NAME, &WEAK_CHAP_PASSWORD], status: Status::Stable, check };

const NAME_FILE: &str = "/etc/iscsi/initiatorname.iscsi";

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for (file, text) in lint.files() {
        if file.path != "/etc/iscsi/iscsid.conf" {
            continue;
        }
        let mut credentials = None;
        for group in ["node.session.auth", "discovery.sendtargets.auth"] {
            let get = |key: &str| setting(&text.text, &format!("{group}.{key}"));
            let (forward, back) = (get("password"), get("password_in"));
            if let (None, Some((_, at))) = (&forward, &back) {
                let message = format!("`{group}.password_in` is set and `{group}.password` is not");
                let note = "setting up CHAP fails then, and the login goes on without any authentication";
                tell(text, at.clone(), message, note, &format!("set `{group}.password` as well"), findings);
            }
            for (value, at) in [&forward, &back].into_iter().flatten() {
                let length = value.len();
                if length >= 12 {
                    continue;
                }
                let message = format!("the CHAP password has {length} bytes, and many targets want 12 to 16");
                let finding = findings.inside(&WEAK_CHAP_PASSWORD, text, at.clone(), message);
                findings.push(finding.help("take one of 12 to 16 letters and digits"));
            }
            if let (Some((one, _)), Some((other, at))) = (&forward, &back)
                && one == other
            {
                let message = "one CHAP password serves in both directions";
                let finding = findings.inside(&WEAK_CHAP_PASSWORD, text, at.clone(), message);
                findings.push(finding.help("give the target another password than the initiator"));
            }
            let given = forward.or_else(|| get("username"));
            let is_chap = get("authmethod").is_some_and(|(value, _)| value.eq_ignore_ascii_case("CHAP"));
            if let Some((_, at)) = given.as_ref().filter(|_| !is_chap) {
                let message = format!("CHAP is not asked for: `{group}.authmethod` is not `CHAP`");
                let note = "open-iscsi still uses the password, and announces that it will not";
                let help = format!("add the line `{group}.authmethod = CHAP`");
                tell(text, at.clone(), message, note, &help, findings);
            }
            credentials = credentials.or(given);
        }
        let named = lint.around.paths.contains(NAME_FILE)
            || lint.units.iter().any(|unit| unit.body.text.contains("initiatorname.iscsi"))
            || lint.files().any(|(_, other)| other.text.contains("initiatorname.iscsi"));
        if let Some((_, at)) = credentials.filter(|_| !named) {
            let message = format!("nothing here writes `{NAME_FILE}`: the machine logs in by a random name");
            let finding = findings.inside(&NO_INITIATOR_NAME, text, at, message);
            findings.push(finding.help("give each machine the name that the target knows"));
        }
    }
}

fn tell(text: &Embedded, at: Range<usize>, message: String, note: &str, help: &str, findings: &mut Findings<'_>) {
    let finding = findings.inside(&CHAP_SETTINGS, text, at, message);
    findings.push(finding.note(note).help(help));
}

/// The value of the last line that sets `wanted`, and the bytes of the name in it.
fn setting<'a>(text: &'a str, wanted: &str) -> Option<(&'a str, Range<usize>)> {
    let mut start = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if let Some((key, value)) = line.split_once('=')
            && key.trim() == wanted
        {
            let at = at + (key.len() - key.trim_start().len());
            found = Some((value.trim(), at..at + wanted.len())).filter(|(value, _)| !value.is_empty());
        }
    }
    found
}
