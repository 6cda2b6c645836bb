use super::filter::{self, FilterError};
use super::output::Output;
use super::problem::{MisfitName, Reason};
use crate::kubernetes::{Identity, NameRule, Scope, group, scope};
use std::borrow::Cow;

/// What the line of a resource says of its manifest, with the namespace of the request.
pub(super) struct Head<'a> {
    pub(super) api_version: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) namespace: &'a str,
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
                described = members.ok_or(Refused { member: METADATA, reason: Reason::Metadata(found) })?;
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
    Refused { member, reason: Reason::Reserved(member.join(".")) }
}

/// The namespace that is written: what the body says, else that of the request where the kind can have one.
fn namespace<'a>(head: &Head<'a>, written: Option<Output<'a>>) -> Result<Option<Cow<'a, str>>, Refused> {
    let is_of_cluster = scope(group(&head.api_version), &head.kind) == Some(Scope::Cluster);
    let refused = |reason| Refused { member: NAMESPACE, reason };
    let Some(written) = written else {
        return Ok((!is_of_cluster).then_some(Cow::Borrowed(head.namespace)));
    };
    if written.is_null() {
        return Ok(None);
    }
    if is_of_cluster {
        return Err(refused(Reason::NoNamespace(head.kind.to_string())));
    }
    let text = filter::text_of(written).map_err(|error| {
        let path = NAMESPACE.join(".");
        refused(match error {
            FilterError::Missing => Reason::Missing(path),
            FilterError::Secret => Reason::Secret(path),
            FilterError::Type(found) => Reason::Type { path, found, wanted: "text" },
        })
    })?;
    let rule = NameRule::Label;
    match rule.judge(&text) {
        Ok(()) => Ok(Some(text)),
        Err(fault) => {
            let what = "namespace".to_owned();
            let misfit = MisfitName { text: text.into_owned(), what, fault, rule, from: Vec::new() };
            Err(refused(Reason::Name(Box::new(misfit))))
        }
    }
}
