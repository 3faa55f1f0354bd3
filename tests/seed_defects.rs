//! The defects of the hand-made assets that this project replaces, as a list of what ours never contain.
//!
//! Each row names the defect, says why it hurts on the machine, and tells it from the text. All rows run over every
//! example in every wrapping; `the_list_can_fail` shows that each row sees its own defect.

#[path = "support/example.rs"]
mod example;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use example::{EXAMPLES, WRAPPINGS, compiled, data, folder, list, secrets, text, tree};
use firesteel::pipeline::{Asset, AssetKind, Wrapping};
use serde_json::Value;
use std::fs;

/// Everything of one run that a row may look at.
#[derive(Default)]
struct Emitted {
    /// The objects as texts, with their names.
    objects: Vec<(String, String)>,
    /// Files on the node: path, mode, decoded contents, and whether it is one of the scripts.
    files: Vec<(String, u32, String)>,
    /// Units and drop-ins: name and text.
    units: Vec<(String, String)>,
    /// The Ignition configs as trees, keys as they are written.
    configs: Vec<Value>,
    /// Kubernetes objects as trees.
    kubernetes: Vec<Value>,
    secrets: Vec<String>,
    /// Devices that the spec itself names.
    devices: Vec<String>,
    butane: bool,
}

/// A defect: its name, why it is one, and who sees it (the answer says where).
type Defect = (&'static str, &'static str, fn(&Emitted) -> Option<String>);

