//! What etcd needs of the mount it lives on.

use crate::lint::{Findings, Lint, Rule, Status, Unit};
use crate::spec::Variant;

crate::problem! {
    /// A mount of etcd's data that nothing depends on.
    ///
    /// `WantedBy=` is a wish. When the disk is late or the mount fails, the boot goes on, kubelet starts etcd in the
    /// empty directory below, and the member comes up without its data or, later, with old data.
    ///
    /// Bad: `[Install]` with `WantedBy=local-fs.target` alone. Good: `RequiredBy=kubelet.service crio.service`, on newer
    /// releases `RequiredBy=kubelet-dependencies.target` too.
    ///
    /// Source: systemd.unit(5), `Wants=` and `Requires=`; the kubelet units of the machine-config operator.
    pub(crate) UNGATED_MOUNT = "FS2310", "etcd-mount-without-gate", Warning;

    /// A mount of etcd's data without project quotas.
    ///
    /// Every form of this mount that the project publishes has `prjquota`.
    ///
    /// Good: `Options=defaults,prjquota`.
    ///
    /// Source: the platform's documentation on moving etcd to another disk.
    pub(crate) NO_QUOTA = "FS2311", "etcd-mount-without-quota", Info;
}

pub(super) static RULE: Rule = Rule { problems: &[&UNGATED_MOUNT, &NO_QUOTA], status: Status::Stable, check };

/// The unit that mounts `/var/lib/etcd`.
const MOUNT: &str = "var-lib-etcd.mount";

fn check(lint: &Lint<'_>, findings: &mut Findings<'_>) {
    if lint.subject.platform.product != Some(Variant::OpenShift) {
        return;
    }
    let depends = |unit: &&Unit<'_>| unit.name != MOUNT && needs_mount(unit);
    let needed = lint.units.iter().any(|unit| depends(&unit));
    for unit in
        lint.units.iter().filter(|unit| unit.name == MOUNT && unit.dropin.is_none() && unit.text.fault.is_none())
    {
        let required = unit.text.options("Install").any(|option| option.name == "RequiredBy");
        if !required && !needed {
            let install = unit.text.last("Install", "WantedBy").map(|option| option.name_at.start..option.value_at.end);
            let header = unit.text.sections.first().map(|section| section.header.clone());
            let at = install.or(header).unwrap_or(0..0);
            let message = "kubelet starts etcd whether this mount is there or not";
            let finding = findings.inside(&UNGATED_MOUNT, unit.body, at, message);
            let finding = finding.note("when the mount fails, etcd starts in the empty directory on the root disk");
            findings.push(finding.help("add `RequiredBy=kubelet.service crio.service` to `[Install]`"));
        }
        let options = unit.text.last("Mount", "Options");
        let has_quota = options.is_some_and(|option| option.joined().split(',').any(|word| word.trim() == "prjquota"));
        let is_xfs = unit.text.last("Mount", "Type").is_none_or(|option| option.value.trim() == "xfs");
        if !has_quota && is_xfs {
            let header = unit.text.sections.iter().find(|section| section.name == "Mount").map(|found| &found.header);
            let at = options.map(|option| option.value_at.clone()).or_else(|| header.cloned()).unwrap_or(0..0);
            let finding = findings.inside(&NO_QUOTA, unit.body, at, "the mount has no project quotas");
            findings.push(finding.help("add `prjquota` to `Options=`"));
        }
    }
}

/// Whether the unit does not start without the mount.
fn needs_mount(unit: &Unit<'_>) -> bool {
    unit.text.options("Unit").any(|option| match option.name {
        "Requires" | "BindsTo" | "Requisite" => option.items().iter().any(|(_, name)| *name == MOUNT),
        "RequiresMountsFor" => option.items().iter().any(|(_, path)| path.starts_with("/var/lib/etcd")),
        "AssertPathIsMountPoint" => option.joined() == "/var/lib/etcd",
        _ => false,
    })
}
