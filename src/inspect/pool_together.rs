//! What is wrong only when the MachineConfigs of a pool are merged.

use super::Run;
use crate::diagnostic::{Diagnostic, Place, Problem, Report, Severity, SourceId};
use crate::document::json::Layout;
use crate::document::{Path, Segment};
use crate::emit::ignition_json;
use crate::lint::{Form, Object, Subject};
use crate::manifest::machine_config::{
    Component, MachineConfig, MachineConfigPool, PoolSpec, Spec, is_labelled, read_config, render,
};
use crate::model::ignition::File;
use crate::spec::Release;
use crate::spec::openshift::RENDERED_BYTES;
use crate::spec::values::{BUILT_IN_POOLS, WORKER_ROLE};
use crate::validate::{Manner, validate};
use std::collections::{BTreeMap, BTreeSet, HashSet};

crate::problem! {
    /// MachineConfigs that are valid each alone and invalid together.
    ///
    /// The operator merges all MachineConfigs of a pool, entry by entry: two that name a partition each can overlap, a
    /// file can lie below a link of another one, `user.name` of one and `user.id` of the other come together. It then
    /// refuses to render the pool, and no node of it gets any change.
    ///
    /// The MachineConfigs of one folder are looked at together, those of the role `worker` also with each role of your
    /// own.
    ///
    /// Source: the Machine Config Operator, merging and validation of a pool.
    pub(crate) INVALID_TOGETHER = "FS2540", "invalid-together", Error;

    /// A later MachineConfig that takes the compression of a file away and leaves its contents.
    ///
    /// The node gets the compressed bytes as the file.
    ///
    /// Bad: a second entry for the path with `mode` alone. Good: a second entry with the contents, too.
    ///
    /// Source: the Machine Config Operator from 4.20 on, merging of files.
    pub(crate) COMPRESSION_LOST = "FS2541", "compression-lost", Warning;

    /// A pool that takes none of the MachineConfigs beside it.
    ///
    /// Its selector or their labels are probably not what was meant.
    ///
    /// Source: the selectors of MachineConfigPools.
    pub(crate) SELECTS_NONE = "FS2542", "selects-none", Info;
}

pub(super) static PROBLEMS: &[&Problem] = &[&INVALID_TOGETHER, &COMPRESSION_LOST, &SELECTS_NONE];

/// A MachineConfig of a group.
struct Member<'a> {
    subject: &'a Subject,
    object: &'a Object,
    component: Component<'a>,
}

pub(super) fn check(run: &mut Run<'_>) {
    let mut found = Report::default();
    for (role, members) in groups(run) {
        let release = run.options.platform.release.unwrap_or_else(Release::newest);
        check_group(&role, &members, release, &mut found);
    }
    check_selectors(run, &mut found);
    run.report.extend(found);
}

/// The MachineConfigs of each folder and role; of one name the last. Those that cannot be merged were told.
fn groups<'a>(run: &'a Run<'_>) -> Vec<(String, Vec<Member<'a>>)> {
    let mut folders: BTreeMap<&str, Vec<(usize, &Subject, &Object, &str)>> = BTreeMap::new();
    for (index, subject) in run.subjects.iter().enumerate().filter(|(_, subject)| subject.form == Form::MachineConfig) {
        if let Some(object) = &subject.object
            && let Some(role) = object.role.as_deref()
        {
            let name = run.sources.get(subject.source).name.as_str();
            let folder = name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
            folders.entry(folder).or_default().push((index, subject, object, role));
        }
    }
    let mut groups = Vec::new();
    for subjects in folders.into_values() {
        // What a template fills in is no name.
        let roles = subjects.iter().map(|(.., role)| *role).filter(|role| !role.contains(['$', '{']));
        let roles: BTreeSet<&str> = roles.collect();
        for wanted in roles {
            let inherits = !BUILT_IN_POOLS.contains(&wanted);
            let of_pool = subjects.iter().filter(|(.., role)| *role == wanted || inherits && *role == WORKER_ROLE);
            let by_name: BTreeMap<&str, _> = of_pool.map(|entry| (entry.2.name.as_str(), entry)).collect();
            let members =
                by_name.into_values().filter_map(|&(index, subject, object, _)| member(run, index, subject, object));
            let members: Vec<Member<'_>> = members.collect();
            if members.len() > 1 {
                groups.push((wanted.to_owned(), members));
            }
        }
    }
    groups
}

fn member<'a>(run: &'a Run<'_>, index: usize, subject: &'a Subject, object: &'a Object) -> Option<Member<'a>> {
    let document = run.sources.get(subject.source).document.as_deref()?;
    // The index of the subject in front tells later whose the origin is.
    let config = match object.envelope.spec.config.0 {
        Some(node) => Some(read_config(document, subject.source, (node, &Path::root().join(index))).ok()?),
        None => None,
    };
    let component = Component { object: &object.envelope, is_labelled: is_labelled(document, object.node), config };
    Some(Member { subject, object, component })
}

