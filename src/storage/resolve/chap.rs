//! CHAP credentials: lengths, characters, what may not be equal.

use super::Resolver;
use crate::diagnostic::{Problem, Report, Severity};
use crate::document::Path;
use crate::storage::grammar;
use crate::storage::host::is_map_value;
use crate::storage::plan::{Chap, Node};
use crate::storage::secret::{self, INLINE_SECRET, MISSING_SECRET, Secret, SecretRef};
use crate::storage::spec::{Chap as Written, Iscsi, IscsiNode, MutualChap, Spec, Volume};
use std::collections::HashMap;
use zeroize::Zeroizing;

crate::problem! {
    /// A CHAP secret that is too short or too long.
    ///
    /// RFC 7143 wants 96 bits, which is 12 bytes, wherever the connection is not protected by IPsec, and most targets
    /// take 12 to 16 bytes. LIO and open-iscsi hold 255.
    ///
    /// Good: 12 to 16 random characters.
    ///
    /// Source: RFC 7143, 9.2.1; the manuals of Microsoft's, AWS's and TrueNAS's targets.
    pub(super) SECRET_LENGTH = "FS1304", "chap-secret-length", Error;

    /// A CHAP secret with characters that do not survive the way.
    ///
    /// open-iscsi's record is a text of lines, in which blanks at the ends are cut and nothing can be quoted, so only
    /// printable ASCII without blanks is the same everywhere. LIO takes the word `NULL` for "no secret".
    ///
    /// Source: open-iscsi's reader of records; rtslib.
    pub(super) SECRET_CHARACTERS = "FS1305", "chap-secret-characters", Error;

    /// The same secret in both directions.
    ///
    /// An attacker then answers a challenge by sending it back; the RFC forbids it, and targets refuse it.
    ///
    /// Source: RFC 7143, 9.2.1.
    pub(super) SAME_SECRET = "FS1306", "same-secret-both-ways", Error;

    /// One secret for several nodes.
    ///
    /// Whoever has one node's secret can log in as the other and mount its disk. The same is true of a secret by which
    /// the target proves itself: every node that has it knows it.
    pub(super) SHARED_SECRET = "FS1307", "shared-secret", Warning;

    /// A path on the node that cannot hold a secret.
    ///
    /// The file is read before the volume is mounted, so it cannot lie on it, and what lies below `/run` or `/tmp` is gone
    /// after a boot.
    ///
    /// Good: `node_file: /etc/chap/password`, a file of root's with mode 0600, there before the volume is needed.
    pub(super) BAD_NODE_FILE = "FS1308", "bad-node-file", Error;

    /// No credentials at all.
    ///
    /// Everyone on the network who sends this initiator name gets the disk.
    pub(super) NO_CHAP = "FS1309", "no-chap", Warning;

    /// A secret that many can read.
    ///
    /// Whoever may read MachineConfigs reads it, and so does every process on the node
    /// (`/etc/machine-config-daemon/currentconfig` is readable by all) and everything that reaches port 22623 of the
    /// Machine Config Server, which serves configs without asking who is there.
    ///
    /// Good: `password: {node_file: /etc/chap/password}`, with the file put on the node by other means.
    ///
    /// Source: the Machine Config Operator's daemon and server.
    pub(super) READABLE_SECRET = "FS1310", "readable-secret", Info;

    /// A name of an account that does not survive the way.
    ///
    /// Source: open-iscsi's reader of records.
    pub(super) BAD_USERNAME = "FS1311", "bad-chap-username", Error;

    /// A file with a secret that others on this machine may read.
    ///
    /// Good: `chmod 600` on it.
    pub(super) OPEN_FILE = "FS1312", "open-secret-file", Info;
}

pub(in crate::storage) static PROBLEMS: &[&Problem] = &[
    &secret::INLINE_SECRET,
    &secret::BAD_SECRET,
    &secret::MISSING_SECRET,
    &SECRET_LENGTH,
    &SECRET_CHARACTERS,
    &SAME_SECRET,
    &SHARED_SECRET,
    &BAD_NODE_FILE,
    &NO_CHAP,
    &READABLE_SECRET,
    &BAD_USERNAME,
    &OPEN_FILE,
];

/// Makes one finding of those about open files: after a checkout all files are open, and one command mends them.
pub(super) fn join_open_files(report: &mut Report) {
    let (open, rest): (Vec<_>, Vec<_>) =
        std::mem::take(report).into_iter().partition(|finding| *finding.problem == OPEN_FILE);
    rest.into_iter().for_each(|finding| report.push(finding));
    let mut open = open.into_iter();
    let Some(mut joined) = open.next() else { return };
    let mut commands = std::mem::take(&mut joined.help);
    for finding in open {
        let files = finding.help.iter().filter_map(|help| help.strip_prefix("chmod 600 "));
        let new: Vec<&str> = files.filter(|file| !commands[0].split(' ').any(|known| known == *file)).collect();
        for file in new {
            commands[0] += &format!(" {file}");
            joined = joined.label(finding.place.clone(), "this one too");
        }
    }
    joined.help = commands;
    report.push(joined);
}

