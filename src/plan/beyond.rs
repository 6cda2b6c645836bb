//! What a plan comes to beyond one that was approved: operations and consequences, by one rule for all of them.
//!
//! Every member of a plan and of its impact is named here once, so that none that comes later is forgotten.

use super::document::{
    Action, Changes, Extent, Field, FileChange, Guard, Held, Impact, Looked, NewHost, ObjectChange, Operation, Plan,
    Record, Target, Violation,
};
use crate::model::{Digest, Thing};
use serde::Serialize;
use serde_json::Value as Document;
use std::collections::{BTreeMap, HashSet};

/// What a plan holds that the approved one does not: as a plan of that alone, so that it can be told in the words of a plan. Nothing where
/// the plan is no more than the approved one. Less is no difference: what others did already, and what is no longer asked for.
pub fn beyond(again: &Plan, approved: &Plan) -> Option<Plan> {
    let Plan {
        // What it is, and what it is made of and for: whoever approves holds that the project, the places and the allowances are the same.
        format: _,
        plat: _,
        project,
        identity: _,
        folder: _,
        id: _,
        signature: _,
        stands_for: _,
        made_for: _,
        rests_on: _,
        after: _,
        source: _,
        additive: _,
        destroys: _,
        // Counts of what is compared below, and of what is not touched.
        unchanged: _,
        summary: _,
        // What others changed and what stays so: nothing is done about it.
        kept: _,
        operations,
        holdings,
        conflicts,
        new_hosts,
        violations,
        restraints,
        guards,
        impact,
    } = again;
    let known: BTreeMap<&Thing, &Operation> = approved.operations.iter().map(|one| (&one.thing, one)).collect();
    let is_known = |operation: &&Operation| {
        let destroys = |plan: &Plan, operation: &Operation| plan.impact.destroys(operation);
        known.get(&operation.thing).is_some_and(|other| {
            is_no_more(operation, other) && (destroys(approved, other) || !destroys(again, operation))
        })
    };
    let is_less = operations.len() < approved.operations.len();
    let mut more: Vec<Guard> = more_guards(guards, &approved.guards).cloned().collect();
    more.extend(holdings.iter().filter(|held| !approved.holdings.contains(held)).map(remembered));
    let plan = Plan {
        project: project.clone(),
        operations: operations.iter().filter(|operation| !is_known(operation)).cloned().collect(),
        conflicts: conflicts.clone(),
        new_hosts: new_hosts.iter().filter(|host| !is_known_host(host, &approved.new_hosts)).cloned().collect(),
        violations: violations.iter().filter(|one| !is_known_breach(one, &approved.violations)).cloned().collect(),
        restraints: restraints.clone(),
        guards: more,
        impact: further(impact, &approved.impact, is_less),
        ..Plan::default()
    };
    (!is_nothing(&plan)).then_some(plan)
}

/// Whether a plan of what is more holds nothing.
fn is_nothing(plan: &Plan) -> bool {
    let Impact {
        moves,
        lost,
        going_on: _,
        rendered,
        redelivered,
        levels,
        invalid,
        broken,
        referring,
        closures,
        renamed,
        concerned: _,
        looked,
    } = &plan.impact;
    let done = plan.operations.is_empty() && plan.conflicts.is_empty() && plan.new_hosts.is_empty();
    let judged = plan.violations.is_empty() && plan.restraints.is_empty() && plan.guards.is_empty();
    let placed = moves.is_empty() && lost.is_empty() && rendered.is_empty() && redelivered.is_empty();
    let listed = levels.is_none() && invalid.is_none() && broken.is_none();
    let named = renamed.is_empty() && referring.is_empty();
    done && judged && placed && listed && named && closures.is_empty() && looked.is_empty()
}

