//! Files that get another path: they go on in the same destination, so that nothing is lost and nothing is new.

use super::file::patch;
use crate::model::{Address, Name};
use crate::plan::document::{Action, Operation, Reason, Target};
use crate::plan::input::{Input, StoreFiles};
use crate::plan::remembered::Remembered;
use crate::render::{Placed, identities};
use crate::store::ContentId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Makes a move of each file that goes and comes again under another path, for the same request (or the one that it is renamed to), in
/// the same destination: of one with the same bytes, or else of the one that has the same path in the output of its workflow, or that holds
/// the same objects of Kubernetes.
pub(super) fn pair(operations: &mut [Operation], input: &Input<'_>, remembered: &Remembered<'_>) {
    for store in &input.stores {
        let mut files = Files::of(operations, store, remembered);
        // With the same bytes, the first that comes is the first that went.
        let same = files.pairs(|gone, coming| gone.iter().position(|one| one.id == *coming.id));
        let mut changed = files.with_same_own_path();
        changed.extend(files.with_same_objects(store));
        for (old, new) in same {
            moves(operations, old, new);
            shows(&mut operations[new], (Some(String::new()), 0, 0));
        }
        for (old, new) in changed {
            let lines = lines(&operations[old], &operations[new], store);
            let reasons = std::mem::take(&mut operations[new].reasons);
            moves(operations, old, new);
            operations[new].reasons.extend(reasons);
            shows(&mut operations[new], lines);
        }
    }
}

fn moves(operations: &mut [Operation], old: usize, new: usize) {
    operations[new].from = Some(operations[old].thing.clone());
    for (place, action) in [(old, Action::Vacate), (new, Action::Move)] {
        operations[place].action = action;
        operations[place].reasons = vec![Reason::Moved];
    }
    shows(&mut operations[old], (Some(String::new()), 0, 0));
}

/// What a file shows of its lines.
fn shows(operation: &mut Operation, (patch, added, removed): (Option<String>, usize, usize)) {
    if let Target::File(file) = &mut operation.target {
        (file.patch, file.added, file.removed) = (patch, added, removed);
    }
}

/// The lines that differ between a file at its old place and at its new one; none where it may hold secrets.
fn lines(old: &Operation, new: &Operation, store: &StoreFiles<'_>) -> (Option<String>, usize, usize) {
    let (Target::File(old), Target::File(new)) = (&old.target, &new.target) else { return (None, 0, 0) };
    let before = store.contents.get(&*old.path).filter(|_| !store.confidential.contains(&*new.path));
    let after = new.content.as_ref().map(crate::plan::Content::bytes);
    before.zip(after).map_or((None, 0, 0), |(before, after)| patch(before, after))
}

/// Whose a file is: the destination, and the request by its new name.
type Whose = (Name, Address);

/// The places of a file that goes and of the one that it becomes among the operations.
type Pair = (usize, usize);

/// A file that goes.
struct Gone {
    place: usize,
    path: Name,
    id: ContentId,
    /// The request by the name that it had then.
    former: Option<Address>,
    /// Whether others changed it: then it is told by itself that it goes, unless nothing is lost of it.
    is_drifted: bool,
}

/// A file that is made where nothing is.
struct Coming<'a> {
    place: usize,
    whose: Whose,
    id: &'a ContentId,
    placed: &'a Placed,
}

/// The files of one store that go and that come.
struct Files<'a> {
    gone: BTreeMap<Whose, Vec<Gone>>,
    coming: Vec<Coming<'a>>,
}

