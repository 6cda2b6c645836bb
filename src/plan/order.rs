use super::document::{Action, Field, Operation, Phase, Target};
use super::references::{Side, references};
use crate::model::{Address, Kind, Thing};
use crate::object::Types;
use ahash::AHashMap as HashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The phase of an operation on an object: the model grows first and shrinks last, and nothing goes before all else is there.
pub(super) fn phase(kind: Kind, action: Action, changes: &[Field]) -> Phase {
    let removes = changes.iter().any(|field| field.after.is_none());
    match (action, kind) {
        (Action::Delete | Action::Release | Action::Forget, _) => Phase::Prune,
        (_, Kind::Blueprint | Kind::Promise) if removes => Phase::Contract,
        (_, Kind::Blueprint | Kind::Promise) => Phase::Expand,
        _ => Phase::Objects,
    }
}

/// Puts operations in the order in which they are carried out: by phase, then what is referred to before what refers to it, and
/// the other way round where it goes; else by kind and address. Says of each which others it needs, and which of its
/// fields close a cycle.
pub(super) fn sort(operations: &mut [Operation], types: &Types<'_>) {
    operations.sort_unstable_by(|one, other| {
        (one.phase, rank(one), &one.thing).cmp(&(other.phase, rank(other), &other.thing))
    });
    let mut graph = Graph::new(operations, types);
    let mut order = graph.order(operations);
    graph.explain(operations, &order);
    // Each goes where it belongs, in the place of another one that goes on: there are many, and no room for all of them twice.
    for place in 0..order.len() {
        while order[place] != place {
            let to = order[place];
            operations.swap(place, to);
            order.swap(place, to);
        }
    }
}

fn rank(operation: &Operation) -> usize {
    let kind = operation.object_address().map(|address| address.kind);
    let last = Kind::ALL.len();
    let rank = kind.map_or(last, |kind| kind as usize);
    match operation.phase {
        Phase::Prune => last - rank,
        Phase::Expand | Phase::Objects | Phase::Files | Phase::Contract => rank,
    }
}

/// How many steps are taken for each operation and each edge, all together, to find the cycles that they are in. Where they are used
/// up, as of 100,000 objects that refer to each other at random, the first that waits is taken for one in a cycle: more fields than
/// need to be are then set apart, and the time stays linear.
const STEPS: usize = 4;

/// That one operation goes before another, and the field that makes it so. There are many, so that the numbers are short.
#[derive(Debug)]
struct Edge {
    first: u32,
    /// The operation whose field it is, and the number of the field's name; nothing where a name refers, which no cycle can.
    by: Option<(u32, u32)>,
    /// Whether the order does not hold to it, because it closes a cycle.
    is_broken: bool,
}

impl Edge {
    fn new(first: usize, by: Option<(usize, usize)>) -> Self {
        let by = by.map(|(place, field)| (place as u32, field as u32));
        Self { first: first as u32, by, is_broken: false }
    }

    fn first(&self) -> usize {
        self.first as usize
    }
}

/// What goes before what, by the places of operations.
struct Graph {
    /// What goes before each operation.
    before: Vec<Vec<Edge>>,
    /// The names of fields, which are few.
    fields: Fields,
}

/// The operations that wait for others.
struct Left {
    waits: Vec<bool>,
    /// None before it waits.
    first: usize,
}

impl Left {
    /// The first that waits; nothing where none does. What waits no more never waits again.
    fn first(&mut self) -> Option<usize> {
        self.first += self.waits.get(self.first..)?.iter().position(|waits| *waits)?;
        Some(self.first)
    }
}

/// The names of fields, by numbers.
#[derive(Default)]
struct Fields {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Fields {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

impl Graph {
    fn new(operations: &[Operation], types: &Types<'_>) -> Self {
        let addresses = operations.iter().map(Operation::object_address).enumerate();
        let places: HashMap<&Address, usize> =
            addresses.filter_map(|(place, address)| Some((address?, place))).collect();
        let mut graph = Self { before: operations.iter().map(|_| Vec::new()).collect(), fields: Fields::default() };
        for (place, operation) in operations.iter().enumerate() {
            match (&operation.target, &operation.thing) {
                (Target::Object(change), Thing::Object(address)) => {
                    let other = |to: &Address| places.get(to).copied().filter(|other| *other != place);
                    let of_type = address.above().as_ref().and_then(other);
                    for side in [Side::Before, Side::After] {
                        if let Some(other) = of_type {
                            graph.refer(operations, (place, None), other, side);
                        }
                        for reference in references(types, address, change, side) {
                            if let Some(other) = other(&reference.to) {
                                let field = graph.fields.number(&reference.field);
                                graph.refer(operations, (place, Some(field)), other, side);
                            }
                        }
                    }
                }
                (Target::File(file), _) => {
                    let destination = file.destination.clone().map(|name| Address::new(Kind::Destination, name));
                    for address in file.request.iter().chain(&destination) {
                        let made = places.get(address).copied().filter(|other| {
                            operations[*other].phase < Phase::Files && operations[*other].action.is_change()
                        });
                        graph.before[place].extend(made.map(|first| Edge::new(first, None)));
                    }
                }
                (Target::Object(_), Thing::File { .. }) => {}
            }
        }
        graph
    }

