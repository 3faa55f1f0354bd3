//! File modes that were meant in octal.

use super::Checker;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::butane::{File, Tree};
use crate::model::ignition::Directory;

crate::problem! {
    /// A mode that makes sense only when read in octal.
    ///
    /// `mode: 644` is decimal, hence 01204: nobody may write, others may read nothing. Services then fail to read
    /// their files, and the sticky bit is set.
    ///
    /// Bad: `mode: 644`. Good: `mode: 0644`.
    ///
    /// Source: YAML 1.1, in which only a leading zero makes a number octal.
    pub(crate) DECIMAL_MODE = "FS0603", "decimal-mode", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[&DECIMAL_MODE];

pub(super) fn check_file(checker: &mut Checker<'_>, file: &File) {
    check(checker, file.mode, &file.origin.field(File::mode), Kind::File);
}

pub(super) fn check_directory(checker: &mut Checker<'_>, directory: &Directory) {
    check(checker, directory.mode, &directory.origin.field(Directory::mode), Kind::Directory);
}

/// The same for what a tree gives to all its nodes, which the reference does not look at.
pub(super) fn check_tree(checker: &mut Checker<'_>, tree: &Tree) {
    check(checker, tree.file_mode, &tree.origin.field(Tree::file_mode), Kind::File);
    check(checker, tree.dir_mode, &tree.origin.field(Tree::dir_mode), Kind::Directory);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
}

fn check(checker: &mut Checker<'_>, mode: Option<i64>, origin: &Origin, kind: Kind) {
    let Some(mode) = mode else { return };
    let Some(octal) = as_octal_digits(mode) else { return };
    if !is_reasonable(mode, kind) && is_reasonable(octal, kind) {
        let message = format!("{mode} is decimal, hence the mode {mode:04o}");
        checker.tell(&DECIMAL_MODE, origin, message, format!("write 0{mode} for the mode {octal:04o}"));
    }
}

/// The mode that the decimal digits of the number name, if they name one.
fn as_octal_digits(number: i64) -> Option<i64> {
    if !(0..=7777).contains(&number) {
        return None;
    }
    i64::from_str_radix(&number.to_string(), 8).ok()
}

/// Whether somebody could have meant this mode.
fn is_reasonable(mode: i64, kind: Kind) -> bool {
    const READ: i64 = 4;
    const WRITE: i64 = 2;
    const EXECUTE: i64 = 1;
    if mode == 0 {
        return true;
    }
    if !(0..=0o7777).contains(&mode) {
        return false;
    }
    let (special, user, group, other) = (mode >> 9, mode >> 6 & 7, mode >> 3 & 7, mode & 7);
    let nested = group & !user == 0 && other & !group == 0;
    let any = user | group | other;
    let read_first = [user, group, other].iter().all(|class| class & READ != 0 || class & (WRITE | EXECUTE) == 0);
    // Whoever may read what another class may execute may execute it too.
    let executes_alike = [(user, group), (user, other), (group, other)]
        .iter()
        .all(|(more, less)| more & EXECUTE == 0 || less & READ == 0 || less & EXECUTE != 0);
    if !nested || any & READ == 0 || !read_first || !executes_alike {
        return false;
    }
    let (setuid, setgid, sticky) = (special & 4 != 0, special & 2 != 0, special & 1 != 0);
    match kind {
        Kind::Directory => any & EXECUTE != 0 && !setuid && (!(setgid || sticky) || any & WRITE != 0),
        Kind::File => !sticky && (!(setuid || setgid) || any & EXECUTE != 0 && other & WRITE == 0),
    }
}
