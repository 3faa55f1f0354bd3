//! Units that wait for each other.

use super::mount_options::is_network;
use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::spec::Variant;
use crate::unit::{UnitOption, escaped_path, split_name};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

crate::problem! {
    /// Units that wait for each other in a circle.
    ///
    /// systemd breaks the circle at boot by leaving out one of the units, which may be any of them, another one with
    /// every boot.
    ///
    /// Often a unit's default dependencies are part of it: a service waits for `sysinit.target`, which waits for
    /// `local-fs.target` and so for every local mount. What runs before a local mount needs `DefaultDependencies=no`;
    /// a mount that waits for the network needs `_netdev`.
    ///
    /// Bad: a service with `Before=var-data.mount` and nothing else. Good: `DefaultDependencies=no` too.
    ///
    /// Source: systemd.unit(5), systemd.mount(5), bootup(7).
    pub(crate) ORDERING_CYCLE = "FS2434", "ordering-cycle", Warning;
}

pub(super) static RULE: Rule = Rule { problems: &[&ORDERING_CYCLE], status: Status::Stable, check };

/// The order of what every machine has.
const SHIPPED: &[(&str, &str)] = &[
    ("local-fs-pre.target", "local-fs.target"),
    ("local-fs.target", "sysinit.target"),
    ("swap.target", "sysinit.target"),
    ("sysinit.target", "basic.target"),
    ("sockets.target", "basic.target"),
    ("paths.target", "basic.target"),
    ("network-pre.target", "network.target"),
    ("network.target", "network-online.target"),
    ("remote-fs-pre.target", "remote-fs.target"),
    ("basic.target", "multi-user.target"),
];
/// With NetworkManager, which is a service like others.
const WITH_NETWORK_MANAGER: &[(&str, &str)] =
    &[("basic.target", "NetworkManager.service"), ("NetworkManager.service", "network.target")];

/// Of a longer way round, so many units are shown.
const LONGEST: usize = 12;

/// A place in the text of a unit.
type Said<'a> = (&'a Unit<'a>, Range<usize>);

/// Who comes before whom, by number, with the text that says so.
#[derive(Default)]
struct Order<'a> {
    numbers: HashMap<String, usize>,
    names: Vec<String>,
    after: Vec<BTreeMap<usize, Option<Said<'a>>>>,
}

impl<'a> Order<'a> {
    fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        self.numbers.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.after.push(BTreeMap::new());
        self.names.len() - 1
    }

    fn add(&mut self, first: &str, second: &str, said: Option<Said<'a>>) {
        let (first, second) = (self.number(first), self.number(second));
        let known = self.after[first].entry(second).or_insert(None);
        if known.is_none() {
            *known = said;
        }
    }
}

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let order = order(lint);
    for circle in circles(&order) {
        let edges: Vec<(usize, usize)> = circle.iter().copied().zip(circle.iter().copied().cycle().skip(1)).collect();
        let said = |(first, second): &(usize, usize)| order.after[*first].get(second).and_then(Option::as_ref);
        let Some((unit, at)) = edges.iter().find_map(said) else { continue };
        let mut names: Vec<&str> = circle.iter().map(|&number| order.names[number].as_str()).collect();
        names.extend(names.first().copied());
        let remote = names.contains(&"network-online.target") && names.iter().any(|name| name.ends_with(".mount"));
        let help = match (remote, names.contains(&"local-fs.target")) {
            (true, _) => {
                "a mount that needs the network has `_netdev` in its `Options=`, and belongs to `remote-fs.target`"
            }
            (_, true) => "what runs before a local mount needs `DefaultDependencies=no`",
            _ => "remove one of the orders",
        };
        if names.len() > LONGEST {
            names.truncate(LONGEST);
            names.push("…");
        }
        let way = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" before ");
        let message = "these units wait for each other in a circle";
        let mut finding = findings.inside(&ORDERING_CYCLE, unit.body, at.clone(), message);
        for (other, place) in edges.iter().filter_map(said).skip(1).take(LONGEST) {
            let place = findings.inner_place(other.body, place.clone());
            finding = finding.label(place, "and here");
        }
        finding = finding.note(way).note("systemd leaves out one of them at boot");
        findings.push(finding.help(help));
    }
}

