//! CHAP: secrets from files of the node, secrets that change, targets that prove themselves.

use super::super::bench::{Bench, NODES};
use super::super::states::{moved, seeded};
use super::super::target::Account;
use super::refusals::refuses;

const INLINE: &str = "\"#a'b\\\"c\\\\d$e%f=g\"";

/// The secret lies in a file on the node and in no MachineConfig.
pub(super) fn secret_by_node_file(bench: &Bench<'_>) -> Result<(), String> {
    let before = seeded(bench.lab)?;
    let secret = NODES[0].account.secret;
    let files = bench.compile("files", "etcd-iscsi", &[(INLINE, "{ node_file: /etc/firesteel-chap }")])?;
    if files.contains(secret)? {
        return Err("the secret is in the compiled files".into());
    }
    let mut node = bench.node(0, &before.disk)?;
    // Without it nothing starts, and the line says what to do.
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_refused("the secret file /etc/firesteel-chap is missing", &before.data)?;
    let quoted = secret.replace('\'', "'\\''");
    node.run(&format!("umask 077; printf '%s\\n' '{quoted}' >/etc/firesteel-chap"))?;
    node.off()?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}

/// The secret changes on the target: the old one is refused, the new spec logs in.
pub(super) fn secret_changed(bench: &Bench<'_>) -> Result<(), String> {
    let before = moved(bench.lab)?;
    let mut node = bench.moved_node(&before)?;
    bench.target.change(1, Account { user: NODES[0].account.user, secret: "another-secret" })?;
    node.boot()?;
    node.wait_for_rest()?;
    node.expect_refused("refuses the login (iscsiadm 24)", "")?;
    node.off()?;
    let files = bench.compile("changed", "etcd-iscsi", &[(INLINE, "another-secret")])?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.seeded.keys)?;
    node.off().map(drop)
}

/// The target proves itself too; one that does not know its secret gets no data.
pub(super) fn mutual_chap(bench: &Bench<'_>) -> Result<(), String> {
    let target = Account { user: "san", secret: "the-targets-own" };
    bench.target.account(target)?;
    bench.target.bind(1, target.user, true)?;
    let mutual = |secret: &str| format!("{INLINE}, mutual: {{ username: san, password: {secret} }}");
    let before = seeded(bench.lab)?;
    refuses(bench, "refuses the login", &[(INLINE, &mutual("not-this-one-1"))])?;
    let files = bench.compile("right", "etcd-iscsi", &[(INLINE, &mutual(target.secret))])?;
    let mut node = bench.node(0, &before.disk)?;
    node.boot_with(&files)?;
    node.wait_for_rest()?;
    node.expect_running("before", &before.keys)?;
    node.off().map(drop)
}
