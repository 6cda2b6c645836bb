use super::misfit::{Misfit, MisfitName};
use super::problem::Reason;
use crate::function::Output;
use crate::function::{self, FunctionError};
use crate::kubernetes::{Identity, NameRule, Scope, group, scope};
use std::borrow::Cow;

/// What the line of a resource says of its manifest, with the namespace of the request where there is one.
pub(super) struct Head<'a> {
    pub(super) api_version: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) namespace: Option<&'a str>,
}

/// Why a body makes no manifest.
pub(super) struct Refused {
    /// The member that is wrong, by its names from the body on.
    pub(super) member: &'static [&'static str],
    pub(super) reason: Reason,
}

const METADATA: &[&str] = &["metadata"];
const NAME: &[&str] = &["metadata", "name"];
const NAMESPACE: &[&str] = &["metadata", "namespace"];

/// The manifest of a resource, `apiVersion`, `kind` and `metadata` first, then the body as written; and which object it is.
/// Nothing that the body says is left out: what it must not say is refused.
pub(super) fn manifest<'a>(head: Head<'a>, body: Output<'a>) -> Result<(Output<'a>, Identity), Refused> {
    let mut rest = Vec::new();
    let mut described = Vec::new();
    for (key, value) in body.into_members().unwrap_or_default().into_iter().filter(|member| !member.1.is_null()) {
        match &*key {
            "metadata" => {
                let found = value.type_name();
                let members = value.into_members();
                described =
                    members.ok_or(Refused { member: METADATA, reason: Reason::Misfit(Misfit::Metadata(found)) })?;
            }
            "apiVersion" => return Err(said(&["apiVersion"])),
            "kind" => return Err(said(&["kind"])),
            _ => rest.push((key, value)),
        }
    }
    if described.iter().any(|member| member.0 == "name" && !member.1.is_null()) {
        return Err(said(NAME));
    }
    let at = described.iter().position(|member| member.0 == "namespace");
    let namespace = namespace(&head, at.map(|at| described.remove(at).1))?;
    let identity = Identity::new(&head.api_version, &head.kind, namespace.as_deref(), &head.name);
    let mut metadata = vec![(Cow::Borrowed("name"), Output::Text(head.name))];
    metadata.extend(namespace.map(|namespace| (Cow::Borrowed("namespace"), Output::Text(namespace))));
    metadata.extend(described.into_iter().filter(|member| member.0 != "name"));
    let mut members = vec![
        (Cow::Borrowed("apiVersion"), Output::Text(head.api_version)),
        (Cow::Borrowed("kind"), Output::Text(head.kind)),
        (Cow::Borrowed("metadata"), Output::Object(metadata)),
    ];
    members.append(&mut rest);
    Ok((Output::Object(members), identity))
}

/// That the line of the resource says a member already.
fn said(member: &'static [&'static str]) -> Refused {
    Refused { member, reason: Reason::Misfit(Misfit::Reserved(member.join("."))) }
}

