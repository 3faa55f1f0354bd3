//! What versions do differently, by name. A pass asks for the name; the versions stand here alone.

use super::gate::Gate;
use super::ignition::IgnitionVersion::{V3_0, V3_1, V3_2, V3_3, V3_4, V3_5, V3_6};
use super::target::{TARGETS, Target, Variant};

// What goes with the Ignition version, for Ignition configs and for the Butane targets that compile to it.
// Ask `gates.allow(behavior::NAME)`.

/// An entry of `ignition.config.merge` needs a source.
pub const MERGE_SOURCE_REQUIRED: Gate = Gate::Since(V3_1);
/// A hash in a reference needs a source, as one in a file's contents does in every version.
pub const REFERENCE_HASH_NEEDS_SOURCE: Gate = Gate::Since(V3_1);
/// A bad source of a merge entry or certificate authority is told at the entry as well.
pub const REFERENCE_FAULT_TOLD_TWICE: Gate = Gate::Since(V3_1);
/// A link needs a target that is not empty.
pub const LINK_TARGET_REQUIRED: Gate = Gate::Since(V3_3);
/// An array without a level is told so; earlier, an absent level is a level that nobody knows.
pub const RAID_LEVEL_OPTIONAL_TYPE: Gate = Gate::Since(V3_3);
/// A custom pin counts as given when it is there at all, not when one of its fields is.
pub const CUSTOM_PIN_BY_PRESENCE: Gate = Gate::Until(V3_2);
/// The maps of Clevis and its custom pin may be null without a word; later a null there is a map that is null.
pub const CLEVIS_MAY_BE_NULL: Gate = Gate::Until(V3_2);
/// The target of a link, the level of an array, and name and config of a custom pin are plain texts, which cannot be
/// absent; later an absent one is told from an empty one.
pub const PLAIN_TEXTS: Gate = Gate::Until(V3_2);
/// A custom pin may name pins that this program has not heard of.
pub const ANY_CLEVIS_PIN: Gate = Gate::Since(V3_6);
/// `tang[].advertisement` must be JSON.
pub const ADVERTISEMENT_CHECKED: Gate = Gate::Since(V3_4);
/// `arn:` URLs are taken apart.
pub const S3_ARN: Gate = Gate::Since(V3_4);
/// The setuid, setgid and sticky bits do nothing and draw a warning.
pub const SPECIAL_MODE_BITS_DROPPED: Gate = Gate::Until(V3_5);
/// The advertisement of a Tang server is lost when a config of this version is translated to a later one.
pub const ADVERTISEMENT_LOST: Gate = Gate::Until(V3_4);
/// Inline contents are only percent-escaped: never base64, never compressed.
pub const ESCAPED_CONTENTS_ONLY: Gate = Gate::Until(V3_0);
/// Contents given twice are blamed on `inline`, whatever the other way is.
pub const INLINE_BLAMED: Gate = Gate::Until(V3_0);
/// The reference's table of places has empty texts and zeros too, as long as nothing was merged.
pub const EMPTY_VALUES_PLACED: Gate = Gate::Until(V3_2);
/// `with_mount_unit` makes swap units, which need no path; the format is asked for before the path.
pub const SWAP_UNITS: Gate = Gate::Since(V3_3);
/// A mount unit over a Tang-bound volume waits for the network.
pub const REMOTE_MOUNTS: Gate = Gate::Since(V3_2);

/// A behaviour that goes with the Butane target rather than with its Ignition version. Ask `target.does(..)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behavior {
    spans: &'static [Span],
}

/// The targets of one variant from `first` to `last`, both included; `None` for the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    variant: Variant,
    first: &'static str,
    last: Option<&'static str>,
}

const fn since(variant: Variant, first: &'static str) -> Span {
    Span { variant, first, last: None }
}

const fn span(variant: Variant, first: &'static str, last: &'static str) -> Span {
    Span { variant, first, last: Some(last) }
}

/// Contents are never compressed by the compiler, for want of a reader of gzip on the node.
pub const NO_GZIP: Behavior = Behavior { spans: &[span(Variant::OpenShift, "4.8.0", "4.9.0")] };
/// A mount path of `with_mount_unit` must lie below `/etc` or `/var`.
pub const MOUNT_PATH_LIMITED: Behavior = Behavior { spans: &[since(Variant::Fcos, "1.6.0")] };
/// `with_mount_unit` is not checked against format and path.
pub const MOUNT_UNIT_UNCHECKED: Behavior = Behavior {
    spans: &[
        since(Variant::OpenShift, "4.8.0"),
        since(Variant::Flatcar, "1.0.0"),
        since(Variant::R4e, "1.0.0"),
        since(Variant::Fiot, "1.0.0"),
    ],
};
/// A labelled partition without a number draws a warning unless its disk is known to be blank.
pub const PARTITION_REUSE_WARNED: Behavior = Behavior { spans: &[since(Variant::Fcos, "1.6.0")] };
/// A root partition that cannot grow, or is too small, draws a warning.
pub const ROOT_SIZE_WARNED: Behavior =
    Behavior { spans: &[since(Variant::Fcos, "1.3.0"), since(Variant::OpenShift, "4.8.0")] };