/// The consequences that were not approved. Of fewer operations less may follow, so that less has to be looked at.
fn further(again: &Impact, approved: &Impact, is_less: bool) -> Impact {
    let Impact {
        moves,
        lost,
        going_on,
        rendered,
        redelivered,
        levels,
        invalid,
        broken,
        referring,
        closures,
        renamed,
        concerned,
        looked,
    } = again;
    Impact {
        moves: more(moves, &approved.moves),
        lost: more(lost, &approved.lost),
        // That something goes on is no loss; what does so no longer is more of an operation.
        going_on: going_on.clone(),
        rendered: more(rendered, &approved.rendered),
        redelivered: more(redelivered, &approved.redelivered),
        levels: more_seen(levels.as_deref(), approved.levels.as_deref()),
        invalid: more_seen(invalid.as_deref(), approved.invalid.as_deref()),
        broken: more_seen(broken.as_deref(), approved.broken.as_deref()),
        referring: more(referring, &approved.referring),
        closures: more(closures, &approved.closures),
        renamed: more(renamed, &approved.renamed),
        // Whom it follows for; what does is told above.
        concerned: concerned.clone(),
        looked: looked.iter().filter(|one| !is_as_seen(one, &approved.looked, is_less)).cloned().collect(),
    }
}

/// Those of a list that was looked for; nothing where none is more.
fn more_seen<T: Serialize + Clone>(again: Option<&[T]>, approved: Option<&[T]>) -> Option<Vec<T>> {
    Some(more(again.unwrap_or_default(), approved.unwrap_or_default())).filter(|more| !more.is_empty())
}

/// Those of a list that nothing in another one covers, by all that their documents say but where others declare it: that they moved a line
/// is nothing that follows.
fn more<T: Serialize + Clone>(again: &[T], approved: &[T]) -> Vec<T> {
    // Every part of a plan is a string, a number or a list of such: it always has a JSON.
    let document = |one: &T| {
        let mut document = serde_json::to_value(one).unwrap_or_default();
        document.as_object_mut().and_then(|members| members.remove("declared"));
        document
    };
    let approved: Vec<Document> = approved.iter().map(document).collect();
    let same: HashSet<String> = approved.iter().map(ToString::to_string).collect();
    let is_more = |one: &&T| {
        let one = document(one);
        !same.contains(&one.to_string()) && !approved.iter().any(|other| covers(other, &one))
    };
    again.iter().filter(is_more).cloned().collect()
}

/// Whether a document says all that another one does: of a list some, of a count no more, and of everything else the same.
fn covers(whole: &Document, part: &Document) -> bool {
    match (whole, part) {
        (Document::Array(whole), Document::Array(part)) => {
            part.iter().all(|one| whole.iter().any(|other| covers(other, one)))
        }
        (Document::Number(whole), Document::Number(part)) => part.as_u64() <= whole.as_u64(),
        (Document::Object(whole), Document::Object(part)) => {
            let is_known = part.iter().all(|(name, one)| whole.get(name).is_some_and(|other| covers(other, one)));
            // An empty list may be left out.
            is_known && whole.iter().all(|(name, other)| other.is_array() || part.contains_key(name))
        }
        (whole, part) => whole == part,
    }
}

/// Whether a kind of consequence was looked at as well as before. Where nothing can bring it about nobody looks; that can only be so of
/// fewer operations.
fn is_as_seen(again: &Looked, approved: &[Looked], is_less: bool) -> bool {
    let known = approved.iter().find(|one| one.kind == again.kind);
    match again.extent {
        Extent::Completely => true,
        Extent::Partly => known.is_some_and(|known| {
            known.extent == Extent::Partly && again.why.iter().all(|reason| known.why.contains(reason))
        }),
        Extent::NotAtAll => is_less || known.is_some_and(|known| known.extent == Extent::NotAtAll),
    }
}

/// The guards that were not there, or not allowed.
fn more_guards<'g>(again: &'g [Guard], approved: &[Guard]) -> impl Iterator<Item = &'g Guard> {
    let given: HashSet<String> = approved.iter().map(|guard| guard.subject().to_owned()).collect();
    again.iter().filter(move |guard| !guard.allowed || !given.contains(guard.subject()))
}

/// That a state store would remember something that was not approved.
fn remembered(held: &Held) -> Guard {
    let Held { store, holding } = held;
    Guard::new(
        format!("state store {store} would remember other files of {}, or another lifecycle", holding.request),
        None,
    )
}

