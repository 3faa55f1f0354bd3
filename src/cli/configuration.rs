//! `firesteel.toml`: finds it, reads it, and says what it chooses for a file.

use super::args;
use super::disk;
use crate::diagnostic::{Diagnostic, Place, Problem, Report, Sources, suggest};
use crate::document::Span;
use crate::inspect::{Selector, Settings};
use crate::lint::Platform;
use glob::{MatchOptions, Pattern};
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub(crate) const NAME: &str = "firesteel.toml";

/// `*` stops at a `/`, so that `tests/*` is what it says; hidden files are files.
const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

static BAD_SETTING: &Problem = &crate::inspect::BAD_SETTING;

/// What one file of settings chooses.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    /// The folder that its paths are relative to, without links.
    folder: PathBuf,
    /// Whether warnings fail the run.
    pub(crate) strict: bool,
    preview: bool,
    platform: Option<Platform>,
    ignore: Vec<Selector>,
    per_path: Vec<PerPath>,
}

#[derive(Debug, Default)]
struct PerPath {
    paths: Vec<Pattern>,
    platform: Option<Platform>,
    preview: Option<bool>,
    ignore: Vec<Selector>,
}

/// Why settings cannot be used.
pub(crate) enum Fault {
    /// The file cannot be read.
    Unreadable(PathBuf, String),
    /// What stands in it is wrong.
    Wrong(Report, Sources),
}

