//! What people try beside the supported ways, with what it costs.

use super::page::Page;

/// The etcd operator, taken out of the cluster's hands.
///
/// Source: openshift/cluster-etcd-operator, pkg/operator/starter.go, for where members go; openshift/api, ClusterVersion
/// `spec.overrides`.
pub(super) fn operator_override(page: &mut Page) {
    page.appendix("etcd members on these machines (not supported)");
    page.lines([
        "The etcd operator places members on nodes of the role `master` alone, and has no setting for others.",
        "Some pages take the operator out of the cluster's hands, to place members themselves.",
        "The vendor does not support it, and none of these files needs it. It looks like this:",
    ]);
    page.commands([
        r#"oc patch clusterversion version --type merge -p '{"spec":{"overrides":[{"kind":"Deployment","group":"apps","namespace":"openshift-etcd-operator","name":"etcd-operator","unmanaged":true}]}}'"#,
    ]);
    page.list([
        "While an override is there, the cluster counts as unsupported and does not upgrade.",
        "A `nodeSelector` in the operator's Deployment moves the operator's own pod, and no member.",
        "The label `node-role.kubernetes.io/master` on a node does bring a member, and moves the node to the pool `master`: then this pool's files leave it.",
        "Nothing renews the members' certificates or mends a lost member meanwhile.",
    ]);
    page.lines([
        "Has somebody done it here? This prints nothing when not; the second command takes **all** overrides back:",
    ]);
    page.commands([
        r#"oc get clusterversion version -o jsonpath='{.spec.overrides}{"\n"}'"#,
        r#"oc patch clusterversion version --type json -p '[{"op":"remove","path":"/spec/overrides"}]'"#,
    ]);
}
