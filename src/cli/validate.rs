//! `firesteel validate`: finds the files, has all of them looked into at once, prints what was found or mends it.

use super::args::ValidateArguments;
use super::configuration::{Configuration, Configurations, Fault, tidy};
use super::console::{Console, reason};
use super::disk::{self, DiskFiles};
use super::exit::Exit;
use super::findings::{Form, rendered};
use super::mending;
use crate::diagnostic::render::{self, RawRule};
use crate::diagnostic::{Problem, Report, Severity, Sources};
use crate::inspect::{self, Input, Inspected, Options, Selector, Settings};
use crate::problems;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(crate) fn run(arguments: &ValidateArguments, console: &mut Console) -> Exit {
    console.set_format(arguments.format);
    let known = problems::all();
    let mut ignore = Vec::new();
    for word in &arguments.ignore {
        match Selector::parse(word, &known) {
            Ok(selector) => ignore.push(selector),
            Err(meant) => {
                let help = meant.map(|meant| format!("did you mean `{meant}`?"));
                console.error(
                    &format!("--ignore: there is no finding `{word}`"),
                    &help.as_deref().into_iter().collect::<Vec<_>>(),
                );
                return Exit::Usage;
            }
        }
    }
    let here = [PathBuf::from(".")];
    let named = if arguments.paths.is_empty() { &here[..] } else { &arguments.paths };
    let mut collected = Collected::default();
    named.iter().for_each(|path| collected.add(path));
    for (path, message) in &collected.unread {
        console.error(&format!("{}: {message}", path.display()), &[]);
    }
    let unread = !collected.unread.is_empty();
    let strict = match choose(&mut collected.texts, arguments, &ignore, &known) {
        Ok(strict) => strict || arguments.strict,
        Err(fault) => return tell(fault, console),
    };
    let inputs: Vec<Input<'_>> = collected.texts.iter().map(Text::input).collect();
    let options = Options { known };
    if arguments.fix || arguments.diff {
        let exit = mending::run(arguments, strict, &collected.texts, &inputs, &options, console);
        return if unread { Exit::InputOutput } else { exit };
    }
    let inspected = inspect::inspect(&inputs, &options);
    let files: Vec<&str> = inspected.read.iter().map(String::as_str).collect();
    let form = Form::new(arguments.format, console.has_colored_result(), strict, &files);
    console.result(&rendered(&inspected.report, &inspected.sources, &form));
    console.summary(&summary(&inspected));
    if unread { Exit::InputOutput } else { exit(&inspected, strict) }
}

/// How much was found in how much.
pub(super) fn summary(inspected: &Inspected) -> String {
    let Inspected { report, checked, passed_over, .. } = inspected;
    let others = if passed_over.is_empty() { String::new() } else { format!(", {} passed over", passed_over.len()) };
    let found = render::summary(report);
    let found = if found.is_empty() { "nothing found".to_owned() } else { found };
    format!("{found} ({checked} checked{others})")
}

/// How a run ends that found this.
pub(super) fn exit(inspected: &Inspected, strict: bool) -> Exit {
    let Inspected { report, .. } = inspected;
    let failed = report.has_errors() || (strict && report.count(Severity::Warning) > 0);
    if failed { Exit::Findings } else { Exit::Clean }
}

