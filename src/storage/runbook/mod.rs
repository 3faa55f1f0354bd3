//! The runbook: what a person does with the assets, in order, and the way back.
//!
//! Its reader is awake at three in the morning: short sentences, one a line; commands with the names of this very
//! plan; what is not known is said. It never holds a secret.

mod apply;
mod before;
mod data;
mod facts;
mod page;
mod recover;
mod roll_back;
mod secrets;
mod storage_side;
mod unsupported;

use super::plan::Plan;
use super::spec::Stage;
use crate::asset::TargetForm;
use facts::Facts;
use page::Page;

/// The runbook as Markdown; `target` is the form in which the storage side is made too.
pub(super) fn runbook(plan: &Plan, target: Option<TargetForm>) -> String {
    let facts = Facts::new(plan);
    let mut page = Page::new(&title(plan));
    page.lines([
        "Read it to the end before the first command.",
        "It was made from the spec and does not know the state of your machines.",
        "`NODE` stands for the name of one machine.",
    ]);
    if plan.cluster.is_some() {
        page.lines([
            "Commands with `oc` run where you administer the cluster.",
            "All others run on the node as root: `ssh core@NODE`, then `sudo -i`.",
            "Try now that SSH works: when kubelet waits for a volume, `oc debug` does not, and SSH is the only way in.",
        ]);
    }
    before::back_up(&facts, &mut page);
    before::what_changes(&facts, &mut page);
    before::check(&facts, &mut page);
    if let Some(form) = target {
        storage_side::set_up(form, &mut page);
    }
    apply::apply(&facts, &mut page);
    apply::watch(&facts, &mut page);
    apply::verify(&facts, &mut page);
    apply::measure(&facts, &mut page);
    data::what_happens(&facts, &mut page);
    data::refusals(&facts, &mut page);
    data::absent(&facts, &mut page);
    roll_back::roll_back(&facts, &mut page);
    recover::replace_node(&facts, &mut page);
    secrets::secrets(&facts, &mut page);
    recover::restore(&facts, &mut page);
    secrets::not_proven(&facts, &mut page);
    if facts.etcd_without_members() {
        unsupported::operator_override(&mut page);
    }
    page.finish()
}

