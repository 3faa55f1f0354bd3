//! The units that come with a product, and the systemd in it.

use crate::spec::{Release, Variant};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Releases of OpenShift by the systemd of their nodes: RHEL 8 up to 4.12, RHEL 9 from 4.13 on. Newer releases may be of
/// RHEL 10, of which nothing is known here.
const OPENSHIFT: &[(&str, &str, u16)] = &[("4.6", "4.12", 239), ("4.13", "4.20", 252)];

/// The systemd of a product's machines, where one release has one systemd. The others follow Fedora and Flatcar closely.
pub fn version(product: Option<Variant>, release: Option<&'static Release>) -> Option<u16> {
    if product.is_some_and(|product| product != Variant::OpenShift) {
        return None;
    }
    let position = |name: &str| crate::spec::openshift::RELEASES.iter().position(|release| release.name == name);
    let at = position(release?.name)?;
    let row = OPENSHIFT.iter().find(|(first, last, _)| position(first) <= Some(at) && Some(at) <= position(last))?;
    Some(row.2)
}

/// Whether a `%` with a letter that stands for nothing keeps a unit from loading, as newer systemd does.
pub fn refuses_unknown_specifiers(product: Option<Variant>, release: Option<&'static Release>) -> bool {
    version(product, release).is_none_or(|version| version > 239)
}

/// The names of the table that are whole, those of templates, and the beginnings.
#[derive(Default)]
struct Names {
    whole: HashSet<(&'static str, &'static str)>,
    begun: Vec<(&'static str, &'static str)>,
}

static UNITS: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names::default();
    for line in include_str!("units.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let products = words.next().unwrap_or_default();
        for name in words {
            for product in products.split(',') {
                match name.strip_suffix('*') {
                    Some(begin) => names.begun.push((product, begin)),
                    None => _ = names.whole.insert((product, name)),
                }
            }
        }
    }
    names
});

/// Whether `product` ships a unit of that name; with no product, whether any does.
pub fn is_shipped(product: Option<Variant>, name: &str) -> bool {
    if name.ends_with(".device") || name.ends_with(".slice") || name.ends_with(".scope") {
        return true;
    }
    let template = name.split_once('@').map(|(template, _)| format!("{template}@"));
    let has = |product: &str| {
        UNITS.whole.contains(&(product, name))
            || template.as_deref().is_some_and(|template| UNITS.whole.contains(&(product, template)))
            || UNITS.begun.iter().any(|(of, begin)| *of == product && name.starts_with(begin))
    };
    const PRODUCTS: [&str; 5] = ["fcos", "flatcar", "openshift", "r4e", "fiot"];
    has("*")
        || match product {
            Some(product) => has(product.name()),
            None => PRODUCTS.into_iter().any(has),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped() {
        for (product, name, expected) in [
            (Some(Variant::OpenShift), "kubelet.service", true),
            (Some(Variant::Fcos), "kubelet.service", false),
            (None, "kubelet.service", true),
            (Some(Variant::Fcos), "systemd-fsck@dev-sda.service", true),
            (Some(Variant::Fcos), "getty@tty1.service", true),
            (Some(Variant::Flatcar), "locksmithd.service", true),
            (Some(Variant::OpenShift), "dev-sdb.device", true),
            (Some(Variant::OpenShift), "systemd-mkfs@dev-sdb.service", false),
            (None, "nowhere.service", false),
        ] {
            assert_eq!(is_shipped(product, name), expected, "{name}");
        }
    }

    #[test]
    fn releases_have_the_systemd_of_their_rhel() {
        let of = |name| version(Some(Variant::OpenShift), Release::find(name));
        assert_eq!((of("4.12"), of("4.13"), of("4.20"), of("")), (Some(239), Some(252), Some(252), None));
        assert_eq!(version(Some(Variant::Fcos), Release::find("4.12")), None);
    }
}