/// Gives every text its settings; whether any of these are strict.
fn choose(
    texts: &mut [Text],
    arguments: &ValidateArguments,
    ignore: &[Selector],
    known: &[&'static Problem],
) -> Result<bool, Fault> {
    let named = arguments.config.as_deref().map(|path| Configuration::read(path, known)).transpose()?;
    let named = named.map(Rc::new);
    let mut nearest = Configurations::new(known.to_vec());
    let current = fs::canonicalize(".").unwrap_or_default();
    let mut strict = named.as_ref().is_some_and(|named| named.strict);
    // Files of one folder have one settings file, and mostly one set of choices.
    for text in texts {
        let path = text.real.clone().unwrap_or_else(|| current.join("<stdin>"));
        let configuration = match (&named, arguments.no_config) {
            (_, true) => None,
            (Some(named), _) => Some(named.clone()),
            (None, _) => nearest.of(path.parent().unwrap_or(Path::new("/")))?,
        };
        let mut settings = configuration.as_ref().map(|found| found.settings(&path)).unwrap_or_default();
        strict |= configuration.is_some_and(|found| found.strict);
        settings.platform = arguments.target.unwrap_or(settings.platform);
        settings.preview |= arguments.preview;
        settings.ignore.extend_from_slice(ignore);
        text.settings = settings;
    }
    Ok(strict)
}

/// Says why the settings cannot be used.
fn tell(fault: Fault, console: &mut Console) -> Exit {
    match fault {
        Fault::Unreadable(path, reason) => {
            console.error(&format!("{}: {reason}", path.display()), &[]);
            Exit::InputOutput
        }
        Fault::Wrong(report, sources) => {
            console.aside(&faults(&report, &sources, console));
            Exit::Usage
        }
    }
}

fn faults(report: &Report, sources: &Sources, console: &Console) -> String {
    let style = if console.has_colored_aside() { render::Style::Colored } else { render::Style::Plain };
    match console.is_for_people() {
        true => render::text(report, sources, style),
        false => render::raw(report, sources, RawRule::First),
    }
}

/// A text that was read.
pub(super) struct Text {
    pub(super) name: String,
    /// Where it lies; nowhere if it came through standard input.
    pub(super) path: Option<PathBuf>,
    /// The same without links.
    real: Option<PathBuf>,
    pub(super) bytes: Vec<u8>,
    files: DiskFiles,
    named: bool,
    settings: Settings,
}

impl Text {
    fn input(&self) -> Input<'_> {
        let Self { name, bytes, files, named, settings, .. } = self;
        Input { name, bytes, files, named: *named, settings }
    }
}

/// What the user named, read.
#[derive(Default)]
struct Collected {
    texts: Vec<Text>,
    /// The paths without links, since a file may be named twice.
    seen: HashSet<PathBuf>,
    /// What could not be read, and why.
    unread: Vec<(PathBuf, String)>,
}

impl Collected {
    /// Reads a file, a folder with everything below it, or standard input.
    fn add(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            if self.seen.insert(path.to_owned()) {
                match disk::read_capped(std::io::stdin().lock()) {
                    Ok(bytes) => self.push("<stdin>".to_owned(), None, None, bytes, true),
                    Err(error) => self.unread.push((path.to_owned(), error.to_string())),
                }
            }
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                for path in self.walk(tidy(path)) {
                    self.file(&path, false);
                }
            }
            Ok(_) => self.file(path, true),
            Err(error) => self.unread.push((path.to_owned(), reason(&error))),
        }
    }

    /// The files of a folder and those below it, sorted.
    fn walk(&mut self, folder: PathBuf) -> Vec<PathBuf> {
        let mut open = vec![folder];
        let mut found = Vec::new();
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unread.push((folder, reason(&error)));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                // What is hidden is not the user's own text: `.git` above all. A link may lead around in a circle.
                if entry.file_name().to_string_lossy().starts_with('.') || kind.is_symlink() {
                    continue;
                }
                match kind.is_dir() {
                    true => open.push(entry.path()),
                    false if kind.is_file() => found.push(entry.path()),
                    false => {}
                }
            }
        }
        found.sort();
        found
    }

    fn file(&mut self, path: &Path, named: bool) {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !self.seen.insert(real.clone()) {
            return;
        }
        let read = fs::File::open(path).map_err(|error| reason(&error));
        match read.map(disk::read_capped) {
            Ok(Ok(bytes)) => {
                let shown = path.strip_prefix(".").unwrap_or(path);
                self.push(shown.to_string_lossy().into_owned(), Some(path.to_owned()), Some(real), bytes, named);
            }
            // What is larger than any config is none.
            Ok(Err(_)) if !named => {}
            Ok(Err(error)) => self.unread.push((path.to_owned(), error.to_string())),
            Err(reason) => self.unread.push((path.to_owned(), reason)),
        }
    }

    fn push(&mut self, name: String, path: Option<PathBuf>, real: Option<PathBuf>, bytes: Vec<u8>, named: bool) {
        let files = DiskFiles::new(path.as_deref().map(disk::folder_of).unwrap_or_default());
        self.texts.push(Text { name, path, real, bytes, files, named, settings: Settings::default() });
    }
}
