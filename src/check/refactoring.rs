//! What is said of objects that got another name, went, or are taken over holds together.
//!
//! One mistake gives one diagnostic: an object of which two lines contradict each other is not judged further.

mod declared;

use super::words;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Address, Adopt, Kind, Moved, Name, Project, Relocated, Removed, Renames, Scope, extern_file};
use crate::source::Origin;
use crate::syntax::edit::write_string;
use declared::Declarations;
use std::collections::{HashMap, HashSet};

/// How many names that blueprints and promises hand down are looked up, all lines together: chains of moves must not take a time
/// that grows with the square.
const MOST_STEPS: usize = 1_000_000;

worded! {
    /// What a line makes of an object.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum Role {
        /// It is called otherwise now.
        Left = "moved to another name",
        /// Another object is called so now.
        Reached = "the new name of another object",
        /// It is no longer declared.
        Removed = "removed",
        /// It is taken over.
        Adopted = "adopted",
    }
}

impl Role {
    /// Whether two lines that make these of one object contradict, or repeat, each other. What is reached may be left again.
    fn contradicts(self, other: Self) -> bool {
        match (self, other) {
            (Self::Left, Self::Reached) | (Self::Reached, Self::Left) => false,
            (Self::Left | Self::Reached | Self::Removed | Self::Adopted, _) => true,
        }
    }
}

/// The problems of all `moved`, `removed` and `adopt` nodes.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let Project { moved, relocated, removed, cleared, adopted, .. } = project;
    if moved.is_empty() && relocated.is_empty() && removed.is_empty() && cleared.is_empty() && adopted.is_empty() {
        return Vec::new();
    }
    let (contradicted, mut found) = contradictions(project);
    let mut judge = Judge {
        project,
        renames: Renames::of(&project.moved),
        declarations: Declarations::of(project),
        contradicted,
        steps: MOST_STEPS,
    };
    let in_circle = judge.circles(&mut found);
    for (moved, in_circle) in project.moved.iter().zip(in_circle) {
        if !in_circle
            && !judge.contradicted.contains(&moved.from.value)
            && !judge.contradicted.contains(&moved.to.value)
        {
            found.extend(judge.moved(moved));
        }
    }
    for relocated in relocated {
        found.extend(judge.relocated(relocated));
    }
    for removed in removed {
        found.extend(judge.removed(&removed.scope.value, removed.scope.span));
        found.extend(to_itself(project, removed));
    }
    for cleared in cleared {
        found.extend(judge.cleared(&cleared.scope.value, cleared.scope.span));
    }
    for adopt in adopted {
        found.extend(judge.adopted(&adopt.scope.value, adopt.scope.span));
        found.extend(of_itself(project, adopt).filter(|_| !judge.is_contradicted(&adopt.scope.value)));
    }
    found
}

/// The objects of which two lines contradict each other, and the problems, at the later line of each two.
fn contradictions(project: &Project) -> (HashSet<&Address>, Vec<Diagnostic>) {
    let moved = project.moved.iter().flat_map(|node| [(&node.from, Role::Left), (&node.to, Role::Reached)]);
    let moved = moved.map(|(address, role)| (&address.value, address.span, role));
    let removed = project.removed.iter().map(|node| (&node.scope, Role::Removed));
    let adopted = project.adopted.iter().map(|node| (&node.scope, Role::Adopted));
    let named = removed.chain(adopted).filter_map(|(scope, role)| Some((scope.value.object()?, scope.span, role)));
    let mut claims: Vec<_> = moved.chain(named).collect();
    claims.sort_by_key(|(_, span, _)| *span);
    let mut first: HashMap<(&Address, Role), Origin> = HashMap::with_capacity(claims.len());
    let mut contradicted = HashSet::new();
    let mut found = Vec::new();
    for (address, span, role) in claims {
        let earlier = Role::ALL
            .into_iter()
            .map(|row| row.0)
            .filter(|other| role.contradicts(*other))
            .find_map(|other| Some((other, *first.get(&(address, other))?)));
        if let Some((other, place)) = earlier {
            contradicted.insert(address);
            found.push(contradiction(address, (role, span), (other, place)));
        }
        first.entry((address, role)).or_insert(span);
    }
    (contradicted, found)
}

