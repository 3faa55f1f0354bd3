//! The spec as it is written: what a user says about disks and iSCSI volumes.

use super::secret::SecretRef;
use crate::document::Value;
use crate::model::node::{choice, node};
use crate::model::{Count, Measure, Named, NotYet, OneOf, SchemaContext, StringMap};
use crate::spec::Gate::Always;

choice! {
    /// When the assets are applied, which decides what they may contain.
    pub enum Stage ("a stage") {
        /// Into the installer's manifests, before the cluster exists: Ignition partitions and formats on the first boot.
        Install = "install",
        /// Into a cluster, for a pool that has no node yet: Ignition partitions and formats on the first boot.
        NewPool = "new-pool",
        /// Into a cluster whose nodes of this role run: units alone, since the operator refuses disk changes there.
        Running = "running",
    }

    /// A filesystem.
    pub enum Format ("a filesystem") {
        /// XFS, the only one for etcd: the restore scripts want an empty directory, and ext4 has `lost+found` in it.
        Xfs = "xfs",
        /// ext4.
        Ext4 = "ext4",
    }

    /// An algorithm of CHAP.
    pub enum ChapAlgorithm ("a CHAP algorithm") {
        /// What every target knows.
        Md5 = "MD5",
        /// SHA-1.
        Sha1 = "SHA1",
        /// SHA-256.
        Sha256 = "SHA256",
        /// SHA3-256.
        Sha3 = "SHA3-256",
    }
}

