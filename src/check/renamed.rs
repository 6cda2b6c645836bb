//! Members that have other names now: the new name is declared, and the old one is not.

use crate::diag::{Code, Diagnostic, code, suggest};
use crate::model::{Kind, Name, NewName, Project, Property, Renamed, Schema, Value};
use crate::source::{Origin, Spanned};

/// The problems of all `renamed` nodes.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let all = project.renamed.iter().enumerate();
    all.filter_map(|(index, one)| problem(project, one, &project.renamed[..index])).collect()
}

fn problem(project: &Project, one: &Renamed, before: &[Renamed]) -> Option<Diagnostic> {
    let is_declared = match one.of.kind {
        Kind::Blueprint => project.blueprint(&one.of.name).is_some(),
        _ => project.promise(&one.of.name).is_some(),
    };
    if !is_declared {
        let message = format!("`{}` is not declared", one.of);
        let problem = Diagnostic::error(code::NOT_DECLARED, one.member.span, message);
        return Some(problem.help("name it as it is called now, and declare it; what goes with it needs no such line"));
    }
    let is_again = |other: &&Renamed| {
        let value = |one: &Renamed| match &one.to {
            NewName::Member(_) => None,
            NewName::Value { old, .. } => Some(old.value.clone()),
        };
        (&other.of, other.group, &other.member.value) == (&one.of, one.group, &one.member.value)
            && value(other) == value(one)
    };
    if let Some(first) = before.iter().find(is_again) {
        let message = format!("`{}` gets another name twice", one.member.value);
        let problem = Diagnostic::error(code::CONTRADICTION, one.span, message);
        return Some(problem.other(first.span, "it is said here already").help("keep one of them"));
    }
    match &one.to {
        NewName::Member(to) => of_member(project, one, to, before),
        NewName::Value { old, new } => of_value(project, one, (&old.value, new)),
    }
}

/// The problem of a member that has another name.
fn of_member(project: &Project, one: &Renamed, to: &Spanned<Name>, before: &[Renamed]) -> Option<Diagnostic> {
    let members = members(project, one);
    let find = |name: &str| members.iter().find(|member| *member.0 == *name);
    if let Some((name, span, _)) = find(&one.member.value) {
        return Some(still(one, &format!("`{name}` of `{}`", one.of), *span));
    }
    let next = |name: &Name| {
        project.renamed.iter().find_map(|other| match &other.to {
            NewName::Member(to) if is_beside(other, one) && other.member.value == *name => Some(&to.value),
            _ => None,
        })
    };
    let reached = |other: &&Renamed| {
        is_beside(other, one) && matches!(&other.to, NewName::Member(same) if same.value == to.value)
    };
    if let Some(first) = before.iter().find(reached) {
        let message = format!("two members get the name `{}`", to.value);
        let problem = Diagnostic::error(code::CONTRADICTION, to.span, message);
        return Some(problem.other(first.span, "this is the other one").help("keep one of them"));
    }
    let Some(end) = end(&to.value, next, project.renamed.len()) else { return Some(circle(one)) };
    let names = members.iter().map(|member| member.0);
    find(end).is_none().then(|| missing(one, to.span, &to.value, suggest(&to.value, names)))
}

/// The problem of a value that is another one now.
fn of_value(project: &Project, one: &Renamed, (old, new): (&Value, &Spanned<Value>)) -> Option<Diagnostic> {
    let members = members(project, one);
    let Some((_, span, schema)) = members.iter().find(|member| *member.0 == *one.member.value) else {
        let names = members.iter().map(|member| member.0);
        return Some(missing(one, one.member.span, &one.member.value, suggest(&one.member.value, names)));
    };
    let values = schema.map(values).unwrap_or_default();
    let has = |value: &Value| values.contains(&value);
    if has(old) {
        return Some(still(one, &format!("the value `{}` of `{}`", shown(old), one.member.value), *span));
    }
    let next = |value: &Value| {
        project.renamed.iter().find_map(|other| match &other.to {
            NewName::Value { old, new }
                if is_beside(other, one) && other.member.value == one.member.value && old.value == *value =>
            {
                Some(&new.value)
            }
            _ => None,
        })
    };
    let Some(end) = end(&new.value, next, project.renamed.len()) else { return Some(circle(one)) };
    let words = values.iter().filter_map(|value| value.as_str());
    let near = new.value.as_str().and_then(|new| suggest(new, words));
    let message = format!("`{}` of `{}` has no value `{}`", one.member.value, one.of, shown(&new.value));
    (!has(end)).then(|| not_declared(new.span, message, near))
}

/// Whether two lines are about the same group of members.
fn is_beside(one: &Renamed, other: &Renamed) -> bool {
    (&one.of, one.group) == (&other.of, other.group)
}

/// What something that was renamed is called in the end; nothing where that leads in a circle.
fn end<'r, T: ?Sized>(first: &'r T, next: impl Fn(&T) -> Option<&'r T>, most: usize) -> Option<&'r T> {
    let mut end = first;
    for _ in 0..=most {
        match next(end) {
            Some(other) => end = other,
            None => return Some(end),
        }
    }
    None
}

fn circle(one: &Renamed) -> Diagnostic {
    let message = "what is renamed here gets its old name back";
    Diagnostic::error(code::MOVED_IN_CIRCLE, one.span, message)
        .help("take the line out, or one of those that it leads to")
}

/// A member as it is declared: its name, its place, and what it may be.
type Member<'p> = (&'p str, Origin, Option<&'p Schema>);

fn members<'p>(project: &'p Project, one: &Renamed) -> Vec<Member<'p>> {
    let typed = |properties: &'p [Property]| {
        properties.iter().map(|one| (&*one.name.value, one.name.span, Some(&one.schema))).collect()
    };
    match (one.of.kind, one.group) {
        (Kind::Blueprint, "relations") => {
            let relations = project.blueprint(&one.of.name).into_iter().flat_map(|blueprint| &blueprint.relations);
            relations.map(|relation| (&*relation.name.value, relation.name.span, None)).collect()
        }
        (Kind::Blueprint, _) => {
            project.blueprint(&one.of.name).map(|blueprint| typed(&blueprint.properties)).unwrap_or_default()
        }
        _ => project.promise(&one.of.name).map(|promise| typed(promise.fields())).unwrap_or_default(),
    }
}

/// The values of an enum, or of the items of a list of one.
fn values(schema: &Schema) -> Vec<&Value> {
    let own = schema.values.iter().chain(schema.items.iter().flat_map(|items| &items.values));
    own.map(|value| &value.value.value).collect()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| crate::check::words::shown(value), str::to_owned)
}

fn still(one: &Renamed, what: &str, place: Origin) -> Diagnostic {
    told(code::STILL_DECLARED, one.member.span, format!("{what} is still declared"))
        .other(place, "here")
        .help("take the old declaration out, or this line")
}

fn missing(one: &Renamed, place: Origin, name: &str, near: Option<&str>) -> Diagnostic {
    not_declared(place, format!("`{}` has no `{name}` in its {}", one.of, one.group), near)
}

fn not_declared(place: Origin, message: String, near: Option<&str>) -> Diagnostic {
    let problem = told(code::NOT_DECLARED, place, message);
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("declare what it is called now"),
    }
}

fn told(code: Code, place: Origin, message: String) -> Diagnostic {
    Diagnostic::error(code, place, message)
}