fn contradiction(address: &Address, later: (Role, Origin), earlier: (Role, Origin)) -> Diagnostic {
    let message = match (later.0 == earlier.0, later.0) {
        (true, Role::Reached) => format!("two objects are moved to `{address}`"),
        (true, role) => format!("`{address}` is {} twice", role.word()),
        (false, role) => format!("`{address}` is {}, and {}", earlier.0.word(), role.word()),
    };
    let help = match (earlier.0, later.0) {
        (Role::Adopted, Role::Reached) | (Role::Reached, Role::Adopted) => {
            "an object that is moved is the project's already: take the `adopt` line out, or the `moved` line"
        }
        _ => "keep one of the two lines",
    };
    Diagnostic::error(code::CONTRADICTION, later.1, message).other(earlier.1, "said here").help(help)
}

struct Judge<'p> {
    project: &'p Project,
    renames: Renames<'p>,
    declarations: Declarations,
    contradicted: HashSet<&'p Address>,
    steps: usize,
}

impl Judge<'_> {
    /// Tells each circle of moves once, at its first line; gives for each move whether it is in a circle, or leads into one.
    fn circles(&self, found: &mut Vec<Diagnostic>) -> Vec<bool> {
        let moved = &self.project.moved;
        let places: HashMap<&Address, usize> =
            moved.iter().enumerate().rev().map(|(index, node)| (&node.from.value, index)).collect();
        // What is known of each move: nothing, the walk that it was met on, and whether that ended in a circle.
        let mut met: Vec<Option<usize>> = vec![None; moved.len()];
        let mut circling = vec![false; moved.len()];
        for start in 0..moved.len() {
            let mut walk = Vec::new();
            let mut at = Some(start);
            while let Some(index) = at.filter(|index| met[*index].is_none()) {
                met[index] = Some(start);
                walk.push(index);
                at = places.get(&moved[index].to.value).copied();
            }
            let Some(end) = at else { continue };
            if met[end] == Some(start) {
                let circle: Vec<usize> = walk.iter().copied().skip_while(|index| *index != end).collect();
                found.extend(circle_of(circle.iter().map(|index| &moved[*index])));
            }
            if met[end] == Some(start) || circling[end] {
                for index in walk {
                    circling[index] = true;
                }
            }
        }
        circling
    }

    /// The problems of a move that leads in no circle.
    fn moved(&mut self, moved: &Moved) -> Vec<Diagnostic> {
        let (from, to) = (&moved.from.value, &moved.to.value);
        if from.kind != to.kind {
            return vec![other_kind(moved)];
        }
        if from.parent != to.parent && !self.parents_move(from, to) {
            return vec![other_parent(moved)];
        }
        let help = "take the old declaration out, or the `moved` line";
        let mut found: Vec<Diagnostic> = self.still_declared(from, moved.from.span, help).into_iter().collect();
        found.extend(self.end_of(to).and_then(|end| self.not_declared(&end, moved.to.span)));
        found
    }

    /// The problems of a line that sends requests to another destination.
    fn relocated(&mut self, relocated: &Relocated) -> Option<Diagnostic> {
        let Relocated { from, to, .. } = relocated;
        if let Some(end) = [from, to].into_iter().find(|end| end.value.kind != Kind::Destination) {
            let message = format!("requests go from one destination to another, and `{}` is none", end.value);
            let help = "write `from=destination:NAME to=destination:NAME`; another name of the request itself is `moved from=ADDRESS to=ADDRESS`";
            return Some(Diagnostic::error(code::MOVED_TO_NO_DESTINATION, end.span, message).help(help));
        }
        // What others own is known as what the project delivers to.
        if self.project.destination(&to.value.name).is_some() {
            return None;
        }
        self.not_declared(&to.value, to.span)
    }

    /// The problem of what is gone on purpose and is there.
    fn removed(&self, scope: &Scope, span: Origin) -> Option<Diagnostic> {
        match scope {
            Scope::Object(address) if self.is_contradicted(scope) || self.declarations.place(address).is_none() => None,
            Scope::Object(address) => self.still_declared(address, span, "take its declaration out too, or this line"),
            Scope::Pattern(pattern) if let Some(store) = self.unknown_store(pattern) => {
                Some(self.no_store(scope, store, span))
            }
            Scope::Pattern(_) => {
                let (address, place) = self.declarations.covered(scope)?;
                let message = format!("`{scope}` covers `{address}`, which is still declared");
                let help = "what is gone is let go of by a pattern that covers nothing else; take the line out when all is gone";
                Some(Diagnostic::error(code::STILL_DECLARED, span, message).other(place, "here").help(help))
            }
        }
    }

    /// The problem of what nobody owns, is to go, and is declared.
    fn cleared(&self, scope: &Scope, span: Origin) -> Option<Diagnostic> {
        match scope {
            Scope::Object(address) => self.still_declared(address, span, "take this line out, or its declaration"),
            Scope::Pattern(pattern) => Some(self.no_store(scope, self.unknown_store(pattern)?, span)),
        }
    }

    /// The problem of what is taken over and is not declared.
    fn adopted(&mut self, scope: &Scope, span: Origin) -> Option<Diagnostic> {
        match scope {
            Scope::Object(address) if !self.is_contradicted(scope) => self.not_declared(address, span),
            Scope::Object(_) => None,
            Scope::Pattern(_) if self.declarations.covered(scope).is_some() => None,
            Scope::Pattern(_) => {
                let message = format!("`{scope}` covers nothing that is declared");
                Some(Diagnostic::error(code::NOT_DECLARED, span, message).help("declare it, or take the line out"))
            }
        }
    }

    /// The state store of a pattern of files that the text says nothing of: it neither has it nor lets it go, or had it under that name.
    fn unknown_store<'t>(&self, pattern: &'t str) -> Option<&'t str> {
        let (store, _) = pattern.strip_prefix("file:")?.split_once(':')?;
        let address = Address::new(Kind::StateStore, store.into());
        let Project { moved, removed, .. } = self.project;
        let is_known = store.contains('*')
            || self.project.stores.is_empty()
            || self.project.store(store).is_some()
            || removed.iter().any(|removed| removed.scope.value.covers(&address))
            || moved.iter().any(|moved| moved.from.value == address);
        (!is_known).then_some(store)
    }

    fn no_store(&self, scope: &Scope, store: &str, span: Origin) -> Diagnostic {
        let message = format!("`{scope}` is of state store `{store}`, which is not declared");
        let names = self.project.stores.iter().map(|store| &*store.name.value);
        match suggest(store, names) {
            Some(name) => {
                Diagnostic::error(code::NOT_DECLARED, span, message).help(format!("did you mean `file:{name}:`?"))
            }
            // It may have been declared until now.
            None => Diagnostic::warning(code::NOT_DECLARED, span, message)
                .help(format!("of one that goes, say `removed state-store:{store}` too; else name one that there is")),
        }
    }

    fn is_contradicted(&self, scope: &Scope) -> bool {
        scope.object().is_some_and(|address| self.contradicted.contains(address))
    }

    /// Whether what an object lies below is itself moved to where the other object lies. An entity of another blueprint is another
    /// thing, with other properties, and no catalog moves one there.
    fn parents_move(&mut self, from: &Address, to: &Address) -> bool {
        let mut here = from.clone();
        for _ in 0..self.most_steps() {
            self.steps -= 1;
            let Some((next, _)) = self.renames.handed_down(&here) else { return false };
            here = next;
            if here.parent == to.parent {
                return true;
            }
        }
        true
    }

    /// Where a new name leads, as far as its blueprint or promise takes it along; nothing where another line goes on, which is
    /// judged for itself.
    fn end_of(&mut self, to: &Address) -> Option<Address> {
        let mut here = to.clone();
        for _ in 0..self.most_steps() {
            self.steps -= 1;
            if self.renames.direct(&here).is_some() {
                return None;
            }
            match self.renames.handed_down(&here) {
                Some((next, _)) => here = next,
                None => return Some(here),
            }
        }
        None
    }

    /// How many steps one line may take: no more than there are lines, which more would walk in a circle.
    fn most_steps(&self) -> usize {
        self.steps.min(self.project.moved.len() + 1)
    }

    fn not_declared(&mut self, address: &Address, span: Origin) -> Option<Diagnostic> {
        // What another environment has is said for that one.
        if self.declarations.place(address).is_some() || self.project.in_some.contains(address) {
            return None;
        }
        let message = format!("`{address}` is not declared");
        let diagnostic = Diagnostic::error(code::NOT_DECLARED, span, message);
        if self.project.externs.declared().any(|one| one.address() == *address) {
            let copy = extern_file(self.project.environment.as_deref());
            return Some(diagnostic.help(format!(
                "another project owns it, and an `extern` line only uses it: copy its node out of `{copy}` into a file of your own, \
                 take the `extern` line out where it names this, and `plat catalog pull`, to own it here; or take this line out",
            )));
        }
        Some(match self.declarations.nearest(address) {
            Some(near) => {
                let near = near.to_string();
                let written = write_string(&near);
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("change to `{near}`"), span, written)
            }
            None => diagnostic.help("declare it, or take the line out"),
        })
    }

    fn still_declared(&self, address: &Address, span: Origin, help: &str) -> Option<Diagnostic> {
        let place = self.declarations.place(address)?;
        let message = format!("`{address}` is still declared");
        Some(Diagnostic::error(code::STILL_DECLARED, span, message).other(place, "here").help(help))
    }
}

