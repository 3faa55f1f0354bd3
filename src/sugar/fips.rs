//! `openshift.fips`: a cipher that FIPS 140 approves, for every encrypted volume that names none.

use crate::model::butane::{Config, Luks, OpenShift};
use crate::spec::Target;
use crate::spec::behavior::FIPS_CIPHER;

const CIPHER: [&str; 2] = ["--cipher", "aes-cbc-essiv:sha256"];

pub(super) fn add(config: &mut Config, target: &Target) {
    if config.openshift.fips != Some(true) || !target.does(FIPS_CIPHER) {
        return;
    }
    let from = config.openshift.origin.field(OpenShift::fips);
    for luks in config.storage.luks.iter_mut().filter(|luks| !names_cipher(luks)) {
        let mut origin = luks.origin.field(Luks::options);
        for option in CIPHER {
            origin.place_item(luks.options.len(), from.clone());
            luks.options.push(option.to_owned());
        }
        luks.origin.place(Luks::options, origin);
    }
}

fn names_cipher(luks: &Luks) -> bool {
    luks.options.iter().any(|option| option == "--cipher" || option == "-c" || option.starts_with("--cipher="))
}
