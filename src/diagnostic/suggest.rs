//! Did you mean: the known word that a mistyped one was probably meant to be.

/// Words longer than this are compared by their letters alone.
const LONGEST: usize = 64;

/// The candidate nearest to `word`, if one is near enough to be worth saying; of equally near ones the first.
///
/// Words that differ in letter case, `_` and `-` alone are the same word in another spelling and always win.
/// Otherwise about one slip in three letters is forgiven: a letter too much, too little, wrong, or two swapped.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = letters(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().filter(|&candidate| candidate != word) {
        let Some(distance) = distance(&letters, &self::letters(candidate)) else { continue };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The number of slips between two words, unless that is too many for their length.
fn distance(a: &[char], b: &[char]) -> Option<usize> {
    if a == b {
        return (!a.is_empty()).then_some(0);
    }
    let shorter = a.len().min(b.len());
    // Any two words of two letters are near each other, which says nothing.
    if shorter < 3 || a.len().max(b.len()) > LONGEST {
        return None;
    }
    let allowed = (shorter.div_ceil(3)).min(a.len().max(b.len()) / 3).clamp(1, 3);
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    Some(slips(a, b)).filter(|&slips| slips <= allowed)
}

/// Damerau's distance in its restricted form: no letter takes part in two slips.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        const KEYS: &[&str] = &[
            "name",
            "path",
            "device",
            "wipeTable",
            "wipePartitionEntry",
            "mode",
            "contents",
            "contents_local",
            "user",
            "uid",
            "with_mount_unit",
            "initiator",
            "portals",
            "size_mib",
            "lun",
        ];
        for (word, expected) in [
            ("wipe_table", Some("wipeTable")),
            ("wipetable", Some("wipeTable")),
            ("WIPE-TABLE", Some("wipeTable")),
            ("sizeMiB", Some("size_mib")),
            ("pth", Some("path")),
            ("paht", Some("path")),
            ("nmae", Some("name")),
            ("portal", Some("portals")),
            ("iniator", Some("initiator")),
            ("intiator", Some("initiator")),
            ("content", Some("contents")),
            ("contentslocal", Some("contents_local")),
            ("with_mount_units", Some("with_mount_unit")),
            ("usr", Some("user")),
            ("luns", Some("lun")),
            // Too short, too far, or the word itself.
            ("id", None),
            ("x", None),
            ("", None),
            ("_", None),
            ("mask", None),
            ("chap", None),
            ("target", None),
            ("storage", None),
            ("path", None),
            ("größe", None),
        ] {
            assert_eq!(nearest(word, KEYS.iter().copied()), expected, "{word:?}");
        }
    }

    #[test]
    fn another_spelling_wins_over_a_slip_and_the_first_of_equals_wins() {
        assert_eq!(nearest("file_mode", ["fileNode", "fileMode"]), Some("fileMode"));
        assert_eq!(nearest("cat", ["car", "can"]), Some("car"));
    }

    #[test]
    fn slips_are_counted() {
        for (a, b, expected) in
            [("abcd", "abcd", 0), ("abcd", "acbd", 1), ("abcd", "abd", 1), ("abcd", "dcba", 3), ("", "ab", 2)]
        {
            assert_eq!(slips(&letters(a), &letters(b)), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_huge_word_is_no_work() {
        let word = "x".repeat(1_000_000);
        assert_eq!(nearest(&word, ["y"]), None);
    }
}
