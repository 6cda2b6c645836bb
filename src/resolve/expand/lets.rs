use super::bounds::Bounds;
use super::scope::{Scope, size};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Name, Template, Value};
use crate::resolve::template;
use crate::source::{Origin, Spanned};
use crate::syntax::Node;
use std::collections::{BTreeSet, HashMap};

/// Adds what some `let` nodes give, each made of those that it needs, in whichever order they stand.
pub(super) fn bind<'s>(
    nodes: &[Node<'_>],
    mut scope: Scope<'s>,
    bounds: &Bounds,
    diagnostics: &mut Diagnostics,
) -> Scope<'s> {
    let mut lets: Vec<Let> = Vec::with_capacity(nodes.len());
    let mut places: HashMap<Name, usize> = HashMap::new();
    for node in nodes {
        let Some(one) = Let::of(*node, diagnostics) else { continue };
        // A second one of a name is told where names are.
        if !places.contains_key(&one.name) {
            places.insert(one.name.clone(), lets.len());
            lets.push(one);
        }
    }
    let needs: Vec<Vec<usize>> =
        lets.iter().map(|one| one.roots().iter().filter_map(|root| places.get(&**root).copied()).collect()).collect();
    let mut waits: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); lets.len()];
    for (index, needs) in needs.iter().enumerate() {
        for needed in needs {
            needed_by[*needed].push(index);
        }
    }
    let mut ready: BTreeSet<usize> = (0..lets.len()).filter(|index| waits[*index] == 0).collect();
    while let Some(index) = ready.pop_first() {
        let one = &mut lets[index];
        let nothing = Spanned::new(Template::Literal(Value::Null), one.value.span);
        let value = match scope.evaluated(std::mem::replace(&mut one.value, nothing)) {
            Ok(value) if bounds.keep(size(&value.value)) => value,
            Ok(value) => {
                let message = "the values of the project come to more than can be made";
                diagnostics.push(Diagnostic::error(code::TOO_LARGE, value.span, message));
                Spanned::new(Value::Null, Origin::Unread(one.place()))
            }
            Err(problem) => {
                diagnostics.extend(problem);
                Spanned::new(Value::Null, Origin::Unread(one.place()))
            }
        };
        scope.put(one.name.clone(), value);
        for other in &needed_by[index] {
            waits[*other] -= 1;
            if waits[*other] == 0 {
                ready.insert(*other);
            }
        }
    }
    let stuck: Vec<usize> = (0..lets.len()).filter(|index| waits[*index] > 0).collect();
    diagnostics.extend(circles(&stuck, &needs, &waits).iter().map(|way| made_of_itself(&lets, way)));
    for index in stuck {
        let one = &lets[index];
        scope.put(one.name.clone(), Spanned::new(Value::Null, Origin::Unread(one.place())));
    }
    scope
}

/// The circles among those that are stuck, each from the one that stands first: one is made of the next. Of circles that share one, the first
/// that is found.
fn circles(stuck: &[usize], needs: &[Vec<usize>], waits: &[usize]) -> Vec<Vec<usize>> {
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut circles = Vec::new();
    for first in stuck {
        let (mut way, mut at) = (Vec::new(), *first);
        while !seen.contains_key(&at) {
            seen.insert(at, *first);
            way.push(at);
            // Each that waits needs one that waits.
            at = needs[at].iter().copied().find(|next| waits[*next] > 0).unwrap_or(at);
        }
        // Where it comes to what another way has seen, that leads to a circle which was found.
        if seen.get(&at) == Some(first)
            && let Some(start) = way.iter().position(|one| *one == at)
        {
            way.drain(..start);
            let turn = way.iter().enumerate().min_by_key(|(_, index)| **index).map_or(0, |(place, _)| place);
            way.rotate_left(turn);
            circles.push(way);
        }
    }
    circles
}

/// Values that are made of each other.
fn made_of_itself(lets: &[Let], way: &[usize]) -> Diagnostic {
    let names: Vec<String> = way.iter().chain(way.first()).map(|index| format!("`{}`", lets[*index].name)).collect();
    let problem = Diagnostic::error(
        code::CIRCULAR_VALUE,
        lets[way[0]].span,
        format!("a value is made of itself: {}", names.join(", ")),
    );
    let others = way.iter().skip(1).map(|index| &lets[*index]);
    others
        .fold(problem, |problem, one| problem.other(one.span, "made of the next"))
        .help("give one of them a value of its own")
}

/// A `let` node.
struct Let {
    name: Name,
    span: Origin,
    value: Spanned<Template>,
}

impl Let {
    fn of(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let name = node.argument(0)?.string()?.into();
        Some(Self { name, span: node.head_span().into(), value: template::behind(node, 1, diagnostics) })
    }

    fn place(&self) -> crate::source::Span {
        self.span.shown()
    }

    /// The names that its value begins with.
    fn roots(&self) -> BTreeSet<Name> {
        let mut roots = BTreeSet::new();
        self.value.each_path(&mut |path, _| roots.extend(path.segments.first().cloned()));
        roots
    }
}