impl Configuration {
    /// Reads the settings at `path`.
    pub(crate) fn read(path: &Path, known: &[&'static Problem]) -> Result<Self, Fault> {
        let unreadable = |reason: String| Fault::Unreadable(path.to_owned(), reason);
        let file = fs::File::open(path).map_err(|error| unreadable(super::reason(&error)))?;
        let bytes = disk::read_capped(file).map_err(|error| unreadable(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
        let mut configuration = parse(&path.to_string_lossy(), &text, known)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        configuration.folder = fs::canonicalize(folder).map_err(|error| unreadable(super::reason(&error)))?;
        Ok(configuration)
    }

    /// What it chooses for the file at `path`, which has no links in it. Later choices go before earlier ones.
    pub(crate) fn settings(&self, path: &Path) -> Settings {
        let mut settings = Settings {
            platform: self.platform.unwrap_or_default(),
            ignore: self.ignore.clone(),
            preview: self.preview,
        };
        let Ok(relative) = path.strip_prefix(&self.folder) else { return settings };
        for choice in &self.per_path {
            if choice.paths.iter().any(|pattern| pattern.matches_path_with(relative, MATCHING)) {
                settings.platform = choice.platform.unwrap_or(settings.platform);
                settings.preview = choice.preview.unwrap_or(settings.preview);
                settings.ignore.extend(choice.ignore.iter().cloned());
            }
        }
        settings
    }
}

/// The settings that are nearest to each file.
pub(crate) struct Configurations {
    known: Vec<&'static Problem>,
    /// Of each folder that was looked at.
    of_folder: HashMap<PathBuf, Option<Rc<Configuration>>>,
    /// The current folder, without links.
    here: PathBuf,
}

impl Configurations {
    pub(crate) fn new(known: Vec<&'static Problem>) -> Self {
        let here = fs::canonicalize(".").unwrap_or_default();
        Self { known, of_folder: HashMap::new(), here }
    }

    /// The settings for what lies in `folder`, which has no links in it. Looked for from there up to the top of the
    /// repository, or to the current folder; of a folder elsewhere, up to the repository's top alone.
    pub(crate) fn of(&mut self, folder: &Path) -> Result<Option<Rc<Configuration>>, Fault> {
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.of_folder.get(folder) {
                found = known.clone();
                break;
            }
            passed.push(folder.to_owned());
            let path = folder.join(NAME);
            if path.is_file() {
                let shown = path.strip_prefix(&self.here).unwrap_or(&path);
                let mut read = Configuration::read(shown, &self.known)?;
                read.folder = folder.to_owned();
                found = Some(Rc::new(read));
                break;
            }
            if folder == self.here || folder.join(".git").exists() {
                break;
            }
        }
        for folder in passed {
            self.of_folder.insert(folder, found.clone());
        }
        Ok(found)
    }
}

/// Reads a table, and tells of everything in it that is wrong.
fn parse(name: &str, text: &str, known: &[&'static Problem]) -> Result<Configuration, Fault> {
    let mut reader = Reader { text, found: Vec::new(), known };
    let mut configuration = Configuration::default();
    match DeTable::parse(text) {
        Err(error) => reader.fault(error.span().unwrap_or_default(), format!("this is no TOML: {}", error.message())),
        Ok(table) => {
            for (key, value) in reader.entries(table.get_ref(), &["target", "strict", "preview", "ignore", "per-path"])
            {
                match &*key {
                    "target" => configuration.platform = reader.platform(value),
                    "strict" => configuration.strict = reader.flag(value).unwrap_or_default(),
                    "preview" => configuration.preview = reader.flag(value).unwrap_or_default(),
                    "ignore" => configuration.ignore = reader.selectors(value),
                    _ => configuration.per_path = reader.per_path(value),
                }
            }
        }
    }
    if reader.found.is_empty() {
        return Ok(configuration);
    }
    let (mut sources, mut report) = (Sources::default(), Report::default());
    let source = sources.add_text(name, text);
    for (range, message, help) in reader.found {
        let place = Place::bytes(source, Span::new(range.start as u32, range.end as u32));
        let finding: Diagnostic = BAD_SETTING.at(place, message);
        report.push(help.into_iter().fold(finding, Diagnostic::help));
    }
    report.sort(&sources);
    Err(Fault::Wrong(report, sources))
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<(Range<usize>, String, Option<String>)>,
    known: &'a [&'static Problem],
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn fault(&mut self, range: Range<usize>, message: String) {
        self.found.push((range.start.min(self.text.len())..range.end.min(self.text.len()), message, None));
    }

    /// The entries of a table whose keys exist.
    fn entries<'t, 'i>(&mut self, table: &'t DeTable<'i>, keys: &[&'static str]) -> Vec<(String, &'t Value<'i>)> {
        let mut entries = Vec::new();
        for (key, value) in table {
            if keys.contains(&&**key.get_ref()) {
                entries.push((key.get_ref().to_string(), value));
                continue;
            }
            let help = match suggest::nearest(key.get_ref(), keys.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", keys.join(", ")),
            };
            self.found.push((key.span(), format!("there is no setting `{}`", key.get_ref()), Some(help)));
        }
        entries
    }

    fn expected(&mut self, value: &Value<'_>, what: &str) {
        self.fault(value.span(), format!("this is no {what}"));
    }

    fn flag(&mut self, value: &Value<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.expected(value, "`true` or `false`");
        }
        flag
    }

    fn platform(&mut self, value: &Value<'_>) -> Option<Platform> {
        let Some(name) = value.get_ref().as_str() else {
            self.expected(value, "text; a release stands in quotes: `\"4.16\"`");
            return None;
        };
        match args::platform(name) {
            Ok(platform) => Some(platform),
            Err(help) => {
                self.found.push((value.span(), format!("there is no target `{name}`"), Some(help)));
                None
            }
        }
    }

    fn texts<'t>(&mut self, value: &'t Value<'_>) -> Vec<(Range<usize>, &'t str)> {
        let Some(items) = value.get_ref().as_array() else {
            self.expected(value, "list of texts");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push((item.span(), text)),
                None => self.expected(item, "text"),
            }
        }
        texts
    }

    fn selectors(&mut self, value: &Value<'_>) -> Vec<Selector> {
        let mut selectors = Vec::new();
        for (range, word) in self.texts(value) {
            match Selector::parse(word, self.known) {
                Ok(selector) => selectors.push(selector),
                Err(meant) => {
                    let help = meant.map(|meant| format!("did you mean `{meant}`?"));
                    self.found.push((range, format!("there is no finding `{word}`"), help));
                }
            }
        }
        selectors
    }

