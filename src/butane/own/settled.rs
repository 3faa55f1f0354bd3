//! What is told so far, and what later stages may therefore not say: a fault is told once, without its consequences.

use crate::diagnostic::{Diagnostic, Place, Report, Severity, SourceId};
use crate::document::{Document, Kind, Path, Segment};
use crate::model::Faults;
use crate::model::Origin;
use crate::model::butane::{BootDevice, Config, File, Grub};
use std::collections::HashSet;

/// The findings of the stages that are done.
pub(super) struct Settled<'a> {
    document: &'a Document,
    source: SourceId,
    /// Where errors were told, and keys that were probably meant by others.
    faults: Faults,
    /// Where anything was told.
    told: HashSet<Path>,
    report: Report,
}

impl<'a> Settled<'a> {
    /// Begins with what decoding found.
    pub(super) fn new(document: &'a Document, source: SourceId, faults: Faults, report: Report) -> Self {
        let told = report.iter().map(|finding| finding.place.path.clone()).collect();
        Self { document, source, faults, told, report }
    }

    /// Adds what one stage found, without what follows from faults of the stages before.
    pub(super) fn add(&mut self, stage: Report) {
        let mut sound = Report::default();
        stage.into_iter().filter(|finding| self.admits(finding)).for_each(|finding| sound.push(finding));
        self.keep(sound);
    }

    /// The same, where the stage looked into other texts as well.
    pub(super) fn add_of_all_sources(&mut self, stage: Report) {
        let (own, others): (Vec<Diagnostic>, Vec<Diagnostic>) =
            stage.into_iter().partition(|finding| finding.place.source == self.source);
        let mut report = Report::default();
        own.into_iter().for_each(|finding| report.push(finding));
        self.add(report);
        others.into_iter().for_each(|finding| self.report.push(finding));
    }

    /// Puts everything into `report`; whether nothing of it is an error.
    pub(super) fn finish(self, report: &mut Report) -> bool {
        let sound = !self.report.has_errors();
        report.extend(self.report);
        sound
    }

    /// Whether an error is told.
    pub(super) fn has_errors(&self) -> bool {
        self.report.has_errors()
    }

    fn keep(&mut self, report: Report) {
        for finding in report {
            if finding.severity == Severity::Error {
                self.faults.add(finding.place.path.clone());
            }
            self.told.insert(finding.place.path.clone());
            self.report.push(finding);
        }
    }

    /// Whether a finding can stand on its own. An error is kept back only where another error is told.
    fn admits(&self, finding: &Diagnostic) -> bool {
        let path = &finding.place.path;
        let repeats = finding.severity != Severity::Error && self.told.contains(path);
        let follows = self.faults.cover(path)
            || finding.labels.iter().any(|label| self.faults.cover(&label.place.path))
            || (!self.is_plain_value(&finding.place) && self.faults.touch(&enclosing(path)));
        !repeats && !follows
    }

    /// Whether the place is a single value of the text. What is told elsewhere is about a node, or about what it lacks.
    fn is_plain_value(&self, place: &Place) -> bool {
        let found = self.document.find(&place.path);
        let node = found.value.filter(|_| found.depth == place.path.segments().len());
        node.is_some_and(|node| matches!(self.document.node(self.document.resolve(node)).kind, Kind::Scalar { .. }))
    }

    /// Gives files whose contents are faulty other contents, so that nothing misses them.
    pub(super) fn stand_in(&self, config: &mut Config) {
        for file in &mut config.storage.files {
            let absent = file.contents.source.is_none() && file.contents.inline.is_none();
            if absent && self.faults.touch(&file.at(File::contents)) {
                file.contents.source = Some("data:,".to_owned());
            }
        }
    }

    /// Takes out what makes further nodes and is faulty: what comes of it would be faulty too.
    pub(super) fn prune(&self, config: &mut Config) {
        let sound = |origin: &Origin| !self.faults.touch(&origin.path());
        let filesystems = config.storage.filesystems.iter_mut().filter(|filesystem| !sound(&filesystem.origin));
        filesystems.for_each(|filesystem| filesystem.with_mount_unit = None);
        config.storage.trees.retain(|tree| sound(&tree.origin));
        config.systemd.quadlets.retain(|quadlet| sound(&quadlet.origin));
        if !sound(&config.origin.field(Config::boot_device)) {
            config.boot_device = BootDevice::default();
        }
        if !sound(&config.origin.field(Config::grub)) {
            config.grub = Grub::default();
        }
    }
}

/// The node that a finding about something absent, or about a collection, is really about.
fn enclosing(path: &Path) -> Path {
    match path.segments() {
        [outer @ .., Segment::Key(_)] if !outer.is_empty() => Path::new(outer.iter().cloned()),
        _ => path.clone(),
    }
}
