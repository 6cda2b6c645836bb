//! What stops a plan, or should be looked at before it is applied.

use super::{Fact, Level};
use crate::model::{Json, Thing, Value};
use crate::plan::{Conflict, Drift, Guard, NewHost, Plan, Violation};
use crate::report::clean::one_line;
use crate::report::columns::cropped_apart;
use crate::report::difference::told_apart;
use crate::report::event::Event;

/// Why what only others changed stops a plan.
pub(in crate::report) const FAILS: &str = "others changed it, and its lifecycle says `on-drift fail`";

/// The most columns of a value in a sentence.
const MOST_COLUMNS: usize = 120;

/// What others changed too.
pub(in crate::report) fn conflicts(plan: &Plan) -> impl ExactSizeIterator<Item = Fact<'_>> {
    plan.conflicts.iter().map(conflict)
}

/// The policies that are broken.
pub(in crate::report) fn violations(plan: &Plan) -> impl ExactSizeIterator<Item = Fact<'_>> {
    plan.violations.iter().map(violation)
}

/// What must be allowed, or was.
pub(in crate::report) fn guards(plan: &Plan) -> impl ExactSizeIterator<Item = Fact<'_>> {
    plan.guards.iter().map(guard)
}

/// Servers that a credential would be sent to for the first time.
pub(in crate::report) fn new_hosts(plan: &Plan) -> impl ExactSizeIterator<Item = Fact<'_>> {
    plan.new_hosts.iter().map(new_host)
}

/// What others changed and what stays so.
pub(in crate::report) fn kept(plan: &Plan) -> impl ExactSizeIterator<Item = Fact<'_>> {
    plan.kept.iter().map(stays)
}

fn conflict(conflict: &Conflict) -> Fact<'_> {
    let (title, sentence) = match (&conflict.obstacle, &conflict.unreadable) {
        (Some(there), _) => ("something is in its way", format!("{there} is in its way")),
        (None, Some(unreadable)) => ("its live body cannot be read", unreadable.clone()),
        (None, None) if conflict.fails => {
            let [live, written] = shown([&conflict.live, &conflict.desired]);
            (FAILS, format!("{FAILS}: live {live}, written {written}"))
        }
        (None, None) => {
            let [live, desired] = shown([&conflict.live, &conflict.desired]);
            ("others changed it too", format!("others changed it too: live {live}, desired {desired}"))
        }
    };
    Fact {
        rule: "conflict".into(),
        title: title.into(),
        level: Level::Error,
        mark: "CONFLICT",
        subject: named(&conflict.thing, conflict.field.as_deref()),
        sentence,
        rest: vec![(conflict.way_out(), None)],
        source: conflict.source.as_ref(),
        event: Some(Event::Conflict { conflict }),
        ..Fact::default()
    }
}

fn violation(violation: &Violation) -> Fact<'_> {
    let policy = format!("policy {}", violation.policy);
    Fact {
        rule: format!("policy/{}", violation.policy).into(),
        title: format!("{policy} is broken").into(),
        level: if violation.denies { Level::Error } else { Level::Warning },
        mark: if violation.denies { "DENIED" } else { "WARNED" },
        subject: violation.about(),
        sentence: violation.message.clone(),
        rest: vec![(policy.clone(), violation.policy_source.as_ref())],
        source: violation.source.as_ref(),
        cause: Some(policy),
        known: violation.known,
        event: Some(Event::Violation { violation }),
        ..Fact::default()
    }
}

fn guard(guard: &Guard) -> Fact<'_> {
    let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
    Fact {
        rule: "guard".into(),
        title: "a guard".into(),
        level: if guard.allowed { Level::Note } else { Level::Error },
        mark: match (guard.allowed, &guard.allow) {
            (true, Some(_)) => "ALLOWED",
            (true, None) => "NOTICE",
            (false, _) => "REFUSED",
        },
        sentence: guard.message.clone(),
        rest: allow.map(|flag| (format!("to allow it: {flag}"), None)).into_iter().collect(),
        key: Some(guard.message.clone()),
        event: Some(Event::Guard { guard }),
        ..Fact::default()
    }
}

fn new_host(new_host: &NewHost) -> Fact<'_> {
    Fact {
        rule: "new-host".into(),
        title: "a new host".into(),
        level: Level::Warning,
        mark: "NEW HOST",
        subject: new_host.address.to_string(),
        sentence: new_host.message.clone(),
        key: Some(format!("{} {} {}", new_host.address, new_host.credential, new_host.host)),
        source: new_host.source.as_ref(),
        event: Some(Event::NewHost { new_host }),
        ..Fact::default()
    }
}

fn stays(drift: &Drift) -> Fact<'_> {
    let [live, written] = shown([&drift.live, &drift.desired]);
    let sentence = match &drift.unreadable {
        Some(unreadable) => format!("{unreadable}; it stays so"),
        None => format!("others changed it, and it stays so: live {live}, written {written}"),
    };
    Fact {
        rule: "drift-kept".into(),
        title: "others changed it, and it stays so".into(),
        level: Level::Warning,
        mark: "KEPT",
        subject: named(&drift.thing, drift.field.as_deref()),
        sentence,
        source: drift.source.as_ref(),
        event: Some(Event::Drift { drift }),
        ..Fact::default()
    }
}

/// A thing, and the field of it.
fn named(thing: &Thing, field: Option<&str>) -> String {
    field.map_or_else(|| thing.to_string(), |field| format!("{thing} {field}"))
}

/// Two values within a sentence, cut so that they are told apart.
pub(super) fn shown(values: [&Option<Json>; 2]) -> [String; 2] {
    let [one, other] = sides(values.map(value_of));
    let mut cut = cropped_apart(&[&one, &other], MOST_COLUMNS).into_iter();
    [cut.next().unwrap_or_default(), cut.next().unwrap_or_default()]
}

/// The value of a document's member.
pub(in crate::report) fn value_of<'v>(json: impl Into<Option<&'v Json>>) -> Option<&'v Value> {
    json.into().map(|json| &json.0)
}

/// Values as KDL, each on one line, `(nothing)` for none, so that those that are not the same do not look so.
pub(in crate::report) fn sides<const COUNT: usize>(values: [Option<&Value>; COUNT]) -> [String; COUNT] {
    let there: Vec<&Value> = values.iter().flatten().copied().collect();
    let mut texts = told_apart(&there).into_iter();
    values.map(|value| {
        let text = value.and_then(|_| texts.next());
        text.map_or_else(|| "(nothing)".to_owned(), |text| one_line(&text).into_owned())
    })
}
