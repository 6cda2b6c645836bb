//! What a `resource` step says before there is a request: names that Kubernetes takes, and a body that does not say again what the
//! line says. What is computed is judged when it is rendered, in the same way.

use super::Check;
use super::scope::Shape;
use crate::kubernetes::{NameRule, Scope, group, name_rule, scope};
use crate::model::{Resource, Template, Value};
use crate::render::{Misfit, MisfitName};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;

impl<'p> Check<'p> {
    /// The names on a resource's line.
    pub(super) fn names(&mut self, resource: &Resource) {
        let (api_version, kind) = (resource.api_version.value.as_text(), resource.kind.value.as_text());
        self.name(&resource.api_version, NameRule::ApiVersion, "API version");
        self.name(&resource.kind, NameRule::Kind, "kind");
        if let (Some(api_version), Some(kind)) = (api_version, kind) {
            self.name(&resource.name, name_rule(group(api_version), kind), &format!("name of a {kind}"));
        }
    }

    /// A name that is written as it is.
    pub(super) fn name(&mut self, written: &Spanned<Template>, rule: NameRule, what: &str) {
        let misfit = written.value.as_text().and_then(|text| MisfitName::of(text, rule, what));
        self.diagnostics.extend(misfit.map(|misfit| Misfit::Name(Box::new(misfit)).diagnostic(written.span)));
    }

    /// The members of a resource's body that its line or Kubernetes knows.
    pub(super) fn body(&mut self, resource: &'p Resource) {
        let body = &resource.body.value;
        for name in ["apiVersion", "kind"] {
            if let Some(member) = member(body, name) {
                self.reserved(name, member.place);
            }
        }
        let Some(metadata) = member(body, "metadata") else { return };
        self.metadata(body, metadata.place);
        if let Some(name) = member(&metadata.value, "name") {
            self.reserved("metadata.name", name.place);
        }
        if let Some(namespace) = member(&metadata.value, "namespace") {
            self.namespace(resource, &namespace);
        }
    }

    fn reserved(&mut self, name: &str, place: Origin) {
        self.diagnostics.push(Misfit::Reserved(name.to_owned()).diagnostic(place));
    }

    fn metadata(&mut self, body: &'p Template, place: Origin) {
        let found = match body {
            Template::Literal(Value::Object(map)) => match map.get("metadata").map(|value| &value.value) {
                None | Some(Value::Null | Value::Object(_)) => return,
                Some(other) => other.type_name(),
            },
            Template::Object(members) => {
                let value = members
                    .iter()
                    .find(|(key, _)| key.value.as_text() == Some("metadata"))
                    .map(|(_, value)| &value.value);
                match value {
                    None | Some(Template::Literal(Value::Null)) => return,
                    Some(value) => match self.scope.template(value) {
                        known if matches!(known.shape, Shape::Anything | Shape::Object(_) | Shape::Map(_)) => return,
                        known => known.word(),
                    },
                }
            }
            _ => return,
        };
        self.diagnostics.push(Misfit::Metadata(found).diagnostic(place));
    }

    fn scope_of(&self, api_version: &str, kind: &str) -> Option<Scope> {
        self.kinds.map_or_else(|| scope(group(api_version), kind), |kinds| kinds.scope(api_version, kind))
    }

    fn namespace(&mut self, resource: &Resource, namespace: &Member<'_>) {
        let Some((api_version, kind)) = resource.named() else { return };
        let is_said = !matches!(*namespace.value, Template::Literal(Value::Null));
        let misfit = match &*namespace.value {
            _ if is_said && self.scope_of(api_version, kind) == Some(Scope::Cluster) => {
                Some(Misfit::NoNamespace(kind.to_owned()))
            }
            Template::Literal(Value::String(text)) => {
                MisfitName::of(text, NameRule::Label, "namespace").map(|misfit| Misfit::Name(Box::new(misfit)))
            }
            _ => None,
        };
        self.diagnostics.extend(misfit.map(|misfit| misfit.diagnostic(namespace.place)));
    }
}

/// A member of an object that is written as it is.
struct Member<'t> {
    /// Where its name is.
    place: Origin,
    value: Cow<'t, Template>,
}

fn member<'t>(object: &'t Template, name: &str) -> Option<Member<'t>> {
    match object {
        Template::Object(members) => {
            let (key, value) = members.iter().find(|(key, _)| key.value.as_text() == Some(name))?;
            Some(Member { place: key.span, value: Cow::Borrowed(&value.value) })
        }
        Template::Literal(Value::Object(map)) => {
            let member = map.members.iter().find(|member| member.name.value == *name)?;
            let value = Cow::Owned(Template::Literal(member.value.value.clone()));
            Some(Member { place: member.name.span, value })
        }
        _ => None,
    }
}
