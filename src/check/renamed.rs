//! Members that have other names now: the new name is declared, and the old one is not.

use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Address, Kind, Name, NewName, Project, Property, Renamed, Schema, Value, write_json};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// How many lines a circle is looked for along.
const LONGEST: usize = 1_000;

/// What a line is about: the member, or a value of it as text.
type Subject<'p> = (&'p Address, &'static str, &'p str, Option<String>);

/// The lines, by what they are about and by what members they lead to; of two the first.
struct Lines<'p> {
    all: HashMap<Subject<'p>, &'p Renamed>,
    reached: HashMap<Subject<'p>, &'p Renamed>,
}

impl<'p> Lines<'p> {
    fn of(project: &'p Project) -> Self {
        let mut lines = Self { all: HashMap::new(), reached: HashMap::new() };
        for one in &project.renamed {
            lines.all.entry(subject(one)).or_insert(one);
            if let NewName::Member(to) = &one.to {
                lines.reached.entry((&one.of, one.group, &to.value, None)).or_insert(one);
            }
        }
        lines
    }

    /// The line that gives another name to what a line leads to.
    fn next(&self, one: &'p Renamed) -> Option<&'p Renamed> {
        let subject: Subject<'_> = match &one.to {
            NewName::Member(to) => (&one.of, one.group, &to.value, None),
            NewName::Value { new, .. } => (&one.of, one.group, &one.member.value, Some(json(&new.value))),
        };
        self.all.get(&subject).copied()
    }

    /// Whether lines lead from one back to itself, as far as that is looked for.
    fn leads_back(&self, one: &'p Renamed) -> bool {
        let following = std::iter::successors(self.next(one), |next| self.next(next));
        following.take(LONGEST).any(|next| std::ptr::eq(next, one))
    }
}

fn subject(one: &Renamed) -> Subject<'_> {
    let value = match &one.to {
        NewName::Member(_) => None,
        NewName::Value { old, .. } => Some(json(&old.value)),
    };
    (&one.of, one.group, &one.member.value, value)
}

fn json(value: &Value) -> String {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The problems of all `renamed` nodes.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let lines = Lines::of(project);
    project.renamed.iter().filter_map(|one| problem(project, one, &lines)).collect()
}

fn problem<'p>(project: &'p Project, one: &'p Renamed, lines: &Lines<'p>) -> Option<Diagnostic> {
    let is_declared = match one.of.kind {
        Kind::Blueprint => project.blueprint(&one.of.name).is_some(),
        _ => project.promise(&one.of.name).is_some(),
    };
    if !is_declared {
        let message = format!("`{}` is not declared", one.of);
        let problem = Diagnostic::error(code::NOT_DECLARED, one.member.span, message);
        return Some(problem.help("name it as it is called now, and declare it; what goes with it needs no such line"));
    }
    if let Some(first) = lines.all.get(&subject(one)).filter(|first| !std::ptr::eq(**first, one)) {
        let message = format!("`{}` gets another name twice", one.member.value);
        let problem = Diagnostic::error(code::CONTRADICTION, one.span, message);
        return Some(problem.other(first.span, "it is said here already").help("keep one of them"));
    }
    match &one.to {
        NewName::Member(to) => of_member(project, one, to, lines),
        NewName::Value { old, new } => of_value(project, one, (&old.value, new), lines),
    }
}

/// The problem of a member that has another name.
fn of_member<'p>(
    project: &'p Project,
    one: &'p Renamed,
    to: &'p Spanned<Name>,
    lines: &Lines<'p>,
) -> Option<Diagnostic> {
    let members = members(project, one);
    let find = |name: &str| members.iter().find(|member| *member.0 == *name);
    if let Some((name, span, _)) = find(&one.member.value) {
        return Some(still(one, &format!("`{name}` of `{}`", one.of), *span));
    }
    let reached = lines.reached.get(&(&one.of, one.group, &*to.value, None));
    if let Some(first) = reached.filter(|first| !std::ptr::eq(**first, one)) {
        let message = format!("two members get the name `{}`", to.value);
        let problem = Diagnostic::error(code::CONTRADICTION, to.span, message);
        return Some(problem.other(first.span, "this is the other one").help("keep one of them"));
    }
    // What is renamed again is judged by the line that says so.
    if lines.next(one).is_some() {
        return lines.leads_back(one).then(|| circle(one));
    }
    let names = members.iter().map(|member| member.0);
    find(&to.value).is_none().then(|| missing(one, to.span, &to.value, suggest(&to.value, names)))
}

/// The problem of a value that is another one now.
fn of_value<'p>(
    project: &'p Project,
    one: &'p Renamed,
    (old, new): (&'p Value, &'p Spanned<Value>),
    lines: &Lines<'p>,
) -> Option<Diagnostic> {
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
    if lines.next(one).is_some() {
        return lines.leads_back(one).then(|| circle(one));
    }
    let words = values.iter().filter_map(|value| value.as_str());
    let near = new.value.as_str().and_then(|new| suggest(new, words));
    let message = format!("`{}` of `{}` has no value `{}`", one.member.value, one.of, shown(&new.value));
    (!has(&new.value)).then(|| not_declared(new.span, message, near))
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
    Diagnostic::error(code::STILL_DECLARED, one.member.span, format!("{what} is still declared"))
        .other(place, "here")
        .help("take the old declaration out, or this line")
}

fn missing(one: &Renamed, place: Origin, name: &str, near: Option<&str>) -> Diagnostic {
    not_declared(place, format!("`{}` has no `{name}` in its {}", one.of, one.group), near)
}

fn not_declared(place: Origin, message: String, near: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(code::NOT_DECLARED, place, message);
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("declare what it is called now"),
    }
}
