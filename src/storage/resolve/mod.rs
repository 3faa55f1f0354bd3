//! From the spec as written to a plan: names looked up, defaults filled in, every fault told.

mod backstores;
mod chap;
mod clashes;
mod head;
mod iscsi;
mod pool;
mod target_side;
mod volumes;

pub(super) use backstores::PROBLEMS as BACKSTORE_PROBLEMS;
pub(super) use chap::PROBLEMS as CHAP_PROBLEMS;
pub(super) use head::PROBLEMS as HEAD_PROBLEMS;
pub(crate) use head::{BAD_OBJECT_NAME, WRONG_WRAPPING};
pub(super) use iscsi::PROBLEMS as ISCSI_PROBLEMS;
pub(super) use pool::PROBLEMS as POOL_PROBLEMS;
pub(super) use target_side::PROBLEMS as TARGET_PROBLEMS;
pub(crate) use target_side::none as no_target_side;
pub(super) use volumes::PROBLEMS as VOLUME_PROBLEMS;

use super::plan::Plan;
use super::spec::Spec;
use crate::asset::{TargetForm, Wrapping};
use crate::diagnostic::{Diagnostic, Place, Problem, Report, SourceId, Sources};
use crate::document::Path;
use crate::files::Files;
use crate::model::Faults;

/// What resolving needs besides the spec.
pub(super) struct Resolver<'a> {
    pub(super) source: SourceId,
    pub(super) sources: &'a mut Sources,
    pub(super) files: &'a dyn Files,
    pub(super) wrapping: Option<Wrapping>,
    pub(super) target: Option<TargetForm>,
    /// What could not be decoded, and was told.
    pub(super) faults: Faults,
    pub(super) report: &'a mut Report,
}

impl Resolver<'_> {
    /// A finding at the value at `path`.
    fn at(&self, problem: &'static Problem, path: Path, message: impl Into<String>) -> Diagnostic {
        problem.at(Place::value(self.source, path), message)
    }

    /// Whether nothing can be said about the absence of what is at `path`, because something about it was told already.
    fn unsure(&self, path: &Path) -> bool {
        self.faults.touch(path)
    }

    fn place(&self, path: Path) -> Place {
        Place::value(self.source, path)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }

    /// Tells what is wrong with a text and gives what is right about it.
    fn good<T>(&mut self, problem: &'static Problem, path: Path, what: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|reason| self.push(self.at(problem, path, what.to_owned()).help(reason))).ok()
    }
}

/// Makes the plan. What the report then holds decides whether it may be used.
pub(super) fn resolve(spec: &Spec, mut resolver: Resolver<'_>) -> Option<Plan> {
    let resolver = &mut resolver;
    let head = head::resolve(spec, resolver);
    let volumes = volumes::resolve(spec, resolver);
    let iscsi = iscsi::resolve(spec, resolver);
    chap::join_open_files(resolver.report);
    chap::node_files(spec, resolver);
    target_side::check(spec, iscsi.as_ref(), resolver);
    let pool = pool::pool(spec, &head, resolver);
    let user_data = pool::user_data(spec, &head, resolver);
    let labels = spec.objects.iter().flat_map(|objects| objects.labels.clone()).collect();
    let annotations = spec.objects.iter().flat_map(|objects| objects.annotations.clone()).collect();
    let plan = Plan {
        stage: head.stage?,
        cluster: head.cluster.clone(),
        gate: spec.gate.clone(),
        volumes,
        iscsi,
        pool,
        user_data,
        labels,
        annotations,
    };
    head::one_file_each(&plan, spec, resolver);
    Some(plan)
}
