//! What the images bring: accounts, partitions and files that a config meets without making them.

/// Users of Fedora CoreOS, RHEL CoreOS and Flatcar together.
///
/// Held against the account files that these images are built with (fedora-coreos-config, openshift/os, Flatcar's
/// baselayout). What packages add by `sysusers.d` is gathered from knowledge; an account that is missing here is told
/// wrongly as unknown.
#[rustfmt::skip]
pub static USERS: &[&str] = &[
    "root", "bin", "daemon", "adm", "lp", "sync", "shutdown", "halt", "mail", "operator", "games", "ftp", "nobody",
    "core", "clevis", "cockpit-ws", "cockpit-wsinstance", "chrony", "cni", "conmon", "containers", "dbus", "dnsmasq",
    "docker", "etcd", "ceph", "gluster", "hacluster", "hsqldb", "hugetlbfs", "insights", "kube", "nfsnobody", "named",
    "ntp", "openvswitch", "pcp", "polkitd", "portage", "postfix", "rpc", "rpcuser", "saslauth", "setroubleshoot", "squid",
    "sshd", "sssd", "systemd-bus-proxy", "systemd-coredump", "systemd-journal-gateway", "systemd-journal-remote",
    "systemd-journal-upload", "systemd-network", "systemd-oom", "systemd-resolve", "systemd-timesync", "tang", "tcpdump",
    "tss", "unbound", "usbguard", "zincati", "fleet", "locksmith", "update_engine", "dhcp", "messagebus", "syslog", "man",
    "news", "uucp", "postmaster", "guest", "apache", "dockerroot", "avahi", "geoclue", "colord", "rtkit", "radvd", "qemu",
    "libvirt", "haproxy", "keepalived", "nginx", "prometheus", "node_exporter", "avahi-autoipd", "tlsdate",
];

/// Groups of these images, besides those of the users.
#[rustfmt::skip]
pub static GROUPS: &[&str] = &[
    "sys", "tty", "disk", "mem", "kmem", "wheel", "cdrom", "man", "dialout", "floppy", "tape", "lock", "audio", "video",
    "users", "utmp", "utempter", "ssh_keys", "input", "kvm", "render", "sgx", "systemd-journal", "sudo", "rkt", "rkt-admin",
    "plugdev", "usb", "cdrw", "scanner", "console", "nogroup", "nofiles", "qmail", "printadmin", "shadow", "netdev",
    "crontab", "ssh", "staff", "gpio", "i2c", "spi", "docker-runroot", "rpm-ostree", "vboxsf", "libvirt", "screen",
    "cron", "cgred", "dip", "ftp", "printers", "stapusr", "stapsys", "stapdev", "tmpuser", "wireshark",
];

/// Labels of partitions that the images have.
///
/// Source: the layouts of the disk images of Fedora CoreOS, RHEL CoreOS and Flatcar.
#[rustfmt::skip]
pub static PARTITION_LABELS: &[&str] = &[
    "root", "boot", "BIOS-BOOT", "EFI-SYSTEM", "PowerPC-PReP-boot", "PREP", "reserved", "ROOT", "USR-A", "USR-B", "OEM",
    "OEM-CONFIG", "boot-1", "boot-2", "root-1", "root-2", "luks_root",
];

/// Files that every image of the CoreOS family has in `/etc`.
///
/// Source: the packages `setup`, `chrony`, `openssh-server`, `sudo`, `selinux-policy`, `containers-common`, `rpm-ostree`
/// and `iscsi-initiator-utils`, which these images are made of.
#[rustfmt::skip]
pub static FILES_OF_COREOS: &[&str] = &[
    "/etc/bashrc", "/etc/chrony.conf", "/etc/containers/registries.conf", "/etc/group",
    "/etc/iscsi/iscsid.conf", "/etc/passwd", "/etc/profile", "/etc/rpm-ostreed.conf", "/etc/selinux/config", "/etc/shadow",
    "/etc/ssh/sshd_config", "/etc/sudoers",
];
