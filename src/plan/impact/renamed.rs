use crate::catalog::Entry;
use crate::model::{Address, Json, Kind, Name, Value};
use crate::plan::document::{Action, Field, Following, Looked, Operation, Renamed};
use crate::plan::guard::others_below;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most pairs of one kind that are compared: beyond it nobody renamed things one by one.
const MOST_PAIRS: usize = 100_000;

/// A thing that comes or goes, with the values of its fields.
type Fielded<'p> = (&'p Address, BTreeMap<String, Value>);

/// What goes and what comes of one kind.
#[derive(Default)]
struct Group<'p> {
    goes: Vec<Fielded<'p>>,
    comes: Vec<Fielded<'p>>,
}

/// The objects that go while another one of their kind comes that is much the same: at least three quarters of the fields, and
/// nothing else is as close. Their text has probably got another name; one of which others have objects could not take it.
pub(in crate::plan) fn renamed(operations: &[Operation], observed: &[Entry]) -> Vec<Renamed> {
    let mut renamed: Vec<Renamed> = groups(operations).values().flat_map(Group::renamed).collect();
    renamed.retain(|one| others_below(&one.from, observed).is_empty());
    renamed.sort();
    renamed
}

/// How much is looked at: each group of which something goes and something comes, unless it is too large.
pub(super) fn looked(operations: &[Operation]) -> Looked {
    let groups: Vec<_> = groups(operations).into_iter().filter(|(_, group)| group.pairs() > 0).collect();
    if groups.is_empty() {
        return Looked::not_at_all(Following::Renamed, "nothing goes while something of its kind comes");
    }
    let large = groups.into_iter().filter(|(_, group)| group.pairs() > MOST_PAIRS);
    let why = large.map(|((kind, parent), Group { goes, comes })| {
        let of_type = if parent.is_empty() { String::new() } else { format!(":{parent}") };
        let (goes, comes) = (goes.len(), comes.len());
        format!("too many to compare go and come: {goes} and {comes} of {}{of_type}", kind.word())
    });
    Looked::all_but(Following::Renamed, why.collect())
}

/// What goes and what comes, by kind and by what it lies in.
fn groups(operations: &[Operation]) -> BTreeMap<(Kind, Name), Group<'_>> {
    let of_action = |action: Action| {
        let of_action = operations.iter().filter(move |operation| operation.action == action);
        of_action.filter_map(Operation::object)
    };
    let mut groups: BTreeMap<(Kind, Name), Group<'_>> = BTreeMap::new();
    for (address, change) in of_action(Action::Delete) {
        let fields = values(change.all_fields(), |field| field.before);
        groups.entry((address.kind, address.parent.clone())).or_default().goes.push((address, fields));
    }
    // Where nothing goes of a kind, nothing that comes is looked at.
    for (address, change) in of_action(Action::Create) {
        if let Some(group) = groups.get_mut(&(address.kind, address.parent.clone())) {
            group.comes.push((address, values(change.all_fields(), |field| field.after)));
        }
    }
    groups
}

fn values(fields: Cow<'_, [Field]>, value: impl Fn(Field) -> Option<Json>) -> BTreeMap<String, Value> {
    let fields = fields.into_owned().into_iter();
    fields.filter_map(|mut field| Some((std::mem::take(&mut field.path), value(field)?.0))).collect()
}

impl Group<'_> {
    fn pairs(&self) -> usize {
        self.goes.len().saturating_mul(self.comes.len())
    }

    fn renamed(&self) -> Vec<Renamed> {
        if self.pairs() > MOST_PAIRS {
            return Vec::new();
        }
        let mutual = self.goes.iter().enumerate().filter_map(|(index, gone)| {
            let come = closest(gone, &self.comes)?;
            (closest(&self.comes[come], &self.goes)? == index)
                .then(|| Renamed { from: gone.0.clone(), to: self.comes[come].0.clone() })
        });
        mutual.collect()
    }
}

/// The one thing of several that is closest to another, and close enough.
fn closest(thing: &Fielded<'_>, others: &[Fielded<'_>]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    let mut alone = false;
    for (index, other) in others.iter().enumerate() {
        let Some(likeness) = likeness(&thing.1, &other.1) else { continue };
        match best {
            Some((_, most)) if likeness < most => {}
            Some((_, most)) if likeness == most => alone = false,
            _ => (best, alone) = (Some((index, likeness)), true),
        }
    }
    best.filter(|_| alone).map(|(index, _)| index)
}

/// How many of a thousand fields are the same, where that are three quarters.
fn likeness(one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>) -> Option<usize> {
    let all = one.len().max(other.len());
    let same = one.iter().filter(|(path, value)| other.get(*path) == Some(value)).count();
    (all > 0 && same * 4 >= all * 3).then(|| same * 1000 / all)
}
