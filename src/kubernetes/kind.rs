use super::NameRule;
use Scope::{Cluster, Namespaced};

/// Where the objects of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace each.
    Namespaced,
    /// In the cluster, and in no namespace.
    Cluster,
}

/// Kinds of Kubernetes' own groups that are not what most are: objects in namespaces, with subdomains for names.
///
/// The scope is that of `kubectl api-resources`, and of each kind's page on <https://kubernetes.io/docs/reference/kubernetes-api/>;
/// kinds that are no longer served are there for manifests that still say them. The rule for names is that of the kind's
/// validation in <https://github.com/kubernetes/kubernetes/tree/master/pkg/apis>.
const KINDS: &[(&str, &str, Scope, NameRule)] = &[
    ("", "ComponentStatus", Cluster, NameRule::Subdomain),
    ("", "Namespace", Cluster, NameRule::Label),
    ("", "Node", Cluster, NameRule::Subdomain),
    ("", "PersistentVolume", Cluster, NameRule::Subdomain),
    ("", "Service", Namespaced, NameRule::LetterLabel),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy", Cluster, NameRule::Subdomain),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", Cluster, NameRule::Subdomain),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", Cluster, NameRule::Subdomain),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", Cluster, NameRule::Subdomain),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", Cluster, NameRule::Subdomain),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", Cluster, NameRule::Subdomain),
    ("apiextensions.k8s.io", "CustomResourceDefinition", Cluster, NameRule::Subdomain),
    ("apiregistration.k8s.io", "APIService", Cluster, NameRule::PathSegment),
    ("apps", "StatefulSet", Namespaced, NameRule::Label),
    ("authentication.k8s.io", "SelfSubjectReview", Cluster, NameRule::Subdomain),
    ("authentication.k8s.io", "TokenReview", Cluster, NameRule::Subdomain),
    ("authorization.k8s.io", "SelfSubjectAccessReview", Cluster, NameRule::Subdomain),
    ("authorization.k8s.io", "SelfSubjectRulesReview", Cluster, NameRule::Subdomain),
    ("authorization.k8s.io", "SubjectAccessReview", Cluster, NameRule::Subdomain),
    ("batch", "CronJob", Namespaced, NameRule::ShortSubdomain),
    ("certificates.k8s.io", "CertificateSigningRequest", Cluster, NameRule::Subdomain),
    ("certificates.k8s.io", "ClusterTrustBundle", Cluster, NameRule::PathSegment),
    ("extensions", "PodSecurityPolicy", Cluster, NameRule::Subdomain),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema", Cluster, NameRule::Subdomain),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", Cluster, NameRule::Subdomain),
    ("internal.apiserver.k8s.io", "StorageVersion", Cluster, NameRule::Subdomain),
    ("networking.k8s.io", "IPAddress", Cluster, NameRule::PathSegment),
    ("networking.k8s.io", "IngressClass", Cluster, NameRule::Subdomain),
    ("networking.k8s.io", "ServiceCIDR", Cluster, NameRule::Subdomain),
    ("node.k8s.io", "RuntimeClass", Cluster, NameRule::Subdomain),
    ("policy", "PodSecurityPolicy", Cluster, NameRule::Subdomain),
    ("rbac.authorization.k8s.io", "ClusterRole", Cluster, NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", Cluster, NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "Role", Namespaced, NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "RoleBinding", Namespaced, NameRule::PathSegment),
    ("resource.k8s.io", "DeviceClass", Cluster, NameRule::Subdomain),
    ("resource.k8s.io", "DeviceTaintRule", Cluster, NameRule::Subdomain),
    ("resource.k8s.io", "ResourceSlice", Cluster, NameRule::Subdomain),
    ("scheduling.k8s.io", "PriorityClass", Cluster, NameRule::Subdomain),
    ("storage.k8s.io", "CSIDriver", Cluster, NameRule::Subdomain),
    ("storage.k8s.io", "CSINode", Cluster, NameRule::Subdomain),
    ("storage.k8s.io", "StorageClass", Cluster, NameRule::Subdomain),
    ("storage.k8s.io", "VolumeAttachment", Cluster, NameRule::Subdomain),
    ("storage.k8s.io", "VolumeAttributesClass", Cluster, NameRule::Subdomain),
    ("storagemigration.k8s.io", "StorageVersionMigration", Cluster, NameRule::Subdomain),
];

/// The groups of Kubernetes' own whose other kinds are all in namespaces.
const GROUPS: &[&str] = &[
    "",
    "apps",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "storage.k8s.io",
];

/// Where the objects of a kind are; nothing where that is not known, as of custom resources.
pub fn scope(group: &str, kind: &str) -> Option<Scope> {
    let known = KINDS.iter().find(|row| (row.0, row.1) == (group, kind)).map(|row| row.2);
    known.or_else(|| GROUPS.contains(&group).then_some(Namespaced))
}

/// The rule for names of a kind. What OpenShift serves beside custom resources has names such as `system:admin` and
/// `nginx:latest`.
pub fn name_rule(group: &str, kind: &str) -> NameRule {
    let known = KINDS.iter().find(|row| (row.0, row.1) == (group, kind)).map(|row| row.3);
    let otherwise = if group.ends_with(".openshift.io") { NameRule::PathSegment } else { NameRule::Subdomain };
    known.unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, KINDS, NameRule, Scope, name_rule, scope};

    #[test]
    fn kinds_of_the_cluster_are_known_to_be_so() {
        for (group, kind) in
            [("", "Namespace"), ("storage.k8s.io", "CSIDriver"), ("rbac.authorization.k8s.io", "ClusterRole")]
        {
            assert_eq!(scope(group, kind), Some(Scope::Cluster), "{kind}");
        }
        for (group, kind) in [("", "Secret"), ("apps", "Deployment"), ("storage.k8s.io", "CSIStorageCapacity")] {
            assert_eq!(scope(group, kind), Some(Scope::Namespaced), "{kind}");
        }
        assert_eq!(scope("example.com", "Namespace"), None);
    }

    #[test]
    fn most_names_are_subdomains() {
        assert_eq!(name_rule("", "Namespace"), NameRule::Label);
        assert_eq!(name_rule("apps", "StatefulSet"), NameRule::Label);
        assert_eq!(name_rule("apps", "Deployment"), NameRule::Subdomain);
        assert_eq!(name_rule("rbac.authorization.k8s.io", "Role"), NameRule::PathSegment);
        assert_eq!(name_rule("example.com", "Role"), NameRule::Subdomain);
        assert_eq!(name_rule("user.openshift.io", "User"), NameRule::PathSegment);
    }

    #[test]
    fn the_table_is_sorted_and_says_nothing_twice() {
        assert!(KINDS.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
        assert!(GROUPS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
