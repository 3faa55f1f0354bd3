//! The lab: what the compiler emits, held against real parts, layer by layer.

mod engine;
mod files;
mod ignition;
mod initiator;
mod machine;
mod process;
mod report;
mod target;
mod tgtd;

use crate::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub const USAGE: &str = "\
usage: cargo xtask lab [LAYER [CASE]] [--full] [--jobs N] [--allow-missing] [--list]

  LAYER            one of the layers below; all of them without
  CASE             cases whose name contains this
  --full           every case of the machine layer, not only the minimal set
  --jobs N         so many guests at once (1 unless told)
  --allow-missing  a layer that cannot run on this host is no failure
  --list           only print the names of the cases";

/// The layers in the order in which they run. A layer gets the filter of the command line and answers with one result
/// a case; what it cannot run it answers with [`Outcome::NotRun`].
const LAYERS: &[(&str, Layer)] = &[("engine", engine::run), ("target", target::run), ("machine", machine::run)];

type Layer = fn(&Context, Option<&str>) -> Vec<CaseResult>;

/// What every layer is told.
#[derive(Debug)]
pub struct Context {
    /// Every case of a layer that has a small set of its own; a filter means the same.
    pub full: bool,
    /// How many cases may run at once.
    pub jobs: usize,
    /// Name the cases as not run, and run none.
    pub list: bool,
}

impl Context {
    /// A folder below `target/lab` for a layer's scratch files; made when it is not there.
    pub fn scratch(&self, layer: &str) -> Result<PathBuf, String> {
        let folder = root().join("target/lab").join(layer);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// Runs a case in an empty folder of its own, or only names it.
    pub fn case(&self, layer: &'static str, name: &str, run: impl FnOnce(&Path) -> Result<(), String>) -> CaseResult {
        if self.list {
            return CaseResult::not_run(layer, name, "only listed");
        }
        let folder = self.scratch(layer).map(|folder| folder.join(name));
        CaseResult::of(layer, name, folder.clone().ok(), || {
            let folder = folder?;
            files::empty(&folder)?;
            run(&folder)
        })
    }
}

/// How one case went.
#[derive(Debug, Clone)]
pub struct CaseResult {
    pub layer: &'static str,
    pub name: String,
    pub outcome: Outcome,
    pub seconds: f64,
    /// A file, or a folder of files, that says more.
    pub log: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Why.
    Failed(String),
    /// Why it could not be run on this host.
    NotRun(String),
}

impl CaseResult {
    /// Runs a case, measures it and says so on the terminal.
    pub fn of(
        layer: &'static str,
        name: &str,
        log: Option<PathBuf>,
        case: impl FnOnce() -> Result<(), String>,
    ) -> Self {
        let began = Instant::now();
        let outcome = match case() {
            Ok(()) => Outcome::Passed,
            Err(reason) => Outcome::Failed(reason),
        };
        let result = CaseResult { layer, name: name.to_owned(), outcome, seconds: seconds(began.elapsed()), log };
        report::told(&result);
        result
    }

    /// A case that this host cannot run, or a whole layer under the layer's own name.
    pub fn not_run(layer: &'static str, name: &str, reason: impl Into<String>) -> Self {
        let outcome = Outcome::NotRun(reason.into());
        CaseResult { layer, name: name.to_owned(), outcome, seconds: 0.0, log: None }
    }
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

/// Runs the layers that the arguments name, and writes `target/lab/report.md` and `target/lab/junit.xml`.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut words, mut allow_missing) = (Vec::new(), false);
    let mut context = Context { full: false, jobs: 1, list: false };
    let mut arguments = arguments.iter().copied();
    while let Some(argument) = arguments.next() {
        match argument {
            "--full" => context.full = true,
            "--allow-missing" => allow_missing = true,
            "--list" => context.list = true,
            "--jobs" => {
                let jobs = arguments.next().and_then(|jobs| jobs.parse().ok()).filter(|&jobs| jobs > 0);
                context.jobs = jobs.ok_or("--jobs wants a number above 0")?;
            }
            _ if argument.starts_with('-') || words.len() == 2 => return Err(USAGE.into()),
            word => words.push(word),
        }
    }
    let (layer, filter) = (words.first().copied(), words.get(1).copied());
    let chosen: Vec<_> = LAYERS.iter().filter(|(name, _)| layer.is_none_or(|layer| layer == *name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
        return Err(format!("no such layer; there are: {}\n{USAGE}", names.join(", ")));
    }
    context.full |= filter.is_some();
    let results: Vec<CaseResult> = chosen.iter().flat_map(|(_, layer)| layer(&context, filter)).collect();
    if context.list {
        for result in &results {
            println!("{} {}", result.layer, result.name);
        }
        return Ok(());
    }
    for result in results.iter().filter(|result| matches!(result.outcome, Outcome::NotRun(_))) {
        report::told(result);
    }
    report::write(&root().join("target/lab"), &results)?;
    report::verdict(&results, allow_missing)
}
