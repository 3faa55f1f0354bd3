//! Did you mean …?

/// The candidate that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    candidates.into_iter().find(|candidate| plain(candidate) == plain(word))
}
