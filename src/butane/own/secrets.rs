//! Whether a generated config holds what only its owner should be able to read.

use crate::model::ignition::{Config, File, HttpHeader};
use crate::validate::decode_data_url;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read as _;

/// The most that is unpacked to look for a key. Real keys stand in small files.
const LARGEST: u64 = 16 << 20;

/// Whether only the owner should be able to read the config.
pub(super) fn are_in(config: &Config) -> bool {
    // What is sent with a request is mostly a token.
    let has_headers = |headers: &[HttpHeader]| headers.iter().any(|header| header.value.is_some());
    let Config { ignition, passwd, storage, systemd, .. } = config;
    let fragments = ignition.config.merge.iter().chain([&ignition.config.replace]);
    passwd.users.iter().any(|user| user.password_hash.is_some())
        || passwd.groups.iter().any(|group| group.password_hash.is_some())
        || storage.luks.iter().any(|luks| luks.key_file.source.is_some())
        || storage.files.iter().any(|file| is_private(file) || has_headers(&file.contents.http_headers))
        || storage.files.iter().flat_map(|file| &file.append).any(|part| has_headers(&part.http_headers))
        || fragments.clone().any(|part| has_headers(&part.http_headers))
        || fragments.filter_map(|part| part.source.as_deref()).any(|url| url.starts_with("data:"))
        || systemd.units.iter().any(|unit| {
            let dropins = unit.dropins.iter().filter_map(|dropin| dropin.contents.as_deref());
            dropins.chain(unit.contents.as_deref()).any(|text| has_private_key(text.as_bytes()))
        })
}

/// A file that others may not read, or that holds a private key.
fn is_private(file: &File) -> bool {
    let for_owner = file.mode.is_some_and(|mode| mode & 0o044 == 0);
    let mut sources = file.append.iter().chain([&file.contents]).filter_map(|part| part.source.as_deref());
    for_owner || sources.any(|url| decode_data_url(url).is_ok_and(|bytes| has_private_key(&unpacked(&bytes))))
}

/// The bytes as a program on the machine reads them, whoever has compressed them.
fn unpacked(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::new();
    // What can be unpacked before a fault counts too.
    let _ = MultiGzDecoder::new(bytes).take(LARGEST).read_to_end(&mut plain);
    Cow::Owned(plain)
}

fn has_private_key(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"PRIVATE KEY-----";
    bytes.windows(MARK.len()).any(|part| part == MARK)
}
