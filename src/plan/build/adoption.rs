use crate::model::{Address, Adopt, Adoption, HandOver, Identity, Kind, Name, Project, Scopes, Timestamp};
use crate::plan::document::{Guard, Place};
use crate::plan::guard::quoted;
use crate::plan::input::{Input, StoreFiles};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// What a plan may take over.
pub(super) struct Adoptions<'i> {
    /// What holds for everything.
    policy: Adoption,
    /// The `adopt` nodes.
    named: Scopes<'i, Adopt>,
    input: &'i Input<'i>,
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
    /// What an `adopt` node would name.
    named: Address,
    owner: Name,
    /// What an `adopt` node says else of it.
    but: String,
    /// Whether that node took it over before: it does so once.
    is_spent: bool,
    guard: Guard,
}

/// Who owns a thing that exists.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    /// Another project that does.
    pub(super) other: Option<&'w Name>,
    /// What this project is called, where it does too.
    pub(super) shared: Option<&'w str>,
}

/// Up to this many things of one other project are told each for itself.
const FEW: usize = 5;
/// Of more, so many are named.
const NAMED: usize = 3;

/// What is told of things that stay another project's: each for itself; once where they are many, and where this project owns nothing,
/// so that it may be known to its targets by another id.
pub(super) fn denials(denied: Vec<Denied>, input: &Input<'_>) -> Vec<Guard> {
    let mut by_owner: BTreeMap<(Name, String), Vec<Denied>> = BTreeMap::new();
    for one in denied {
        by_owner.entry((one.owner.clone(), one.but.clone())).or_default().push(one);
    }
    let is_unknown = !owns_something(input);
    let told = |((owner, but), all): ((Name, String), Vec<Denied>)| {
        let is_this_one = input.namesakes.contains(&*owner) || input.project.may_have_been(&owner, &input.identity.id);
        if is_unknown && but.is_empty() && (all.len() > 1 || is_this_one) {
            vec![other_id(&owner, &all, input)]
        } else if all.len() > FEW {
            vec![many((&owner, &but), &all, input)]
        } else {
            all.into_iter().map(|one| one.guard).collect()
        }
    };
    by_owner.into_iter().flat_map(told).collect()
}

/// Whether the catalog or a state store knows anything of the project.
fn owns_something(input: &Input<'_>) -> bool {
    let holds = |store: &StoreFiles<'_>| store.unchanged > 0 || store.diffs.iter().any(|diff| diff.base.is_some());
    input.observed.iter().any(|entry| entry.owner.is_some()) || input.stores.iter().any(holds)
}

fn things(count: usize) -> String {
    if count == 1 { "1 object or file".to_owned() } else { format!("{count} objects and files") }
}

