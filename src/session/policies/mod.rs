//! What breaks the policies of a project: of what it declares, and of what a plan does.

mod known;
mod requests;

use crate::catalog::{Entry, Presence};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::diff::{Desired, Pairs};
use crate::model::{Fact, Object, PolicySeverity, Project, Thing};
use crate::observe::Settled;
use crate::plan::{Action, Opened, Operation, Place, Plan, Target, Violation};
use crate::policy::{Breach, Change, Changed, FileFacts, Places, declared, planned, whole};
use crate::source::Sources;
use crate::workspace::Loaded;
use known::Before;
pub(super) use known::{compared, warned};
use requests::Requests;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What is declared and breaks a policy, as problems at the lines that declare it: errors where the policy denies. Nothing of a
/// project with errors. `now`, in seconds since 1970 (UTC), is what `within` counts from.
pub(super) fn policy_problems(loaded: &Loaded, now: i64) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    if !loaded.diagnostics.has_errors() {
        let breaches = declared(&loaded.project, &loaded.placed, &loaded.rendered, now);
        diagnostics.extend(breaches.into_iter().map(problem));
    }
    loaded.where_written(diagnostics.sorted())
}

fn problem(breach: Breach<'_>) -> Diagnostic {
    let Breach { policy, thing, span, message } = breach;
    let span = span.unwrap_or(policy.span);
    let thing = thing.map_or_else(|| "the project".to_owned(), |thing| format!("`{thing}`"));
    let message = format!("{thing} breaks the policy `{}`: {message}", policy.name.value);
    let diagnostic = match policy.severity {
        PolicySeverity::Deny => Diagnostic::error(code::POLICY_BROKEN, span, message),
        PolicySeverity::Warn => Diagnostic::warning(code::POLICY_BROKEN, span, message),
    };
    diagnostic.because_of(policy.span, "the policy")
}

/// The live objects that a plan may change, by the addresses that it has for them; none where no policy asks for them.
pub(super) fn live(
    project: &Project,
    pairs: &Pairs,
    opened: &[Opened],
    (desired, observed): (&[Desired<'_>], &[Entry]),
) -> BTreeMap<Thing, Presence<Object>> {
    if project.policies.iter().all(|policy| policy.on.is_empty() && !known::warns(policy)) {
        return BTreeMap::new();
    }
    let named = pairs.open.iter().zip(opened).filter_map(|(pair, opened)| {
        let live = opened.live.as_ref()?;
        let declared = pair.desired.and_then(|index| desired.get(index)).map(|declared| &declared.address);
        let address = declared.or_else(|| Some(&observed.get(pair.observed?)?.address))?;
        Some((address.clone().into(), live.clone()))
    });
    named.collect()
}

/// The plan, with what breaks the policies of the project: what is declared, what the plan does, and the plan as a whole.
pub(super) fn judged(
    plan: Plan,
    loaded: &Loaded,
    settled: &Settled<'_>,
    live: &BTreeMap<Thing, Presence<Object>>,
    now: i64,
) -> Plan {
    let project = &loaded.project;
    if project.policies.is_empty() {
        return plan;
    }
    let operations: BTreeMap<&Thing, &Operation> =
        plan.operations.iter().map(|operation| (&operation.thing, operation)).collect();
    let mut changes: Vec<Change<'_>> = plan
        .operations
        .iter()
        .filter(|operation| operation.action.is_change())
        .map(|operation| change(operation, live.get(&operation.thing), &plan.project))
        .collect();
    if project.policies.iter().any(|policy| !policy.on.is_empty()) {
        let requests = Requests::new(&plan, loaded, settled, live);
        for change in &mut changes {
            change.places = change.thing.object().map(|address| requests.places(address)).unwrap_or_default();
        }
        changes.extend(requests.changes(&operations));
    }
    let breaches = declared(project, &settled.placed, &settled.rendered, now)
        .into_iter()
        .chain(planned(project, &changes, now))
        .chain(whole(project, &counts(&plan), now));
    let mut violations: Vec<Violation> =
        breaches.map(|breach| violation(breach, &operations, &loaded.sources)).collect();
    violations.sort_unstable();
    let before = Before { project, placed: &settled.placed, live, now };
    before.compared(Plan { violations, ..plan })
}

fn violation(breach: Breach<'_>, operations: &BTreeMap<&Thing, &Operation>, sources: &Sources) -> Violation {
    let Breach { policy, thing, span, message } = breach;
    let planned = || operations.get(thing.as_ref()?).and_then(|operation| operation.source.clone());
    let source = span.map(|span| Place::of(span, sources)).or_else(planned);
    Violation {
        policy: policy.name.value.to_string(),
        denies: match policy.severity {
            PolicySeverity::Deny => true,
            PolicySeverity::Warn => false,
        },
        known: false,
        source,
        thing,
        message,
        policy_source: Some(Place::of(policy.span, sources)),
    }
}

/// How many objects and files a plan changes how.
fn counts(plan: &Plan) -> [(Fact, usize); 6] {
    let count = |(fact, action)| (fact, plan.count(action));
    [
        (Fact::Creates, Action::Create),
        (Fact::Updates, Action::Update),
        (Fact::Moves, Action::Move),
        (Fact::Adopts, Action::Adopt),
        (Fact::Deletes, Action::Delete),
        (Fact::Releases, Action::Release),
    ]
    .map(count)
}

/// What an operation does, as policies see it.
fn change<'o>(operation: &'o Operation, live: Option<&Presence<Object>>, project: &'o str) -> Change<'o> {
    let (changed, taken_from) = match &operation.target {
        Target::Object(change) => {
            let before = live.and_then(Presence::read);
            let after = match operation.action {
                Action::Delete => None,
                _ => after(operation, before),
            };
            let changed = match (live, operation.former_address().or(operation.object_address())) {
                (Some(Presence::Unreadable(_)), Some(before)) => Changed::Unknown { before: before.clone(), after },
                _ => Changed::Object { before: before.cloned(), after },
            };
            (changed, change.taken_from())
        }
        Target::File(file) => {
            let facts = FileFacts {
                path: &file.path,
                store: &file.store,
                destination: file.destination.as_deref(),
                request: file.request.as_ref(),
                added: file.added,
                removed: file.removed,
            };
            (Changed::File(facts), file.taken_from.as_ref())
        }
    };
    let is_own = !matches!(operation.action, Action::Create | Action::Adopt);
    Change {
        action: operation.action.word(),
        thing: Cow::Borrowed(&operation.thing),
        owner: taken_from.map(|name| &**name).or(is_own.then_some(project)),
        places: Places::default(),
        changed,
    }
}

/// The object as the operation leaves it: what is live, with the fields that change.
fn after(operation: &Operation, live: Option<&Object>) -> Option<Object> {
    let (address, change) = operation.object()?;
    let body = live.map(|live| live.body.clone()).unwrap_or_default();
    Some(Object { address: address.clone(), body: change.applied_to(body) })
}
