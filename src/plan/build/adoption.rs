use crate::model::{Address, Adoption, Name, Project};
use crate::plan::document::Guard;
use crate::plan::guard::quoted;
use std::collections::BTreeMap;

/// What a plan may take over.
pub(super) struct Adoptions<'i> {
    /// What holds for everything.
    policy: Adoption,
    /// What `adopt` nodes name, each with the project that it is taken from.
    named: BTreeMap<&'i Address, Option<&'i Name>>,
    /// Whether the project says its id.
    has_id: bool,
}

/// Whether a thing may be taken over.
#[derive(Debug, PartialEq)]
pub(super) enum Claim {
    /// It may.
    Granted,
    /// It may once it is allowed: it is shown, and the plan is refused.
    Asked(Guard),
    /// It stays another project's.
    Denied(Guard),
}

impl<'i> Adoptions<'i> {
    pub(super) fn new(project: &'i Project, asked: Option<Adoption>) -> Self {
        let named =
            project.adopted.iter().map(|adopt| (&adopt.address.value, adopt.from.as_ref().map(|name| &name.value)));
        Self { policy: asked.unwrap_or(project.guards.adoption), named: named.collect(), has_id: project.id.is_some() }
    }

    /// How something of another project is allowed, which may be this one under another name.
    fn way(&self, named: &Address, owner: &str) -> String {
        let adopt = format!("`adopt {} from={}` in the project", quoted(named), quoted(&owner));
        if self.has_id {
            return adopt;
        }
        format!("{adopt}; or `id {}` there, where that is this project under another name", quoted(&owner))
    }

    /// Judges a thing (an object, or a file of a request) that exists and that the project does not own. `named` is the object
    /// that an `adopt` node would name for it.
    pub(super) fn claim(&self, thing: &str, named: &Address, owner: Option<&str>) -> Claim {
        let node = self.named.get(named);
        match (owner, self.policy) {
            (_, Adoption::Force) | (None, Adoption::IfUnowned) => Claim::Granted,
            (None, Adoption::Strict) if node.is_some() => Claim::Granted,
            (None, Adoption::Strict) => Claim::Asked(Guard {
                message: format!("{thing} exists already, and nobody owns it"),
                allow: Some(format!("`adopt {}` in the project", quoted(named))),
                allowed: false,
            }),
            (Some(owner), Adoption::IfUnowned | Adoption::Strict) => match node {
                Some(Some(from)) if ***from == *owner => Claim::Granted,
                Some(_) | None => Claim::Denied(Guard {
                    message: format!("{thing} belongs to project {owner}"),
                    allow: Some(self.way(named, owner)),
                    allowed: false,
                }),
            },
        }
    }
}
