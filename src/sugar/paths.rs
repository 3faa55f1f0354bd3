//! Paths on the machine put together.

use crate::validate::cleaned;

/// The parts joined by slashes, in clean form; empty parts count for nothing, and nothing at all stays empty.
pub(super) fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { cleaned(&parts.join("/")) }
}
