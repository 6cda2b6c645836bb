use super::{Scope, group, scope};

/// Which object a manifest speaks of. Two manifests of one identity are one object to a cluster, whatever version of the API
/// they are written in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The API group; empty for that of `v1`.
    pub group: Box<str>,
    /// The kind.
    pub kind: Box<str>,
    /// The namespace; nothing where it is in none.
    pub namespace: Option<Box<str>>,
    /// The name.
    pub name: Box<str>,
}

/// The namespace of an object that says none and must have one.
const DEFAULT_NAMESPACE: &str = "default";

impl Identity {
    /// The identity of what a manifest says. Of a kind that is known, its scope counts; of others, what the manifest says.
    pub fn new(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Self {
        let group = group(api_version);
        let said = namespace.filter(|namespace| !namespace.is_empty());
        let namespace = match scope(group, kind) {
            Some(Scope::Cluster) => None,
            Some(Scope::Namespaced) => Some(said.unwrap_or(DEFAULT_NAMESPACE)),
            None => said,
        };
        Self { group: group.into(), kind: kind.into(), namespace: namespace.map(Into::into), name: name.into() }
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} `{}`", self.kind, self.name)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace `{namespace}`"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    #[test]
    fn the_version_is_no_part_of_it_and_the_group_is() {
        let of = |api_version| Identity::new(api_version, "Deployment", Some("a"), "x");
        assert_eq!(of("apps/v1"), of("apps/v1beta1"));
        assert_ne!(of("apps/v1"), of("example.com/v1"));
    }

    #[test]
    fn what_is_known_of_the_kind_says_whether_the_namespace_counts() {
        let of = |api_version, kind, namespace| Identity::new(api_version, kind, namespace, "x").to_string();
        assert_eq!(of("v1", "Namespace", Some("a")), "Namespace `x`");
        assert_eq!(of("v1", "Secret", None), "Secret `x` in namespace `default`");
        assert_eq!(of("v1", "Secret", Some("a")), "Secret `x` in namespace `a`");
        assert_eq!(of("example.com/v1", "Thing", None), "Thing `x`");
        assert_eq!(of("example.com/v1", "Thing", Some("a")), "Thing `x` in namespace `a`");
    }
}
