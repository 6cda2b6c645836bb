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
        let one = &lets[index];
        let value = match scope.evaluate(&one.value) {
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
    if let Some(first) = stuck.first() {
        diagnostics.push(circle(&lets, &needs, *first, &waits));
    }
    for index in stuck {
        let one = &lets[index];
        scope.put(one.name.clone(), Spanned::new(Value::Null, Origin::Unread(one.place())));
    }
    scope
}

/// A value that is made of itself, with the way that it takes.
fn circle(lets: &[Let], needs: &[Vec<usize>], from: usize, waits: &[usize]) -> Diagnostic {
    let mut way = vec![from];
    let mut at = from;
    // Each that waits needs one that waits.
    while let Some(next) = needs[at].iter().copied().find(|next| waits[*next] > 0) {
        if let Some(start) = way.iter().position(|one| *one == next) {
            way.drain(..start);
            break;
        }
        way.push(next);
        at = next;
    }
    let first = way.iter().copied().min().unwrap_or(from);
    let turn = way.iter().position(|one| *one == first).unwrap_or(0);
    way.rotate_left(turn);
    let names: Vec<String> = way.iter().chain(way.first()).map(|index| format!("`{}`", lets[*index].name)).collect();
    let problem = Diagnostic::error(
        code::CIRCULAR_VALUE,
        lets[first].span,
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
