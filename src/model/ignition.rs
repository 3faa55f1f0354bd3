//! The Ignition model, 3.0.0 to 3.7.0-experimental in one.

use super::constraint as hold;
use super::field::Field;
use super::node::node;
use super::schema_rules as rules;
use crate::spec::Gate::{Always, Since, Until};
use crate::spec::IgnitionVersion::{V3_1, V3_2, V3_3, V3_4, V3_5};

node! {
    /// An Ignition config: what a machine does on its first boot.
    pub struct Config ("an Ignition config") {
        /// The config about itself: its version, further configs, how to fetch them.
        ignition: Ignition = { required: Always },
        /// Kernel arguments that must, or must not, be in effect.
        kernel_arguments: KernelArguments = { json: Some("kernelArguments"), gate: Since(V3_3) },
        /// Users and groups.
        passwd: Passwd = {},
        /// Disks, filesystems, files.
        storage: Storage = {},
        /// systemd units.
        systemd: Systemd = {},
    }

    /// The config about itself.
    pub struct Ignition ("the `ignition` section") {
        /// Further configs to merge into this one, or to replace it.
        config: ConfigSources = {},
        /// The proxies through which things are fetched.
        proxy: Proxy = { gate: Since(V3_1) },
        /// What is trusted when things are fetched.
        security: Security = {},
        /// How long fetching may take.
        timeouts: Timeouts = {},
        /// The version of the Ignition specification that the config is written in.
        version: String = { required: Always, constraint: Some(hold::ignition_version) },
    }

    /// Further configs.
    pub struct ConfigSources ("`ignition.config`") {
        /// Configs that are merged over this one, in this order.
        merge: Vec<Reference> = { constraint: Some(hold::merge) },
        /// A config that is used instead of this one; everything else here is then ignored.
        replace: Reference = {},
    }

    /// Something fetched that Ignition itself uses: a config, a certificate.
    pub struct Reference ("a reference") key reference_key rules rules::reference {
        /// How the fetched bytes are compressed: `gzip`, or empty for not at all.
        compression: Option<String> = { gate: Since(V3_1), constraint: Some(hold::compression) },
        /// HTTP headers to send; only with `http` and `https` sources.
        http_headers: Vec<HttpHeader> = { json: Some("httpHeaders"), gate: Since(V3_1) },
        /// The URL to fetch from, or a `data:` URL that holds the contents.
        source: Option<String> = { secret: true, always_null: Until(crate::spec::IgnitionVersion::V3_0), constraint: Some(hold::source) },
        /// What the fetched bytes must be.
        verification: Verification = {},
    }

    /// One HTTP header.
    pub struct HttpHeader ("an HTTP header") {
        /// The header's name.
        name: String = { required: Always, key: true, constraint: Some(hold::not_empty) },
        /// The header's value; absent, in a config merged over another, it removes that header.
        value: Option<String> = { secret: true, removes: true, constraint: Some(hold::not_empty_if_given) },
    }

    /// What fetched bytes must be.
    pub struct Verification ("a verification") {
        /// The hash of the bytes, as `sha512-…` or `sha256-…` (from 3.1.0) in hexadecimal digits.
        hash: Option<String> = { constraint: Some(hold::hash) },
    }

    /// The proxies.
    pub struct Proxy ("the proxies") {
        /// The proxy for `http` sources, as a URL.
        http_proxy: Option<String> = { json: Some("httpProxy"), constraint: Some(hold::http_url) },
        /// The proxy for `https` sources, as a URL.
        https_proxy: Option<String> = { json: Some("httpsProxy"), constraint: Some(hold::http_url) },
        /// Hosts that are reached without a proxy.
        no_proxy: Vec<String> = { json: Some("noProxy"), constraint: Some(hold::unique), set: true },
    }

    /// What is trusted when things are fetched.
    pub struct Security ("the security settings") {
        /// Settings of TLS.
        tls: Tls = {},
    }

    /// Settings of TLS.
    pub struct Tls ("the TLS settings") {
        /// Certificate authorities to trust besides the system's, each a bundle in PEM form.
        certificate_authorities: Vec<Reference> = { json: Some("certificateAuthorities"), constraint: Some(hold::certificate_authorities) },
    }

    /// How long fetching may take.
    pub struct Timeouts ("the timeouts") {
        /// Seconds to wait for the headers of an HTTP response; 10 when absent.
        http_response_headers: Option<i64> = { json: Some("httpResponseHeaders") },
        /// Seconds that one HTTP operation may take with all its tries; 0 or absent for no limit.
        http_total: Option<i64> = { json: Some("httpTotal") },
    }

    /// Kernel arguments.
    pub struct KernelArguments ("the kernel arguments") {
        /// Arguments that must be there; added, with a reboot, where they are missing.
        should_exist: Vec<String> = { json: Some("shouldExist"), constraint: Some(hold::unique), set: true, shared: true },
        /// Arguments that must not be there; removed, with a reboot.
        should_not_exist: Vec<String> = { json: Some("shouldNotExist"), constraint: Some(hold::unique), set: true, shared: true },
    }

    /// Users and groups.
    pub struct Passwd ("the `passwd` section") {
        /// Groups to make or change.
        groups: Vec<Group> = {},
        /// Users to make or change.
        users: Vec<User> = {},
    }

    /// A group of users.
    pub struct Group ("a group") {
        /// The number of the group.
        gid: Option<i64> = {},
        /// The group's name.
        name: String = { key: true },
        /// The hash of the group's password.
        password_hash: Option<String> = { json: Some("passwordHash"), secret: true },
        /// Whether the group shall exist; `false` removes it.
        should_exist: Option<bool> = { json: Some("shouldExist"), gate: Since(V3_2) },
        /// Whether it is a system group.
        system: Option<bool> = {},
    }

    /// A user.
    pub struct User ("a user") {
        /// The comment field of the account, usually the person's name.
        gecos: Option<String> = {},
        /// Groups the user is added to.
        groups: Vec<String> = { constraint: Some(hold::unique), set: true },
        /// The home directory.
        home_dir: Option<String> = { json: Some("homeDir") },
        /// The user's name.
        name: String = { key: true },
        /// Leaves the home directory out.
        no_create_home: Option<bool> = { json: Some("noCreateHome") },
        /// Leaves the user out of the lastlog and faillog databases.
        no_log_init: Option<bool> = { json: Some("noLogInit") },
        /// Leaves the group of the user's name out.
        no_user_group: Option<bool> = { json: Some("noUserGroup") },
        /// The hash of the user's password, as crypt(5) makes it.
        password_hash: Option<String> = { json: Some("passwordHash"), secret: true },
        /// The user's primary group.
        primary_group: Option<String> = { json: Some("primaryGroup") },
        /// Public SSH keys that may log in as this user.
        ssh_authorized_keys: Vec<String> = { json: Some("sshAuthorizedKeys"), constraint: Some(hold::unique), set: true },
        /// The login shell.
        shell: Option<String> = {},
        /// Whether the user shall exist; `false` removes it.
        should_exist: Option<bool> = { json: Some("shouldExist"), gate: Since(V3_2) },
        /// Whether it is a system user.
        system: Option<bool> = {},
        /// The number of the user.
        uid: Option<i64> = {},
    }

    /// Disks, filesystems, files.
    pub struct Storage ("the `storage` section") {
        /// Directories to make.
        directories: Vec<Directory> = { shared: true },
        /// Disks to partition.
        disks: Vec<Disk> = {},
        /// Files to write.
        files: Vec<File> = { shared: true },
        /// Filesystems to make.
        filesystems: Vec<Filesystem> = {},
        /// Links to make.
        links: Vec<Link> = { shared: true },
        /// Encrypted volumes to make.
        luks: Vec<Luks> = { gate: Since(V3_2) },
        /// RAID arrays to make.
        raid: Vec<Raid> = {},
    }

    /// Who owns a file, directory or link: a user or a group.
    pub struct Owner ("an owner") rules rules::owner {
        /// The owner's number; not together with `name`.
        id: Option<i64> = {},
        /// The owner's name; not together with `id`.
        name: Option<String> = {},
    }

    /// A directory.
    pub struct Directory ("a directory") {
        /// The group it belongs to.
        group: Owner = {},
        /// Whether whatever is there is removed first.
        overwrite: Option<bool> = {},
        /// The absolute path, without `.`, `..` or doubled slashes.
        path: String = { required: Always, key: true, constraint: Some(hold::clean_path) },
        /// The user it belongs to.
        user: Owner = {},
        /// The permission bits; 0755 when absent. In JSON, which has no octal numbers, 0755 is written 493.
        mode: Option<i64> = { octal: true, constraint: Some(hold::mode) },
    }

    /// A disk with its partitions.
    pub struct Disk ("a disk") {
        /// The absolute path of the device, best one below `/dev/disk/` that does not change.
        device: String = { required: Always, key: true, constraint: Some(hold::clean_path) },
        /// The partitions it shall have.
        partitions: Vec<Partition> = {},
        /// Whether the partition table is destroyed first, and with it everything on the disk.
        wipe_table: Option<bool> = { json: Some("wipeTable") },
    }

    /// A partition of a disk.
    pub struct Partition ("a partition") key partition_key rules rules::partition {
        /// The GUID of the partition; a random one when absent.
        guid: Option<String> = { constraint: Some(hold::guid) },
        /// The label in the partition table, 36 characters at most, without colons.
        label: Option<String> = { constraint: Some(hold::partition_label) },
        /// The number in the partition table; 0 or absent takes the next free one.
        number: i64 = {},
        /// Whether an existing partition may be resized to fit.
        resize: Option<bool> = { gate: Since(V3_2) },
        /// Whether the partition shall exist; `false` removes it.
        should_exist: Option<bool> = { json: Some("shouldExist") },
        /// The size in MiB; 0 takes all the space there is.
        size_mib: Option<i64> = { json: Some("sizeMiB") },
        /// The start in MiB; 0 takes the start of the largest free block.
        start_mib: Option<i64> = { json: Some("startMiB") },
        /// The GUID of the partition's type; Linux filesystem data when absent.
        type_guid: Option<String> = { json: Some("typeGuid"), constraint: Some(hold::guid) },
        /// Whether an existing partition that does not match is removed and made anew.
        wipe_partition_entry: Option<bool> = { json: Some("wipePartitionEntry") },
    }

    /// A file.
    pub struct File ("a file") rules rules::file {
        /// The group it belongs to.
        group: Owner = {},
        /// Whether whatever is there is replaced; needs `contents.source`.
        overwrite: Option<bool> = {},
        /// The absolute path, without `.`, `..` or doubled slashes.
        path: String = { required: Always, key: true, constraint: Some(hold::clean_path) },
        /// The user it belongs to.
        user: Owner = {},
        /// Contents added at the end of what is there.
        append: Vec<Resource> = {},
        /// What the file holds; absent, a file that is there is kept, or an empty one is made.
        contents: Resource = {},
        /// The permission bits; 0644 when absent. In JSON, which has no octal numbers, 0644 is written 420.
        mode: Option<i64> = { octal: true, constraint: Some(hold::mode) },
    }

    /// The contents of a file.
    pub struct Resource ("a resource") rules rules::resource {
        /// How the source is compressed: `gzip`, or empty for not at all.
        compression: Option<String> = { constraint: Some(hold::compression) },
        /// HTTP headers to send; only with `http` and `https` sources.
        http_headers: Vec<HttpHeader> = { json: Some("httpHeaders"), gate: Since(V3_1) },
        /// The URL to fetch from, or a `data:` URL that holds the contents.
        source: Option<String> = { secret: true, constraint: Some(hold::source) },
        /// What the fetched bytes must be.
        verification: Verification = {},
    }

    /// A filesystem.
    pub struct Filesystem ("a filesystem") rules rules::filesystem {
        /// The absolute path of the device it is made on.
        device: String = { required: Always, key: true, constraint: Some(hold::filesystem_device) },
        /// The kind of filesystem.
        format: Option<String> = { constraint: Some(hold::filesystem_format) },
        /// The filesystem's label.
        label: Option<String> = {},
        /// Mount options, used while Ignition runs.
        mount_options: Vec<String> = { json: Some("mountOptions"), gate: Since(V3_1) },
        /// Further arguments for the program that makes the filesystem.
        options: Vec<String> = {},
        /// Where it is mounted while Ignition runs; later boots need a mount unit.
        path: Option<String> = { constraint: Some(hold::optional_clean_path) },
        /// The filesystem's UUID.
        uuid: Option<String> = {},
        /// Whether whatever is on the device is destroyed first. When `false`, a filesystem that matches is kept,
        /// and one that does not stops the boot.
        wipe_filesystem: Option<bool> = { json: Some("wipeFilesystem") },
    }

    /// A link.
    pub struct Link ("a link") rules rules::link {
        /// The group it belongs to.
        group: Owner = {},
        /// Whether whatever is there is replaced.
        overwrite: Option<bool> = {},
        /// The absolute path, without `.`, `..` or doubled slashes.
        path: String = { required: Always, key: true, constraint: Some(hold::clean_path) },
        /// The user it belongs to.
        user: Owner = {},
        /// Whether it is a hard link.
        hard: Option<bool> = {},
        /// What it points to.
        target: Option<String> = { always: Until(V3_2) },
    }

    /// An encrypted volume.
    pub struct Luks ("an encrypted volume") rules rules::luks {
        /// Unlocking by an IBM Crypto Express card.
        cex: Cex = { gate: Since(V3_5) },
        /// Unlocking by Clevis.
        clevis: Option<Clevis> = { kept_empty: Until(V3_2) },
        /// The absolute path of the device.
        device: Option<String> = { required: Always, constraint: Some(hold::clean_path) },
        /// Whether discard requests pass through to the device.
        discard: Option<bool> = { gate: Since(V3_4) },
        /// The key that unlocks it; a random one is made when neither this nor Clevis is given.
        key_file: Resource = { json: Some("keyFile") },
        /// The label of the LUKS header.
        label: Option<String> = { constraint: Some(hold::luks_label) },
        /// The name below `/dev/mapper`.
        name: String = { key: true, constraint: Some(hold::no_slash) },
        /// Further arguments for opening it.
        open_options: Vec<String> = { json: Some("openOptions"), gate: Since(V3_4), constraint: Some(hold::unique), set: true },
        /// Further arguments for making it.
        options: Vec<String> = {},
        /// The UUID of the LUKS header.
        uuid: Option<String> = {},
        /// Whether whatever is on the device is destroyed first.
        wipe_volume: Option<bool> = { json: Some("wipeVolume") },
    }

    /// Unlocking by an IBM Crypto Express card.
    pub struct Cex ("the `cex` settings") {
        /// Whether a key in the card is used.
        enabled: Option<bool> = {},
    }

    /// Unlocking by Clevis.
    pub struct Clevis ("the Clevis settings") rules rules::clevis {
        /// A pin with a config of one's own.
        custom: Option<ClevisCustom> = { kept_empty: Until(V3_2) },
        /// Tang servers.
        tang: Vec<Tang> = {},
        /// How many pins are needed to unlock; 1 when absent.
        threshold: Option<i64> = {},
        /// Whether the machine's TPM 2 is a pin.
        tpm2: Option<bool> = {},
    }

    /// A Clevis pin with a config of one's own.
    pub struct ClevisCustom ("a custom Clevis pin") rules rules::custom_pin {
        /// The pin's config, as Clevis takes it.
        config: Option<String> = { always: Until(V3_2), secret: true },
        /// Whether the network must be up to unlock.
        needs_network: Option<bool> = { json: Some("needsNetwork") },
        /// The name of the pin; up to 3.5.0 one of `tpm2`, `tang` and `sss`.
        pin: Option<String> = { always: Until(V3_2) },
    }

    /// A Tang server.
    pub struct Tang ("a Tang server") {
        /// The server's advertisement as JSON, so that the server need not be asked for it.
        advertisement: Option<String> = { gate: Since(V3_4) },
        /// The thumbprint of a trusted signing key.
        thumbprint: Option<String> = { required: Always, constraint: Some(hold::not_empty) },
        /// The server's URL.
        url: String = { required: Always, key: true, constraint: Some(hold::required_http_url) },
    }

    /// A RAID array.
    pub struct Raid ("a RAID array") rules rules::raid {
        /// The absolute paths of its members.
        devices: Vec<String> = { required: Always, always: Until(V3_2), constraint: Some(hold::raid_devices), set: true },
        /// The RAID level.
        level: Option<String> = { required: Always, always: Until(V3_2), constraint: Some(hold::raid_level) },
        /// The name below `/dev/md`.
        name: String = { key: true },
        /// Further arguments for mdadm.
        options: Vec<String> = {},
        /// How many of the members are spares.
        spares: Option<i64> = {},
    }

    /// systemd units.
    pub struct Systemd ("the `systemd` section") {
        /// Units to write, enable, mask or extend.
        units: Vec<Unit> = {},
    }

    /// A systemd unit.
    pub struct Unit ("a unit") {
        /// The text of the unit; absent for a unit that the host ships.
        contents: Option<String> = { secret: true },
        /// Drop-ins that change the unit.
        dropins: Vec<Dropin> = {},
        /// Whether it is started at boot, by what its `[Install]` section says.
        enabled: Option<bool> = {},
        /// Whether it is linked to `/dev/null`, so that nothing can start it.
        mask: Option<bool> = {},
        /// The unit's name with its suffix, such as `chronyd.service`.
        name: String = { required: Always, key: true, constraint: Some(hold::unit_name) },
    }

    /// A drop-in of a unit.
    pub struct Dropin ("a drop-in") {
        /// The text of the drop-in.
        contents: Option<String> = { secret: true },
        /// The drop-in's name, which ends in `.conf`.
        name: String = { required: Always, key: true, constraint: Some(hold::dropin_name) },
    }
}

impl Verification {
    /// Whether anything is to be verified.
    pub fn is_set(&self) -> bool {
        !self.hash.is_absent()
    }
}

/// References go by what they fetch.
fn reference_key(reference: &Reference) -> Option<String> {
    Some(reference.source.clone().unwrap_or_default())
}

/// Partitions go by number; those without one by label.
fn partition_key(partition: &Partition) -> Option<String> {
    let Partition { number, label, .. } = partition;
    Some(match (number, label) {
        (0, Some(label)) => format!("label:{label}"),
        (0, None) => String::new(),
        (number, _) => format!("number:{number}"),
    })
}