node! {
    /// A Firesteel spec: the disks and iSCSI volumes of the machines of one role.
    pub struct Spec ("the spec") {
        /// `firesteel`; says what this text is.
        variant: String = { required: Always, constraint: Some(this_variant) },
        /// The version of the spec's language: `1.0.0`.
        version: String = { required: Always, constraint: Some(this_version) },
        /// The OpenShift or OKD release the assets are for, as `"4.16"`. Leave it out for plain Ignition hosts and name
        /// the units that must wait under `gate`.
        openshift: Option<String> = { constraint: Some(release) },
        /// The MachineConfigPool the assets are for, such as `master`, `worker` or a pool of your own.
        role: Option<String> = { constraint: Some(dns_label) },
        /// The name of the cluster. It becomes part of the mark by which a node knows its volumes, so that two clusters
        /// with equal names of nodes and volumes on one storage do not take each other's. Must not change while volumes
        /// hold data.
        cluster: Option<String> = { constraint: Some(dns_label) },
        /// When the assets are applied: `install` (the installer's manifests), `new-pool` (no node yet) or `running`.
        stage: OneOf<Stage> = { required: Always },
        /// Units that must not start without the volumes, such as `postgresql.service`. On OpenShift kubelet and crio
        /// wait too, and need not be named.
        gate: Vec<String> = {},
        /// The disks and LUNs that are mounted, one entry each.
        volumes: Vec<Volume> = { required: Always },
        /// Targets and nodes of iSCSI volumes.
        iscsi: Option<Iscsi> = {},
        /// The MachineConfigPool itself.
        pool: Option<Pool> = {},
        /// The user-data Secret from which machines of a new pool boot.
        user_data: Option<UserData> = {},
        /// Names and labels of the emitted objects.
        objects: Option<Objects> = {},
        /// Not yet: machines and MachineConfigs of one role rewritten for another.
        clone_role: NotYet = {},
        /// Not yet: alerts on etcd's disk and network latency.
        alerts: NotYet = {},
    }

    /// A disk or LUN that is mounted at a path.
    pub struct Volume ("a volume") {
        /// The volume's name; labels, units and objects are named after it.
        name: String = { required: Always, key: true, constraint: Some(volume_name) },
        /// Where it is mounted, such as `/var/lib/etcd`.
        path: String = { required: Always, constraint: Some(absolute_path) },
        /// A LUN of an iSCSI target. Either this or `disk`.
        iscsi: Option<VolumeLun> = {},
        /// A local disk. Either this or `iscsi`.
        disk: Option<VolumeDisk> = {},
        /// The filesystem that is made on it.
        filesystem: Option<Filesystem> = {},
        /// The name of the emitted object; `00-<name>-disk` or `98-<path>` when absent. A pool's configs are merged in
        /// the order of their names.
        object: Option<String> = { constraint: Some(object_name) },
        /// Mount options; `defaults,prjquota` when absent.
        mount_options: Vec<String> = {},
        /// The least size the volume must have before it is formatted, such as `20GiB`. A smaller one is refused, since
        /// it is probably another disk. 1GiB when absent.
        min_size: Measure = { constraint: Some(size) },
        /// Moves the entry named by `data` onto the volume, once, safe against interruption. `true` when there is such
        /// an entry. With `false`, a node that holds data at the path does not mount over it, and stays down.
        migrate: Option<bool> = {},
        /// The entry directly under the path that is the data to move, such as `member`, which is the default for
        /// `/var/lib/etcd`. Other paths have none: there, nothing is moved, and everything counts as data.
        data: Option<String> = {},
    }

    /// A LUN of an iSCSI target.
    pub struct VolumeLun ("a LUN") {
        /// The name of the target under `iscsi.targets`.
        target: String = { required: Always },
        /// The number of the LUN, from 0 to 255. 0 when absent, which is right when each node sees only its own.
        lun: Option<i64> = { constraint: Some(lun) },
    }

    /// A local disk.
    pub struct VolumeDisk ("a local disk") {
        /// The path of the disk, best one below `/dev/disk/by-path` or `/dev/disk/by-id`, since kernel names such as
        /// `/dev/sdb` change between boots.
        device: Option<String> = { constraint: Some(absolute_path) },
        /// Whether everything on the disk is destroyed first. Only at stages `install` and `new-pool`.
        wipe: Option<bool> = {},
        /// Finds a disk whose name differs from node to node; it is taken only when exactly one fits. Only at stage
        /// `running`.
        select: Option<DiskSelect> = {},
        /// The size of the partition in MiB; all the space there is when absent. Only at stages `install` and
        /// `new-pool`.
        size_mib: Option<i64> = { constraint: Some(not_negative) },
    }

    /// What a disk must be to be taken.
    pub struct DiskSelect ("a disk selection") {
        /// The least size of the disk, such as `100GiB`.
        min_size: Measure = { required: Always, constraint: Some(size) },
        /// Whether the disk must be blank. `true` is the only value so far: nothing else is ever formatted.
        blank: Option<bool> = { required: Always },
    }

    /// The filesystem on a volume.
    pub struct Filesystem ("a filesystem") {
        /// Its kind; `xfs` when absent. `ext4` only where Ignition makes it: a `disk` at stages `install` and
        /// `new-pool`.
        format: OneOf<Format> = {},
        /// Its label, 12 characters at most for XFS and 16 for ext4; the volume's name when absent.
        label: Option<String> = {},
        /// Further arguments for mkfs.
        options: Vec<String> = {},
    }

    /// Targets and nodes of iSCSI volumes.
    pub struct Iscsi ("the `iscsi` section") {
        /// The targets, each under a name of your choice: `san: {iqn: …, portals: […]}`.
        targets: Named<Target> = { required: Always },
        /// The machines, one entry each: a machine that is not listed gets no volume and does not start.
        nodes: Vec<IscsiNode> = { required: Always },
        /// How long a machine tries to reach a portal before it gives up for this boot: `forever`, or a time such as
        /// `10m`. Each single try is bounded either way. `forever` when absent.
        wait: Measure = { constraint: Some(wait) },
        /// The name of the emitted object; `97-iscsi-<role>` when absent.
        object: Option<String> = { constraint: Some(object_name) },
        /// Settings of open-iscsi that go into each record.
        settings: Option<Settings> = {},
        /// Algorithms of CHAP that are offered, best first; `MD5` alone when absent.
        chap_algorithms: Vec<OneOf<ChapAlgorithm>> = {},
        /// Not yet: several portals as paths of one disk.
        multipath: NotYet = {},
        /// Not yet: targets found by asking the portal. Records are static, which needs no asking and never logs into
        /// a target that is not named here.
        discovery: NotYet = {},
    }

    /// An iSCSI target.
    pub struct Target ("a target") {
        /// The target's name, such as `iqn.2024-02.com.example.san:etcd`.
        iqn: String = { required: Always, constraint: Some(iscsi_name) },
        /// Where it is reached: `192.0.2.10:3260`, `[2001:db8::10]:3260` or a host name with a port.
        portals: Vec<String> = { required: Always },
    }

    /// A machine that logs in.
    pub struct IscsiNode ("a node") {
        /// The node's name. Its host name, unless `match` says otherwise. The filesystem's UUID is made from it, so it
        /// must stay what it is for as long as the volume holds data.
        name: String = { required: Always, key: true },
        /// How a machine knows that this entry is its own; by its host name when absent.
        matching: Option<NodeMatch> = { name: "match" },
        /// The initiator name of this node, such as `iqn.1994-05.com.redhat:master0`.
        initiator: String = { required: Always, constraint: Some(iscsi_name) },
        /// The credentials.
        chap: Option<Chap> = {},
        /// Another target than the volume's, by its name under `iscsi.targets`.
        target: Option<String> = {},
        /// Another LUN than the volume's.
        lun: Option<i64> = { constraint: Some(lun) },
        /// Other portals than the target's.
        portals: Vec<String> = {},
        /// What the storage shows as this node's LUN; `--emit-target` makes the storage side of it. With several iSCSI
        /// volumes, use `backstores`.
        backstore: Option<Backstore> = {},
        /// What the storage shows as this node's LUNs, each under the name of its volume: `etcd: {block: …}`.
        backstores: Named<Backstore> = {},
    }

    /// What is behind a LUN, on the machine with the storage. Either `block` or `file` and `size`.
    pub struct Backstore ("a backstore") {
        /// The path of a block device, such as `/dev/vg/master-0`. Best a logical volume or a name that stays.
        block: Option<String> = { constraint: Some(absolute_path) },
        /// The path of a file; it is made when it is not there. Slower than a block device, and by how much depends on
        /// the filesystem it lies on.
        file: Option<String> = { constraint: Some(absolute_path) },
        /// The size of the file, such as `20GiB`.
        size: Measure = { constraint: Some(size) },
    }

    /// How a machine is recognised. One of the three.
    pub struct NodeMatch ("a match") {
        /// Its host name, short or full.
        hostname: Option<String> = {},
        /// The hardware address of one of its network interfaces.
        mac: Option<String> = {},
        /// The UUID its firmware gives (`/sys/class/dmi/id/product_uuid`).
        uuid: Option<String> = {},
    }

    /// CHAP credentials.
    pub struct Chap ("the credentials") {
        /// The name this node gives the target.
        username: String = { required: Always },
        /// The secret that proves this node to the target.
        password: SecretRef = { required: Always, secret: true },
        /// Credentials by which the target proves itself to this node.
        mutual: Option<MutualChap> = {},
    }

    /// CHAP credentials of the target.
    pub struct MutualChap ("the mutual credentials") {
        /// The name the target gives.
        username: String = { required: Always },
        /// The secret that proves the target; must differ from the other direction's.
        password: SecretRef = { required: Always, secret: true },
    }

    /// Settings of open-iscsi, in seconds unless they say otherwise.
    pub struct Settings ("the open-iscsi settings") {
        /// How long I/O waits for a lost session before it fails; 120 when absent.
        replacement_timeout: Option<i64> = {},
        /// How long one login may take; 15 when absent.
        login_timeout: Option<i64> = { constraint: Some(positive) },
        /// How long one logout may take; 15 when absent.
        logout_timeout: Option<i64> = { constraint: Some(positive) },
        /// How often an idle connection is probed; 5 when absent, 0 for never.
        noop_out_interval: Option<i64> = { constraint: Some(not_negative) },
        /// How long a probe may go unanswered; 5 when absent, 0 for ever.
        noop_out_timeout: Option<i64> = { constraint: Some(not_negative) },
        /// How many commands one session may have under way: a power of two from 2 to 2048; 128 when absent.
        cmds_max: Option<i64> = {},
        /// How many commands one LUN may have under way: 1 to 1024; 32 when absent.
        queue_depth: Option<i64> = {},
    }

    /// The MachineConfigPool.
    pub struct Pool ("the `pool` section") {
        /// Whether the pool itself is emitted, in the form the release accepts.
        emit: Option<bool> = {},
        /// How many nodes may be updated at once: a number or a percentage; 1 when absent.
        max_unavailable: Count = {},
        /// Whether the pool starts paused, so that nothing is rolled out before you say so.
        paused: Option<bool> = {},
    }

    /// The user-data Secret of a new pool.
    pub struct UserData ("the `user_data` section") {
        /// The file with the exported Secret (`oc -n openshift-machine-api get secret master-user-data -o json`).
        from: String = { required: Always },
        /// The pool whose config the exported Secret points to.
        from_pool: String = { required: Always, constraint: Some(dns_label) },
        /// The name of the new Secret; `<role>-user-data` when absent.
        name: Option<String> = {},
    }

    /// Names and labels of the emitted objects.
    pub struct Objects ("the `objects` section") {
        /// Labels for every emitted object besides those it must have.
        labels: StringMap = {},
        /// Annotations for every emitted object.
        annotations: StringMap = {},
    }
}