/// The namespace that is written: what the body says, else that of the request where the kind can have one.
fn namespace<'a>(head: &Head<'a>, written: Option<Output<'a>>) -> Result<Option<Cow<'a, str>>, Refused> {
    let is_of_cluster = scope(group(&head.api_version), &head.kind) == Some(Scope::Cluster);
    let refused = |reason| Refused { member: NAMESPACE, reason };
    let Some(written) = written else {
        return Ok(head.namespace.filter(|_| !is_of_cluster).map(Cow::Borrowed));
    };
    if written.is_null() {
        return Ok(None);
    }
    if is_of_cluster {
        return Err(refused(Reason::Misfit(Misfit::NoNamespace(head.kind.to_string()))));
    }
    let text = function::text_of(written).map_err(|error| {
        let path = NAMESPACE.join(".");
        refused(match error {
            FunctionError::Missing => Reason::Missing(path),
            FunctionError::Secret => Reason::Secret(path),
            FunctionError::Type { found, wanted } => Reason::Type { path, found, wanted },
            FunctionError::Argument { function, found, wanted } => Reason::Argument { function, found, wanted },
            FunctionError::Impossible(why) => Reason::Impossible { path, why },
        })
    })?;
    match MisfitName::of(&text, NameRule::Label, "namespace") {
        None => Ok(Some(text)),
        Some(misfit) => Err(refused(Reason::Misfit(Misfit::Name(Box::new(misfit))))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use crate::resolve::{MemoryLoader, resolve};

    /// The only file of a request, or what is wrong with it.
    fn rendered(step: &str, request: &str) -> Result<String, Vec<String>> {
        let text = format!(
            "project demo\npromise p {{ api group=g.io version=v1 kind=P {{ field t string; field o object }}; \
             workflow configure {{\n{step}\n}}; }}\nstate-store s git {{ url x }}\ndestination d {{ store s }}\n\
             request p r {{\n{request}\n}}\n"
        );
        let project = resolve(&MemoryLoader::new([("plat.kdl", text.as_str())])).unwrap().project;
        let (rendered, diagnostics) = render(&project);
        match diagnostics.iter().count() {
            0 => Ok(String::from_utf8(rendered[0].files[0].content.to_vec()).unwrap()),
            _ => Err(diagnostics
                .iter()
                .map(|one| {
                    let span = &one.primary.span();
                    format!("{} {} at {}", one.code, one.message, &text[span.start as usize..span.end as usize])
                })
                .collect()),
        }
    }

    fn refused(step: &str, request: &str) -> String {
        rendered(step, request).unwrap_err().join("; ")
    }

    #[test]
    fn what_the_line_says_is_not_said_again_by_what_is_computed() {
        let step = |body: &str| format!("resource v1 ConfigMap $name {{ {body} }}");
        let again = "is said by the line of the resource already at";
        let key = "\"${spec.t}\"";
        assert_eq!(refused(&step("\"${spec.t}\" { x 1 }"), "t kind"), format!("E0532 `kind` {again} {key}"));
        assert_eq!(refused(&step("\"${spec.t}\" v2"), "t apiVersion"), format!("E0532 `apiVersion` {again} {key}"));
        let name = format!("E0532 `metadata.name` {again} ");
        assert_eq!(refused(&step("metadata { \"${spec.t}\" x }"), "t name"), name.clone() + key);
        assert_eq!(refused(&step("metadata $spec.o"), "o { name x }"), name.clone() + "$spec.o");
        assert_eq!(refused(&step("metadata { name x; labels a=$spec.t }"), "t x"), name + "name");
    }

    #[test]
    fn a_name_that_is_computed_stands_once() {
        let step = "resource v1 ConfigMap $name { data { \"${name}\" 1; $spec.t 2; r 3 } }";
        assert_eq!(refused(step, "t r"), "E0353 `r` is set twice at $spec.t");
        assert_eq!(refused(step, "t s"), "E0353 `r` is set twice at r");
        assert_eq!(refused("resource v1 ConfigMap $name { data { $spec.o 1 } }", "o { x 1 }").get(..5), Some("E0511"));
    }

    #[test]
    fn metadata_is_an_object() {
        let step = "resource v1 ConfigMap $name { metadata $spec.t }";
        assert_eq!(refused(step, "t x"), "E0535 `metadata` is a string, and an object is needed at metadata");
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r\n  namespace: default\n";
        assert_eq!(rendered(step, "").unwrap(), head);
        assert_eq!(
            rendered("resource v1 ConfigMap $name { metadata $spec.o }", "o { labels { a b; }; }").unwrap(),
            head.to_owned() + "  labels:\n    a: b\n"
        );
    }

    #[test]
    fn objects_of_the_cluster_get_no_namespace_and_may_name_none() {
        let head = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: r\n";
        assert_eq!(rendered("resource v1 Namespace $name", "").unwrap(), head);
        let step = "resource v1 $spec.t $name { metadata namespace=$namespace }";
        assert_eq!(
            refused(step, "t Namespace"),
            "E0537 a Namespace is an object of the cluster: it is in no namespace at namespace"
        );
        assert!(rendered(step, "t Secret").unwrap().contains("namespace: default"));
        assert!(rendered("resource \"example.com/v1\" Namespace $name", "").unwrap().contains("namespace: default"));
    }

    #[test]
    fn names_are_those_that_kubernetes_takes() {
        let of = |step: &str, t: &str| rendered(step, &format!("t {t:?}")).map(drop).map_err(|said| said.join("; "));
        let name = "resource v1 ConfigMap \"${name}-${spec.t}\"";
        let at = "at \"${name}-${spec.t}\"";
        assert_eq!(of(name, "a.b"), Ok(()));
        assert_eq!(of(name, "App_1"), Err(format!("E0536 `r-App_1` is no name of a ConfigMap: it holds 'A' {at}")));
        assert_eq!(of(name, "a-"), Err(format!("E0536 `r-a-` is no name of a ConfigMap: it ends with `-` {at}")));
        assert_eq!(of(name, "a..b").unwrap_err().get(..5), Some("E0536"));
        assert_eq!(of(name, &"a".repeat(252)).unwrap_err().get(..5), Some("E0536"));
        let role = "resource \"rbac.authorization.k8s.io/v1\" ClusterRole $spec.t";
        assert_eq!(of(role, "system:Node_1"), Ok(()));
        assert_eq!(of(role, "a/b").unwrap_err().get(..5), Some("E0536"));
        assert!(of("resource v1 Namespace $spec.t", "a.b").is_err());
        assert!(of("resource v1 Service $spec.t", "1a").is_err());
        assert!(of("resource v1 $spec.t x", "Config Map").is_err());
        assert!(of("resource $spec.t Thing x", "a/b/c").is_err());
        let namespace = "resource v1 ConfigMap $name { metadata namespace=$spec.t }";
        assert_eq!(of(namespace, "a.b"), Err("E0536 `a.b` is no namespace: it holds '.' at namespace".to_owned()));
    }
}