fn check_group(role: &str, members: &[Member<'_>], release: &Release, report: &mut Report) {
    let components: Vec<Component<'_>> = members.iter().map(|member| member.component.clone()).collect();
    let faults_of = |components: &[Component<'_>]| {
        let mut told = Report::default();
        if let Ok(rendered) = render(components, release) {
            validate(&rendered.config, rendered.version, members[0].subject.source, Manner::Own, &mut told);
        }
        told
    };
    let key = |finding: &Diagnostic| (finding.problem.code, finding.place.path.clone());
    let alone: HashSet<_> =
        components.iter().flat_map(|component| faults_of(std::slice::from_ref(component))).map(|f| key(&f)).collect();
    let names: Vec<String> = members.iter().map(|member| format!("`{}`", member.object.name)).collect();
    let note = format!("the pool `{role}` merges {}; each alone is valid", names.join(", "));
    let find = |path: &Path| locate(path, members);
    for finding in faults_of(&components) {
        if finding.severity != Severity::Error || alone.contains(&key(&finding)) {
            continue;
        }
        let Some(place) = find(&finding.place.path) else { continue };
        let mut told = INVALID_TOGETHER.at(place, format!("in the pool `{role}`: {}", finding.message));
        for label in finding.labels {
            if let Some(place) = find(&label.place.path) {
                told = told.label(place, label.text);
            }
        }
        told = told.note(note.clone());
        told.help = finding.help;
        report.push(told);
    }
    check_kernel(role, members, &components, release, report);
    check_size(role, members, &components, release, report);
    if release.gzip_replaced {
        check_compression(members, &find, report);
    }
}

/// The place behind an origin that begins with the index of its subject.
fn locate(path: &Path, members: &[Member<'_>]) -> Option<Place> {
    let (first, rest) = path.segments().split_first()?;
    let starts_here = |member: &&Member<'_>| {
        let config = member.component.config.as_ref()?;
        Some(config.config.origin.path().segments().first() == Some(first))
    };
    let member = members.iter().find(|member| starts_here(member) == Some(true))?;
    let inner = ["spec", "config"].map(Segment::from).into_iter().chain(rest.iter().cloned());
    let path = Path::new(member.object.path.segments().iter().cloned().chain(inner));
    Some(Place::value(member.subject.source, path))
}

/// Tells of an extension of one that does not go with the kernel of another.
fn check_kernel(role: &str, members: &[Member<'_>], all: &[Component<'_>], release: &Release, report: &mut Report) {
    let fails = |components: &[Component<'_>]| render(components, release).is_err();
    if !fails(all) || all.iter().any(|component| fails(std::slice::from_ref(component))) {
        return;
    }
    let asks = |member: &&Member<'_>| member.object.envelope.spec.extensions.iter().any(|name| name == "kernel-devel");
    let Some(member) = members.iter().find(asks) else { return };
    let origin = member.object.envelope.origin.field(MachineConfig::spec).field(Spec::extensions);
    let place = Place::value(member.subject.source, origin.path());
    let message = format!("in the pool `{role}`: `kernel-devel` is not there for the kernel that another one sets");
    report.push(INVALID_TOGETHER.at(place, message).help("leave one of the two out"));
}

fn check_size(role: &str, members: &[Member<'_>], all: &[Component<'_>], release: &Release, report: &mut Report) {
    let bytes = |components: &[Component<'_>]| {
        let rendered = render(components, release).ok()?;
        Some(ignition_json(&rendered.config, rendered.version, Layout::Compact).len())
    };
    let is_too_large = |components: &[Component<'_>]| bytes(components).is_some_and(|bytes| bytes > RENDERED_BYTES);
    if !is_too_large(all) || all.iter().any(|component| is_too_large(std::slice::from_ref(component))) {
        return;
    }
    let Some(last) = members.last() else { return };
    let place = Place::value(last.subject.source, last.object.path.clone());
    let message = format!("the config of the pool `{role}` is larger than {RENDERED_BYTES} bytes");
    report.push(INVALID_TOGETHER.at(place, message).help("put large files into an image of your own"));
}

/// Tells of later entries without contents over compressed ones. The members come in the order of their names.
fn check_compression(members: &[Member<'_>], find: &impl Fn(&Path) -> Option<Place>, report: &mut Report) {
    let mut compressed: BTreeMap<&str, &File> = BTreeMap::new();
    for member in members {
        let Some(config) = &member.component.config else { continue };
        for file in &config.config.storage.files {
            match (&file.contents.source, file.contents.compression.as_deref()) {
                (_, Some("gzip")) => _ = compressed.insert(&file.path, file),
                (Some(_), _) => _ = compressed.remove(file.path.as_str()),
                (None, _) => {
                    let Some(earlier) = compressed.get(file.path.as_str()) else { continue };
                    let Some(place) = find(&file.origin.path()) else { continue };
                    let message = "this entry takes the compression of the earlier one away and leaves its contents";
                    let finding = COMPRESSION_LOST.at(place, message).note("the node gets the compressed bytes");
                    let finding = match find(&earlier.origin.path()) {
                        Some(place) => finding.label(place, "compressed here"),
                        None => finding,
                    };
                    report.push(finding.help("give the contents here, too"));
                }
            }
        }
    }
}

/// Tells of pools that take none of the MachineConfigs of the run.
fn check_selectors(run: &Run<'_>, report: &mut Report) {
    let objects = || run.subjects.iter().filter_map(|subject| subject.object.as_ref());
    if !run.options.preview || objects().next().is_none() {
        return;
    }
    let tell = |(source, pool): &(SourceId, MachineConfigPool)| {
        let selector = &pool.spec.machine_config_selector;
        let is_built_in = BUILT_IN_POOLS.contains(&pool.metadata.name.as_str());
        if is_built_in || objects().any(|object| selector.selects(&object.envelope.metadata.labels)) {
            return None;
        }
        let origin = pool.origin.field(MachineConfigPool::spec).field(PoolSpec::machine_config_selector);
        let place = Place::key(*source, origin.path());
        let finding = SELECTS_NONE.at(place, "this pool takes none of the MachineConfigs that were looked at");
        Some(finding.help("compare the selector with the label of their role"))
    };
    run.pools.iter().filter_map(tell).for_each(|finding| report.push(finding));
}
