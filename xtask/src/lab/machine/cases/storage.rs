//! The storage side for LIO, on a machine with LIO, asked by an initiator of this host through a forwarded port.

use super::super::bench::{Bench, LUN, Node};
use super::super::expect::equal;
use super::super::image::{Image, STORAGE, image};
use super::super::overlay::{archive, compiled};
use crate::lab::files::{blank, write};
use crate::lab::initiator::Initiator;
use crate::lab::process::until;
use crate::lab::tgtd::free_port;
use firesteel::pipeline::{AssetKind, TargetForm};
use std::time::Duration;

/// Those of `tests/lab/specs/lio.yaml`.
const FIRST: Initiator<'_> =
    Initiator { name: "iqn.1994-05.com.redhat:first", user: "first", secret: r#"p'a"$w;o#r\d*`2"#, back: None };
const SECOND: Initiator<'_> =
    Initiator { name: "iqn.1994-05.com.redhat:second", user: "second", secret: "secret-of-second", back: None };
const PROOF: &str = "proof-of-target";

/// All backstores and targets that LIO has, with everything in them.
const STATE: &str =
    "cd /sys/kernel/config/target && shopt -s nullglob && for made in core/*_* iscsi/iqn.*; do find $made; done | sort";

/// The script sets LIO up, refuses to do it twice, takes back what it could not finish, and its work is there after a
/// reboot.
pub(super) fn targetcli(bench: &Bench<'_>) -> Result<(), String> {
    let image = image(&bench.lab.folder, STORAGE)?;
    let (mut node, port) = storage(bench, &image, TargetForm::Targetcli)?;
    let before = node.run(STATE)?;
    let said = node.run_for(
        600,
        "sed 's/ cli saveconfig/ cli nosuchcommand/' /root/target.sh >/root/half.sh; ! bash /root/half.sh 2>&1",
    )?;
    if !said.contains("taken back") {
        return Err(format!("nothing is taken back:\n{said}"));
    }
    equal("what LIO has after a half set-up", &node.run(STATE)?, &before)?;
    let said = node.run_for(600, "bash /root/target.sh 2>&1")?;
    if [FIRST.secret, SECOND.secret, PROOF].iter().any(|secret| said.contains(secret)) {
        return Err("the script prints a secret".into());
    }
    guarded(&mut node, port)?;
    let made = node.run(STATE)?;
    let said = node.run_for(600, "! bash /root/target.sh 2>&1")?;
    if !said.contains("LIO has a target") || !said.contains("nothing was touched") || node.run(STATE)? != made {
        return Err(format!("it is not refused over a target that is there:\n{said}"));
    }
    // Its own log and settings are gone, so nothing of root's has a secret but what LIO saves, for root alone.
    node.run("! grep -rlF secret-of-second /root/.targetcli /tmp /var/log 2>/dev/null")?;
    node.run("[[ $(stat -c %a /etc/rtslib-fb-target/saveconfig.json) == 600 ]]")?;
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    guarded(&mut node, port)?;
    node.off().map(drop)
}

/// The configuration is restored as it is, with everything that guards it.
pub(super) fn saveconfig(bench: &Bench<'_>) -> Result<(), String> {
    let image = image(&bench.lab.folder, STORAGE)?;
    let (mut node, port) = storage(bench, &image, TargetForm::Saveconfig)?;
    // A restored file has to be there: LIO makes none of the size that is meant.
    node.run("umask 077; truncate -s 2G /srv/second.img")?;
    node.run_for(600, "targetcli restoreconfig /root/saveconfig.json")?;
    guarded(&mut node, port)?;
    node.off().map(drop)
}

/// A storage machine with the compiled side in `/root`, and the port at which this host reaches it.
fn storage<'n>(bench: &'n Bench<'_>, image: &'n Image, form: TargetForm) -> Result<(Node<'n>, u16), String> {
    let (_, assets) = compiled("lio", &[], Some(form))?;
    let side = assets.into_iter().find(|asset| asset.secret && asset.kind == AssetKind::Extra);
    let side = side.ok_or("there is no storage side")?;
    write(&bench.folder.join("side").join(&side.name), side.contents.as_bytes(), 0o600)?;
    let disk = bench.folder.join("local-disk");
    blank(&disk, LUN)?;
    let port = free_port()?;
    let mut node = bench.node_of(image, 0, &image.disk)?;
    node.forward = Some(port);
    node.more.push((disk, "first".into()));
    node.more.push((archive(&bench.folder.join("side"), ".")?, "side".into()));
    node.boot()?;
    node.wait_for_rest()?;
    node.run("tar -C /root -xf /dev/disk/by-id/virtio-side")?;
    Ok((node, port))
}

/// Each node sees its own disk with its own credentials, and nobody sees anything else.
fn guarded(node: &mut Node<'_>, port: u16) -> Result<(), String> {
    node.run(
        "cd /sys/kernel/config/target/iscsi/iqn.2024-02.com.example.san:etcd/tpgt_1 && [[ $(<enable) == 1 ]] \
         && [[ $(<attrib/authentication) == 1 && $(<attrib/generate_node_acls) == 0 ]] && [[ $(ls np) == 10.0.2.15:3260 ]]",
    )?;
    let lun = |number: u8| format!("iscsi://127.0.0.1:{port}/iqn.2024-02.com.example.san:etcd/{number}");
    let own = lun(0);
    // The emulator takes connections before the guest does.
    until(120, Duration::from_secs(1), "the target answers", || Ok(FIRST.logs_in(&own).ok()))?;
    let proven = Initiator { back: Some(("storage", PROOF)), ..SECOND };
    for (who, size) in [(FIRST, "size:1073741824"), (proven, "size:2147483648")] {
        let said = who.logs_in(&own)?;
        if !said.contains(size) {
            return Err(format!("{} does not see its own disk: {said}", who.name));
        }
    }
    match (Initiator { back: Some(("storage", "another-proof-1")), ..SECOND }).logs_in(&own) {
        Ok(_) => return Err("the target proves itself with another secret".into()),
        Err(reason) if reason.contains("Invalid CHAP_R response from the target") => {}
        Err(reason) => return Err(reason),
    }
    FIRST.is_refused(&lun(1), "LOGICAL_UNIT_NOT_SUPPORTED")?;
    for (user, secret) in [("first", "not-the-secret"), ("second", SECOND.secret), ("nobody", FIRST.secret)] {
        Initiator { user, secret, ..FIRST }.is_refused(&own, "Authentication failure")?;
    }
    FIRST.is_refused_without_credentials(&own)?;
    Initiator { name: "iqn.1994-05.com.redhat:third", ..FIRST }.is_refused(&own, "")
}
