//! `firesteel compile`: reads specs and Butane configs, compiles all, and only then touches the output folder.

use super::args::{Arguments, CompileArguments};
use super::console::{Console, reason};
use super::disk::{self, DiskFiles};
use super::exit::Exit;
use super::{depfile, diff, findings, layout, output};
use crate::diagnostic::Severity;
use crate::pipeline::{self, Asset, AssetKind, Compiled, Input, Language, Options};
use clap::CommandFactory;
use clap::error::ErrorKind;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &CompileArguments, console: &mut Console) -> Exit {
    console.set_format(arguments.format);
    let destination = match destination(arguments) {
        Ok(destination) => destination,
        Err(message) => {
            // The grammar's own words and form for a wrong call, of which it cannot see these.
            let mut command = Arguments::command();
            command.build();
            let compile = command.find_subcommand_mut("compile").expect("bug: the grammar lacks its own command");
            let _ = compile.error(ErrorKind::ArgumentConflict, message).print();
            return Exit::Usage;
        }
    };

    let mut specs = Vec::new();
    let mut unread = false;
    for path in &arguments.specs {
        match read(path) {
            Ok(bytes) => specs.push(Spec::compile(path, &bytes, arguments)),
            Err((message, help)) => {
                unread = true;
                console.error(&format!("{}: {message}", path.display()), &help);
            }
        }
    }
    pipeline::refuse_same_results(specs.iter_mut().map(|spec| &mut spec.compiled));
    let results: Vec<&Compiled> = specs.iter().map(|spec| &spec.compiled).collect();
    let names: Vec<String> = specs.iter().map(|spec| name(&spec.path)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    findings::print(&results, &names, arguments.format, arguments.strict, console);
    if unread {
        return Exit::InputOutput;
    }
    let count = |severity| results.iter().map(|result| result.report.count(severity)).sum::<usize>();
    if count(Severity::Error) > 0 || (arguments.strict && count(Severity::Warning) > 0) {
        return Exit::Findings;
    }
    match destination {
        Destination::Print => print(specs, console),
        Destination::Folder(folder) => match own_folders(&specs, &folder) {
            Ok(folders) => deliver(specs, folders, &folder, arguments, console),
            Err(message) => {
                console.error(&message, &["nothing was written"]);
                Exit::Usage
            }
        },
    }
}

enum Destination {
    Print,
    Folder(PathBuf),
}

/// One spec and what came of it.
struct Spec {
    path: PathBuf,
    compiled: Compiled,
}

impl Spec {
    fn compile(path: &Path, bytes: &[u8], arguments: &CompileArguments) -> Self {
        let name = name(path);
        let files = DiskFiles::new(disk::folder_of(path));
        let target = arguments.emit_target.map(Into::into);
        let options = Options { wrapping: arguments.emit.map(Into::into), target };
        let compiled = pipeline::compile(Input { name: &name, bytes }, &files, &options);
        Self { path: path.to_owned(), compiled }
    }

    /// The spec and everything it made the compiler look for, as Make would find it.
    fn inputs(&self) -> impl Iterator<Item = PathBuf> {
        let folder = disk::folder_of(&self.path);
        let own = (!is_standard_input(&self.path)).then(|| self.path.clone());
        own.into_iter().chain(self.compiled.inputs.iter().map(move |input| folder.join(input)))
    }
}

/// What a spec is called in findings.
fn name(path: &Path) -> String {
    if is_standard_input(path) { "<stdin>".to_owned() } else { path.to_string_lossy().into_owned() }
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Where results go, or what is wrong with the call.
fn destination(arguments: &CompileArguments) -> Result<Destination, String> {
    let Some(output) = &arguments.output else {
        return Err(
            "say where the results go: `-o DIR` writes files (or compares with them, under --check and --diff), \
                    `-o -` prints the objects"
                .into(),
        );
    };
    if output.as_os_str().is_empty() {
        return Err("the folder that `-o` names is empty; `-o .` is the current one".into());
    }
    if output.as_os_str() == "-" {
        let with = [
            (arguments.check, "--check", "there is nothing to compare with"),
            (arguments.diff, "--diff", "there is nothing to compare with"),
            (arguments.prune, "--prune", "there is nothing to remove"),
            (arguments.depfile.is_some(), "--depfile", "a rule needs the names of files"),
            (arguments.emit_target.is_some(), "--emit-target", "the storage side is no object, and holds secrets"),
        ];
        return match with.into_iter().find(|(given, ..)| *given) {
            Some((_, flag, why)) => Err(format!("{flag} cannot be used with `-o -`: {why}; name a folder")),
            None => Ok(Destination::Print),
        };
    }
    if arguments.specs.iter().filter(|spec| is_standard_input(spec)).count() > 1 {
        return Err("standard input can be read only once, but `-` is given twice".into());
    }
    Ok(Destination::Folder(output.clone()))
}

/// The folder below `output` for what each input comes to: with several inputs one for each spec, whose files belong
/// together, and none for a Butane config, which comes to one file.
fn own_folders(specs: &[Spec], output: &Path) -> Result<Vec<Option<String>>, String> {
    let mut stems = BTreeSet::new();
    let folder = |spec: &Spec| {
        if specs.len() < 2 || spec.compiled.language == Language::Butane {
            return Ok(None);
        }
        let Some(stem) = layout::stem(&spec.path) else {
            return Err(format!("no folder can be named after `{}`; compile it alone", spec.path.display()));
        };
        if !stems.insert(stem.clone()) {
            return Err(format!(
                "two specs are called `{stem}` and would share the folder {}; compile them into different folders",
                output.join(&stem).display()
            ));
        }
        Ok(Some(stem))
    };
    specs.iter().map(folder).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, (String, Vec<&'static str>)> {
    if is_standard_input(path) {
        return disk::read_capped(std::io::stdin().lock()).map_err(|error| (error.to_string(), Vec::new()));
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(("it is a folder, not a spec".into(), vec!["name the specs in it, such as `DIR/*.yaml`"]))
        }
        // A pipe is fine here: the user named it, as shells do with `<(…)`.
        Ok(_) => fs::File::open(path)
            .map_err(|error| (reason(&error), Vec::new()))
            .and_then(|file| disk::read_capped(file).map_err(|error| (error.to_string(), Vec::new()))),
        Err(error) => Err((reason(&error), Vec::new())),
    }
}

/// Prints the objects, as one stream of documents where their form allows that.
fn print(specs: Vec<Spec>, console: &mut Console) -> Exit {
    let assets = specs.into_iter().flat_map(|spec| spec.compiled.assets);
    let objects: Vec<Asset> = assets.filter(|asset| asset.kind == AssetKind::Object).collect();
    // Tools read one Ignition or Butane config from a text, and would overlook what follows it.
    if objects.len() > 1 && objects.iter().any(|object| !object.name.ends_with(".yaml")) {
        let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
        console.error(
            &format!("{} results cannot be printed as one text: {}", names.len(), names.join(", ")),
            &["write them to a folder: `-o DIR`"],
        );
        return Exit::Usage;
    }
    console.verbatim(stream(&objects).as_bytes());
    Exit::Clean
}

fn stream(objects: &[Asset]) -> String {
    let mut text = String::new();
    for object in objects {
        if objects.len() > 1 {
            text += "---\n";
        }
        text += &object.contents;
        if !text.ends_with('\n') && objects.len() > 1 {
            text.push('\n');
        }
    }
    text
}

/// Brings the folder to its state, or shows how it differs.
fn deliver(
    specs: Vec<Spec>,
    folders: Vec<Option<String>>,
    folder: &Path,
    arguments: &CompileArguments,
    console: &mut Console,
) -> Exit {
    let inputs: Vec<PathBuf> = specs.iter().flat_map(Spec::inputs).collect();
    let inputs = unique(inputs);
    let assets = folders.into_iter().zip(specs.into_iter().map(|spec| spec.compiled.assets));
    let planned =
        layout::layout(assets.collect()).map_err(|bug| vec![bug]).and_then(|files| output::plan(folder, files));
    let plan = match planned {
        Ok(plan) => plan,
        Err(obstacles) => {
            obstacles.iter().for_each(|obstacle| console.error(obstacle, &[]));
            console.error("nothing was written", &[]);
            return Exit::InputOutput;
        }
    };
    let outputs: Vec<PathBuf> = plan.files.iter().map(|(file, _)| plan.path(&file.name)).collect();
    if let Some(path) = overwritten(&inputs, outputs.iter().chain(&arguments.depfile)) {
        let message = format!("{}: the result would replace a file that it is made from", path.display());
        console.error(&message, &["write to another folder; nothing was written"]);
        return Exit::Usage;
    }
    for doubt in &plan.doubts {
        console.warning(doubt, &[]);
    }
    if arguments.check || arguments.diff {
        console.result(&diff::diff(&plan));
        return if arguments.check && plan.has_differences() { Exit::Findings } else { Exit::Clean };
    }
    let rule = match arguments.depfile.as_ref().map(|path| (path, depfile::rule(&outputs, &inputs))) {
        Some((path, None)) => {
            let message = format!("{}: a file name has a line break or a tab, which Make cannot read", path.display());
            console.error(&message, &["nothing was written"]);
            return Exit::InputOutput;
        }
        Some((path, Some(rule))) => Some((path, rule)),
        None => None,
    };

    if !arguments.prune {
        for name in &plan.stale {
            let message = format!("{}: of an earlier run, no longer emitted", plan.path(name).display());
            console.warning(&message, &["`--prune` removes it"]);
        }
    }
    let outcome = match output::write(&plan, arguments.prune) {
        Ok(outcome) => outcome,
        Err(failure) => return tell(&failure, console),
    };
    // Last: a rule must not be newer than results that were never written.
    if let Some((path, rule)) = rule
        && let Err(error) = output::write_single(path, &rule)
    {
        console.error(&format!("{}: {}", path.display(), reason(&error)), &["all results were written"]);
        return Exit::InputOutput;
    }
    let output::Outcome { written, unchanged, removed } = outcome;
    console.summary(&format!("{}: {written} written, {unchanged} unchanged, {removed} removed", folder.display()));
    Exit::Clean
}

/// Says why writing failed, and which files are new and which are not.
fn tell(failure: &output::Failure, console: &mut Console) -> Exit {
    for reason in &failure.reasons {
        console.error(reason, &[]);
    }
    let list = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    match (failure.written.is_empty(), failure.unwritten.is_empty()) {
        (true, _) => console.error("nothing was written", &[]),
        (false, true) => console.error("all results were written, but not all obsolete files removed", &[]),
        (false, false) => {
            let message = format!("only a part was written: {}", list(&failure.written));
            console.error(&message, &[&format!("not written: {}", list(&failure.unwritten))]);
        }
    }
    Exit::InputOutput
}

/// The paths in their order, each once.
fn unique(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    paths.into_iter().filter(|path| seen.insert(path.clone())).collect()
}

/// The first output that is one of the inputs under whatever name.
fn overwritten<'a>(inputs: &[PathBuf], outputs: impl Iterator<Item = &'a PathBuf>) -> Option<&'a PathBuf> {
    let inputs: BTreeSet<PathBuf> = inputs.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    outputs.into_iter().find(|path| fs::canonicalize(path).is_ok_and(|path| inputs.contains(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn asked(line: &str) -> Result<Destination, String> {
        match Arguments::try_parse_from(line.split(' ')).expect("the grammar takes it").command {
            super::super::args::Command::Compile(arguments) => destination(&arguments),
            _ => panic!("not a compile call"),
        }
    }

    #[test]
    fn calls_that_cannot_be_done() {
        for (line, expected) in [
            ("firesteel compile a", "say where the results go"),
            ("firesteel compile a --check", "say where the results go"),
            ("firesteel compile a -o - --check", "--check cannot be used"),
            ("firesteel compile a -o - --diff", "--diff cannot be used"),
            ("firesteel compile a -o - --prune", "--prune cannot be used"),
            ("firesteel compile a -o - --depfile d", "--depfile cannot be used"),
            ("firesteel compile a -o - --emit-target tgt", "--emit-target cannot be used"),
            ("firesteel compile - - -o o", "only once"),
        ] {
            let message = asked(line).err().unwrap_or_default();
            assert!(message.contains(expected), "{line}: {message}");
        }
        assert!(asked("firesteel compile a b -o o").is_ok());
        assert!(asked("firesteel compile a/x b/x -o -").is_ok());
    }

    #[test]
    fn specs_among_several_inputs_have_folders() {
        let folders = |inputs: &[(&str, Language)]| {
            let spec = |&(path, language): &(&str, Language)| Spec {
                path: path.into(),
                compiled: Compiled { language, ..Compiled::default() },
            };
            own_folders(&inputs.iter().map(spec).collect::<Vec<_>>(), Path::new("o"))
        };
        use Language::{Butane, Spec as Storage};
        assert_eq!(folders(&[("a/x.yaml", Storage)]), Ok(vec![None]));
        assert_eq!(
            folders(&[("a/x.yaml", Storage), ("x.bu", Butane), ("..", Butane)]),
            Ok(vec![Some("x".into()), None, None])
        );
        for (inputs, expected) in [
            ([("a/x.yaml", Storage), ("b/x.yml", Storage)], "two specs are called `x`"),
            ([("a", Storage), ("..", Storage)], "no folder can be named"),
        ] {
            let message = folders(&inputs).err().unwrap_or_default();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn streams() {
        let asset =
            |text: &str| Asset { name: "a".into(), kind: AssetKind::Object, contents: text.into(), secret: false };
        assert_eq!(stream(&[asset("a: 1")]), "a: 1");
        assert_eq!(stream(&[asset("a: 1"), asset("b: 2\n")]), "---\na: 1\n---\nb: 2\n");
        assert_eq!(stream(&[]), "");
    }

    #[test]
    fn a_result_never_replaces_its_source() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let spec = scratch.path().join("a.yaml");
        fs::write(&spec, "").expect("scratch file");
        let same = scratch.path().join("./a.yaml");
        let other = scratch.path().join("b.yaml");
        assert_eq!(overwritten(std::slice::from_ref(&spec), [&other, &same].into_iter()), Some(&same));
        assert_eq!(overwritten(&[spec], [&other].into_iter()), None);
    }
}