fn order<'a>(lint: &'a Lint<'a>) -> Order<'a> {
    let mut order = Order::default();
    let flatcar = matches!(lint.subject.platform.product, None | Some(Variant::Flatcar));
    let shipped = SHIPPED.iter().chain(if flatcar { &[][..] } else { WITH_NETWORK_MANAGER });
    shipped.for_each(|(first, second)| order.add(first, second, None));
    let plain: HashSet<&str> = lint
        .units
        .iter()
        .filter(|unit| {
            let value = unit.text.last("Unit", "DefaultDependencies").map(|option| option.joined().to_lowercase());
            matches!(value.as_deref(), Some("no" | "false" | "off" | "0"))
        })
        .map(|unit| unit.name)
        .collect();
    let mounts: HashSet<&str> =
        lint.units.iter().map(|unit| unit.name).filter(|name| name.ends_with(".mount")).collect();
    for unit in &lint.units {
        for option in unit.text.options("Unit") {
            for (at, name) in option.items() {
                match option.name {
                    "After" => order.add(name, unit.name, Some((unit, at))),
                    "Before" => order.add(unit.name, name, Some((unit, at))),
                    "RequiresMountsFor" | "WantsMountsFor" => {
                        let steps = name.match_indices('/').map(|(at, _)| at).skip(1).chain([name.len()]);
                        for step in steps.take(16) {
                            let mount = format!("{}.mount", escaped_path(&name[..step]));
                            if mounts.contains(mount.as_str()) {
                                order.add(&mount, unit.name, Some((unit, at.clone())));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        if unit.dropin.is_none() && !plain.contains(unit.name) {
            defaults(unit, &mut order);
        }
    }
    order
}

/// What systemd adds by itself.
fn defaults(unit: &Unit<'_>, order: &mut Order<'_>) {
    let name = unit.name;
    let is_template = name.contains("@.");
    match split_name(name) {
        _ if is_template => {}
        Some((_, "service")) => order.add("basic.target", name, None),
        Some((_, "socket" | "path" | "timer")) => order.add("sysinit.target", name, None),
        Some((_, "swap")) => order.add(name, "swap.target", None),
        Some((_, "mount")) => {
            let options = unit.text.last("Mount", "Options").map(UnitOption::joined).unwrap_or_default();
            let nofail = options.split(',').any(|option| option == "nofail");
            let (before, target) = match is_network(&unit.text) {
                true => ("remote-fs-pre.target", "remote-fs.target"),
                false => ("local-fs-pre.target", "local-fs.target"),
            };
            order.add(before, name, None);
            if !nofail {
                order.add(name, target, None);
            }
        }
        _ => {}
    }
}

/// One circle of each knot of units: Tarjan's search, without recursion, then the shortest way round.
fn circles(order: &Order<'_>) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let count = order.names.len();
    let (mut index, mut low) = (vec![usize::MAX; count], vec![0; count]);
    let (mut on_stack, mut stack, mut next) = (vec![false; count], Vec::new(), 0);
    let edges: Vec<Vec<usize>> = order.after.iter().map(|after| after.keys().copied().collect()).collect();
    for root in 0..count {
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                if index[node] != usize::MAX {
                    continue;
                }
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            } else {
                let child = edges[node][edge - 1];
                low[node] = low[node].min(low[child]);
            }
            let unseen = (edge..edges[node].len()).find(|&edge| {
                let other = edges[node][edge];
                if on_stack[other] {
                    low[node] = low[node].min(index[other]);
                }
                index[other] == usize::MAX
            });
            if let Some(edge) = unseen {
                work.push((node, edge + 1));
                work.push((edges[node][edge], 0));
            } else if low[node] == index[node] {
                let at = stack.iter().rposition(|&other| other == node).expect("it was put there and is still there");
                let knot: Vec<usize> = stack.split_off(at);
                knot.iter().for_each(|&member| on_stack[member] = false);
                if knot.len() > 1 || edges[node].contains(&node) {
                    found.extend(shortest(&knot, &edges));
                }
            }
        }
    }
    found
}

/// A way from the knot's first unit back to it.
fn shortest(knot: &[usize], edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let members: HashSet<usize> = knot.iter().copied().collect();
    let start = *knot.iter().min()?;
    let mut from: HashMap<usize, usize> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &other in edges[node].iter().filter(|other| members.contains(other)) {
            if other == start {
                let mut way = vec![node];
                while let Some(&before) = way.last().and_then(|last| from.get(last)) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            from.entry(other).or_insert_with(|| {
                queue.push_back(other);
                node
            });
        }
    }
    None
}
