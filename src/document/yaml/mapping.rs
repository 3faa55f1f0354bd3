//! The entries a YAML map has in effect: repeated keys found, merge keys (`<<`) followed.

use super::scalar::{ScalarError, as_string};
use crate::document::node::{Document, Kind, NodeId, ScalarStyle};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What [`effective_entries`] found in one map.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective<'d> {
    /// Every name once: first those of the map itself in their order, then what merges add.
    /// Null keys are skipped, as the reference skips them, and merge keys are not in it.
    pub entries: Vec<Entry<'d>>,
    /// What is wrong with keys and merges, here and in the maps merged in. Each is an error in the reference.
    pub faults: Vec<MappingFault>,
}

/// One entry in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'d> {
    /// The key as a text.
    pub name: Cow<'d, str>,
    /// The key's node.
    pub key: NodeId,
    /// The value's node.
    pub value: NodeId,
    /// Whether it comes from a map that was merged in by way of an alias.
    pub through_alias: bool,
}

/// Something wrong with the keys of a map.
#[derive(Debug, Clone, PartialEq)]
pub enum MappingFault {
    /// Keys written alike, in their order, two at least. The reference tells every pair.
    /// Texts are compared, not values: `a` and `"a"` are alike, `1` and `0x1` are not.
    Repeated(Vec<NodeId>),
    /// Two keys written differently (one is an alias) have the same name; the first one is in effect.
    SameName {
        /// The key in effect.
        first: NodeId,
        /// The other one.
        again: NodeId,
    },
    /// A key that is no text: a list, a map, or a scalar that contradicts its tag.
    Key {
        /// The key.
        key: NodeId,
        /// Why it is no text.
        error: ScalarError,
    },
    /// What is merged is neither a map, an alias of one, nor a list of these.
    MergeValue {
        /// The `<<`.
        key: NodeId,
        /// The value, or the item of the list, that is no map.
        value: NodeId,
    },
    /// A map is merged into itself, possibly by way of others.
    MergeCycle {
        /// The `<<`.
        key: NodeId,
        /// The alias that closes the circle.
        value: NodeId,
    },
}

/// Whether a key merges its value into the map instead of naming an entry: a plain `<<`, or one tagged `!!merge`.
pub fn is_merge_key(document: &Document, key: NodeId) -> bool {
    let node = document.node(key);
    let Kind::Scalar { style, .. } = node.kind else { return false };
    let tagged = match node.tag.as_deref().unwrap_or("!") {
        "!" => style == ScalarStyle::Plain,
        tag => tag == "tag:yaml.org,2002:merge",
    };
    tagged && document.value(key) == Some("<<")
}

/// The entries of the map `id` (aliases followed) by the reference's rules: its own keys win wherever they stand,
/// then merges in the order of their list, each map before what it merges itself. Empty for anything but a map.
///
/// Takes time linear in the size of the maps involved; one that is merged in several times counts once.
pub fn effective_entries(document: &Document, id: NodeId) -> Effective<'_> {
    if let Some(entries) = plain_entries(document, id) {
        return Effective { entries, faults: Vec::new() };
    }
    let mut collector = Collector {
        document,
        effective: Effective { entries: Vec::new(), faults: Vec::new() },
        taken: HashSet::new(),
        progress: HashMap::new(),
        work: vec![Step::Enter(Source { map: document.resolve(id), merge: None, through_alias: false })],
    };
    while let Some(step) = collector.work.pop() {
        match step {
            Step::Enter(source) => collector.enter(source),
            Step::Leave(map) => drop(collector.progress.insert(map, Progress::Done)),
        }
    }
    collector.effective
}

/// Up to so many keys are compared with each other one by one, which is quicker than anything else.
const FEW: usize = 24;

/// The entries of an ordinary map: a few different names without tags, aliases and merges. `None` for any other.
fn plain_entries(document: &Document, id: NodeId) -> Option<Vec<Entry<'_>>> {
    let entries = document.entries(id);
    if entries.len() > FEW {
        return None;
    }
    let mut plain: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
    for &(key, value) in entries {
        let node = document.node(key);
        if !matches!(node.kind, Kind::Scalar { .. }) || node.tag.is_some() || is_merge_key(document, key) {
            return None;
        }
        let Ok(Some(name)) = as_string(document, key) else { return None };
        if plain.iter().any(|known| known.name == name) {
            return None;
        }
        plain.push(Entry { name, key, value, through_alias: false });
    }
    Some(plain)
}

struct Collector<'d> {
    document: &'d Document,
    effective: Effective<'d>,
    taken: HashSet<Cow<'d, str>>,
    progress: HashMap<NodeId, Progress>,
    /// What is still to be done, the next step last.
    work: Vec<Step>,
}

enum Step {
    Enter(Source),
    Leave(NodeId),
}

/// A map whose entries take effect.
struct Source {
    map: NodeId,
    /// The merge key and the node that name it; the map asked for has none.
    merge: Option<(NodeId, NodeId)>,
    through_alias: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Entered,
    Done,
}

