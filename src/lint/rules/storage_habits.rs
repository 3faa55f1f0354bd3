//! Commands and waits around disks that are taken from examples and do harm where data matter.

use super::exec_lines::is_command;
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::spec::Variant;
use crate::spec::iscsi::ISCSI_PORT;

crate::problem! {
    /// A start that may take for ever.
    ///
    /// `TimeoutSec=0` and `infinity` wait without an end. A step that many others wait for, and that hangs on a portal or
    /// device that is away, holds the boot up until somebody comes with a console.
    ///
    /// Good: `TimeoutStartSec=10min`, or a loop in the step that bounds each try and says what it waits for.
    ///
    /// Source: systemd.service(5), `TimeoutStartSec=`.
    pub(crate) ENDLESS_START = "FS2454", "endless-start", Info;

    /// A filesystem made by `systemd-makefs`.
    ///
    /// It takes whatever filesystem is there for the right one, of whatever machine, and gives a new one no label. On a
    /// disk that served another node this mounts that node's data.
    ///
    /// Good: a check that the disk is blank, then `mkfs.xfs -L LABEL`; or `storage.filesystems` on the first boot.
    ///
    /// Source: systemd-makefs(8).
    pub(crate) MAKEFS = "FS2307", "makefs-takes-any", Info;

    /// A login to whatever a portal offers.
    ///
    /// Discovery makes a record of every target that the portal tells of. With `node.startup = automatic`, or a login
    /// that names no target, the node logs in to all of them: also to the disks of other nodes.
    ///
    /// Good: `iscsiadm -m node -T IQN -p PORTAL --login`, from a record made for that target.
    ///
    /// Source: iscsiadm(8).
    pub(crate) LOGIN_TO_ALL = "FS2308", "login-to-all-targets", Warning;

    /// A portal at a port that SELinux keeps the initiator from.
    ///
    /// On Fedora CoreOS and RHEL CoreOS iscsid and iscsiadm run in a domain of their own, whose policy lets them connect to
    /// the port of iSCSI, 3260. Anywhere else the connection is denied on the machine itself, and it looks as if the
    /// portal did not answer.
    ///
    /// Bad: `iscsiadm -m node -T IQN -p 192.0.2.10:3261 --login`. Good: a portal of the target at 3260.
    ///
    /// Source: selinux-policy, iscsi.te and corenetwork.te; iscsid_selinux(8).
    pub(crate) DENIED_PORT = "FS2608", "iscsi-port-denied", Warning;
}

pub(super) static RULE: Rule =
    Rule { problems: &[&MAKEFS, &LOGIN_TO_ALL, &DENIED_PORT], status: Status::Stable, check };
/// A step that bounds each of its tries may well wait without an end.
pub(super) static WAITS: Rule = Rule { problems: &[&ENDLESS_START], status: Status::Preview, check: check_waits };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    for unit in &lint.units {
        for option in unit.text.options("Service").filter(|option| is_command(option.name)) {
            for command in option.commands().unwrap_or_default() {
                let words: Vec<&str> = command.words.iter().map(|word| &*word.text).collect();
                let program = command.program();
                let is_initiator = program.text.rsplit('/').next() == Some("iscsiadm");
                for pair in command.words.windows(2).filter(|_| is_initiator && enforces_selinux(lint)) {
                    let [before, word] = pair else { continue };
                    let portal = match &*before.text {
                        "-p" | "--portal" => Some(&*word.text),
                        _ => word.text.strip_prefix("--portal="),
                    };
                    let Some(port) = portal.and_then(port).filter(|&port| port != ISCSI_PORT) else { continue };
                    let message = format!("SELinux does not let the initiator connect to port {port}");
                    let finding = findings.inside(&DENIED_PORT, unit.body, word.at.clone(), message);
                    findings.push(finding.help(format!("let the target listen at port {ISCSI_PORT}")));
                }
                let place = program.at.start..command.words.last().map_or(program.at.end, |word| word.at.end);
                match program.text.rsplit('/').next().unwrap_or_default() {
                    "systemd-makefs" => {
                        let message = "`systemd-makefs` takes any filesystem that is there";
                        let finding = findings.inside(&MAKEFS, unit.body, place, message);
                        findings.push(finding.help("look whether the disk is blank, and set a label: `mkfs.xfs -L …`"));
                    }
                    "iscsiadm" if logs_in_to_all(&words[1..]) => {
                        let message = "this logs in to every target that is known";
                        let finding = findings.inside(&LOGIN_TO_ALL, unit.body, place, message);
                        findings.push(finding.help("name the target: `-T IQN -p PORTAL`"));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn check_waits(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    lint.units.iter().for_each(|unit| endless(unit, findings));
}

/// A oneshot service that others wait for, without an end.
fn endless(unit: &Unit<'_>, findings: &mut Findings<'_>) {
    let is_oneshot = unit.text.last("Service", "Type").is_some_and(|option| option.value.trim() == "oneshot");
    let is_waited_for = unit.text.options("Unit").any(|option| option.name == "Before")
        || unit.text.options("Install").any(|option| matches!(option.name, "WantedBy" | "RequiredBy"));
    if !is_oneshot || !is_waited_for {
        return;
    }
    for option in unit.text.options("Service") {
        let is_bound = matches!(option.name, "TimeoutSec" | "TimeoutStartSec");
        if is_bound && matches!(option.value.trim(), "0" | "infinity") {
            let at = option.name_at.start..option.value_at.end;
            let finding = findings.inside(&ENDLESS_START, unit.body, at, "this start waits without an end");
            findings.push(finding.help("set a bound: `TimeoutStartSec=10min`"));
        }
    }
}

fn enforces_selinux(lint: &Lint<'_>) -> bool {
    use Variant::{Fcos, Fiot, OpenShift, R4e};
    matches!(lint.subject.platform.product, Some(OpenShift | Fcos | R4e | Fiot))
}

/// The port in `192.0.2.10:3260`, `[2001:db8::10]:3260` or `san.example.com:3260,1`.
fn port(portal: &str) -> Option<u16> {
    let (portal, _tag) = portal.split_once(',').unwrap_or((portal, ""));
    let (host, port) = portal.rsplit_once(':')?;
    let is_address = host.starts_with('[') || !host.contains(':');
    port.parse().ok().filter(|_| is_address && !host.is_empty())
}

/// `iscsiadm -m node -l` and `-L all`, without a target.
fn logs_in_to_all(words: &[&str]) -> bool {
    let has = |short: &str, long: &str| words.iter().any(|word| *word == short || word.split('=').next() == Some(long));
    let all = words.windows(2).any(|pair| matches!(pair[0], "-L" | "--loginall") && pair[1] == "all");
    let named = has("-T", "--targetname") || has("-p", "--portal");
    let in_nodes = words.windows(2).any(|pair| matches!(pair[0], "-m" | "--mode") && pair[1] == "node");
    all || (in_nodes && has("-l", "--login") && !named)
}