/// A circle of moves, told at its first line.
fn circle_of<'m>(circle: impl Iterator<Item = &'m Moved>) -> Option<Diagnostic> {
    let mut lines: Vec<&Moved> = circle.collect();
    lines.sort_by_key(|moved| moved.span);
    let (first, others) = lines.split_first()?;
    let message = match others.len() {
        0 => format!("`{}` is moved to itself", first.from.value),
        more => format!("{} moves lead in a circle", more + 1),
    };
    let diagnostic = Diagnostic::error(code::MOVED_IN_CIRCLE, first.span, message)
        .help("say what each object is called now; names cannot be swapped in one step");
    let others = others.iter().take(words::MOST_CANDIDATES);
    Some(others.fold(diagnostic, |told, moved| told.other(moved.span, "goes on here")))
}

fn other_kind(moved: &Moved) -> Diagnostic {
    let (from, to) = (moved.from.kind.word(), moved.to.kind.word());
    Diagnostic::error(code::MOVED_ELSEWHERE, moved.to.span, format!("{} cannot become {}", one(from), one(to)))
        .other(moved.from.span, "the old name")
        .help("what is of another kind is another object: remove the one, and declare the other")
}

fn other_parent(moved: &Moved) -> Diagnostic {
    let (kind, above) = match moved.from.kind {
        Kind::Request => ("request", "promise"),
        _ => ("entity", "blueprint"),
    };
    let (from, to) = (&moved.from.parent, &moved.to.parent);
    let word = |name: &Name| write_string(&format!("{above}:{name}"));
    Diagnostic::error(
        code::MOVED_ELSEWHERE,
        moved.to.span,
        format!("the {kind} leaves its {above} `{from}` for `{to}`"),
    )
    .other(moved.from.span, "the old name")
    .help(format!(
        "where `{from}` itself is now `{to}`, write `moved from={} to={}`; otherwise it is another {kind}",
        word(from),
        word(to)
    ))
}

