//! A plan that was saved: whether it is one, whose it is, and whether what was approved still holds.

use super::at_work::plan_key;
use super::{Again, Misfit, Misuse, Session, SessionError, misfits, pass, plan_again, plan_no_more};
use crate::adapter::git::{RevisionError, commit_of, head_revision};
use crate::apply::{Difference, Stale, StaleChange, Targets, differences, verify};
use crate::credentials::Environment;
use crate::model::{Address, Identity, Kind, Project, Thing};
use crate::plan::{DocumentError, Plan};
use crate::workspace::Loaded;
use std::collections::BTreeSet;

/// Reads a saved plan, by whoever has the key where there is one. One that holds a secret, as somebody may have written into it, is
/// read by nobody. `name` is what it is called.
///
/// # Errors
/// Where it is no plan, not signed with the key, or holds a secret.
pub fn read_plan(name: &str, text: &str, environment: &Environment) -> Result<Plan, SessionError> {
    let unusable = |source| unusable(name, source);
    let plan = Plan::from_json(text).map_err(unusable)?;
    if let Some(key) = plan_key(environment)? {
        plan.is_signed_with(&key).map_err(unusable)?;
    }
    pass(&plan, environment.tripwire())?;
    Ok(plan)
}

fn unusable(name: &str, source: DocumentError) -> SessionError {
    SessionError::Unusable { name: name.to_owned(), source }
}

/// What becomes of an approved plan that is stale, or that may have other consequences by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replan {
    /// It is refused.
    Never,
    /// It is made again, and holds where the new one does the same.
    IfEquivalent,
    /// It is made again, stale or not, and holds where the new one neither does more nor has more consequences.
    IfNoMore,
}

/// What an approved plan comes to now.
#[derive(Debug)]
pub enum Approved {
    /// It holds.
    Holds(Plan),
    /// It is stale, and one made now does the same.
    Again(Plan),
    /// One made now of what it is about is no more than it; the rest of the plan is left as it is.
    NoMore(Plan, Vec<Thing>),
    /// One made now of what it is about does more, or has more consequences: a plan of what is more.
    More(Plan),
    /// It is not for the project as it is now.
    Misfits(Vec<Misfit>),
    /// What it touches has changed.
    Stale(Vec<Stale>),
    /// What it touches has changed, and one made now is another one.
    Other(Vec<Stale>, Vec<Difference>),
}

impl Session<'_> {
    /// Holds that a plan is of this very project, and of the revision of its text that is expected. `name` is what the plan is called.
    ///
    /// # Errors
    /// Where it is not.
    pub fn owns(
        &self,
        (name, plan): (&str, &Plan),
        expected: Option<&str>,
        this: &Identity,
    ) -> Result<(), SessionError> {
        if let Some(revision) = expected {
            let commit = commit_of(self.disk.root(), revision).map_err(|error| match error {
                RevisionError::NoRepository { .. } => {
                    unusable(name, DocumentError::Nowhere { expected: revision.to_owned() })
                }
                error => error.into(),
            })?;
            plan.is_of_source(&commit).map_err(|source| unusable(name, source))?;
        }
        let (planned, this) = match &plan.identity {
            Some(id) if *id != this.id => (id, &this.id),
            // What it is called goes into the messages of commits.
            _ if plan.project != this.name => (&plan.project, &this.name),
            Some(_) | None => return Ok(()),
        };
        Err(Misuse::OtherProject { name: name.to_owned(), plan: planned.clone(), this: this.clone() }.into())
    }

    /// The commits that a plan was made of and that the texts are of, where these are two.
    pub fn other_source(&self, plan: &Plan) -> Option<(String, String)> {
        let planned = plan.source.clone()?;
        let here = self.commit.map(str::to_owned);
        let here = here.or_else(|| head_revision(self.disk.root(), &self.loaded.files).ok().flatten())?;
        (planned != here).then_some((planned, here))
    }

    /// What an approved plan comes to now, in seconds since 1970 (UTC). Nothing is written.
    ///
    /// # Errors
    /// Where a target cannot be read.
    pub fn approved(
        &self,
        plan: Plan,
        targets: &mut Targets,
        replan: Replan,
        now: i64,
    ) -> Result<Approved, SessionError> {
        approved(self.loaded, plan, targets, replan, now)
    }
}

/// The policies of others that judge the project by now, and that a plan was not judged by.
fn unjudged_by(plan: &Plan, project: &Project) -> impl Iterator<Item = Stale> {
    let known: BTreeSet<&Address> = plan.rests_on.iter().map(|one| &one.address).collect();
    let seen = project.externs.seen.iter().map(|(address, _)| address);
    let new = seen.filter(move |address| address.kind == Kind::Policy && !known.contains(address));
    new.map(|address| Stale { thing: address.clone().into(), change: StaleChange::GroundNew })
}

/// What an approved plan comes to now, for a project.
pub(super) fn approved(
    loaded: &Loaded,
    plan: Plan,
    targets: &mut Targets,
    replan: Replan,
    now: i64,
) -> Result<Approved, SessionError> {
    let misfits = misfits(&plan, loaded, targets)?;
    if !misfits.is_empty() {
        return Ok(Approved::Misfits(misfits));
    }
    let mut stale = verify(&plan, targets)?;
    stale.extend(unjudged_by(&plan, &loaded.project));
    let is_spent = |one: &Stale| matches!(one.change, StaleChange::Undone | StaleChange::Overtaken);
    match replan {
        Replan::Never | Replan::IfEquivalent if stale.is_empty() => Ok(Approved::Holds(plan)),
        Replan::Never => Ok(Approved::Stale(stale)),
        Replan::IfEquivalent => {
            let again = plan_again(loaded, targets, &plan, now)?;
            let differences = differences(&plan, &again);
            Ok(if differences.is_empty() { Approved::Again(again) } else { Approved::Other(stale, differences) })
        }
        // A plan is carried out once, however it looks by now.
        Replan::IfNoMore if stale.iter().any(is_spent) => Ok(Approved::Stale(stale)),
        Replan::IfNoMore => {
            let Again { plan, beyond, left } = plan_no_more(loaded, targets, &plan, now)?;
            Ok(beyond.map_or(Approved::NoMore(plan, left), Approved::More))
        }
    }
}
