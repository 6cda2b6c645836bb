use super::Input;
use crate::model::{Address, Adopt, Adoption, Identity, Project, Scopes};
use crate::plan::document::Guard;
use crate::plan::guard::quoted;
use std::collections::BTreeMap;

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
    Denied(Denied),
}

/// A thing that stays another project's.
#[derive(Debug, PartialEq)]
pub(super) struct Denied {
    owner: String,
    guard: Guard,
}

/// What is told of things that stay another project's: each for itself, or once where it is the id of this project that another one
/// was known by.
pub(super) fn denials(denied: Vec<Denied>, input: &Input<'_>) -> Vec<Guard> {
    let owns_something = input.observed.iter().any(|entry| entry.owner.is_some());
    let (mut guards, mut namesakes) = (Vec::new(), BTreeMap::new());
    for Denied { owner, guard } in denied {
        if !owns_something && input.namesakes.contains(&owner) {
            *namesakes.entry(owner).or_insert(0_usize) += 1;
        } else {
            guards.push(guard);
        }
    }
    guards.extend(namesakes.into_iter().map(|(owner, count)| other_id(&owner, count, input.identity)));
    guards
}

/// That a project of the same name and another id owns what is declared: most likely this one, whose id changed.
fn other_id(owner: &str, count: usize, identity: &Identity) -> Guard {
    let Identity { id, name, .. } = identity;
    let things = if count == 1 { "1 object or file".to_owned() } else { format!("{count} objects and files") };
    let id = quoted(id);
    let owner = quoted(&owner);
    Guard {
        message: format!(
            "the id of project {name} is {id}, which owns nothing, and {things} that it declares belong to a project of the same name whose id is {owner}"
        ),
        allow: Some(format!(
            "`id {owner}` in the project, where it is the same one; or `guards adoption=force` there, where it is to take over what that one owns"
        )),
        allowed: false,
    }
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
                let guard = Guard {
                    message: format!("{thing} belongs to project {owner}{but}"),
                    allow: Some(self.way(named, owner)),
                    allowed: false,
                };
                Claim::Denied(Denied { owner: owner.to_owned(), guard })
            }
        }
    }
}
