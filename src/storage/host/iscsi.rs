//! The iSCSI side: who this node is, its records and logins, and one device name on every node.

use std::collections::BTreeSet;
use std::fmt;

use super::escape::device_unit;
use super::scripts::Script;
use super::text::{Assets, HostFile, Unit};
use super::volume::device_path;

/// One node of the map.
#[derive(Debug, Clone)]
pub struct IscsiNode<'a> {
    /// Its name; the owner of its volumes is made of it.
    pub name: &'a str,
    /// How the node recognises itself.
    pub matches: NodeMatch<'a>,
    /// Its initiator name.
    pub initiator: &'a str,
    /// What it logs in to, one entry per volume.
    pub logins: Vec<IscsiLogin<'a>>,
}

/// What a node is recognised by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeMatch<'a> {
    /// The host name; short and full form of one name match each other.
    Hostname(&'a str),
    /// The MAC address of any of its interfaces.
    Mac(&'a str),
    /// The DMI product UUID.
    Uuid(&'a str),
}

/// Where one node finds one volume.
#[derive(Debug, Clone)]
pub struct IscsiLogin<'a> {
    /// The volume's name.
    pub volume: &'a str,
    /// The target's name.
    pub target: &'a str,
    /// Portals, as iscsiadm takes them; an IPv6 address with a port needs brackets. All must answer; several need
    /// multipath, which is not built yet.
    pub portals: &'a [String],
    /// The LUN. Above 255 udev names disks in another way, hence the type.
    pub lun: u8,
    /// How long an absent portal or disk is waited for.
    pub wait: Wait,
    /// Credentials, if the target asks for them.
    pub chap: Option<Chap<'a>>,
    /// Further settings of the record, such as `node.session.timeo.replacement_timeout`.
    pub settings: &'a [(String, String)],
}

/// How long the login goes on trying; each try is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Until it comes.
    Forever,
    /// So many seconds.
    Seconds(u64),
}

/// CHAP credentials.
#[derive(Debug, Clone)]
pub struct Chap<'a> {
    /// The user the node shows.
    pub user: &'a str,
    /// Its secret.
    pub secret: Secret<'a>,
    /// User and secret by which the target proves itself (mutual CHAP).
    pub mutual: Option<(&'a str, Secret<'a>)>,
}

/// Where a secret comes from.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    /// The secret itself; it will stand in the map.
    Text(&'a str),
    /// A file on the node, of root, 0600 or 0400; its first line is the secret.
    NodeFile(&'a str),
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Text(_) => f.write_str("Text(…)"),
            Secret::NodeFile(path) => f.debug_tuple("NodeFile").field(path).finish(),
        }
    }
}

/// Whether a text can stand in the map: there is no quoting, so it must not be empty, begin or end with white space,
/// or hold a control character. Callers refuse what fails this, before they call [`iscsi`].
pub fn is_map_value(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(char::is_control)
}

