//! `firesteel validate`: finds the files, has all of them looked into at once, prints what was found.

use super::args::{Format, ValidateArguments};
use super::console::{Console, reason};
use super::disk::{self, DiskFiles};
use super::exit::Exit;
use crate::diagnostic::Severity;
use crate::diagnostic::render::{self, RawRule, Style};
use crate::inspect::{self, Input, Inspected, Options};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &ValidateArguments, console: &mut Console) -> Exit {
    console.set_format(arguments.format);
    let here = [PathBuf::from(".")];
    let named = if arguments.paths.is_empty() { &here[..] } else { &arguments.paths };
    let mut read = Vec::new();
    let mut unread = false;
    for path in named {
        if let Err((path, message)) = collect(path, &mut read) {
            unread = true;
            console.error(&format!("{}: {message}", path.display()), &[]);
        }
    }
    let inputs: Vec<Input<'_>> = read.iter().map(Text::input).collect();
    let options = Options { platform: arguments.target.unwrap_or_default(), preview: arguments.preview };
    let inspected = inspect::inspect(&inputs, &options);
    print(&inspected, arguments.format, console);
    let Inspected { report, checked, passed_over, .. } = &inspected;
    let others = if passed_over.is_empty() { String::new() } else { format!(", {} passed over", passed_over.len()) };
    let found = render::summary(report);
    let found = if found.is_empty() { "nothing found".to_owned() } else { found };
    console.summary(&format!("{found} ({checked} checked{others})"));
    if unread {
        return Exit::InputOutput;
    }
    let failed = report.has_errors() || (arguments.strict && report.count(Severity::Warning) > 0);
    if failed { Exit::Findings } else { Exit::Clean }
}

fn print(inspected: &Inspected, format: Format, console: &mut Console) {
    let Inspected { report, sources, .. } = inspected;
    if report.is_empty() {
        return;
    }
    let style = if console.has_colored_result() { Style::Colored } else { Style::Plain };
    console.result(&match format {
        Format::Text => render::text(report, sources, style),
        Format::Raw => render::raw(report, sources, RawRule::First),
        Format::Json => render::json(report, sources),
    });
}

/// A file with its bytes.
struct Text {
    name: String,
    bytes: Vec<u8>,
    files: DiskFiles,
    named: bool,
}

impl Text {
    fn input(&self) -> Input<'_> {
        Input { name: &self.name, bytes: &self.bytes, files: &self.files, named: self.named }
    }
}

/// Reads what the user named: a file, a folder with everything below it, or standard input.
fn collect(path: &Path, read: &mut Vec<Text>) -> Result<(), (PathBuf, String)> {
    let fault = |error: &std::io::Error| (path.to_owned(), reason(error));
    let other = |error: crate::files::FileError| (path.to_owned(), error.to_string());
    let files = DiskFiles::new(disk::folder_of(path));
    if path.as_os_str() == "-" {
        let bytes = disk::read_capped(std::io::stdin().lock()).map_err(other)?;
        read.push(Text { name: "<stdin>".into(), bytes, files, named: true });
        return Ok(());
    }
    let metadata = fs::metadata(path).map_err(|error| fault(&error))?;
    if !metadata.is_dir() {
        let file = fs::File::open(path).map_err(|error| fault(&error))?;
        let bytes = disk::read_capped(file).map_err(other)?;
        read.push(Text { name: path.to_string_lossy().into_owned(), bytes, files, named: true });
        return Ok(());
    }
    let mut open = vec![path.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| (folder.clone(), reason(&error)))?;
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
    for path in found {
        let file = fs::File::open(&path).map_err(|error| (path.clone(), reason(&error)))?;
        // What is larger than any config is none.
        let Ok(bytes) = disk::read_capped(file) else { continue };
        let name = path.strip_prefix(".").unwrap_or(&path).to_string_lossy().into_owned();
        read.push(Text { name, bytes, files: DiskFiles::new(disk::folder_of(&path)), named: false });
    }
    Ok(())
}