/// `None` when there are credentials that cannot be used.
pub(super) fn resolve(node: &IscsiNode, resolver: &mut Resolver<'_>) -> Option<Option<Chap>> {
    let Some(written) = &node.chap else {
        if resolver.unsure(&node.at(IscsiNode::chap)) {
            return Some(None);
        }
        let message = "this node logs in without credentials";
        let finding = resolver.at(&NO_CHAP, node.at(IscsiNode::name), message);
        resolver.push(
            finding
                .note("whoever sends this initiator name gets the disk")
                .help("add `chap: {username: …, password: {file: …}}`"),
        );
        return Some(None);
    };
    username(&written.username, written.at(Written::username), resolver);
    let password = secret(&written.password, written.at(Written::password), resolver);
    let mutual = match &written.mutual {
        None => None,
        Some(mutual) => {
            username(&mutual.username, mutual.at(MutualChap::username), resolver);
            let back = secret(&mutual.password, mutual.at(MutualChap::password), resolver);
            if let (Some(there), Some(back)) = (&password, &back)
                && there == back
            {
                let message = "the target's secret is the node's own";
                let finding =
                    resolver.at(&SAME_SECRET, inner(&mutual.password, mutual.at(MutualChap::password)), message);
                let first = inner(&written.password, written.at(Written::password));
                let finding = finding.label(resolver.place(first), "the other direction");
                resolver.push(finding.help("choose another secret for the target"));
            }
            Some((mutual.username.clone(), back?))
        }
    };
    Some(Some(Chap { username: written.username.clone(), password: password?, mutual }))
}

fn username(name: &str, path: Path, resolver: &mut Resolver<'_>) {
    if name.is_empty() {
        return;
    }
    let reason = if name.len() > 255 {
        Some("open-iscsi holds 255 bytes")
    } else if !name.chars().all(|c| c.is_ascii_graphic()) || !is_map_value(name) {
        Some("only printable ASCII without blanks is the same everywhere")
    } else {
        None
    };
    if let Some(reason) = reason {
        resolver.push(resolver.at(&BAD_USERNAME, path, "this name does not survive the way").note(reason));
    }
}

/// Where in the text the secret, or the name of its place, stands.
fn inner(written: &SecretRef, path: Path) -> Path {
    match written {
        SecretRef::File(_) => path.join("file"),
        SecretRef::Env(_) => path.join("env"),
        SecretRef::NodeFile(_) => path.join("node_file"),
        SecretRef::Inline(_) | SecretRef::None => path,
    }
}

fn secret(written: &SecretRef, path: Path, resolver: &mut Resolver<'_>) -> Option<Secret> {
    let path = inner(written, path);
    match written {
        SecretRef::Inline(_) => {
            let finding = resolver.at(&INLINE_SECRET, path.clone(), "a secret stands in the spec itself");
            resolver.push(finding.help("write `{file: PATH}`, `{env: NAME}` or, best, `{node_file: PATH}`"));
        }
        SecretRef::NodeFile(on_node) => {
            let good = grammar::clean_path(on_node).and_then(|()| {
                let odd = on_node.chars().any(|c| !c.is_ascii_graphic() || "\"'`$\\".contains(c));
                if odd || !is_map_value(on_node) {
                    Err("quotes, `$` and backslashes may not stand in it".to_owned())
                } else {
                    Ok(())
                }
            });
            let what = "this path on the node cannot be used";
            resolver.good(&BAD_NODE_FILE, path.clone(), what, good)?;
        }
        SecretRef::File(file) => {
            if resolver.files.mode(file).is_some_and(|mode| mode & 0o077 != 0) {
                let finding = resolver.at(&OPEN_FILE, path.clone(), format!("others may read `{file}`"));
                resolver.push(finding.help(format!("chmod 600 {file}")));
            }
        }
        SecretRef::None | SecretRef::Env(_) => {}
    }
    let secret = match secret::read(written, resolver.files) {
        Ok(secret) => secret?,
        Err(reason) => {
            resolver.push(resolver.at(&MISSING_SECRET, path, "the secret cannot be read").note(reason));
            return None;
        }
    };
    let Secret::Text(text) = &secret else { return Some(secret) };
    let mut good = true;
    let mut refuse = |problem, message: &str, help: &str| {
        resolver.push(resolver.at(problem, path.clone(), message).help(help));
        good = false;
    };
    if text.contains(['\n', '\r']) {
        refuse(&SECRET_CHARACTERS, "the secret has more than one line", "keep one line in the file");
    } else if !text.chars().all(|c| c.is_ascii_graphic()) {
        let help = "use printable ASCII without blanks, the same on the target";
        refuse(&SECRET_CHARACTERS, "the secret has characters that do not survive the way", help);
    } else if text.eq_ignore_ascii_case("NULL") {
        refuse(&SECRET_CHARACTERS, "LIO takes this word for no secret", "choose another secret");
    }
    match text.len() {
        0..12 => refuse(&SECRET_LENGTH, "the secret is shorter than 12 bytes", "use 12 to 16 random characters"),
        12..=16 => {}
        17..256 => {
            let message = "the secret is longer than 16 bytes, which some targets refuse";
            let finding = resolver.at(&SECRET_LENGTH, path.clone(), message).severity(Severity::Warning);
            resolver.push(finding.note("LIO and open-iscsi take up to 255"));
        }
        _ => refuse(&SECRET_LENGTH, "the secret is longer than 255 bytes", "use 12 to 16 random characters"),
    }
    good.then_some(secret)
}

