//! The directives of unit files, by section.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One directive in one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directive {
    /// Its name: `ExecStart`.
    pub name: &'static str,
    /// The first systemd that knows it; `None` for what the oldest in use knows.
    pub since: Option<u16>,
    /// Whether it is still meant to be used.
    pub standing: Standing,
}

/// Whether a directive is still meant to be used where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Current,
    /// It is not; the name of what took its place, if anything did.
    Obsolete(Option<&'static str>),
    /// It has moved to that section, and is still read here.
    Legacy(&'static str),
}

/// The sections with the groups of directives that each has.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Unit", &["Unit"]),
    ("Install", &["Install"]),
    ("Service", &["Service", "exec", "cgroup", "kill"]),
    ("Socket", &["Socket", "exec", "cgroup", "kill"]),
    ("Mount", &["Mount", "exec", "cgroup", "kill"]),
    ("Swap", &["Swap", "exec", "cgroup", "kill"]),
    ("Automount", &["Automount"]),
    ("Timer", &["Timer"]),
    ("Path", &["Path"]),
    ("Slice", &["Slice", "cgroup"]),
    ("Scope", &["Scope", "cgroup", "kill"]),
];

/// The sections of a unit, by the ending of its name.
const BY_SUFFIX: &[(&str, &[&str])] = &[
    ("service", &["Unit", "Service", "Install"]),
    ("socket", &["Unit", "Socket", "Install"]),
    ("mount", &["Unit", "Mount", "Install"]),
    ("swap", &["Unit", "Swap", "Install"]),
    ("automount", &["Unit", "Automount", "Install"]),
    ("timer", &["Unit", "Timer", "Install"]),
    ("path", &["Unit", "Path", "Install"]),
    ("slice", &["Unit", "Slice", "Install"]),
    ("scope", &["Unit", "Scope", "Install"]),
    ("target", &["Unit", "Install"]),
    ("device", &["Unit", "Install"]),
];

/// The letters that may stand after a `%`, of all versions of systemd: systemd.unit(5), "Specifiers".
pub const EXPANDED: &str = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyYU%";

static TABLE: LazyLock<HashMap<&str, Vec<Directive>>> = LazyLock::new(|| {
    let mut table: HashMap<&str, Vec<Directive>> = HashMap::new();
    for line in include_str!("directives.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(group), Some(name), Some(since)) = (words.next(), words.next(), words.next()) else { continue };
        let standing = match (words.next(), words.next()) {
            (Some("obsolete"), successor) => Standing::Obsolete(successor),
            (Some("legacy"), Some(section)) => Standing::Legacy(section),
            _ => Standing::Current,
        };
        table.entry(group).or_default().push(Directive { name, since: since.parse().ok(), standing });
    }
    table
});

/// By section and name.
static BY_NAME: LazyLock<HashMap<(&str, &str), Directive>> = LazyLock::new(|| {
    let all =
        SECTIONS.iter().flat_map(|&(section, _)| names(section).map(move |found| ((section, found.name), *found)));
    all.collect()
});

/// The directive of that name in that section.
pub fn directive(section: &str, name: &str) -> Option<Directive> {
    BY_NAME.get(&(section, name)).copied()
}

/// Every directive of a section.
pub fn names(section: &str) -> impl Iterator<Item = &'static Directive> + Clone + use<> {
    let groups = SECTIONS.iter().find(|(name, _)| *name == section).map_or(&[][..], |(_, groups)| groups);
    groups.iter().filter_map(|group| TABLE.get(group)).flatten()
}

/// The sections of a unit whose name ends so; `None` where the ending is of no unit.
pub fn sections_of(suffix: &str) -> Option<&'static [&'static str]> {
    BY_SUFFIX.iter().find(|(found, _)| *found == suffix).map(|(_, sections)| *sections)
}

/// Those of `sections` that have a directive of that name which is not merely read for old times' sake.
pub fn sections_with<'a>(sections: &'a [&'static str], name: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    let has = move |section: &&&'static str| {
        directive(section, name).is_some_and(|found| !matches!(found.standing, Standing::Legacy(_)))
    };
    sections.iter().filter(has).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let lines = include_str!("directives.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.values().map(Vec::len).sum::<usize>(), lines);
        let groups: Vec<&str> = SECTIONS.iter().flat_map(|(_, groups)| groups.iter().copied()).collect();
        assert!(TABLE.keys().all(|group| groups.contains(group)));
        for directive in TABLE.values().flatten() {
            if let Standing::Obsolete(Some(successor)) = directive.standing {
                assert!(BY_NAME.keys().any(|(_, name)| *name == successor), "{successor}");
            }
        }
    }

    #[test]
    fn directives_are_found_in_their_sections() {
        assert_eq!(directive("Service", "ExecStart").map(|found| found.since), Some(None));
        assert_eq!(directive("Mount", "PrivateMounts").map(|found| found.standing), Some(Standing::Current));
        assert_eq!(directive("Service", "RestartSteps").map(|found| found.since), Some(Some(254)));
        let legacy = directive("Service", "StartLimitInterval").map(|found| found.standing);
        assert_eq!(legacy, Some(Standing::Legacy("Unit")));
        assert_eq!(directive("Service", "ConditionFirstBoot"), None);
        let sections = sections_of("service").expect("there are services");
        assert_eq!(sections_with(sections, "StartLimitBurst").collect::<Vec<_>>(), ["Unit"]);
    }
}
