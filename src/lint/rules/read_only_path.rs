//! Files in parts of the system that cannot be written.

use crate::lint::{Findings, Lint, Rule, Status};
use crate::model::Origin;
use crate::model::ignition::{Directory, File, Link};
use crate::spec::Variant;

crate::problem! {
    /// A file below `/usr`, which is read-only.
    ///
    /// The image brings `/usr` and nothing can be written there: Ignition stops and the machine does not boot; on a running
    /// OpenShift node the pool is degraded. `/usr/local` is a link into `/var` on the systems made with OSTree, and can be
    /// written there; on Flatcar it cannot.
    ///
    /// Bad: `/usr/bin/setup`. Good: `/usr/local/bin/setup`; on Flatcar `/opt/bin/setup`.
    ///
    /// Source: the documentation of Fedora CoreOS, RHEL CoreOS and Flatcar on their filesystems.
    pub(crate) READ_ONLY_PATH = "FS2213", "read-only-path", Error;
}

pub(super) static RULE: Rule = Rule { problems: &[&READ_ONLY_PATH], status: Status::Stable, check };

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    let Some(product) = lint.subject.platform.product else { return };
    let storage = &lint.subject.config.storage;
    // A filesystem of its own may be mounted there.
    let mounted = |path: &str| {
        let mut mounts = storage.filesystems.iter().filter_map(|one| one.path.as_deref());
        mounts.any(|mount| mount.starts_with("/usr") && path.starts_with(mount))
    };
    let files = storage.files.iter().map(|one| (one.path.as_str(), one.origin.field(File::path)));
    let directories = storage.directories.iter().map(|one| (one.path.as_str(), one.origin.field(Directory::path)));
    let links = storage.links.iter().map(|one| (one.path.as_str(), one.origin.field(Link::path)));
    for (path, origin) in files.chain(directories).chain(links) {
        if is_read_only(path, product) && !mounted(path) {
            tell(path, &origin, product, findings);
        }
    }
}

fn is_read_only(path: &str, product: Variant) -> bool {
    let writable = product != Variant::Flatcar && (path == "/usr/local" || path.starts_with("/usr/local/"));
    // Flatcar links these out of the image.
    let oem = product == Variant::Flatcar && (path.starts_with("/usr/share/oem/") || path == "/usr/share/oem");
    ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"].iter().any(|start| path.starts_with(start)) && !writable && !oem
}

fn tell(path: &str, origin: &Origin, product: Variant, findings: &mut Findings<'_>) {
    let message = format!("`{path}` cannot be written: `/usr` is read-only on {}", product.name());
    let finding = findings.at(&READ_ONLY_PATH, origin, message);
    findings.push(match product {
        Variant::Flatcar => finding.help("programs go to `/opt/bin`, settings below `/etc`"),
        _ => finding.help("programs go to `/usr/local/bin`, settings below `/etc`, units to `/etc/systemd/system`"),
    });
}
