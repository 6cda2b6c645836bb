use super::NameRule;

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

/// The rule for names of a kind. What OpenShift serves beside custom resources has names such as `system:admin` and
/// `nginx:latest`.
pub fn name_rule(group: &str, kind: &str) -> NameRule {
    let known = NAMES.iter().find(|row| (row.0, row.1) == (group, kind)).map(|row| row.2);
    let otherwise = if group.ends_with(".openshift.io") { NameRule::PathSegment } else { NameRule::Subdomain };
    known.unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, NameRule, name_rule};

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