    /// One side of an operation refers to what another one is about.
    fn refer(&mut self, operations: &[Operation], (place, field): (usize, Option<usize>), other: usize, side: Side) {
        let (from, to) = (&operations[place], &operations[other]);
        let by = field.map(|field| (place, field));
        match (side, to.action) {
            // What refers to it goes, or lets go of it, first.
            (Side::Before, Action::Delete) if field.is_some() || from.action == Action::Delete => {
                self.before[other].push(Edge::new(place, by));
            }
            (Side::After, Action::Create | Action::Move) if from.phase != Phase::Prune => {
                self.before[place].push(Edge::new(other, by));
            }
            // What lies below a blueprint or a promise may rely on what that gains, and has to let go of what that loses.
            (Side::After, Action::Update | Action::Adopt) if field.is_none() && from.phase != Phase::Prune => {
                match to.phase {
                    Phase::Contract => self.before[other].push(Edge::new(place, None)),
                    _ => self.before[place].push(Edge::new(other, None)),
                }
            }
            _ => {}
        }
    }

    /// The new place of each operation. Notes which edges do not hold in it.
    fn order(&mut self, operations: &[Operation]) -> Vec<usize> {
        let mut waits: Vec<usize> = vec![0; operations.len()];
        let mut after: Vec<Vec<(u32, u32)>> = operations.iter().map(|_| Vec::new()).collect();
        for (place, edges) in self.before.iter_mut().enumerate() {
            for (number, edge) in edges.iter_mut().enumerate() {
                match operations[edge.first()].phase.cmp(&operations[place].phase) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => {
                        waits[place] += 1;
                        after[edge.first()].push((place as u32, number as u32));
                    }
                    std::cmp::Ordering::Greater => edge.is_broken = true,
                }
            }
        }
        // The operations are in the order that they are to keep where nothing else is asked, so that the first that waits for
        // nothing is the next one.
        let mut order = vec![usize::MAX; operations.len()];
        let mut ready: BinaryHeap<Reverse<usize>> =
            (0..waits.len()).filter(|place| waits[*place] == 0).map(Reverse).collect();
        let mut left = Left { waits: waits.iter().map(|waits| *waits > 0).collect(), first: 0 };
        let mut next = 0;
        let edges: usize = self.before.iter().map(Vec::len).sum();
        let mut steps = STEPS * (operations.len() + edges);
        let mut seen: Vec<usize> = vec![usize::MAX; operations.len()];
        loop {
            let in_cycle = || {
                let cycle = self.cycle(operations, &mut left, &mut steps, (&mut seen, next))?;
                // What most others wait for goes first: then its fields alone are set apart, and not theirs.
                cycle.into_iter().min_by_key(|place| (Reverse(after[*place].len()), *place))
            };
            let Some(place) = ready.pop().map(|Reverse(place)| place).or_else(in_cycle) else { break };
            left.waits[place] = false;
            order[place] = next;
            next += 1;
            for edge in &mut self.before[place] {
                let first = edge.first();
                edge.is_broken |= order[first] == usize::MAX && operations[first].phase == operations[place].phase;
            }
            for (later, number) in &after[place] {
                let later = *later as usize;
                if order[later] == usize::MAX && !self.before[later][*number as usize].is_broken {
                    waits[later] -= 1;
                    if waits[later] == 0 && std::mem::take(&mut left.waits[later]) {
                        ready.push(Reverse(later));
                    }
                }
            }
        }
        by_phase(operations, &mut order);
        order
    }

    /// The operations of a cycle among those that wait for each other, or the first that waits where no steps are left; nothing where
    /// none waits. What was `seen` on the way has the number of this look.
    fn cycle(
        &self,
        operations: &[Operation],
        left: &mut Left,
        steps: &mut usize,
        (seen, look): (&mut [usize], usize),
    ) -> Option<Vec<usize>> {
        let first = left.first()?;
        let mut place = first;
        let mut path = Vec::new();
        while std::mem::replace(&mut seen[place], look) != look {
            let Some(rest) = steps.checked_sub(1 + self.before[place].len()) else { return Some(vec![first]) };
            *steps = rest;
            path.push(place);
            let phase = operations[place].phase;
            let before = self.before[place].iter().map(Edge::first);
            place = before.filter(|first| left.waits[*first] && operations[*first].phase == phase).min()?;
        }
        Some(path.into_iter().skip_while(|one| *one != place).collect())
    }

    /// Says of each operation what it needs, and which of its fields close a cycle.
    fn explain(&self, operations: &mut [Operation], order: &[usize]) {
        for (place, edges) in self.before.iter().enumerate() {
            let mut needs = Vec::with_capacity(edges.len());
            for edge in edges {
                if edge.is_broken || order[edge.first()] > order[place] {
                    self.set_apart(operations, edge);
                } else {
                    needs.push(operations[edge.first()].thing.clone());
                }
            }
            needs.sort_unstable();
            needs.dedup();
            operations[place].needs = needs;
        }
    }

    /// Notes the field of an edge that does not hold.
    fn set_apart(&self, operations: &mut [Operation], edge: &Edge) {
        let Some((place, field)) = edge.by else { return };
        let Target::Object(change) = &mut operations[place as usize].target else { return };
        let field = &self.fields.names[field as usize];
        if let Err(at) = change.apart.binary_search(field) {
            change.apart.insert(at, field.clone());
        }
    }
}

/// Keeps phases together: the order within each is as it was found.
fn by_phase(operations: &[Operation], order: &mut [usize]) {
    let mut places = vec![0; order.len()];
    for (place, number) in order.iter().enumerate() {
        places[*number] = place;
    }
    places.sort_by_key(|place| operations[*place].phase);
    for (number, place) in places.into_iter().enumerate() {
        order[place] = number;
    }
}
