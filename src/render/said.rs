//! Where a part of a manifest is said: the line of the workflow, or that of the request which gave the value.

use crate::model::{
    Address, ControlKind, Declared, Kind, Name, Part, Path, Project, Request, Step as WorkflowStep, Template, Value,
};
use crate::source::{Origin, Spanned};

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of a name.
    Member(String),
    /// The item at a place, from 0.
    Item(usize),
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Member(name) => f.write_str(name),
            Self::Item(at) => write!(f, "[{at}]"),
        }
    }
}

/// The place of the value that steps lead to, or of the nearest that is known around it, in what the line of a promise delivers for a
/// request, or for itself; nothing where no value of the body is on the way.
pub fn said_at(project: &Project, request: &Address, line: Origin, steps: &[Step]) -> Option<Origin> {
    let of_request = request.kind == Kind::Request;
    let promise = project.promise(if of_request { &request.parent } else { &request.name })?;
    let body = promise.steps().find_map(|step| body_of(step, line))?;
    let asks = project.requests.iter().filter(|_| of_request).find(|one| one.address() == *request);
    let given = |path: &Path, rest: &[Step]| given(asks?, path, rest);
    let found = within(body, steps, &given);
    found.filter(|origin| !steps.is_empty() && *origin != body.span)
}

/// Where a body says what steps lead to, or the nearest that is known around it; and where the request gives the value, where it does.
pub(super) fn places(body: &Spanned<Template>, steps: &[Step], request: &Request) -> (Option<Origin>, Option<Origin>) {
    let said = within(body, steps, &|_, _| None);
    let by_request = within(body, steps, &|path, rest| given(request, path, rest));
    (said, by_request.filter(|place| Some(*place) != said))
}

/// The body of the resource that a line declares.
fn body_of(step: &WorkflowStep, line: Origin) -> Option<&Spanned<Template>> {
    match step {
        WorkflowStep::Resource(resource) if resource.span == line => Some(&resource.body),
        step => step.within().find_map(|inner| body_of(inner, line)),
    }
}

/// The place of what steps lead to in a template; `given` says where the value of a path is given.
fn within(
    template: &Spanned<Template>,
    steps: &[Step],
    given: &dyn Fn(&Path, &[Step]) -> Option<Origin>,
) -> Option<Origin> {
    let own = Some(template.span);
    match (&template.value, steps) {
        (Template::Reference(path, calls), _) => given(path, if calls.is_empty() { steps } else { &[] }).or(own),
        (_, []) => own,
        (Template::Literal(value), steps) => in_value(value, steps).or(own),
        (Template::Array(items), [Step::Item(at), rest @ ..]) => {
            let item = items.get(*at).filter(|_| items.iter().take(*at).all(is_there));
            item.and_then(|item| within(item, rest, given)).or(own)
        }
        (Template::Object(members), [Step::Member(name), rest @ ..]) => {
            let found = members.iter().find(|(key, _)| is_named(key, name));
            found.and_then(|(_, value)| within(value, rest, given)).or(own)
        }
        (Template::Composed(composed), [step, rest @ ..]) => {
            part(&composed.parts, step).and_then(|found| within(found, rest, given)).or(own)
        }
        _ => None,
    }
}

/// Whether an item is there whatever is given: one without a value is none.
fn is_there(item: &Spanned<Template>) -> bool {
    !matches!(item.value, Template::Reference(..))
}

fn is_named(key: &Spanned<Template>, name: &str) -> bool {
    key.value.as_text() == Some(name)
}

/// The part of a list or an object that a step leads to, where it is plain which: the only member of a name, the item of a list that is
/// written out, or the only one of which all items are made.
fn part<'t>(parts: &'t [Part], step: &Step) -> Option<&'t Spanned<Template>> {
    let mut all = Vec::new();
    collect(parts, &mut all);
    let is_written_out = parts.iter().all(|part| matches!(part, Part::Item(item) if is_there(item)));
    let mut fitting = all.into_iter().filter(|part| match (part, step) {
        (Part::Member(key, _), Step::Member(name)) => is_named(key, name),
        (Part::Item(_), Step::Item(_)) => true,
        _ => false,
    });
    let found = match step {
        Step::Item(at) if is_written_out => fitting.nth(*at)?,
        _ => fitting.next()?,
    };
    if !is_written_out && fitting.next().is_some() {
        return None;
    }
    match found {
        Part::Member(_, value) | Part::Item(value) => Some(value),
        Part::Control(_) => None,
    }
}

/// The members and the items among parts, those within what decides about parts too; they are nested no deeper than their text.
fn collect<'t>(parts: &'t [Part], all: &mut Vec<&'t Part>) {
    for part in parts {
        let Part::Control(control) = part else {
            all.push(part);
            continue;
        };
        match &control.kind {
            // What is taken from elsewhere is written there.
            ControlKind::Spread(_) => {}
            ControlKind::Each { parts, .. } => collect(parts, all),
            ControlKind::If { parts, otherwise, .. } => {
                collect(parts, all);
                collect(otherwise, all);
            }
            ControlKind::Match { cases, otherwise, .. } => {
                for parts in cases.iter().map(|case| &case.parts).chain(otherwise) {
                    collect(parts, all);
                }
            }
        }
    }
}

/// The place of what steps lead to in a value; nothing where they lead nowhere.
fn in_value(value: &Value, steps: &[Step]) -> Option<Origin> {
    let (step, rest) = steps.split_first()?;
    let inner = match (step, value) {
        (Step::Member(name), Value::Object(map)) => map.get(name)?,
        (Step::Item(at), Value::Array(items)) => items.get(*at)?,
        _ => return None,
    };
    Some(in_value(inner, rest).unwrap_or(inner.span))
}

/// Where a request gives the value of a path, and in it what steps lead to.
fn given(request: &Request, path: &Path, steps: &[Step]) -> Option<Origin> {
    let [spec, field, rest @ ..] = path.segments.as_slice() else { return None };
    let value = request.spec.get(field).filter(|_| **spec == *"spec")?;
    let names = rest.iter().map(|name: &Name| Step::Member(name.to_string()));
    let steps: Vec<Step> = names.chain(steps.iter().cloned()).collect();
    Some(in_value(value, &steps).unwrap_or(value.span))
}
