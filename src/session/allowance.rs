//! Deletions that are allowed: a word that names nothing is a mistake that would only show where it was relied on.

use super::SessionError;
use crate::apply::Targets;
use crate::diag::suggest;
use crate::model::{Kind, Thing};
use crate::plan::{Flag, Plan};
use crate::workspace::{Loaded, addresses};
use std::collections::BTreeSet;

/// An allowance that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`--allow-delete {given}` names nothing of the project or of the plan{}", near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownAllowance {
    /// As it was given.
    pub given: String,
    /// What was probably meant.
    pub near: Option<String>,
}

/// Holds that each allowance names something that a plan does something to or asks for, that the project declares, or that the
/// catalog holds.
///
/// # Errors
/// For the first that does not, and where the catalog cannot be read.
pub fn known_allowances(
    allowed: &BTreeSet<String>,
    loaded: &Loaded,
    plan: &Plan,
    targets: &Targets,
) -> Result<(), SessionError> {
    if allowed.is_empty() || allowed.is_subset(&of_plan(plan)) {
        return Ok(());
    }
    let observed = targets.catalog.observe(&targets.identity.id)?;
    let mut known = of_texts(&[loaded]);
    known.extend(observed.entries.iter().map(|entry| entry.address.to_string()));
    Ok(judge(allowed, &of_plan(plan), &known)?)
}

/// The same, where two texts are compared.
pub(super) fn known_in_texts(
    allowed: &BTreeSet<String>,
    texts: &[&Loaded],
    plan: &Plan,
) -> Result<(), UnknownAllowance> {
    if allowed.is_empty() { Ok(()) } else { judge(allowed, &of_plan(plan), &of_texts(texts)) }
}

/// What could go is suggested before anything else.
fn judge(
    allowed: &BTreeSet<String>,
    planned: &BTreeSet<String>,
    known: &BTreeSet<String>,
) -> Result<(), UnknownAllowance> {
    match allowed.iter().find(|given| !planned.contains(*given) && !known.contains(*given)) {
        None => Ok(()),
        Some(given) => {
            Err(UnknownAllowance { given: given.clone(), near: near(given, planned).or_else(|| near(given, known)) })
        }
    }
}

/// What projects declare, and the patterns that mean something in them.
fn of_texts(texts: &[&Loaded]) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = texts.iter().flat_map(|loaded| addresses(loaded)).collect();
    known.extend(Kind::ALL.iter().map(|row| format!("{}:*", row.1)));
    for loaded in texts {
        known.extend(loaded.project.stores.iter().map(|store| Thing::every_file_of(&store.name.value)));
        known.extend(loaded.project.destinations.iter().map(|one| format!("destination:{}:*", one.name.value)));
    }
    known
}

/// What a plan is about: its objects and files, what these are parts of, and what it says may be allowed.
fn of_plan(plan: &Plan) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for operation in &plan.operations {
        known.extend([Some(&operation.thing), operation.from.as_ref()].into_iter().flatten().map(ToString::to_string));
        if let Some(file) = operation.file() {
            known.insert(Thing::every_file_of(&file.store));
            known.extend(file.destination.iter().map(|name| format!("destination:{name}:*")));
            known.extend(file.request.as_ref().map(ToString::to_string));
        }
    }
    known.extend(plan.guards.iter().filter_map(|guard| match &guard.flag {
        Some(Flag::AllowDelete(what)) => Some(what.clone()),
        Some(Flag::MaxDeletes(_)) | None => None,
    }));
    known
}

/// What is most like it; a bare name is that of the thing that is called so.
fn near(given: &str, known: &BTreeSet<String>) -> Option<String> {
    let named = known.iter().find(|one| one.rsplit([':', '/']).next() == Some(given));
    named.cloned().or_else(|| suggest(given, known.iter().map(String::as_str)).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(given: &str, planned: &[&str], known: &[&str]) -> Option<String> {
        let set = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<String>>();
        judge(&set(&[given]), &set(planned), &set(known)).err().map(|unknown| unknown.to_string())
    }

    #[test]
    fn what_goes_is_meant_before_what_is_only_there() {
        let (planned, known) = (["entity:s:cart"], ["entity:s:cars", "entity:*"]);
        assert_eq!(told("entity:s:cart", &planned, &known), None);
        assert_eq!(told("entity:s:cars", &planned, &known), None);
        assert_eq!(told("entity:*", &planned, &known), None);
        let unknown = told("entity:s:carx", &planned, &known).unwrap();
        assert!(unknown.ends_with("of the plan: did you mean `entity:s:cart`?"), "{unknown}");
        let unknown = told("nothing-like-it", &planned, &known).unwrap();
        assert!(unknown.ends_with("names nothing of the project or of the plan"), "{unknown}");
    }
}