impl<'a> Files<'a> {
    fn of(operations: &[Operation], store: &'a StoreFiles<'a>, remembered: &Remembered<'_>) -> Self {
        let mut files = Self { gone: BTreeMap::new(), coming: Vec::new() };
        let of_store =
            |operation: &'_ Operation| matches!(&operation.target, Target::File(file) if file.store == store.store);
        let all = operations.iter().enumerate().filter(|(_, operation)| of_store(operation));
        for (place, operation) in all.clone().filter(|(_, operation)| operation.action == Action::Delete) {
            if let Some((whose, gone)) = going(place, operation, remembered) {
                files.gone.entry(whose).or_default().push(gone);
            }
        }
        if files.gone.is_empty() {
            return files;
        }
        let wanted: BTreeMap<&str, (&'a Placed, &ContentId)> = store
            .diffs
            .iter()
            .filter_map(|diff| Some((diff.path.as_str(), (diff.desired?, diff.wanted.as_ref()?))))
            .collect();
        files.coming.extend(all.filter_map(|(place, operation)| coming(place, operation, &wanted)));
        files.coming.retain(|coming| files.gone.contains_key(&coming.whose));
        files
    }

    /// Of the others those that have the same path in the output of their workflow, the longest first.
    fn with_same_own_path(&mut self) -> Vec<Pair> {
        self.coming.sort_by_key(|coming| Reverse(coming.placed.own_path().len()));
        self.pairs(|gone, coming| {
            let at_it = gone.iter().enumerate().filter(|(_, one)| !one.is_drifted && one.is_at(coming.placed));
            at_it.min_by_key(|(_, one)| one.path.len()).map(|(at, _)| at)
        })
    }

    /// Of the others those that hold the same objects.
    fn with_same_objects(&mut self, store: &StoreFiles<'_>) -> Vec<Pair> {
        let objects = |path: &str, content: &[u8]| identities(path, content).into_iter().collect::<BTreeSet<_>>();
        self.pairs(|gone, coming| {
            let wanted = Some(objects(&coming.placed.path, &coming.placed.content)).filter(|all| !all.is_empty())?;
            let holds = |one: &Gone| store.live(&one.path).is_some_and(|live| objects(&one.path, live) == wanted);
            gone.iter().position(|one| !one.is_drifted && holds(one))
        })
    }

    /// Pairs each file that comes with the one of those that go which is found for it; what is paired is no longer there.
    fn pairs(&mut self, find: impl Fn(&[Gone], &Coming<'_>) -> Option<usize>) -> Vec<Pair> {
        let gone = &mut self.gone;
        let mut pairs = Vec::new();
        self.coming.retain(|coming| {
            let gone = gone.get_mut(&coming.whose);
            let found = gone.and_then(|gone| Some(gone.remove(find(gone, coming)?)));
            pairs.extend(found.as_ref().map(|old| (old.place, coming.place)));
            found.is_none()
        });
        pairs
    }
}

impl Gone {
    /// Whether it lies where a file would have lain under the former name of its request.
    fn is_at(&self, placed: &Placed) -> bool {
        let own = placed.own_path();
        let mut paths = BTreeSet::from([own.to_owned()]);
        if let Some(former) = &self.former {
            for (new, old) in [(short(&placed.request), short(former)), (&placed.request.parent, &former.parent)] {
                let renamed: Vec<String> = paths.iter().map(|path| path.replace(new, old)).collect();
                paths.extend(renamed);
            }
        }
        let ends =
            |own: &String| self.path.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        paths.iter().any(ends)
    }
}

/// The name of a request without its namespace.
fn short(request: &Address) -> &str {
    request.name.rsplit('/').next().unwrap_or_default()
}

fn going(place: usize, operation: &Operation, remembered: &Remembered<'_>) -> Option<(Whose, Gone)> {
    let Target::File(file) = &operation.target else { return None };
    let whose = (file.destination.clone()?, file.request.clone()?);
    let gone = Gone {
        place,
        path: file.path.clone(),
        id: file.before.clone()?,
        former: remembered.holder(&file.store, &file.path).map(|holder| holder.former.clone()),
        is_drifted: operation.reasons.contains(&Reason::Drifted),
    };
    Some((whose, gone))
}

fn coming<'a>(
    place: usize,
    operation: &Operation,
    wanted: &BTreeMap<&str, (&'a Placed, &'a ContentId)>,
) -> Option<Coming<'a>> {
    let file = operation.file().filter(|file| file.replaces.is_none())?;
    let (placed, id) = wanted.get(&*file.path).filter(|_| operation.action == Action::Create)?;
    Some(Coming { place, whose: (file.destination.clone()?, file.request.clone()?), id, placed })
}
