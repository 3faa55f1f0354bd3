//! Brings an output folder to the state it should have: compares first, then writes all or says what it could not.

use super::console::reason;
use super::layout::OutputFile;
use super::manifest::{self, Manifest};
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

const FOLDER_MODE: u32 = 0o755;
const OPEN_MODE: u32 = 0o644;
const SECRET_MODE: u32 = 0o600;
/// The bits that let anyone but the owner at a file.
const OTHERS: u32 = 0o077;

/// How a file on disk differs from the one that should be there.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Not at all.
    Same,
    /// It is not there.
    Missing,
    /// Its bytes differ.
    Differs {
        /// What is there.
        old: Vec<u8>,
        /// Whether only its owner may read that.
        closed: bool,
    },
    /// Its bytes are right, but others may read a secret.
    TooOpen {
        /// Its mode.
        mode: u32,
    },
    /// A symbolic link is in its place. It is replaced, and what it leads to is neither read nor written.
    Link,
}

/// What an output folder lacks.
pub(crate) struct Plan {
    pub(crate) folder: PathBuf,
    /// Every file that should be there, and how it differs; sorted by name.
    pub(crate) files: Vec<(OutputFile, State)>,
    /// Names of files of earlier runs that are no longer emitted and still there.
    pub(crate) stale: Vec<String>,
    /// What is strange about the manifest, in sentences.
    pub(crate) doubts: Vec<String>,
}

/// What was done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) removed: usize,
}

/// Why not all could be done.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What failed, a sentence each.
    pub(crate) reasons: Vec<String>,
    /// The files that were nevertheless written.
    pub(crate) written: Vec<PathBuf>,
    /// The files that should have been written and were not.
    pub(crate) unwritten: Vec<PathBuf>,
}

impl Plan {
    /// Whether the folder is not as it should be.
    pub(crate) fn has_differences(&self) -> bool {
        !self.stale.is_empty() || self.files.iter().any(|(_, state)| *state != State::Same)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Compares the folder with the files that should be in it, and changes nothing.
///
/// # Errors
/// Everything that stands in the way, a sentence each.
pub(crate) fn plan(folder: &Path, files: Vec<OutputFile>) -> Result<Plan, Vec<String>> {
    let mut obstacles = Vec::new();
    if let Err(reason) = check_folder(fs::metadata(folder)) {
        return Err(vec![format!("{}: {reason}", folder.display())]);
    }
    let subfolders: BTreeSet<&str> = files.iter().flat_map(|file| folders_of(&file.name)).collect();
    for name in subfolders {
        if let Err(reason) = check_folder(fs::symlink_metadata(folder.join(name))) {
            obstacles.push(format!("{}: {reason}", folder.join(name).display()));
        }
    }
    // What lies behind a bad folder would only repeat its fault, or be read through a link.
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let mut compared = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        match state(&path, &file) {
            Ok(state) => compared.push((file, state)),
            Err(reason) => obstacles.push(format!("{}: {reason}", path.display())),
        }
    }
    let (Manifest { names, .. }, doubts) = read_manifest(folder);
    let emitted: BTreeSet<&str> = compared.iter().map(|(file, _)| file.name.as_str()).collect();
    let stale =
        names.into_iter().filter(|name| !emitted.contains(name.as_str()) && is_removable(folder, name)).collect();
    if obstacles.is_empty() {
        Ok(Plan { folder: folder.to_owned(), files: compared, stale, doubts })
    } else {
        Err(obstacles)
    }
}

/// Writes what differs, each file in one step, and removes stale files if asked to.
///
/// # Errors
/// Nothing is written when any new content cannot be brought to the disk beside its place.
pub(crate) fn write(plan: &Plan, prune: bool) -> Result<Outcome, Failure> {
    let changes: Vec<&(OutputFile, State)> = plan.files.iter().filter(|(_, state)| *state != State::Same).collect();
    let mut waiting: Vec<PathBuf> = changes.iter().map(|(file, _)| plan.path(&file.name)).collect();
    let mut written = Vec::new();
    let mut staged = Vec::new();
    for (file, state) in &changes {
        let path = plan.path(&file.name);
        let temporary = match state {
            State::TooOpen { .. } => Ok(None),
            _ => stage(&path, file.contents.as_bytes(), file.secret).map(Some),
        };
        match temporary {
            Ok(temporary) => staged.push((path, temporary)),
            Err(error) => {
                let reasons = vec![format!("{}: {}", path.display(), reason(&error))];
                return Err(Failure { reasons, written, unwritten: waiting });
            }
        }
    }

    // The list goes first: if we are interrupted, it names too much rather than too little.
    let names = || plan.files.iter().map(|(file, _)| file.name.as_str());
    let everything = manifest::text(names().chain(plan.stale.iter().map(String::as_str)));
    if let Err(reason) = write_manifest(&plan.folder, &everything) {
        return Err(Failure { reasons: vec![reason], written, unwritten: waiting });
    }
    for (path, temporary) in staged {
        let result = match temporary {
            Some(temporary) => temporary.persist(&path).map(drop).map_err(|error| error.error),
            None => set_mode(&path, SECRET_MODE),
        };
        if let Err(error) = result {
            let reasons = vec![format!("{}: {}", path.display(), reason(&error))];
            return Err(Failure { reasons, written, unwritten: waiting });
        }
        waiting.retain(|other| *other != path);
        written.push(path);
    }
    for folder in written.iter().filter_map(|path| path.parent()).collect::<BTreeSet<_>>() {
        // Makes the renames last; where folders cannot be synced there is nothing more to do.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }

    let mut outcome = Outcome { written: written.len(), unchanged: plan.files.len() - written.len(), removed: 0 };
    if prune && !plan.stale.is_empty() {
        let (kept, reasons) = remove(&plan.folder, &plan.stale);
        outcome.removed = plan.stale.len() - kept.len();
        let rest = manifest::text(names().chain(kept.iter().map(String::as_str)));
        let reasons: Vec<String> = reasons.into_iter().chain(write_manifest(&plan.folder, &rest).err()).collect();
        if !reasons.is_empty() {
            return Err(Failure { reasons, written, unwritten: waiting });
        }
    }
    Ok(outcome)
}

/// Writes one file that is no result, such as the depfile, in one step and only when it changes.
pub(crate) fn write_single(path: &Path, contents: &[u8]) -> io::Result<()> {
    // A pipe or device that the user names is written to, not replaced.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(contents);
    }
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) && fs::read(path)? == contents {
        return Ok(());
    }
    stage(path, contents, false)?.persist(path).map(drop).map_err(|error| error.error)
}