const DEFECTS: &[Defect] = &[
    ("setenforce", "leaves the node permissive when the step after it fails", |e| anywhere(e, "setenforce")),
    ("setsebool", "a local policy change blocks updates of an image-based system", |e| anywhere(e, "setsebool")),
    ("semanage", "a local policy change blocks updates of an image-based system", |e| anywhere(e, "semanage")),
    ("semodule", "a local policy change blocks updates of an image-based system", |e| anywhere(e, "semodule")),
    ("rsync", "runs in a domain that may not write there, and copies straight into place", |e| anywhere(e, "rsync")),
    ("stateroot path", "has another name on other systems, or /var is a partition of its own", |e| {
        anywhere(e, "/sysroot/ostree/deploy")
    }),
    ("systemd-makefs", "takes any known filesystem for the right one", |e| {
        anywhere(e, "systemd-makefs").or_else(|| anywhere(e, "systemd-mkfs"))
    }),
    ("snake_case in Ignition", "Butane's spelling is dropped in silence: nothing is wiped, sizes are ignored", |e| {
        if e.butane { None } else { e.configs.iter().find_map(snake_key) }
    }),
    ("inline in Ignition", "is no key of Ignition: the file would be empty", |e| {
        let known = |config: &Value| find_key(config, &|key| key == "inline");
        if e.butane { None } else { e.configs.iter().find_map(known) }
    }),
    ("compression", "nodes up to 4.9 cannot read it, and up to 4.19 it sticks to what replaces the file", |e| {
        e.configs.iter().find_map(|config| {
            let files = list(config, &["storage", "files"]);
            let packed = files.into_iter().find(|file| !text(&file["contents"], "compression").is_empty());
            packed.map(|file| text(file, "path").to_owned())
        })
    }),
    ("append", "the operator's daemon refuses it", |e| {
        e.configs.iter().find_map(|config| find_key(config, &|key| key == "append"))
    }),
    ("x-systemd. in a mount unit", "is read from fstab alone and has no effect here", |e| in_units(e, "x-systemd.")),
    ("WantedBy=var-lib-containers.mount", "left over from another recipe; that unit need not exist", |e| {
        in_units(e, "var-lib-containers.mount")
    }),
    ("TimeoutSec=0", "a dead portal hangs the boot for ever", |e| {
        unit_line(e, |_, line| matches!(line, "TimeoutSec=0" | "TimeoutSec=infinity"))
    }),
    ("open secret", "everyone on the node reads the CHAP password", |e| {
        e.files
            .iter()
            .find(|(_, mode, contents)| *mode != 0o600 && holds_secret(e, contents))
            .map(|file| file.0.clone())
    }),
    ("secret outside the map", "each further place is one more to leak from", |e| {
        let file = e.files.iter().find(|(path, _, contents)| path != MAP && holds_secret(e, contents));
        let unit = e.units.iter().find(|(_, contents)| holds_secret(e, contents));
        file.map(|file| file.0.clone()).or_else(|| unit.map(|unit| unit.0.clone()))
    }),
    ("secret in an object without CHAP", "only the iSCSI config carries secrets", |e| {
        let hidden = |contents: &str| e.secrets.iter().any(|secret| contains_any_form(contents, secret));
        e.objects
            .iter()
            .find(|(name, contents)| !name.contains("iscsi") && hidden(contents))
            .map(|object| object.0.clone())
    }),
    (
        "shipped iscsid.conf",
        "three lines of it lose safe_logout and socket activation, and lend secrets to all targets",
        |e| e.files.iter().find(|(path, ..)| path.starts_with("/etc/iscsi/")).map(|file| file.0.clone()),
    ),
    ("kernel device names", "change with the order of logins and controllers", |e| {
        unit_line(e, |_, line| {
            let named = ["What=/dev/", "BindsTo=dev-", "Requires=dev-"].iter().any(|start| line.starts_with(start));
            let kernel = ["/sd", "/vd", "/xvd", "/nvme", "dev-sd", "dev-vd", "dev-xvd", "dev-nvme"];
            let given = e.devices.iter().any(|device| line.ends_with(device.as_str()));
            named && !given && kernel.iter().any(|name| line.contains(name))
        })
    }),
    ("ext4 for etcd", "its lost+found is in the way of the restore scripts", |e| {
        unit_line(e, |name, line| name == "var-lib-etcd.mount" && line.starts_with("Type=") && line != "Type=xfs")
    }),
    ("mount without a type", "any filesystem on the disk would do", |e| {
        unit_without(e, |name| name.ends_with(".mount"), |line| line.starts_with("Type="))
    }),
    ("missing prjquota", "every form of the documentation has it, and quotas of ephemeral storage need it", |e| {
        unit_without(
            e,
            |name| name.ends_with(".mount"),
            |line| line.starts_with("Options=") && line.contains("prjquota"),
        )
    }),
    ("mount that local-fs.target requires", "a missing disk ends in emergency mode, where nobody can log in", |e| {
        unit_line(e, |_, line| line.starts_with("RequiredBy=") && line.contains("-fs.target"))
    }),
    ("mount that nobody waits for", "kubelet would start etcd on the root disk", |e| {
        let gate = "RequiredBy=kubelet-dependencies.target crio.service kubelet.service";
        unit_without(e, |name| name.ends_with(".mount"), |line| line == gate)
    }),
    ("automatic startup", "discovery then logs in to every target that is offered", |e| {
        anywhere(e, "node.startup = automatic").or_else(|| anywhere(e, "node.startup]=automatic"))
    }),
    ("discovery", "offers every target of the portal, with the portal's own idea of its address", |e| {
        ["sendtargets", "discoverydb", "-m discovery", "--discover"].into_iter().find_map(|word| anywhere(e, word))
    }),
    ("expansion in Exec lines", "systemd expands $name itself, and to nothing", |e| {
        unit_line(e, |_, line| line.starts_with("Exec") && line.contains(['$', '`', '&', '|', ';', '>']))
    }),
    ("shell wrapper", "moves what it starts into a domain that may not do it", |e| {
        unit_line(e, |_, line| line.starts_with("Exec") && (line.contains("bash ") || line.contains("/sh ")))
    }),
    ("tool named in Exec", "iscsiadm, rsync and others then run in domains that may not do it", |e| {
        unit_line(e, |_, line| {
            let program = line.strip_prefix("ExecStart=").or_else(|| line.strip_prefix("ExecStop=-"));
            // The guard is there to be bound to; what it runs does nothing.
            program
                .is_some_and(|program| !program.starts_with("/usr/local/bin/firesteel-") && program != "/usr/bin/true")
        })
    }),
    ("After= without Requires=", "the step runs although the one before it failed", |e| after_without_requires(e)),
    ("name that begins with a blank", "is another name than the one that is looked for", |e| {
        let names = e.objects.iter().map(|(name, _)| name).chain(e.units.iter().map(|(name, _)| name));
        names.chain(e.files.iter().map(|(path, ..)| path)).find(|name| name.starts_with(' ')).cloned()
    }),
    ("tabs", "a tab that indents makes the YAML unreadable", |e| {
        e.objects.iter().find(|(_, contents)| contents.lines().any(|line| line.starts_with('\t'))).map(|o| o.0.clone())
    }),
    ("metadata of an export", "ties the copy to the original's owner, or is refused", |e| {
        const STRIPPED: [&str; 8] = [
            "uid",
            "ownerReferences",
            "managedFields",
            "status",
            "resourceVersion",
            "creationTimestamp",
            "generation",
            "selfLink",
        ];
        e.kubernetes.iter().find_map(|object| find_key(object, &|key| STRIPPED.contains(&key)))
    }),
    ("controller version", "stops rendering of the pool after the next upgrade", |e| {
        anywhere(e, "generated-by-controller-version").or_else(|| anywhere(e, "osImageURL"))
    }),
    ("mco-built-in", "the operator would write the pool's registries itself", |e| anywhere(e, "mco-built-in")),
    ("required-for-upgrade", "cluster upgrades would wait for the pool", |e| anywhere(e, "required-for-upgrade")),
    ("pool selected by its role alone", "refused from 4.18 on, and without worker's configs a node is none", |e| {
        let pools = e.kubernetes.iter().filter(|object| text(object, "kind") == "MachineConfigPool");
        pools.map(|pool| &pool["spec"]["machineConfigSelector"]).find_map(|selector| {
            let roles = list(selector, &["matchExpressions"]);
            let inherits = roles.iter().any(|rule| list(rule, &["values"]).iter().any(|role| *role == "worker"));
            (selector.get("matchLabels").is_some() || !inherits).then(|| "machineConfigSelector".to_owned())
        })
    }),
    ("broken base64 in the Secret", "line breaks and deleted blanks change what the machine boots from", |e| {
        let secrets = e.kubernetes.iter().filter(|object| text(object, "kind") == "Secret");
        secrets.map(|secret| text(&secret["data"], "userData")).find_map(|encoded| {
            let good = STANDARD.decode(encoded).is_ok_and(|bytes| serde_json::from_slice::<Value>(&bytes).is_ok());
            (!good || encoded.contains(char::is_whitespace)).then(|| "userData".to_owned())
        })
    }),
    ("disks on running nodes", "the operator refuses them, and the pool is degraded", |e| {
        e.configs.iter().find_map(|config| {
            let day_one = ["disks", "filesystems", "raid", "directories"];
            let found = day_one.into_iter().find(|key| !list(config, &["storage", key]).is_empty());
            // Steps of ours are for nodes that run; the guard is on every node.
            let is_step = |name: &str| name.starts_with("firesteel-") && !name.ends_with("-guard.service");
            found.filter(|_| e.units.iter().any(|(name, _)| is_step(name))).map(str::to_owned)
        })
    }),
    ("label alone without wipe", "never matches an existing partition; a second one is made beside it", |e| {
        e.configs.iter().find_map(|config| {
            let disks = list(config, &["storage", "disks"]);
            let partitions = disks.iter().flat_map(|disk| list(disk, &["partitions"]));
            let bare = |partition: &&Value| {
                let number = partition.get("number").and_then(Value::as_str).unwrap_or("0");
                number == "0" || ["sizeMiB", "size_mib"].iter().all(|key| partition.get(*key).is_none())
            };
            partitions.into_iter().find(bare).map(|partition| text(partition, "label").to_owned())
        })
    }),
];