/// A reserved partition label with an unusual number draws a warning.
pub const RESERVED_LABELS_WARNED: Behavior =
    Behavior { spans: &[since(Variant::Fcos, "1.0.0"), since(Variant::OpenShift, "4.8.0")] };
/// The layouts of IBM Z, and what belongs to them.
pub const S390X_LAYOUTS: Behavior =
    Behavior { spans: &[since(Variant::Fcos, "1.6.0"), since(Variant::OpenShift, "4.19.0")] };
/// A mirror without a layout is an error; earlier, a warning.
pub const MIRROR_LAYOUT_REQUIRED: Behavior =
    Behavior { spans: &[since(Variant::Fcos, "1.7.0"), since(Variant::OpenShift, "4.23.0-experimental")] };
/// `boot_device.luks.device` needs a pin or a card to go with it.
pub const BOOT_DEVICE_NEEDS_METHOD: Behavior = MIRROR_LAYOUT_REQUIRED;
/// File modes above 0777 are refused.
pub const SPECIAL_MODE_BITS_REFUSED: Behavior = Behavior { spans: &[since(Variant::OpenShift, "4.10.0")] };
/// The filesystem format `none` is refused.
pub const FORMAT_NONE_REFUSED: Behavior = Behavior { spans: &[since(Variant::OpenShift, "4.14.0")] };
/// `fips` adds a cipher to every encrypted volume that names none.
pub const FIPS_CIPHER: Behavior = Behavior { spans: &[span(Variant::OpenShift, "4.8.0", "4.19.0")] };
/// An encrypted root on a Crypto Express card needs a kernel argument that names its key.
pub const CEX_KERNEL_ARGUMENT: Behavior = Behavior { spans: &[since(Variant::OpenShift, "4.19.0")] };
/// The only append of the file with the boot loader's users becomes its contents, since appending is refused.
pub const GRUB_APPEND_BECOMES_CONTENTS: Behavior =
    Behavior { spans: &[since(Variant::OpenShift, "4.23.0-experimental")] };

/// Every behaviour that goes with a target, by name, for tests and tables.
#[rustfmt::skip]
pub static BEHAVIORS: &[(&str, Behavior)] = &[
    ("no gzip", NO_GZIP),
    ("mount path limited", MOUNT_PATH_LIMITED),
    ("mount unit unchecked", MOUNT_UNIT_UNCHECKED),
    ("partition reuse warned", PARTITION_REUSE_WARNED),
    ("root size warned", ROOT_SIZE_WARNED),
    ("reserved labels warned", RESERVED_LABELS_WARNED),
    ("s390x layouts", S390X_LAYOUTS),
    ("mirror layout required", MIRROR_LAYOUT_REQUIRED),
    ("special mode bits refused", SPECIAL_MODE_BITS_REFUSED),
    ("format none refused", FORMAT_NONE_REFUSED),
    ("fips cipher", FIPS_CIPHER),
    ("cex kernel argument", CEX_KERNEL_ARGUMENT),
    ("grub append becomes contents", GRUB_APPEND_BECOMES_CONTENTS),
];

impl Target {
    /// Whether this target behaves so.
    pub fn does(&self, behavior: Behavior) -> bool {
        behavior.spans.iter().any(|span| {
            span.variant == self.variant
                && row(self.variant, span.first) <= row(self.variant, self.version)
                && span.last.is_none_or(|last| row(self.variant, self.version) <= row(self.variant, last))
        })
    }
}

impl Behavior {
    /// The targets that it names as the ends of its spans; a test looks them up.
    pub fn ends(self) -> impl Iterator<Item = (Variant, &'static str)> {
        self.spans
            .iter()
            .flat_map(|span| [Some(span.first), span.last].map(|end| (span.variant, end)))
            .filter_map(|(variant, end)| end.map(|version| (variant, version)))
    }
}

/// Where a target stands in the table; the table is in order within a variant.
fn row(variant: Variant, version: &str) -> Option<usize> {
    TARGETS.iter().position(|target| target.variant == variant && target.version == version)
}
