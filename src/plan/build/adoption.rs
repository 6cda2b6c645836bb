use crate::model::{Address, Adopt, Adoption, Project, Scopes};
use crate::plan::document::Guard;
use crate::plan::guard::quoted;

/// What a plan may take over.
pub(super) struct Adoptions<'i> {
    /// What holds for everything.
    policy: Adoption,
    /// The `adopt` nodes.
    named: Scopes<'i, Adopt>,
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
        let named = Scopes::of(&project.adopted, |adopt| &adopt.scope.value);
        Self { policy: asked.unwrap_or(project.guards.adoption), named, has_id: project.id.is_some() }
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
        let node = self.named.of_object(named);
        match (owner, self.policy) {
            (_, Adoption::Force) | (None, Adoption::IfUnowned) => Claim::Granted,
            (None, Adoption::Strict) if node.is_some() => Claim::Granted,
            (None, Adoption::Strict) => Claim::Asked(Guard {
                message: format!("{thing} exists already, and nobody owns it"),
                allow: Some(format!("`adopt {}` in the project", quoted(named))),
                allowed: false,
            }),
            (Some(owner), Adoption::IfUnowned | Adoption::Strict) => {
                let said = node.map(|adopt| adopt.from.as_ref().map(|from| &*from.value));
                let but = match said {
                    Some(Some(from)) if *from == *owner => return Claim::Granted,
                    Some(Some(from)) => format!(", and the project's `adopt` takes it from {from}"),
                    Some(None) => ", and the project's `adopt` does not say from whom it takes it".to_owned(),
                    None => String::new(),
                };
                Claim::Denied(Guard {
                    message: format!("{thing} belongs to project {owner}{but}"),
                    allow: Some(self.way(named, owner)),
                    allowed: false,
                })
            }
        }
    }
}