impl<'d> Collector<'d> {
    fn enter(&mut self, source: Source) {
        match (self.progress.get(&source.map), source.merge) {
            (Some(Progress::Entered), Some((key, value))) => {
                return self.effective.faults.push(MappingFault::MergeCycle { key, value });
            }
            // All its names are taken already.
            (Some(_), _) => return,
            (None, _) => {}
        }
        self.progress.insert(source.map, Progress::Entered);
        self.work.push(Step::Leave(source.map));
        let entries = self.document.entries(source.map);
        let repeated = repeated_keys(self.document, entries);
        let mut merges = Vec::new();
        let mut own: HashMap<Cow<'d, str>, NodeId> = HashMap::new();
        for &(key, value) in entries {
            if is_merge_key(self.document, key) {
                self.merge(key, value, source.through_alias, &mut merges);
                continue;
            }
            let name = match as_string(self.document, key) {
                Ok(Some(name)) => name,
                Ok(None) => continue,
                Err(error) => {
                    self.effective.faults.push(MappingFault::Key { key, error });
                    continue;
                }
            };
            if let Some(&first) = own.get(&name) {
                if identity(self.document, first) != identity(self.document, key) {
                    self.effective.faults.push(MappingFault::SameName { first, again: key });
                }
                continue;
            }
            own.insert(name.clone(), key);
            if self.taken.insert(name.clone()) {
                let through_alias = source.through_alias;
                self.effective.entries.push(Entry { name, key, value, through_alias });
            }
        }
        self.effective.faults.extend(repeated.into_iter().map(MappingFault::Repeated));
        self.work.extend(merges.into_iter().rev().map(Step::Enter));
    }

    /// Adds the maps that the value of a merge key names to `merges`.
    fn merge(&mut self, key: NodeId, value: NodeId, through_alias: bool, merges: &mut Vec<Source>) {
        let items = match &self.document.node(value).kind {
            Kind::Sequence { items, .. } => items.as_slice(),
            _ => std::slice::from_ref(&value),
        };
        for &item in items {
            let map = self.document.resolve(item);
            if matches!(self.document.node(map).kind, Kind::Mapping { .. }) {
                let through_alias = through_alias || map != item;
                merges.push(Source { map, merge: Some((key, item)), through_alias });
            } else {
                self.effective.faults.push(MappingFault::MergeValue { key, value: item });
            }
        }
    }
}

/// The keys that are written alike, grouped, in the order of the first of each group.
fn repeated_keys(document: &Document, entries: &[(NodeId, NodeId)]) -> Vec<Vec<NodeId>> {
    let mut seen = HashMap::with_capacity(entries.len());
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for &(key, _) in entries {
        let (first, group) = seen.entry(identity(document, key)).or_insert((key, None));
        if *first == key {
            continue;
        }
        match *group {
            Some(group) => groups[group as usize].push(key),
            None => {
                *group = Some(groups.len() as u32);
                groups.push(vec![*first, key]);
            }
        }
    }
    // Node ids grow along the text.
    groups.sort_by_key(|group| group[0]);
    groups
}

