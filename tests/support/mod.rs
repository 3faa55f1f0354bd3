//! What several tests need.

use std::path::{Path, PathBuf};

/// A file of the material that lies beside the project where its people work; a clone alone does not have it.
///
/// `FIRESTEEL_SHARED` names the folder; otherwise it is looked for next to the project.
#[allow(dead_code, reason = "not every test looks beside the project")]
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FIRESTEEL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(folder.join(name)).filter(|path| path.exists())
}

/// The text of compressed vectors.
#[allow(dead_code, reason = "not every test has compressed vectors")]
pub(crate) fn unpack(packed: &[u8]) -> String {
    use std::io::Read;
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the vectors are a gzip file");
    text
}
