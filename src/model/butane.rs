//! The Butane model: what every variant and version can say, in one. Structs without sugar are those of Ignition.

use super::constraint as hold;
use super::field::StringMap;
use super::ignition::{
    Cex, Clevis, Directory, Disk, Group, HttpHeader, KernelArguments, Link, Owner, Proxy, Raid, Tang, Timeouts,
    Verification,
};
use super::node::node;
use super::schema_rules as rules;
use crate::spec::Feature::{BootDevice as Boot, Grub as BootGrub, MachineConfig};
use crate::spec::Gate::{Always, Since, Until, With, WithSince};
use crate::spec::IgnitionVersion::{V3_1, V3_2, V3_3, V3_4, V3_5, V3_6, V3_7Experimental};

node! {
    /// A Butane config, which compiles to an Ignition config or, for OpenShift, to a MachineConfig.
    pub struct Config ("a Butane config") {
        /// The operating system the config is for: `fcos`, `flatcar`, `openshift`, `r4e` or `fiot`.
        variant: String = { required: Always, constraint: Some(hold::butane_variant) },
        /// The version of the variant's language, such as `1.5.0`.
        version: String = { required: Always, constraint: Some(hold::butane_version) },
        /// The config about itself: further configs, and how things are fetched.
        ignition: Ignition = {},
        /// Kernel arguments that must, or must not, be in effect.
        kernel_arguments: KernelArguments = { gate: Since(V3_3) },
        /// Users and groups.
        passwd: Passwd = {},
        /// Disks, filesystems, files.
        storage: Storage = {},
        /// systemd units.
        systemd: Systemd = {},
        /// The boot disk: encryption of the root filesystem, mirroring over several disks.
        boot_device: BootDevice = { gate: With(Boot) },
        /// The boot loader: who may change its entries.
        grub: Grub = { gate: With(BootGrub) },
        /// The name and labels of the MachineConfig.
        metadata: Metadata = { required: With(MachineConfig), gate: With(MachineConfig) },
        /// Settings of the MachineConfig beside its Ignition config.
        openshift: OpenShift = { gate: With(MachineConfig) },
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
    }

    /// Further configs.
    pub struct ConfigSources ("`ignition.config`") {
        /// Ignition configs that are merged over this one, in this order.
        merge: Vec<Reference> = { constraint: Some(hold::merge) },
        /// An Ignition config that is used instead of this one; everything else here is then ignored.
        replace: Reference = {},
    }

    /// Something that Ignition itself uses: a config, a certificate.
    pub struct Reference ("a reference") rules rules::reference {
        /// How the contents are compressed: `gzip`, or empty for not at all; inline and local contents are compressed
        /// by the compiler where that is shorter.
        compression: Option<String> = { gate: Since(V3_1), constraint: Some(hold::compression) },
        /// HTTP headers to send; only with `http` and `https` sources.
        http_headers: Vec<HttpHeader> = { gate: Since(V3_1) },
        /// The URL to fetch from; not together with `inline` or `local`.
        source: Option<String> = { secret: true, constraint: Some(hold::source) },
        /// The contents themselves; not together with `source` or `local`.
        inline: Option<String> = { secret: true, gate: Since(V3_1) },
        /// The path, below the files directory, of a file with the contents; not together with `source` or `inline`.
        local: Option<String> = { gate: Since(V3_1) },
        /// What the bytes must be.
        verification: Verification = {},
    }

    /// What is trusted when things are fetched.
    pub struct Security ("the security settings") {
        /// Settings of TLS.
        tls: Tls = {},
    }

    /// Settings of TLS.
    pub struct Tls ("the TLS settings") {
        /// Certificate authorities to trust besides the system's, each a bundle in PEM form.
        certificate_authorities: Vec<Reference> = { constraint: Some(hold::certificate_authorities) },
    }

    /// Users and groups.
    pub struct Passwd ("the `passwd` section") {
        /// Groups to make or change.
        groups: Vec<Group> = {},
        /// Users to make or change.
        users: Vec<User> = {},
    }

    /// A user.
    pub struct User ("a user") {
        /// The comment field of the account, usually the person's name.
        gecos: Option<String> = {},
        /// Groups the user is added to.
        groups: Vec<String> = { constraint: Some(hold::unique), set: true },
        /// The home directory.
        home_dir: Option<String> = {},
        /// The user's name.
        name: String = { key: true },
        /// Leaves the home directory out.
        no_create_home: Option<bool> = {},
        /// Leaves the user out of the lastlog and faillog databases.
        no_log_init: Option<bool> = {},
        /// Leaves the group of the user's name out.
        no_user_group: Option<bool> = {},
        /// The hash of the user's password, as `mkpasswd` makes it.
        password_hash: Option<String> = { secret: true },
        /// The user's primary group.
        primary_group: Option<String> = {},
        /// Public SSH keys that may log in as this user.
        ssh_authorized_keys: Vec<String> = { constraint: Some(hold::unique), set: true },
        /// Paths, below the files directory, of files with public SSH keys, one a line; their keys are added.
        ssh_authorized_keys_local: Vec<String> = { gate: Since(V3_4) },
        /// The login shell.
        shell: Option<String> = {},
        /// Whether the user shall exist; `false` removes it.
        should_exist: Option<bool> = { gate: Since(V3_2) },
        /// Whether it is a system user.
        system: Option<bool> = {},
        /// The number of the user.
        uid: Option<i64> = {},
    }

    /// Disks, filesystems, files.
    pub struct Storage ("the `storage` section") {
        /// Directories to make.
        directories: Vec<Directory> = {},
        /// Disks to partition.
        disks: Vec<Disk> = {},
        /// Files to write.
        files: Vec<File> = {},
        /// Filesystems to make.
        filesystems: Vec<Filesystem> = {},
        /// Links to make.
        links: Vec<Link> = {},
        /// Encrypted volumes to make.
        luks: Vec<Luks> = { gate: Since(V3_2) },
        /// RAID arrays to make.
        raid: Vec<Raid> = {},
        /// Local directories whose files are all written to the machine.
        trees: Vec<Tree> = { gate: Since(V3_1) },
    }

    /// A file.
    pub struct File ("a file") rules rules::butane_file {
        /// The group it belongs to.
        group: Owner = {},
        /// Whether whatever is there is replaced; needs `contents`.
        overwrite: Option<bool> = {},
        /// The absolute path, without `.`, `..` or doubled slashes.
        path: String = { required: Always, key: true, constraint: Some(hold::clean_path) },
        /// The user it belongs to.
        user: Owner = {},
        /// Contents added at the end of what is there.
        append: Vec<Resource> = {},
        /// What the file holds; absent, a file that is there is kept, or an empty one is made.
        contents: Resource = {},
        /// The permission bits, in octal with a leading zero; 0644 when absent.
        mode: Option<i64> = { octal: true, constraint: Some(hold::mode) },
    }

    /// The contents of a file, or a key.
    pub struct Resource ("a resource") rules rules::resource {
        /// How the contents are compressed: `gzip`, or empty for not at all; inline and local contents are compressed
        /// by the compiler where that is shorter.
        compression: Option<String> = { constraint: Some(hold::compression) },
        /// HTTP headers to send; only with `http` and `https` sources.
        http_headers: Vec<HttpHeader> = { gate: Since(V3_1) },
        /// The URL to fetch from; not together with `inline` or `local`.
        source: Option<String> = { secret: true, constraint: Some(hold::source) },
        /// The contents themselves; not together with `source` or `local`.
        inline: Option<String> = { secret: true },
        /// The path, below the files directory, of a file with the contents; not together with `source` or `inline`.
        local: Option<String> = { gate: Since(V3_1) },
        /// What the bytes must be.
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
        /// Mount options, used while Ignition runs and in the generated mount unit.
        mount_options: Vec<String> = { gate: Since(V3_1) },
        /// Further arguments for the program that makes the filesystem.
        options: Vec<String> = {},
        /// Where it is mounted while Ignition runs; later boots need a mount unit, see `with_mount_unit`.
        path: Option<String> = { constraint: Some(hold::optional_clean_path) },
        /// The filesystem's UUID.
        uuid: Option<String> = {},
        /// Whether whatever is on the device is destroyed first. When `false`, a filesystem that matches is kept,
        /// and one that does not stops the boot.
        wipe_filesystem: Option<bool> = {},
        /// Whether a mount unit (or swap unit) for the filesystem is generated and enabled.
        with_mount_unit: Option<bool> = { gate: Since(V3_1) },
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
        key_file: Resource = {},
        /// The label of the LUKS header.
        label: Option<String> = { constraint: Some(hold::luks_label) },
        /// The name below `/dev/mapper`.
        name: String = { key: true, constraint: Some(hold::no_slash) },
        /// Further arguments for opening it.
        open_options: Vec<String> = { gate: Since(V3_4), constraint: Some(hold::unique), set: true },
        /// Further arguments for making it.
        options: Vec<String> = {},
        /// The UUID of the LUKS header.
        uuid: Option<String> = {},
        /// Whether whatever is on the device is destroyed first.
        wipe_volume: Option<bool> = {},
    }

    /// A local directory whose files are written to the machine.
    pub struct Tree ("a tree") {
        /// The group of what is written.
        group: Owner = { gate: Since(V3_6) },
        /// The path of the directory, below the files directory.
        local: String = { required: Always, key: true, constraint: Some(hold::not_empty) },
        /// The directory of the machine under which the files are written; `/` when absent.
        path: Option<String> = {},
        /// The user whom what is written belongs to.
        user: Owner = { gate: Since(V3_6) },
        /// The permission bits of every file; when absent, 0755 for local files that someone may execute, else 0644.
        file_mode: Option<i64> = { octal: true, gate: Since(V3_6), constraint: Some(hold::mode) },
        /// The permission bits of every directory; 0755 when absent.
        dir_mode: Option<i64> = { octal: true, gate: Since(V3_6), constraint: Some(hold::mode) },
    }

    /// systemd units.
    pub struct Systemd ("the `systemd` section") {
        /// Units to write, enable, mask or extend.
        units: Vec<Unit> = {},
        /// Units of Podman, which turns them into services.
        quadlets: Vec<Quadlet> = { gate: Since(V3_7Experimental) },
    }

    /// A systemd unit.
    pub struct Unit ("a unit") rules rules::contents_or_local {
        /// The text of the unit; absent for a unit that the host ships.
        contents: Option<String> = { secret: true },
        /// The path, below the files directory, of a file with the text; not together with `contents`.
        contents_local: Option<String> = { gate: Since(V3_4) },
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
    pub struct Dropin ("a drop-in") rules rules::contents_or_local {
        /// The text of the drop-in.
        contents: Option<String> = { secret: true },
        /// The path, below the files directory, of a file with the text; not together with `contents`.
        contents_local: Option<String> = { gate: Since(V3_4) },
        /// The drop-in's name, which ends in `.conf`.
        name: String = { required: Always, key: true, constraint: Some(hold::dropin_name) },
    }

    /// A unit of Podman.
    pub struct Quadlet ("a quadlet") rules rules::contents_or_local {
        /// The text of the quadlet.
        contents: Option<String> = { secret: true },
        /// The path, below the files directory, of a file with the text; not together with `contents`.
        contents_local: Option<String> = {},
        /// The quadlet's name with its suffix, such as `web.container`.
        name: String = { required: Always, key: true, constraint: Some(hold::quadlet_name) },
        /// Whether it belongs to root, rather than to every user.
        rootful: Option<bool> = {},
        /// Drop-ins that change the quadlet.
        dropins: Vec<QuadletDropin> = {},
    }

    /// A drop-in of a quadlet.
    pub struct QuadletDropin ("a drop-in of a quadlet") rules rules::contents_or_local {
        /// The text of the drop-in.
        contents: Option<String> = { secret: true },
        /// The path, below the files directory, of a file with the text; not together with `contents`.
        contents_local: Option<String> = {},
        /// The drop-in's name, which should end in `.conf`.
        name: String = { required: Always, key: true },
    }

    /// The boot disk.
    pub struct BootDevice ("the boot device") rules rules::boot_device {
        /// The partitions the machine's firmware wants; needed with `mirror`.
        layout: Option<String> = { constraint: Some(hold::boot_layout) },
        /// Encryption of the root filesystem.
        luks: BootLuks = {},
        /// Mirroring of the boot disk.
        mirror: Mirror = {},
    }

    /// Encryption of the root filesystem.
    pub struct BootLuks ("the boot device's encryption") {
        /// Unlocking by an IBM Crypto Express card.
        cex: Cex = { gate: WithSince(Boot, V3_5) },
        /// The disk, on the layouts `s390x-eckd` and `s390x-zfcp`.
        device: Option<String> = { gate: WithSince(Boot, V3_5) },
        /// Whether discard requests pass through to the device.
        discard: Option<bool> = { gate: WithSince(Boot, V3_4) },
        /// Tang servers.
        tang: Vec<Tang> = {},
        /// How many pins are needed to unlock; 1 when absent.
        threshold: Option<i64> = {},
        /// Whether the machine's TPM 2 is a pin.
        tpm2: Option<bool> = {},
    }

    /// Mirroring of the boot disk.
    pub struct Mirror ("the boot device's mirror") {
        /// The whole disks, two or more, over which everything is mirrored; all of them are overwritten.
        devices: Vec<String> = { constraint: Some(hold::mirror_devices) },
    }

    /// The boot loader.
    pub struct Grub ("the boot loader") {
        /// Superusers, who alone may change boot entries.
        users: Vec<GrubUser> = {},
    }

    /// A superuser of the boot loader.
    pub struct GrubUser ("a superuser of the boot loader") {
        /// The name, without blanks or quotes.
        name: String = { required: Always, key: true, constraint: Some(hold::not_empty) },
        /// The hash of the password, as `grub2-mkpasswd-pbkdf2` makes it.
        password_hash: Option<String> = { required: Always, secret: true, constraint: Some(hold::not_empty) },
    }

    /// The name and labels of the MachineConfig.
    pub struct Metadata ("the metadata") {
        /// The name of the MachineConfig; the operator merges a pool's configs in the order of their names.
        name: String = { required: Always, key: true, constraint: Some(hold::not_empty) },
        /// The labels; `machineconfiguration.openshift.io/role` says which pool the config is for.
        labels: StringMap = { required: Always, constraint: Some(hold::role_label) },
    }

    /// Settings of the MachineConfig beside its Ignition config.
    pub struct OpenShift ("the `openshift` section") {
        /// Arguments added to the kernel's command line.
        kernel_arguments: Vec<String> = { constraint: Some(hold::unique), set: true },
        /// Extensions of the operating system to install, such as `usbguard`.
        extensions: Vec<String> = { constraint: Some(hold::unique), set: true },
        /// Whether cryptography is restricted to what FIPS 140 approves; only at installation.
        fips: Option<bool> = {},
        /// The kernel: `default` or `realtime`.
        kernel_type: Option<String> = { constraint: Some(hold::kernel_type) },
    }
}