/// What is told once for all nodes: secrets that are readable, or shared.
pub(super) fn between_nodes(iscsi: &Iscsi, good: &[Node], resolver: &mut Resolver<'_>) {
    let credentials = || iscsi.nodes.iter().filter_map(|node| Some((node, node.chap.as_ref()?)));
    // Of credentials with faults enough is told.
    let is_good = |node: &IscsiNode| good.iter().any(|good| good.name == node.name);
    let is_text = |secret: &SecretRef| !matches!(secret, SecretRef::NodeFile(_) | SecretRef::None);
    let readable = credentials().filter(|(node, _)| is_good(node)).find_map(|(_, chap)| match &chap.mutual {
        _ if is_text(&chap.password) => Some(inner(&chap.password, chap.at(Written::password))),
        Some(back) if is_text(&back.password) => Some(inner(&back.password, back.at(MutualChap::password))),
        _ => None,
    });
    if let Some(path) = readable {
        let message = "everyone who may read MachineConfigs can read this secret";
        let finding = resolver.at(&READABLE_SECRET, path, message);
        resolver.push(
            finding
                .note("so can every process on the node, and whoever reaches port 22623 of the config server")
                .help("`{node_file: PATH}` keeps it out of the MachineConfig"),
        );
    }
    let mut seen: HashMap<String, (usize, Path)> = HashMap::new();
    for (index, (_, chap)) in credentials().enumerate() {
        let Some(text) = text(&chap.password, resolver) else { continue };
        let path = inner(&chap.password, chap.at(Written::password));
        if let Some((_, first)) = seen.get(text.as_str()) {
            let message = "another node has the same secret";
            let finding = resolver.at(&SHARED_SECRET, path, message).mark("the same");
            let finding = finding.label(resolver.place(first.clone()), "the other node's");
            resolver.push(finding.help("give each node a secret of its own"));
        } else {
            seen.insert(text.to_string(), (index, path));
        }
    }
    // What the target proves itself with is known to all nodes that have it.
    for (index, (_, chap)) in credentials().enumerate() {
        let Some(mutual) = &chap.mutual else { continue };
        let Some((owner, first)) = text(&mutual.password, resolver).and_then(|text| seen.get(text.as_str())) else {
            continue;
        };
        if *owner != index {
            let path = inner(&mutual.password, mutual.at(MutualChap::password));
            let finding = resolver.at(&SHARED_SECRET, path, "the target's secret is another node's own");
            let finding = finding.label(resolver.place(first.clone()), "that node's");
            resolver.push(finding.help("choose another secret for the target"));
        }
    }
}

/// The secret, where it is known here.
fn text(written: &SecretRef, resolver: &Resolver<'_>) -> Option<Zeroizing<String>> {
    match secret::read(written, resolver.files) {
        Ok(Some(Secret::Text(text))) => Some(text),
        _ => None,
    }
}

/// A file on the node that lies on the very volume for which it is needed is never found.
pub(super) fn node_files(spec: &Spec, resolver: &mut Resolver<'_>) {
    let chaps = || spec.iscsi.iter().flat_map(|iscsi| &iscsi.nodes).filter_map(|node| node.chap.as_ref());
    let forward = chaps().map(|chap| (&chap.password, chap.at(Written::password)));
    let mutual = chaps().filter_map(|chap| chap.mutual.as_ref());
    let mutual = mutual.map(|chap| (&chap.password, chap.at(MutualChap::password)));
    for (written, path) in forward.chain(mutual) {
        let SecretRef::NodeFile(file) = written else { continue };
        let path = path.join("node_file");
        let below =
            |parent: &str| !parent.is_empty() && file.starts_with(&format!("{}/", parent.trim_end_matches('/')));
        if let Some(volume) = spec.volumes.iter().find(|volume| below(&volume.path)) {
            let finding =
                resolver.at(&BAD_NODE_FILE, path, "this file is needed before the volume it lies on is there");
            let finding = finding.label(resolver.place(volume.at(Volume::path)), "the volume");
            resolver.push(finding.help("put it on the root disk, as in `/etc/chap/password`"));
        } else if ["/run", "/tmp", "/var/run", "/dev"].into_iter().any(below) {
            let finding = resolver.at(&BAD_NODE_FILE, path, "this file is gone after each boot");
            resolver
                .push(finding.severity(Severity::Warning).help("put it on the root disk, as in `/etc/chap/password`"));
        }
    }
}