const MAP: &str = "/etc/firesteel/iscsi.map";

fn anywhere(e: &Emitted, word: &str) -> Option<String> {
    let object = e.objects.iter().find(|(_, contents)| contents.contains(word)).map(|object| object.0.clone());
    let file = || e.files.iter().find(|(_, _, contents)| contents.contains(word)).map(|file| file.0.clone());
    object.or_else(file).or_else(|| in_units(e, word))
}

fn in_units(e: &Emitted, word: &str) -> Option<String> {
    e.units.iter().find(|(_, contents)| contents.contains(word)).map(|unit| unit.0.clone())
}

fn unit_line(e: &Emitted, bad: impl Fn(&str, &str) -> bool) -> Option<String> {
    let lines = e.units.iter().flat_map(|(name, contents)| contents.lines().map(move |line| (name, line)));
    lines.into_iter().find(|(name, line)| bad(name, line)).map(|(name, line)| format!("{name}: {line}"))
}

fn unit_without(e: &Emitted, which: impl Fn(&str) -> bool, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut units = e.units.iter().filter(|(name, _)| which(name));
    units.find(|(_, contents)| !contents.lines().any(&wanted)).map(|unit| unit.0.clone())
}

/// The chain of our own steps: what comes after one of them, or after the mount, also requires it.
fn after_without_requires(e: &Emitted) -> Option<String> {
    e.units.iter().find_map(|(name, contents)| {
        let words = |key: &str| -> Vec<&str> {
            let values = contents.lines().filter_map(|line| line.strip_prefix(key));
            values.flat_map(str::split_whitespace).collect()
        };
        let mut required: Vec<&str> = [words("Requires="), words("BindsTo=")].concat();
        // A path needs its mount, which systemd.unit(5) says of `RequiresMountsFor=`.
        if words("RequiresMountsFor=").contains(&"/var/lib/etcd") {
            required.push("var-lib-etcd.mount");
        }
        // A device cannot require the unit that brings it: it would be stopped with it.
        let ours = |unit: &&str| unit.starts_with("firesteel-") || *unit == "var-lib-etcd.mount";
        let loose = words("After=").into_iter().filter(ours).find(|unit| !required.contains(unit));
        loose.filter(|_| !name.contains(".device")).map(|unit| format!("{name}: {unit}"))
    })
}

fn snake_key(tree: &Value) -> Option<String> {
    find_key(tree, &|key| key.contains('_'))
}