fn title(plan: &Plan) -> String {
    let when = match plan.stage {
        Stage::Install => "before installation",
        Stage::NewPool => "a pool without nodes",
        Stage::Running => "running nodes",
    };
    match &plan.cluster {
        Some(cluster) => format!("Runbook: role `{}`, {}, {when}", cluster.role, cluster.release),
        None => "Runbook: hosts that boot from Ignition".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::files::MemoryFiles;
    use crate::pipeline::{Input, Options, TargetForm, compile};

    const CANARY: &str = "canary-9f27c1";

    fn runbook(spec: &str) -> String {
        runbook_with(spec, &Options::default())
    }

    fn runbook_with(spec: &str, options: &Options) -> String {
        let text = format!("variant: firesteel\nversion: 1.0.0\n{spec}");
        let mut files = MemoryFiles::default();
        files.files.insert("secret".to_owned(), format!("{CANARY}\n").into_bytes());
        let compiled = compile(Input { name: "x.yaml", bytes: text.as_bytes() }, &files, options);
        let told: Vec<_> = compiled.report.iter().map(|finding| &finding.message).collect();
        assert!(!compiled.report.has_errors(), "{told:?}");
        compiled
            .assets
            .into_iter()
            .find(|asset| asset.name == "RUNBOOK.md")
            .expect("there is always a runbook")
            .contents
    }

    const DISK: &str = "volumes: [{name: etcd, path: /var/lib/etcd, disk: {device: /dev/disk/by-id/x}}]\n";

    fn iscsi(password: &str) -> String {
        format!(
            "volumes: [{{name: etcd, path: /var/lib/etcd, iscsi: {{target: san}}}}]\n\
             iscsi:\n  wait: 10m\n  targets: {{san: {{iqn: 'iqn.2024-02.com.example.san:x', portals: ['[2001:db8::1]:3261']}}}}\n  \
             nodes:\n  - {{name: alpha, initiator: 'iqn.2024-02.com.example:alpha', chap: {{username: u, password: {password}}}}}\n  \
             - {{name: beta, initiator: 'iqn.2024-02.com.example:beta', match: {{mac: '52:54:00:00:00:01'}}}}\n"
        )
    }

    #[test]
    fn the_storage_side_has_a_section_when_it_is_made() {
        let node = "initiator: 'iqn.2024-02.com.example:beta', match: {mac: '52:54:00:00:00:01'}";
        let spec = iscsi("{file: secret}").replace(&format!("\n  - {{name: beta, {node}}}"), "");
        let spec = spec.replace("chap:", "backstore: {block: /dev/vg/a}, chap:");
        let spec = format!("openshift: '4.16'\nrole: master\nstage: running\n{spec}");
        for (target, word) in [
            (Some(TargetForm::Targetcli), "bash /root/target.sh"),
            (Some(TargetForm::Saveconfig), "targetcli restoreconfig /root/saveconfig.json"),
        ] {
            let text = runbook_with(&spec, &Options { wrapping: None, target });
            assert!(text.contains(word) && !text.contains(CANARY), "{text}");
        }
        assert!(!runbook(&spec).contains("storage side"));
    }

    #[test]
    fn stages_differ() {
        for (head, has, has_not) in [
            (
                "openshift: '4.16'\nrole: master\nstage: running\n",
                &[
                    "cluster-backup.sh",
                    "oc apply -f OUT/98-var-lib-etcd.yaml",
                    "cluster-restore.sh",
                    "etcd.parked-TIME",
                ][..],
                &["openshift-install", "erased", "unmanaged"][..],
            ),
            (
                "openshift: '4.16'\nrole: master\nstage: install\n",
                &[
                    "openshift-install create manifests",
                    "cp OUT/00-etcd-disk.yaml",
                    "emergency shell",
                    "cluster-restore.sh",
                ],
                &["oc apply", "cluster-backup.sh", "parked-TIME", "oc delete mc"],
            ),
            (
                "openshift: '4.16'\nrole: blue\nstage: new-pool\n",
                &[
                    "oc apply -f OUT/00-etcd-disk.yaml",
                    "The pool `blue` is not among these files",
                    "Delete the machines first",
                    "(not supported)",
                ],
                &["cluster-backup.sh", "cluster-restore.sh", "etcdctl", "parked"],
            ),
            (
                "gate: [postgresql.service]\nstage: running\n",
                &["postgresql do not start without the volume", "Ignition cannot be run backwards"],
                &["oc ", "kubelet", "etcdctl"],
            ),
        ] {
            let text = runbook(&format!("{head}{DISK}"));
            for part in has {
                assert!(text.contains(part), "{head}: no {part}");
            }
            for part in has_not {
                assert!(!text.contains(part), "{head}: {part}");
            }
        }
    }

    #[test]
    fn every_node_has_its_own_way_back() {
        let text = runbook(&format!("openshift: '4.16'\nrole: master\nstage: running\n{}", iscsi("{file: secret}")));
        for part in [
            "# alpha\ngrep iqn.2024-02.com.example:alpha ",
            "# beta\ngrep iqn.2024-02.com.example:beta ",
            "iscsiadm -m node -T iqn.2024-02.com.example.san:x -p '[2001:db8::1]:3261' --login",
            "/dev/tcp/2001:db8::1/3261",
            "MAC `52:54:00:00:00:01`",
            "tries for 600 seconds",
            "That does not make them secret",
        ] {
            assert!(text.contains(part), "no {part}");
        }
        let alpha = crate::storage::host::iscsi_owner("", "etcd", "alpha").to_string();
        assert!(text.contains(&format!("mount -t xfs -o ro /dev/disk/by-uuid/{alpha} /run/volume")));
        assert!(!text.contains(CANARY));
    }

    #[test]
    fn a_secret_on_the_node_has_somebody_who_puts_it_there() {
        let head = "openshift: '4.16'\nrole: master\nstage: running\n";
        let text = runbook(&format!("{head}{}", iscsi("{node_file: /etc/chap/alpha}")));
        for part in
            ["`alpha` needs its secret in `/etc/chap/alpha` **before** kubelet", "stat -c '%U %a %s' /etc/chap/alpha"]
        {
            assert!(text.contains(part), "no {part}");
        }
        assert!(!text.contains("That does not make them secret"));
    }

    #[test]
    fn refusals_are_those_of_the_scripts() {
        let scripts = [
            include_str!("../host/scripts/firesteel-volume"),
            include_str!("../host/scripts/firesteel-iscsi-identity"),
            include_str!("../host/scripts/firesteel-iscsi-login"),
        ]
        .concat();
        let head = "openshift: '4.16'\nrole: master\nstage: running\n";
        let text = runbook(&format!("{head}{}", iscsi("{node_file: /etc/chap/alpha}")));
        let table = text.split("| the line says | way out |\n").nth(1).and_then(|rest| rest.split("\n\n").next());
        let rows: Vec<&str> = table.expect("there is a table of refusals").lines().skip(1).collect();
        assert!(rows.len() > 10);
        for row in rows {
            let said = row.split('|').nth(1).expect("a row has cells");
            for part in said.split(['…', '/']).map(str::trim).filter(|part| part.len() > 2) {
                assert!(scripts.contains(part), "no script says {part:?}");
            }
        }
    }

    #[test]
    fn blocks_are_closed_and_lines_clean() {
        for spec in [
            format!("openshift: '4.7'\nrole: master\nstage: running\n{}", iscsi("{file: secret}")),
            format!("openshift: '4.16'\nrole: master\nstage: install\n{}", iscsi("{file: secret}")),
            format!("gate: [a.service]\nstage: install\n{DISK}"),
        ] {
            let text = runbook(&spec);
            assert_eq!(text.matches("```").count() % 2, 0);
            assert!(!text.contains("\n\n\n") && !text.contains(" \n") && text.ends_with('\n'));
            let cells = |line: &str| line.matches('|').count();
            for (line, next) in text.lines().zip(text.lines().skip(1)) {
                assert!(!line.starts_with('|') || !next.starts_with('|') || cells(line) == cells(next), "{next}");
            }
        }
    }
}
