//! SELinux in enforcing mode, with the reference policy: what it denies us is mended, or excused with a reason.

use super::super::bench::{Bench, Node};
use super::super::image::{SELINUX_NODE, image, list, source};
use super::super::relay::{Portal, Relay};
use firesteel::spec::iscsi::ISCSI_PORT;
use std::collections::BTreeSet;
use std::net::TcpListener;

/// Both parts of the journal that denials come in.
const AUDITED: &str = "journalctl -b --no-pager -o cat _TRANSPORT=audit + _TRANSPORT=kernel";

/// The move and the boot after it, under a policy that is enforced from the first moment.
pub(super) fn enforcing(bench: &Bench<'_>) -> Result<(), String> {
    // Something else of this host may be there; the relay would wait for it without a word.
    TcpListener::bind(("127.0.0.1", ISCSI_PORT)).map_err(|error| format!("port {ISCSI_PORT} of this host: {error}"))?;
    let portal = Relay::start(ISCSI_PORT, bench.target.port);
    portal.set(Portal::Open);
    let image = image(&bench.lab.folder, SELINUX_NODE)?;
    let mut node = bench.node_of(&image, 0, &image.disk)?;
    node.arguments = "security=selinux selinux=1 enforcing=1 audit=1".into();
    // What this guest is denied by itself.
    node.boot()?;
    node.wait_for_rest()?;
    node.wait_for_etcd()?;
    node.run("/usr/local/lib/lab/put before")?;
    let keys = node.run("/usr/local/lib/lab/keys before")?;
    let mut own = denials(&mut node)?;
    let loads = policy_loads(&mut node)?;
    node.off()?;

    if own.is_empty() {
        return Err("this guest is denied nothing by itself, so nothing is audited".into());
    }

    let mut ours = BTreeSet::new();
    for files in [Some(bench.compile_local("files", "etcd-iscsi", &[])?), None] {
        match &files {
            Some(files) => node.boot_with(files)?,
            None => node.boot()?,
        }
        node.wait_for_rest()?;
        node.expect_running("before", &keys)?;
        still_enforcing(&mut node, loads)?;
        ours.extend(denials(&mut node)?);
        node.off()?;
    }

    own.extend(list(&source("selinux").join("excused"))?);
    let new: Vec<&String> = ours.iter().filter(|denial| !own.contains(*denial)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let lines: Vec<&str> = new.into_iter().map(String::as_str).collect();
    Err(format!("denied, and not excused in tests/lab/images/selinux/excused:\n{}", lines.join("\n")))
}

/// Nothing has switched enforcement off or loaded a policy since systemd loaded it.
fn still_enforcing(node: &mut Node<'_>, loads: usize) -> Result<(), String> {
    node.run("[[ $(getenforce) == Enforcing ]]")?;
    node.run(&format!("! {AUDITED} | grep -E 'MAC_STATUS|enforcing=0 old_enforcing'"))?;
    let found = policy_loads(node)?;
    if found == loads { Ok(()) } else { Err(format!("a policy was loaded {found} times instead of {loads}")) }
}

fn policy_loads(node: &mut Node<'_>) -> Result<usize, String> {
    let text = node.run(&format!("{AUDITED} | grep -cE 'MAC_POLICY_LOAD|policy loaded' || true"))?;
    text.trim().parse().map_err(|_| format!("{}: grep counts `{text}`", node.name))
}

/// Each kind of denial since the boot once: who, to whom, and what, as `COMMAND SOURCE TARGET CLASS PERMISSIONS NAME`.
fn denials(node: &mut Node<'_>) -> Result<BTreeSet<String>, String> {
    let text = node.run(&format!("{AUDITED} | grep 'avc:  denied' || true"))?;
    // The agent's own file, which every program that it runs has as its output.
    Ok(text.lines().filter(|line| !line.contains("\"/run/agent.")).filter_map(denial).collect())
}

fn denial(line: &str) -> Option<String> {
    let value = |key: &str| {
        let rest = line.split_once(&format!(" {key}="))?.1;
        match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(' ').next(),
        }
    };
    let kind = |key: &str| value(key).and_then(|label| label.split(':').nth(2));
    let permissions = line.split_once('{')?.1.split_once('}')?.0.trim();
    let name = value("path").or_else(|| value("name")).unwrap_or("-");
    let (command, class) = (value("comm").unwrap_or("-"), value("tclass")?);
    Some(format!("{command} {} {} {class} {permissions} {name}", kind("scontext")?, kind("tcontext")?))
}

#[cfg(test)]
mod unit {
    use super::denial;

    #[test]
    fn a_denial_is_told_without_what_differs_from_boot_to_boot() {
        let line = "AVC avc:  denied  { read write } for  pid=271 comm=\"iscsid\" name=\"a b\" dev=\"vda\" ino=7 \
                    scontext=system_u:system_r:iscsid_t:s0 tcontext=system_u:object_r:etc_t:s0 tclass=file permissive=0";
        assert_eq!(denial(line).as_deref(), Some("iscsid iscsid_t etc_t file read write a b"));
        assert_eq!(denial("avc:  denied"), None);
    }
}
