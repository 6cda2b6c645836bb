use super::{NameRule, schema};
use Scope::{Cluster, Namespaced};

/// Where the objects of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace each.
    Namespaced,
    /// In the cluster, and in no namespace.
    Cluster,
}

/// Kinds of Kubernetes' own groups whose names are not what most are: subdomains.
///
/// The rule is that of the kind's validation in <https://github.com/kubernetes/kubernetes/tree/master/pkg/apis>.
const NAMES: &[(&str, &str, NameRule)] = &[
    ("", "Namespace", NameRule::Label),
    ("", "Service", NameRule::LetterLabel),
    ("apiregistration.k8s.io", "APIService", NameRule::PathSegment),
    ("apps", "StatefulSet", NameRule::Label),
    ("batch", "CronJob", NameRule::ShortSubdomain),
    ("certificates.k8s.io", "ClusterTrustBundle", NameRule::PathSegment),
    ("networking.k8s.io", "IPAddress", NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "ClusterRole", NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "Role", NameRule::PathSegment),
    ("rbac.authorization.k8s.io", "RoleBinding", NameRule::PathSegment),
];

/// A group that Kubernetes had, and a kind whose objects were the cluster's: manifests still say them.
const FORMER: (&str, &str) = ("extensions", "PodSecurityPolicy");

/// Where the objects of a kind are; nothing where that is not known, as of custom resources. Of its own kinds Kubernetes says it; others in
/// a group that has objects in namespaces are taken for some that it had.
pub fn scope(group: &str, kind: &str) -> Option<Scope> {
    let group_has = |is: Scope| schema::scopes_of(group).any(|(_, scope)| scope == is);
    schema::scopes_of(group).find(|(known, _)| *known == kind).map(|(_, scope)| scope).or_else(|| {
        let is_known = group == FORMER.0 || group_has(Namespaced);
        is_known.then(|| if kind == FORMER.1 { Cluster } else { Namespaced })
    })
}

/// The rule for names of a kind. What OpenShift serves beside custom resources has names such as `system:admin` and
/// `nginx:latest`.
pub fn name_rule(group: &str, kind: &str) -> NameRule {
    let known = NAMES.iter().find(|row| (row.0, row.1) == (group, kind)).map(|row| row.2);
    let otherwise = if group.ends_with(".openshift.io") { NameRule::PathSegment } else { NameRule::Subdomain };
    known.unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, NameRule, Scope, name_rule, scope};

    #[test]
    fn kinds_of_the_cluster_are_known_to_be_so() {
        for (group, kind) in [
            ("", "Namespace"),
            ("storage.k8s.io", "CSIDriver"),
            ("policy", "PodSecurityPolicy"),
            ("extensions", "PodSecurityPolicy"),
        ] {
            assert_eq!(scope(group, kind), Some(Scope::Cluster), "{kind}");
        }
        for (group, kind) in [("", "Secret"), ("storage.k8s.io", "CSIStorageCapacity"), ("extensions", "Ingress")] {
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
        assert!(NAMES.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
    }
}