/// The place that says that a project is the one of an id.
fn is_itself(project: &Project, id: &str) -> Option<Origin> {
    // Its id marks what it owns, and its name only where it says none.
    let name = || project.name.as_ref().map(|name| (&*name.value, name.span));
    let (own, place) = project.id.as_ref().map(|id| (&*id.value, id.span)).or_else(name)?;
    (*own == *id).then_some(place)
}

/// An object that goes to the project that it is of.
fn to_itself(project: &Project, removed: &Removed) -> Option<Diagnostic> {
    let to = removed.to_project.as_ref()?;
    let place = is_itself(project, &to.value)?;
    let message = format!("`{}` is this project itself", to.value);
    let problem = Diagnostic::error(code::MOVED_ELSEWHERE, to.span, message).other(place, "said here");
    Some(problem.help("name the project that takes the object over, as `plat catalog projects` shows it"))
}

/// An object that the project is to take from itself.
fn of_itself(project: &Project, adopt: &Adopt) -> Option<Diagnostic> {
    let from = adopt.from.as_ref()?;
    is_itself(project, &from.value).map(|place| {
        Diagnostic::error(code::ADOPTED_FROM_ITSELF, from.span, format!("`{}` is this project itself", from.value))
            .other(place, "said here")
            .help("name the project that owns the object now, or nobody: then it is one that nobody owns")
    })
}

/// A word with its article.
fn one(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) && word != "user" { "an" } else { "a" };
    format!("{article} {word}")
}

#[cfg(test)]
mod tests;