/// The first of the objects that an `adopt` node would name for them, and how many more there are.
fn named(denied: &[Denied]) -> String {
    let all: BTreeSet<&Address> = denied.iter().map(|one| &one.named).collect();
    let first = all.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// That another project owns what is declared, while this one owns nothing: maybe it is this one, whose id changed.
fn other_id(owner: &str, denied: &[Denied], input: &Input<'_>) -> Guard {
    let Identity { id, name, .. } = input.identity;
    let is_namesake = input.namesakes.contains(owner);
    let ((said, node), from) = (input.project.said_for(owner), from(owner, input.project));
    let said = quoted(&said);
    let (id, owner) = (quoted(id), quoted(&owner));
    let whose = if is_namesake {
        format!("a project of the same name whose id is {owner}")
    } else {
        format!("project {owner}")
    };
    let message = format!(
        "the id of project {name} is {id}, which owns nothing, and {} that it declares {} to {whose}: {}",
        things(denied.len()),
        if denied.len() == 1 { "belongs" } else { "belong" },
        named(denied)
    );
    let way = format!(
        "`id {said}` in {node}, where it is the same one; or `guards adoption=force` there, or `adopt` lines with `from={from}`, where it is to take over what that one owns{}",
        if is_namesake { String::new() } else { used(&owner, input) }
    );
    Guard::new(message, Some(way))
}

/// What an `adopt` line says of the project that it takes something from, in any environment.
fn from(owner: &str, project: &Project) -> String {
    quoted(&project.in_each_environment(owner))
}

/// How a project uses what another one owns, instead of owning it; nothing where nobody shares its catalog.
fn used(owner: &str, input: &Input<'_>) -> String {
    if input.project.catalog.is_none() {
        return String::new();
    }
    format!("; or {TAKE_OUT}`extern project {owner}`, where it is to use what that one has")
}

/// What goes out of a text that is to use what another project owns.
const TAKE_OUT: &str = "take it out of the text, and with it a `use` that brings it, and write ";

/// How something is taken over that a line took over before, and how it stays the other one's.
fn again(what: &str, line: &str, used: &str) -> String {
    format!(
        "take {what} out of the text, with that line, where it is to stay so{used}; or `{line}` in that project and an apply there, after which this \
         one takes over what nobody owns"
    )
}

/// The line that brings something of another project.
fn extern_line(address: &Address) -> String {
    let below = address.above().map(|above| format!(" {}", quoted(&above.name))).unwrap_or_default();
    format!("extern {}{below} {}", address.kind.word(), quoted(&address.name))
}

/// That another project owns much of what is declared.
fn many((owner, but): (&str, &str), denied: &[Denied], input: &Input<'_>) -> Guard {
    let from = from(owner, input.project);
    let owner = quoted(&owner);
    let message = format!("{} belong to project {owner}{but}: {}", things(denied.len()), named(denied));
    if denied.iter().all(|one| one.is_spent) {
        return Guard::new(message, Some(again("them", "removed ADDRESS keep", &used(&owner, input))));
    }
    let way = format!(
        "`adopt` lines with `from={from}` in the project, in whose addresses `*` stands for any text; or `guards adoption=force` there, where it is to take over all that others own{}",
        used(&owner, input)
    );
    Guard::new(message, Some(way))
}

impl<'i> Adoptions<'i> {
    pub(super) fn new(input: &'i Input<'i>) -> Self {
        let (project, asked) = (&**input.project, input.options.adoption);
        let named = Scopes::of(&project.adopted, |adopt| &adopt.scope.value);
        Self { policy: asked.unwrap_or(project.guards.adoption), named, input }
    }

    /// That a line took something over once, which its owner has taken back since.
    fn spent(&self, line: &Adopt, HandOver { at, .. }: &HandOver) -> String {
        let Place { file, line, .. } = Place::of(line.span, self.input.sources);
        let time = Timestamp(*at);
        format!(
            ", which took back what the `adopt` of {file}:{line} took over at {time}: a line takes over once, and that one can go"
        )
    }

    /// How something of another project is allowed, which may be this one under another name.
    fn way(&self, named: &Address, owner: &str, is_shared: bool) -> String {
        let project = &**self.input.project;
        let adopt = format!("`adopt {} from={}` in the project", quoted(named), from(owner, project));
        if is_shared {
            return format!(
                "{adopt}, which takes it from that one; or take it out of the text, where it stays that one's"
            );
        }
        let used = self.used_here(named);
        if project.id.is_some() {
            return adopt + &used;
        }
        let (said, node) = project.said_for(owner);
        format!("{adopt}; or `id {}` in {node}, where that is this project under another name{used}", quoted(&said))
    }

    /// How the project uses an object of another one, instead of owning it; nothing where it cannot.
    fn used_here(&self, named: &Address) -> String {
        match named.kind {
            // What is asked for is wanted here.
            Kind::Request => String::new(),
            _ if self.input.project.catalog.is_none() => String::new(),
            _ => format!("; or {TAKE_OUT}`{}`, to use that one's", extern_line(named)),
        }
    }

    /// Judges a thing (an object, or a file of a request) that exists and that the project does not own. `named` is the object
    /// that an `adopt` node would name for it.
    pub(super) fn claim(&self, thing: &impl Display, named: &Address, whose: Whose<'_>) -> Claim {
        let node = self.named.of_object(named);
        match (whose.other, self.policy) {
            (_, Adoption::Force) | (None, Adoption::IfUnowned) => Claim::Granted,
            (None, Adoption::Strict) if node.is_some() => Claim::Granted,
            (None, Adoption::Strict) => Claim::Asked(Guard::new(
                format!("{thing} exists already, and nobody owns it"),
                Some(format!("`adopt {}` in the project", quoted(named))),
            )),
            (Some(owner), Adoption::IfUnowned | Adoption::Strict) => {
                let said = node.map(|adopt| adopt.from.as_ref().map(|from| &from.value));
                let spent = node.zip(self.input.spent.taken.get(named).filter(|taken| taken.from == *owner));
                let but = match said {
                    Some(Some(from)) if from == owner => match spent {
                        None => return Claim::Granted,
                        Some((line, taken)) => self.spent(line, taken),
                    },
                    Some(Some(from)) => format!(", and the project's `adopt` takes it from {from}"),
                    Some(None) => ", and the project's `adopt` does not say from whom it takes it".to_owned(),
                    None => String::new(),
                };
                let too = whose.shared.map(|name| format!(" as well as to this one, {name}")).unwrap_or_default();
                let but = too + &but;
                let message = format!("{thing} belongs to project {owner}{but}");
                let way = if spent.is_some() {
                    again("it", &format!("removed {} keep", quoted(named)), &self.used_here(named))
                } else {
                    self.way(named, owner, whose.shared.is_some())
                };
                let (guard, is_spent) = (Guard::new(message, Some(way)), spent.is_some());
                Claim::Denied(Denied { named: named.clone(), owner: owner.clone(), but, is_spent, guard })
            }
        }
    }
}