fn is_known_host(host: &NewHost, approved: &[NewHost]) -> bool {
    let NewHost { address, credential, host, known: _, message: _, source: _ } = host;
    approved.iter().any(|one| (&one.address, &one.credential, &one.host) == (address, credential, host))
}

/// Whether a policy said the same before. What it would say of what is live as well follows from no plan.
fn is_known_breach(breach: &Violation, approved: &[Violation]) -> bool {
    let Violation { policy, denies, known, thing, message, policy_source: _, source: _ } = breach;
    let is_same =
        |one: &Violation| (&one.policy, one.denies, &one.thing, &one.message) == (policy, *denies, thing, message);
    *known || approved.iter().any(is_same)
}

/// Whether an operation does to its thing what another one does, or less, from what that saw to what that makes.
fn is_no_more(again: &Operation, approved: &Operation) -> bool {
    // When, why and where it is written change nothing of what is done.
    let Operation { action, thing, from, phase: _, reasons: _, needs: _, source: _, target } = again;
    let is_done = match action {
        // Others did it already.
        Action::Record => !approved.action.takes_away(),
        Action::Forget => matches!(approved.action, Action::Delete | Action::Release | Action::Forget),
        action => *action == approved.action && *from == approved.from,
    };
    let is_record = *action == Action::Record || *action == Action::Forget;
    *thing == approved.thing
        && is_done
        && match (target, &approved.target) {
            (Target::Object(again), Target::Object(approved)) => object(again, approved, is_record),
            (Target::File(again), Target::File(approved)) => file(again, approved, is_record),
            (Target::Object(_) | Target::File(_), _) => false,
        }
}

fn object(again: &ObjectChange, approved: &ObjectChange, is_record: bool) -> bool {
    let ObjectChange { changes, record, lifecycle_before: _, before, declared: _, apart: _ } = again;
    let is_changed = match (changes, &approved.changes) {
        (Changes::Fields(again), Changes::Fields(approved)) => {
            again.iter().all(|field| approved.iter().any(|other| is_same_field(field, other)))
        }
        (Changes::Fields(again), Changes::Body(_)) => again.is_empty(),
        (Changes::Body(again), Changes::Body(approved)) => again.digest() == approved.digest(),
        (Changes::Body(_), Changes::Fields(_)) => false,
    };
    let is_recorded = match (record, &approved.record) {
        (Some(again), Some(approved)) => is_same_record(again, approved, is_record),
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
    };
    is_changed && is_recorded && (is_record || *before == approved.before)
}

fn is_same_field(again: &Field, approved: &Field) -> bool {
    let Field { path, cause, before, veiled, after, parts: _, source: _ } = again;
    (path, cause, before, veiled, after)
        == (&approved.path, &approved.cause, &approved.before, &approved.veiled, &approved.after)
}

/// Whether the inventory says the same afterwards. The base says all that the owned fields do.
fn is_same_record(again: &Record, approved: &Record, is_record: bool) -> bool {
    let Record { owned: _, base, lifecycle, taken_from } = again;
    let is_taken = *taken_from == approved.taken_from || is_record && taken_from.is_none();
    *base == approved.base && *lifecycle == approved.lifecycle && is_taken
}

fn file(again: &FileChange, approved: &FileChange, is_record: bool) -> bool {
    let FileChange {
        store,
        destination,
        path,
        before,
        content,
        request,
        taken_from,
        replaces,
        // Told of what is compared.
        patch: _,
        added: _,
        removed: _,
    } = again;
    let content = content.as_ref().map(|content| Digest::of_document(content).ok());
    let wanted = approved.content.as_ref().map(|content| Digest::of_document(content).ok());
    let is_there = (store, destination, path, request)
        == (&approved.store, &approved.destination, &approved.path, &approved.request);
    let is_taken = (before, taken_from, replaces) == (&approved.before, &approved.taken_from, &approved.replaces);
    is_there && content == wanted && (is_record || is_taken)
}
