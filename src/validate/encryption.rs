//! Encrypted volumes.

use super::checker::{Checker, is_empty};
use super::disks::MISSING_DEVICE;
use super::paths;
use super::resource::{self, UrlFault, source_fault};
use super::url::Url;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{Clevis, ClevisCustom, Luks, Tang};
use crate::spec::behavior::{ADVERTISEMENT_CHECKED, ANY_CLEVIS_PIN, CUSTOM_PIN_BY_PRESENCE};
use crate::spec::values::{CLEVIS_PINS, LUKS_LABEL_BYTES, words};

crate::problem! {
    /// A name with a slash for an encrypted volume.
    ///
    /// The volume appears as `/dev/mapper/NAME`, which cannot have a further level.
    ///
    /// Bad: `name: data/etcd`. Good: `name: data-etcd`.
    ///
    /// Source: `storage.luks[].name` of the Ignition specification.
    pub(crate) SLASH_IN_NAME = "FS0331", "slash-in-name", Error;

    /// A label that is too long for a LUKS header.
    ///
    /// There is room for 47 bytes and the one that ends it.
    ///
    /// Source: `storage.luks[].label` of the Ignition specification.
    pub(crate) LUKS_LABEL_TOO_LONG = "FS0332", "luks-label-too-long", Error;

    /// A custom Clevis pin beside other pins.
    ///
    /// The custom config takes the place of what would be made from `tang`, `tpm2` and `threshold`.
    ///
    /// Bad: `clevis: {tpm2: true, custom: {…}}`. Good: one of the two; an `sss` pin combines others.
    ///
    /// Source: `storage.luks[].clevis.custom` of the Ignition specification.
    pub(crate) CUSTOM_PIN_WITH_OTHERS = "FS0333", "custom-pin-with-others", Error;

    /// A key file whose source is not valid.
    ///
    /// Told besides the fault of the source itself, where the output of the reference is followed.
    ///
    /// Source: `storage.luks[].keyFile` of the Ignition specification.
    pub(crate) BAD_KEY_FILE = "FS0334", "bad-key-file", Error;

    /// A custom Clevis pin without a pin, or with one that the version does not know.
    ///
    /// The pins are `tpm2`, `tang` and `sss`; from 3.6.0 there may be others.
    ///
    /// Source: `storage.luks[].clevis.custom.pin` of the Ignition specification.
    pub(crate) BAD_CUSTOM_PIN = "FS0335", "bad-custom-pin", Error;

    /// A custom Clevis pin without its config.
    ///
    /// Bad: `custom: {pin: tpm2}`. Good: `custom: {pin: tpm2, config: "{}"}`.
    ///
    /// Source: `storage.luks[].clevis.custom.config` of the Ignition specification.
    pub(crate) MISSING_CUSTOM_CONFIG = "FS0336", "missing-custom-config", Error;

    /// A Tang server without the thumbprint of its key.
    ///
    /// Without it the machine would trust whoever answers at that address.
    ///
    /// Bad: `tang: [{url: …}]`. Good: `tang: [{url: …, thumbprint: …}]`, as `tang-show-keys` prints it.
    ///
    /// Source: `storage.luks[].clevis.tang[].thumbprint` of the Ignition specification.
    pub(crate) MISSING_THUMBPRINT = "FS0337", "missing-thumbprint", Error;

    /// An advertisement of a Tang server that is not JSON.
    ///
    /// Source: `storage.luks[].clevis.tang[].advertisement` of the Ignition specification, from 3.4.0.
    pub(crate) BAD_ADVERTISEMENT = "FS0338", "bad-advertisement", Error;

    /// A Crypto Express card beside another way of unlocking.
    ///
    /// Bad: `{cex: {enabled: true}, clevis: {tpm2: true}}`. Good: one of the two.
    ///
    /// Source: `storage.luks[].cex` of the Ignition specification, from 3.5.0.
    pub(crate) CEX_WITH_OTHERS = "FS0339", "cex-with-others", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[
    &SLASH_IN_NAME,
    &LUKS_LABEL_TOO_LONG,
    &CUSTOM_PIN_WITH_OTHERS,
    &BAD_KEY_FILE,
    &BAD_CUSTOM_PIN,
    &MISSING_CUSTOM_CONFIG,
    &MISSING_THUMBPRINT,
    &BAD_ADVERTISEMENT,
    &CEX_WITH_OTHERS,
];

/// The field the reference names when a key file is bad. There is none of that name.
const REFERENCE_KEY_FIELD: &str = "keys";

pub(super) fn check(checker: &mut Checker<'_>, luks: &Luks) {
    check_name_and_label(checker, luks);
    check_device(checker, luks);
    check_custom_is_alone(checker, luks);
    check_key_file(checker, luks);
    check_card_is_alone(checker, luks);
    if let Some(clevis) = &luks.clevis {
        if let Some(custom) = &clevis.custom {
            check_custom(checker, custom);
        }
        clevis.tang.iter().for_each(|tang| check_tang(checker, tang));
    }
    resource::check(checker, &luks.key_file);
}

fn check_name_and_label(checker: &mut Checker<'_>, luks: &Luks) {
    if luks.name.contains('/') {
        let message = format!("the name `{}` has a slash", luks.name);
        checker.tell(&SLASH_IN_NAME, &luks.origin.field(Luks::name), message, "use a dash instead");
    }
    if let Some(label) = luks.label.as_deref().filter(|label| label.len() > LUKS_LABEL_BYTES) {
        let message = format!("the label has {} bytes, and there is room for {LUKS_LABEL_BYTES}", label.len());
        checker.tell(&LUKS_LABEL_TOO_LONG, &luks.origin.field(Luks::label), message, "shorten it");
    }
}

fn check_device(checker: &mut Checker<'_>, luks: &Luks) {
    let origin = luks.origin.field(Luks::device);
    match luks.device.as_deref().filter(|device| !device.is_empty()) {
        Some(device) => paths::check(checker, &origin, device, "the device"),
        None => {
            let help = "name the partition or disk to encrypt";
            checker.tell(&MISSING_DEVICE, &origin, "the encrypted volume has no device", help);
        }
    }
}

/// Whether a config asks for pins other than a custom one.
fn has_plain_pins(clevis: &Clevis) -> bool {
    !clevis.tang.is_empty() || clevis.tpm2 == Some(true) || clevis.threshold.unwrap_or(0) != 0
}

fn has_custom_pin(checker: &Checker<'_>, clevis: &Clevis) -> bool {
    let custom = clevis.custom.as_ref();
    custom.is_some_and(|custom| checker.allows(CUSTOM_PIN_BY_PRESENCE) || !is_empty(&custom.pin))
}

fn check_custom_is_alone(checker: &mut Checker<'_>, luks: &Luks) {
    let Some(clevis) = &luks.clevis else { return };
    if has_custom_pin(checker, clevis) && has_plain_pins(clevis) {
        let message = "a custom Clevis pin cannot stand beside `tang`, `tpm2` or `threshold`";
        let help = "keep one; a custom `sss` pin can combine several";
        checker.tell(&CUSTOM_PIN_WITH_OTHERS, &luks.origin.field(Luks::clevis), message, help);
    }
}

fn check_key_file(checker: &mut Checker<'_>, luks: &Luks) {
    let bad = luks.key_file.source.as_deref().is_some_and(|source| source_fault(source, &checker.gates).is_some());
    if bad && checker.as_reference() {
        let origin = luks.origin.join(REFERENCE_KEY_FIELD);
        checker.tell(
            &BAD_KEY_FILE,
            &origin,
            "the source of the key file is not valid",
            "see the finding at the source",
        );
    }
}

fn check_card_is_alone(checker: &mut Checker<'_>, luks: &Luks) {
    if luks.cex.enabled != Some(true) {
        return;
    }
    let origin = luks.origin.field(Luks::cex);
    let clevis = luks.clevis.as_ref();
    if clevis.is_some_and(|clevis| {
        has_plain_pins(clevis) || clevis.custom.as_ref().is_some_and(|custom| !is_empty(&custom.pin))
    }) {
        let message = "the volume cannot be unlocked both by a Crypto Express card and by Clevis";
        checker.tell(&CEX_WITH_OTHERS, &origin, message, "remove `cex` or `clevis`");
    }
    if !is_empty(&luks.key_file.source) {
        let message = "the volume cannot be unlocked both by a Crypto Express card and by a key file";
        checker.tell(&CEX_WITH_OTHERS, &origin, message, "remove `cex` or `keyFile`");
    }
}

fn check_custom(checker: &mut Checker<'_>, custom: &ClevisCustom) {
    let begun = !is_empty(&custom.pin)
        || !is_empty(&custom.config)
        || (custom.needs_network == Some(true) && !checker.allows(CUSTOM_PIN_BY_PRESENCE));
    if !begun {
        return;
    }
    check_pin(checker, custom);
    if is_empty(&custom.config) {
        let origin = custom.origin.field(ClevisCustom::config);
        let help = "add `config`, as `clevis encrypt` takes it";
        checker.tell(&MISSING_CUSTOM_CONFIG, &origin, "the custom Clevis pin has no config", help);
    }
}

fn check_pin(checker: &mut Checker<'_>, custom: &ClevisCustom) {
    let origin = custom.origin.field(ClevisCustom::pin);
    let known = words(CLEVIS_PINS, &checker.gates);
    let help = if known.is_empty() { "name the pin".to_owned() } else { format!("one of: {}", known.join(", ")) };
    match custom.pin.as_deref().unwrap_or_default() {
        "" => checker.tell(&BAD_CUSTOM_PIN, &origin, "the custom Clevis pin has no `pin`", help),
        pin if !known.contains(&pin) && !checker.allows(ANY_CLEVIS_PIN) => {
            checker.tell(&BAD_CUSTOM_PIN, &origin, format!("`{pin}` is not a pin that this version knows"), help);
        }
        _ => {}
    }
}

fn check_tang(checker: &mut Checker<'_>, tang: &Tang) {
    check_tang_url(checker, &tang.origin.field(Tang::url), &tang.url);
    if is_empty(&tang.thumbprint) {
        let origin = tang.origin.field(Tang::thumbprint);
        let help = "add `thumbprint`, as `tang-show-keys` prints it on the server";
        checker.tell(&MISSING_THUMBPRINT, &origin, "the Tang server has no thumbprint", help);
    }
    let advertisement = tang.advertisement.as_deref().filter(|text| !text.is_empty());
    if advertisement.is_some_and(|text| checker.allows(ADVERTISEMENT_CHECKED) && !is_json(text)) {
        let origin = tang.origin.field(Tang::advertisement);
        let help = "paste what the server answers at `/adv`";
        checker.tell(&BAD_ADVERTISEMENT, &origin, "the advertisement is not JSON", help);
    }
}

fn check_tang_url(checker: &mut Checker<'_>, origin: &Origin, url: &str) {
    match Url::parse(url) {
        None => UrlFault::unparsable("the Tang server's URL").tell(checker, origin),
        Some(url) if !matches!(url.scheme.as_str(), "http" | "https") => {
            UrlFault::scheme("the Tang server's URL", &url.scheme, &["http", "https"]).tell(checker, origin);
        }
        Some(_) => {}
    }
}

fn is_json(text: &str) -> bool {
    crate::document::json::read(text.as_bytes()).is_ok()
}