/// Map, scripts, udev rule and units for all nodes of a role.
pub fn iscsi(nodes: &[IscsiNode<'_>]) -> Assets {
    let volumes: BTreeSet<&str> = nodes.iter().flat_map(|node| node.logins.iter().map(|login| login.volume)).collect();
    let files = vec![map(nodes), Script::IscsiIdentity.file(), Script::IscsiLogin.file(), device_names(nodes)];
    let mut units = vec![identity(&volumes)];
    for volume in volumes {
        units.push(Unit::plain(login_unit(volume), login(volume)));
        units.push(device(volume));
    }
    units.push(Unit { name: "iscsid.service".to_owned(), enabled: Some(true), ..Unit::default() });
    Assets { files, units }
}

/// The unit that logs in to one volume.
pub(super) fn login_unit(volume: &str) -> String {
    format!("firesteel-iscsi-login-{volume}.service")
}

const IDENTITY: &str = "firesteel-iscsi-identity.service";

fn map(nodes: &[IscsiNode<'_>]) -> HostFile {
    let mut text = Map { text: String::new(), secret: false };
    text.text.push_str("# Read by firesteel-iscsi-identity and firesteel-iscsi-login: \"key value\", no quoting.\n");
    for node in nodes {
        let IscsiNode { name, matches, initiator, logins } = node;
        text.text.push('\n');
        text.line("node", name);
        match matches {
            NodeMatch::Hostname(host) => text.line("match", &format!("hostname {host}")),
            NodeMatch::Mac(mac) => text.line("match", &format!("mac {mac}")),
            NodeMatch::Uuid(uuid) => text.line("match", &format!("uuid {uuid}")),
        }
        text.line("initiator", initiator);
        for login in logins {
            let IscsiLogin { volume, target, portals, lun, wait, chap, settings } = login;
            text.line("volume", volume);
            text.line("target", target);
            for portal in *portals {
                text.line("portal", portal);
            }
            text.line("lun", &lun.to_string());
            match wait {
                Wait::Forever => text.line("wait", "forever"),
                Wait::Seconds(seconds) => text.line("wait", &seconds.to_string()),
            }
            for (key, value) in *settings {
                text.line("set", &format!("{key} {value}"));
            }
            if let Some(Chap { user, secret, mutual }) = chap {
                text.line("username", user);
                text.secret("password", *secret);
                if let Some((user, secret)) = mutual {
                    text.line("username_in", user);
                    text.secret("password_in", *secret);
                }
            }
        }
    }
    HostFile { path: "/etc/firesteel/iscsi.map".to_owned(), mode: 0o600, contents: text.text, secret: text.secret }
}

struct Map {
    text: String,
    secret: bool,
}

impl Map {
    /// A control character would begin a new line with a meaning of its own; callers refuse it with a message.
    fn line(&mut self, key: &str, value: &str) {
        self.text.push_str(key);
        self.text.push(' ');
        self.text.extend(value.chars().filter(|c| !c.is_control()));
        self.text.push('\n');
    }

    fn secret(&mut self, key: &str, secret: Secret<'_>) {
        match secret {
            Secret::Text(text) => {
                self.secret = true;
                self.line(key, text);
            }
            Secret::NodeFile(path) => self.line(&format!("{key}_file"), path),
        }
    }
}

/// udev gives every node's disk the same name. The portal is left open: how an IPv6 address is written there differs,
/// and the owner's UUID decides whose disk it is.
fn device_names(nodes: &[IscsiNode<'_>]) -> HostFile {
    let mut contents = String::from("# One name per volume, whatever the node's target.\n");
    let links: BTreeSet<(&str, &str, u8)> =
        nodes.iter().flat_map(|node| &node.logins).map(|login| (login.volume, login.target, login.lun)).collect();
    for (volume, target, lun) in links {
        contents.push_str(&format!(
            "SUBSYSTEM==\"block\", ENV{{DEVTYPE}}==\"disk\", ENV{{ID_PATH}}==\"ip-*-iscsi-{target}-lun-{lun}\", \
             SYMLINK+=\"firesteel/{volume}\"\n"
        ));
    }
    HostFile { path: "/etc/udev/rules.d/61-firesteel-iscsi.rules".to_owned(), mode: 0o644, contents, secret: false }
}

/// After what writes a random name if there is none, or that name could replace ours.
fn identity(volumes: &BTreeSet<&str>) -> Unit {
    let logins: Vec<String> = volumes.iter().map(|volume| login_unit(volume)).collect();
    let contents = format!(
        "[Unit]\n\
         Description=iSCSI name of this node, from the map\n\
         Wants=network-online.target node-valid-hostname.service\n\
         After=network-online.target node-valid-hostname.service\n\
         After=iscsi-init.service coreos-generate-iscsi-initiatorname.service\n\
         Before=iscsid.service iscsi.service open-iscsi.service {}\n\
         \n{}",
        logins.join(" "),
        Script::IscsiIdentity.service("")
    );
    Unit::plain(IDENTITY.to_owned(), contents)
}

/// Pulled in by the volume alone, and not before remote-fs-pre.target: logins must not wait for the SAN.
///
/// After iscsid.service itself, not its socket: without its answer iscsiadm makes records from built-in defaults.
/// Wanted, not required: sessions outlive iscsid, so its restart must not stop the volume.
/// After the distributions' own units, so that at power-off ours stop first: those log out from every target, mounted
/// or not.
fn login(volume: &str) -> String {
    let path = Script::IscsiLogin.path();
    format!(
        "[Unit]\n\
         Description=iSCSI login for volume {volume}\n\
         Requires={IDENTITY}\n\
         Wants=iscsid.service network-online.target\n\
         After={IDENTITY} iscsid.service network.target network-online.target\n\
         After=iscsi.service open-iscsi.service iscsi-shutdown.service\n\
         \n{}\
         ExecStop=-{path} logout {volume}\n\
         TimeoutStopSec=90\n",
        Script::IscsiLogin.service(&format!("login {volume}"))
    )
}

/// The device's job has a clock of its own, which would run out while the login is still patiently trying.
fn device(volume: &str) -> Unit {
    device_waits_for(volume, &login_unit(volume))
}

/// Lets the device of a volume come as late as the unit that brings it.
pub(super) fn device_waits_for(volume: &str, unit: &str) -> Unit {
    let contents = format!("[Unit]\nAfter={unit}\nJobRunningTimeoutSec=infinity\nJobTimeoutSec=infinity\n");
    Unit::dropin(device_unit(&device_path(volume)), "10-firesteel.conf", contents)
}