    fn per_path(&mut self, value: &Value<'_>) -> Vec<PerPath> {
        let Some(items) = value.get_ref().as_array() else {
            self.expected(value, "list of tables: `[[per-path]]`");
            return Vec::new();
        };
        let mut choices = Vec::new();
        for item in items {
            let Some(table) = item.get_ref().as_table() else {
                self.expected(item, "table");
                continue;
            };
            let mut choice = PerPath::default();
            let mut has_paths = false;
            for (key, value) in self.entries(table, &["paths", "target", "preview", "ignore"]) {
                match &*key {
                    "paths" => {
                        has_paths = true;
                        choice.paths = self.patterns(value);
                    }
                    "target" => choice.platform = self.platform(value),
                    "preview" => choice.preview = self.flag(value),
                    _ => choice.ignore = self.selectors(value),
                }
            }
            if !has_paths {
                self.fault(item.span(), "this does not say for which `paths` it is".to_owned());
            }
            choices.push(choice);
        }
        choices
    }

    fn patterns(&mut self, value: &Value<'_>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (range, text) in self.texts(value) {
            match Pattern::new(text.strip_prefix("./").unwrap_or(text)) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => self.fault(range, format!("this is no pattern of paths: {}", error.msg)),
            }
        }
        patterns
    }
}

/// The path without `.`, for names that are shown.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let tidied: PathBuf = parts.collect();
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::render::{RawRule, raw};
    use crate::problems;

    fn faults(text: &str) -> String {
        match parse(NAME, text, &problems::all()) {
            Err(Fault::Wrong(report, sources)) => raw(&report, &sources, RawRule::First),
            Err(Fault::Unreadable(..)) => "unreadable".to_owned(),
            Ok(_) => String::new(),
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (text, told) in [
            ("", ""),
            (
                "strikt = true\nignore = [\"FS9\", 1]\n",
                "error at line 1 col 1: there is no setting `strikt`\nerror at line 2 col 11: there is no finding `FS9`\nerror at line 2 col 18: this is no text\n",
            ),
            ("target = 4.16\n", "error at line 1 col 10: this is no text; a release stands in quotes: `\"4.16\"`\n"),
            (
                "target = \"rhel\"\nstrict = 1\n",
                "error at line 1 col 10: there is no target `rhel`\nerror at line 2 col 10: this is no `true` or `false`\n",
            ),
            ("[[per-path]]\nignore = []\n", "error at line 1 col 1: this does not say for which `paths` it is\n"),
        ] {
            assert_eq!(faults(text), told, "{text}");
        }
        assert!(faults("a = = b").starts_with("error at line 1 col 5: this is no TOML: "), "{}", faults("a = = b"));
    }

    #[test]
    fn later_paths_go_before_earlier_ones() {
        let text = "target = \"4.16\"\nignore = [\"FS2201\"]\n\
                    [[per-path]]\npaths = [\"tests/**\"]\nignore = [\"FS20\"]\ntarget = \"fcos\"\n\
                    [[per-path]]\npaths = [\"*.ign\", \"./tests/deep/*\"]\ntarget = \"flatcar\"\npreview = true\n";
        let Ok(mut read) = parse(NAME, text, &problems::all()) else { panic!("{}", faults(text)) };
        read.folder = PathBuf::from("/srv");
        for (path, target, ignored, preview) in [
            ("/srv/a.bu", "4.16", 1, false),
            ("/srv/a.ign", "flatcar", 1, true),
            ("/srv/b/a.ign", "4.16", 1, false),
            ("/srv/tests/a.bu", "fcos", 2, false),
            ("/srv/tests/deep/a.bu", "flatcar", 2, true),
            ("/srv/tests/deep/er/a.bu", "fcos", 2, false),
            ("/elsewhere/tests/a.bu", "4.16", 1, false),
        ] {
            let settings = read.settings(Path::new(path));
            assert_eq!(Some(settings.platform), Platform::from_name(target), "{path}");
            assert_eq!((settings.ignore.len(), settings.preview), (ignored, preview), "{path}");
        }
    }
}