/// Puts other contents into a file that a user edits, in one step: its mode stays, and a link stays a link.
///
/// # Errors
/// When the file is no longer the one of `old`, or cannot be written.
pub(crate) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file, and is not replaced"));
    }
    if fs::read(&path)? != old {
        return Err(io::Error::other("it was changed in the meantime, and is left alone"));
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".firesteel-").suffix(".tmp");
    let mut file = with_mode(&mut builder, mode_of(&metadata)).tempfile_in(folder)?;
    file.write_all(new)?;
    // What the user's mask took away when the file was made.
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|error| error.error)
}

/// The folders on the way to a name: `a/b/c` gives `a` and `a/b`.
fn folders_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

fn check_folder(metadata: io::Result<Metadata>) -> Result<(), String> {
    match metadata {
        Ok(metadata) if metadata.is_symlink() => {
            Err("it is a symbolic link; results are not written through it".into())
        }
        Ok(metadata) if !metadata.is_dir() => Err("it is not a folder".into()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(reason(&error)),
    }
}

fn state(path: &Path, file: &OutputFile) -> Result<State, String> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Missing),
        Err(error) => return Err(reason(&error)),
    };
    if metadata.is_symlink() {
        return Ok(State::Link);
    }
    if !metadata.is_file() {
        return Err("it is not a regular file, and is not replaced".into());
    }
    let mode = mode_of(&metadata);
    let old = fs::read(path).map_err(|error| reason(&error))?;
    Ok(if old != file.contents.as_bytes() {
        State::Differs { old, closed: mode & OTHERS == 0 }
    } else if file.secret && mode & OTHERS != 0 {
        State::TooOpen { mode }
    } else {
        State::Same
    })
}

/// Brings contents to the disk in a file beside `path`, with its final mode from the start.
fn stage(path: &Path, contents: &[u8], secret: bool) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folders(folder)?;
    let mut builder = tempfile::Builder::new();
    // Not a name that `oc apply -f DIR` would read.
    builder.prefix(".firesteel-").suffix(".tmp");
    let mut file = with_mode(&mut builder, if secret { SECRET_MODE } else { OPEN_MODE }).tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn with_mode<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>, mode: u32) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(Permissions::from_mode(mode))
}

#[cfg(unix)]
fn make_folders(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)
}