fn find_key(tree: &Value, bad: &dyn Fn(&str) -> bool) -> Option<String> {
    match tree {
        Value::Object(entries) => {
            entries.iter().find_map(|(key, value)| if bad(key) { Some(key.clone()) } else { find_key(value, bad) })
        }
        Value::Array(items) => items.iter().find_map(|item| find_key(item, bad)),
        _ => None,
    }
}

fn holds_secret(e: &Emitted, contents: &str) -> bool {
    e.secrets.iter().any(|secret| contents.contains(secret.as_str()))
}

/// Plain, or in base64 at any of the three offsets.
fn contains_any_form(contents: &str, secret: &str) -> bool {
    let at = |shift: usize| {
        let padded = [&b"xx"[..shift], secret.as_bytes()].concat();
        let whole = STANDARD.encode(&padded);
        let end = whole.trim_end_matches('=').len();
        // The characters at both ends depend on the neighbours.
        let start = [0, 2, 3][shift];
        whole[start..end - 1].to_owned()
    };
    contents.contains(secret) || (0..3).any(|shift| contents.contains(&at(shift)))
}

fn emitted(example: &str, wrapping: Wrapping) -> Emitted {
    let spec = fs::read_to_string(folder(example).join(format!("{example}.yaml"))).expect("every example has a spec");
    let volumes = tree(&spec);
    let devices = list(&volumes, &["volumes"]).into_iter().map(|volume| text(&volume["disk"], "device").to_owned());
    let devices = devices.filter(|device| !device.is_empty()).collect();
    let assets = compiled(example, wrapping).assets;
    let objects: Vec<Asset> = assets.into_iter().filter(|asset| asset.kind == AssetKind::Object).collect();
    assert!(!objects.is_empty(), "{example}");
    let butane = wrapping == Wrapping::Butane;
    let mut e = Emitted { secrets: secrets(example), devices, butane, ..Emitted::default() };
    for Asset { name, contents, .. } in objects {
        take(&mut e, &name, &contents);
    }
    e
}

fn take(e: &mut Emitted, name: &str, contents: &str) {
    e.objects.push((name.to_owned(), contents.to_owned()));
    // JSON is read as the YAML it also is.
    let tree = tree(contents);
    let config = match text(&tree, "kind") {
        "MachineConfig" => tree["spec"]["config"].clone(),
        "" => tree.clone(),
        _ => Value::Null,
    };
    if !text(&tree, "kind").is_empty() {
        e.kubernetes.push(tree);
    }
    if config.is_null() {
        return;
    }
    for file in list(&config, &["storage", "files"]) {
        let mode = text(file, "mode");
        let mode = if e.butane { u32::from_str_radix(mode, 8) } else { mode.parse() };
        let source = &file["contents"];
        let contents = match source.get("inline").and_then(Value::as_str) {
            Some(inline) => inline.to_owned(),
            None => String::from_utf8(data(text(source, "source"))).expect("what we ship are texts"),
        };
        e.files.push((text(file, "path").to_owned(), mode.expect("a mode is explicit"), contents));
    }
    for unit in list(&config, &["systemd", "units"]) {
        let name = text(unit, "name");
        if unit.get("contents").is_some() {
            e.units.push((name.to_owned(), text(unit, "contents").to_owned()));
        }
        for dropin in list(unit, &["dropins"]) {
            e.units.push((format!("{name}.d/{}", text(dropin, "name")), text(dropin, "contents").to_owned()));
        }
    }
    e.configs.push(config);
}

#[test]
fn ours_have_none_of_the_defects() {
    for example in EXAMPLES {
        for wrapping in WRAPPINGS {
            let e = emitted(example, wrapping);
            assert!(!e.units.is_empty() && !e.configs.is_empty(), "{example}");
            for (defect, reason, find) in DEFECTS {
                let found = find(&e);
                assert!(found.is_none(), "{example} as {wrapping:?} has the defect {defect:?} in {found:?}: {reason}");
            }
        }
    }
}

#[test]
fn the_list_can_fail() {
    let seeds = include_str!("seed_defects/seeds.yaml");
    let mut e = Emitted { secrets: vec!["example-chap-0".to_owned()], ..Emitted::default() };
    for document in seeds.split("---\n").filter(|document| !document.trim().is_empty()) {
        let name = tree(document)["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        take(&mut e, &format!("{name}.yaml"), document);
    }
    e.objects.push((" 98-var-lib-etcd-next.yaml".to_owned(), "\tindented".to_owned()));
    let unseen: Vec<&str> = DEFECTS.iter().filter(|(.., find)| find(&e).is_none()).map(|row| row.0).collect();
    assert!(unseen.is_empty(), "not seen in the seeds: {unseen:?}");
}