/// What the reference compares keys by: their kind, and their text or the name of the anchor.
fn identity(document: &Document, key: NodeId) -> (u8, &str) {
    match &document.node(key).kind {
        Kind::Scalar { .. } => (0, document.value(key).unwrap_or_default()),
        Kind::Alias { target } => (1, document.node(*target).anchor.as_deref().unwrap_or_default()),
        // All lists are alike to it, and all maps.
        Kind::Sequence { .. } => (2, ""),
        Kind::Mapping { .. } => (3, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::node::{CollectionStyle, Node, Span, Syntax, Text};

    /// Builds documents by hand: names of scalars and, by number, of nodes made before.
    #[derive(Default)]
    struct Build(Vec<Node>);

    impl Build {
        fn node(&mut self, kind: Kind) -> NodeId {
            self.0.push(Node { kind, span: Span::new(0, 0), tag: None, anchor: None });
            NodeId(self.0.len() as u32 - 1)
        }

        fn scalar(&mut self, text: &str) -> NodeId {
            self.node(Kind::Scalar { text: Text::Owned(text.into()), style: ScalarStyle::Plain })
        }

        fn quoted(&mut self, text: &str) -> NodeId {
            self.node(Kind::Scalar { text: Text::Owned(text.into()), style: ScalarStyle::DoubleQuoted })
        }

        fn alias(&mut self, target: NodeId) -> NodeId {
            self.node(Kind::Alias { target })
        }

        fn list(&mut self, items: &[NodeId]) -> NodeId {
            self.node(Kind::Sequence { items: items.to_vec(), style: CollectionStyle::Flow })
        }

        fn map(&mut self, entries: &[(NodeId, NodeId)]) -> NodeId {
            self.node(Kind::Mapping { entries: entries.to_vec(), style: CollectionStyle::Flow })
        }

        /// A map from each name to itself with `=value`, and of what is merged in.
        fn map_of(&mut self, names: &[&str], value: &str, merged: Option<NodeId>) -> NodeId {
            let mut entries = Vec::new();
            if let Some(merged) = merged {
                entries.push((self.scalar("<<"), merged));
            }
            for name in names {
                entries.push((self.scalar(name), self.scalar(&format!("{name}={value}"))));
            }
            self.map(&entries)
        }

        fn document(self, root: NodeId) -> Document {
            Document::new("".into(), Syntax::Yaml, self.0, Some(root))
        }
    }

    fn values(document: &Document) -> (Vec<&str>, Vec<MappingFault>) {
        let effective = effective_entries(document, document.root().unwrap());
        (effective.entries.iter().filter_map(|entry| document.value(entry.value)).collect(), effective.faults)
    }

    #[test]
    fn own_keys_win_then_earlier_merges_then_nested_ones() {
        let mut build = Build::default();
        let deep = build.map_of(&["a", "b", "c", "d", "e"], "deep", None);
        let to_deep = build.alias(deep);
        let first = build.map_of(&["a", "b"], "first", Some(to_deep));
        let second = build.map_of(&["b", "c", "f"], "second", None);
        let list = build.list(&[first, second]);
        let root = build.map_of(&["a"], "own", Some(list));
        let document = build.document(root);
        let (found, faults) = values(&document);
        assert_eq!(found, ["a=own", "b=first", "c=deep", "d=deep", "e=deep", "f=second"]);
        assert_eq!(faults, []);
        let through: Vec<_> =
            effective_entries(&document, root).entries.iter().map(|entry| entry.through_alias).collect();
        assert_eq!(through, [false, false, true, true, true, false]);
    }

    #[test]
    fn repeated_keys_are_grouped_and_the_first_stays() {
        let mut build = Build::default();
        let keys = [build.scalar("a"), build.scalar("b"), build.quoted("a"), build.scalar("b"), build.scalar("a")];
        let values_of: Vec<_> = (0..keys.len()).map(|n| build.scalar(&format!("v{n}"))).collect();
        let entries: Vec<_> = keys.iter().copied().zip(values_of).collect();
        let root = build.map(&entries);
        let document = build.document(root);
        let groups = vec![
            MappingFault::Repeated(vec![keys[0], keys[2], keys[4]]),
            MappingFault::Repeated(vec![keys[1], keys[3]]),
        ];
        assert_eq!(values(&document), (vec!["v0", "v1"], groups));
    }

    #[test]
    fn an_alias_may_name_a_key_again() {
        let mut build = Build::default();
        let name = build.scalar("a");
        let value = build.scalar("v");
        let again = build.alias(name);
        let root = build.map(&[(name, value), (again, value)]);
        let document = build.document(root);
        assert_eq!(values(&document), (vec!["v"], vec![MappingFault::SameName { first: name, again }]));
    }

    #[test]
    fn only_maps_can_be_merged() {
        let mut build = Build::default();
        let map = build.map_of(&["a"], "x", None);
        let inner = build.list(&[map]);
        let to_list = build.alias(inner);
        let text = build.scalar("3");
        let list = build.list(&[text, map, to_list]);
        let key = build.scalar("<<");
        let root = build.map(&[(key, list)]);
        let document = build.document(root);
        let faults =
            vec![MappingFault::MergeValue { key, value: text }, MappingFault::MergeValue { key, value: to_list }];
        assert_eq!(values(&document), (vec!["a=x"], faults));
    }

    #[test]
    fn quoted_merge_keys_are_names_null_keys_nothing_and_lists_faults() {
        let mut build = Build::default();
        let value = build.scalar("v");
        let list = build.list(&[]);
        let (quoted, null) = (build.quoted("<<"), build.scalar("~"));
        let root = build.map(&[(quoted, value), (null, value), (list, value)]);
        let document = build.document(root);
        let fault = MappingFault::Key { key: list, error: ScalarError::NotScalar };
        assert_eq!(values(&document), (vec!["v"], vec![fault]));
    }

    #[test]
    fn a_map_cannot_be_merged_into_itself() {
        let mut build = Build::default();
        let (key, root) = (build.scalar("<<"), NodeId(2));
        let value = build.alias(root);
        assert_eq!(build.map(&[(key, value)]), root);
        let document = build.document(root);
        assert_eq!(values(&document), (vec![], vec![MappingFault::MergeCycle { key, value }]));
    }

    #[test]
    fn doubling_merges_stay_linear() {
        let mut build = Build::default();
        let mut map = build.map_of(&["a"], "x", None);
        for _ in 0..2_000 {
            let (one, two) = (build.alias(map), build.alias(map));
            let list = build.list(&[one, two]);
            map = build.map_of(&[], "", Some(list));
        }
        let document = build.document(map);
        assert_eq!(values(&document), (vec!["a=x"], vec![]));
    }
}