#[cfg(unix)]
fn mode_of(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

fn read_manifest(folder: &Path) -> (Manifest, Vec<String>) {
    let path = folder.join(manifest::NAME);
    let doubt = |text: &str| (Manifest::default(), vec![format!("{}: {text}", path.display())]);
    match fs::symlink_metadata(&path) {
        Err(_) => return (Manifest::default(), Vec::new()),
        Ok(metadata) if !metadata.is_file() => return doubt("not a regular file; files of earlier runs are not known"),
        Ok(_) => {}
    }
    let mut text = String::new();
    let read = File::open(&path).and_then(|file| file.take(manifest::LARGEST).read_to_string(&mut text));
    let Some(manifest) = read.ok().and_then(|_| manifest::parse(&text)) else {
        return doubt("not a manifest of ours; files of earlier runs are not known");
    };
    let doubts = manifest.refused.iter();
    let doubts = doubts.map(|line| format!("{}:{line}: names no file of ours; ignored", path.display())).collect();
    (manifest, doubts)
}

fn write_manifest(folder: &Path, text: &str) -> Result<(), String> {
    let path = folder.join(manifest::NAME);
    write_single(&path, text.as_bytes()).map_err(|error| format!("{}: {}", path.display(), reason(&error)))
}

/// Whether a name of the manifest is a regular file that is reached through real folders alone.
fn is_removable(folder: &Path, name: &str) -> bool {
    folders_of(name).all(|name| fs::symlink_metadata(folder.join(name)).is_ok_and(|metadata| metadata.is_dir()))
        && fs::symlink_metadata(folder.join(name)).is_ok_and(|metadata| metadata.is_file())
}

/// Removes files and the folders they leave empty. Gives the names that are still there, and why.
fn remove(folder: &Path, names: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut kept, mut reasons) = (Vec::new(), Vec::new());
    for name in names {
        if let Err(error) = fs::remove_file(folder.join(name)) {
            kept.push(name.clone());
            reasons.push(format!("{}: {}", folder.join(name).display(), reason(&error)));
        }
    }
    let emptied: BTreeSet<&str> = names.iter().flat_map(|name| folders_of(name)).collect();
    for name in emptied.into_iter().rev() {
        // Only an empty folder goes; that others still have files in it is no fault.
        let _ = fs::remove_dir(folder.join(name));
    }
    (kept, reasons)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::TempDir;

    fn file(name: &str, contents: &str, secret: bool) -> OutputFile {
        OutputFile { name: name.into(), contents: contents.into(), secret }
    }

    fn scratch() -> TempDir {
        tempfile::tempdir().expect("a scratch folder")
    }

    #[track_caller]
    fn run(folder: &Path, files: Vec<OutputFile>, prune: bool) -> Outcome {
        let plan = plan(folder, files).unwrap_or_else(|obstacles| panic!("{obstacles:?}"));
        write(&plan, prune).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("scratch folder")
            .map(|entry| entry.expect("scratch entry").file_name().into_string().expect("our names are text"))
            .collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        mode_of(&fs::metadata(path).expect("it was written"))
    }

    #[test]
    fn writes_modes_and_folders() {
        let scratch = scratch();
        let folder = scratch.path().join("new/out");
        let files =
            || vec![file("a.yaml", "a\n", false), file("extra/RUNBOOK.md", "r\n", false), file("s.yaml", "s\n", true)];
        assert_eq!(run(&folder, files(), false), Outcome { written: 3, unchanged: 0, removed: 0 });
        assert_eq!(names(&folder), [manifest::NAME, "a.yaml", "extra", "s.yaml"]);
        assert_eq!(mode(&folder.join("s.yaml")), 0o600);
        assert_eq!(mode(&folder.join("a.yaml")) & 0o644, 0o644 & mode(&folder.join("a.yaml")));
        let times =
            |name: &str| fs::metadata(folder.join(name)).and_then(|metadata| metadata.modified()).expect("time");
        let before = [times("a.yaml"), times("s.yaml"), times(manifest::NAME)];
        assert_eq!(run(&folder, files(), false), Outcome { written: 0, unchanged: 3, removed: 0 });
        assert_eq!([times("a.yaml"), times("s.yaml"), times(manifest::NAME)], before);
        assert!(!plan(&folder, files()).is_ok_and(|plan| plan.has_differences()));
    }

    #[test]
    fn tightens_a_secret() {
        let scratch = scratch();
        run(scratch.path(), vec![file("s", "s", true)], false);
        set_mode(&scratch.path().join("s"), 0o640).expect("own file");
        let plan = plan(scratch.path(), vec![file("s", "s", true)]).expect("nothing in the way");
        assert!(plan.has_differences() && plan.files[0].1 == State::TooOpen { mode: 0o640 });
        write(&plan, false).expect("own file");
        assert_eq!(mode(&scratch.path().join("s")), 0o600);
    }

    #[test]
    fn stale_files_stay_known_until_pruned() {
        let scratch = scratch();
        let old = vec![file("a", "a", false), file("b", "b", false), file("extra/c", "c", false)];
        run(scratch.path(), old, false);
        fs::write(scratch.path().join("theirs"), "").expect("scratch file");
        for _ in 0..2 {
            let plan = plan(scratch.path(), vec![file("a", "a", false)]).expect("nothing in the way");
            assert_eq!(plan.stale, ["b", "extra/c"]);
            write(&plan, false).expect("nothing to write");
        }
        assert_eq!(run(scratch.path(), vec![file("a", "a", false)], true).removed, 2);
        assert_eq!(names(scratch.path()), [manifest::NAME, "a", "theirs"]);
        assert_eq!(run(scratch.path(), vec![file("a", "a", false)], true).removed, 0);
    }

    #[test]
    fn a_hostile_manifest_reaches_nothing() {
        let scratch = scratch();
        let folder = scratch.path().join("out");
        let outside = scratch.path().join("outside");
        fs::create_dir(&folder).expect("scratch folder");
        fs::create_dir(&outside).expect("scratch folder");
        fs::write(outside.join("x"), "keep").expect("scratch file");
        fs::write(folder.join(".env"), "keep").expect("scratch file");
        fs::create_dir(folder.join("d")).expect("scratch folder");
        symlink(&outside, folder.join("link")).expect("scratch link");
        symlink(outside.join("x"), folder.join("leaf")).expect("scratch link");
        let absolute = outside.join("x");
        let lines =
            ["../outside/x", absolute.to_str().expect("text"), "link/x", "leaf", ".env", "d", "d/../../outside/x"];
        fs::write(folder.join(manifest::NAME), manifest::text(lines)).expect("scratch file");
        let plan = plan(&folder, vec![file("a", "a", false)]).expect("nothing in the way");
        assert_eq!(plan.stale, [""; 0]);
        assert_eq!(plan.doubts.len(), 4);
        assert_eq!(write(&plan, true).expect("own folder").removed, 0);
        assert_eq!(names(&folder), [".env", manifest::NAME, "a", "d", "leaf", "link"]);
        assert_eq!(names(&outside), ["x"]);
    }

    #[test]
    fn links_are_replaced_and_never_followed() {
        let scratch = scratch();
        let outside = scratch.path().join("outside");
        fs::write(&outside, "theirs").expect("scratch file");
        let folder = scratch.path().join("out");
        fs::create_dir(&folder).expect("scratch folder");
        symlink(&outside, folder.join("a")).expect("scratch link");
        symlink(&outside, folder.join(manifest::NAME)).expect("scratch link");
        run(&folder, vec![file("a", "ours", false)], false);
        assert_eq!(fs::read_to_string(&outside).expect("still there"), "theirs");
        assert!(!fs::symlink_metadata(folder.join("a")).expect("written").is_symlink());

        let elsewhere = scratch.path().join("elsewhere");
        fs::create_dir(&elsewhere).expect("scratch folder");
        symlink(&elsewhere, folder.join("extra")).expect("scratch link");
        let obstacles = plan(&folder, vec![file("extra/r", "r", false)]).err().expect("a link is in the way");
        assert!(obstacles[0].contains("symbolic link"), "{obstacles:?}");
        assert_eq!(names(&elsewhere), [""; 0]);
    }

    #[test]
    fn every_obstacle_is_told_and_nothing_written() {
        let scratch = scratch();
        for name in ["a", "b"] {
            fs::create_dir(scratch.path().join(name)).expect("scratch folder");
        }
        let files = vec![file("a", "", false), file("b", "", false), file("c", "", false)];
        assert_eq!(plan(scratch.path(), files).err().expect("folders are in the way").len(), 2);
        let blocked = plan(&scratch.path().join("a"), Vec::new()).map(|_| ());
        assert_eq!(blocked, Ok(()));
        fs::write(scratch.path().join("f"), "").expect("scratch file");
        assert!(plan(&scratch.path().join("f"), Vec::new()).is_err());
        assert_eq!(names(scratch.path()), ["a", "b", "f"]);
    }

    #[test]
    fn a_failure_while_writing_says_what_happened() {
        let scratch = scratch();
        let plan =
            plan(scratch.path(), vec![file("a", "1", false), file("b", "2", false)]).expect("nothing in the way");
        // Someone makes a folder between our look and our step.
        fs::create_dir(scratch.path().join("b")).expect("scratch folder");
        let failure = write(&plan, false).expect_err("a folder cannot be replaced by a file");
        assert_eq!(failure.written, [scratch.path().join("a")]);
        assert_eq!(failure.unwritten, [scratch.path().join("b")]);
        assert_eq!(names(scratch.path()), [manifest::NAME, "a", "b"], "no temporary file is left");
    }

    #[test]
    fn single_files() {
        let scratch = scratch();
        let path = scratch.path().join("x.d");
        write_single(&path, b"a").expect("own folder");
        assert_eq!(fs::read(&path).expect("written"), b"a");
        assert_eq!(fs::metadata(&path).expect("written").permissions().mode() & 0o111, 0);
        write_single(Path::new("/dev/null"), b"a").expect("devices are written to");
        assert!(fs::metadata("/dev/null").is_ok_and(|metadata| !metadata.is_file()));
    }
}