fn pattern(pattern: &str) -> Vec<(&'static str, Value)> {
    vec![("pattern", pattern.into())]
}

fn bounds(least: i64, most: Option<i64>) -> Vec<(&'static str, Value)> {
    let most = most.map(|most| ("maximum", Value::Int(most)));
    [("minimum", Value::Int(least))].into_iter().chain(most).collect()
}

fn release(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern(r"^[0-9]+\.[0-9]+(\.[0-9]+)?$")
}

fn object_name(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern(r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
}

fn this_variant(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    vec![("const", super::VARIANT.into())]
}

fn this_version(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    vec![("const", super::VERSION.into())]
}

fn dns_label(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
}

fn volume_name(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern("^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$")
}

fn absolute_path(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern("^/.")
}

fn size(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern("^[0-9]+ ?(MiB|GiB|TiB)$")
}

fn wait(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    pattern("^(forever|[0-9]+ ?(s|min|m|h))$")
}

fn iscsi_name(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    let mut rules = pattern(r"^([iI][qQ][nN]\.[0-9]{4}-[0-9]{2}\.|[eE][uU][iI]\.|[nN][aA][aA]\.)[-.:A-Za-z0-9]+$");
    rules.push(("maxLength", Value::Int(223)));
    rules
}

fn lun(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    bounds(0, Some(255))
}

fn positive(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    bounds(1, None)
}

fn not_negative(_: &SchemaContext) -> Vec<(&'static str, Value)> {
    bounds(0, None)
}
