use super::touched::is_for_people;
use crate::diff::{FileDiff, Verdict};
use crate::model::{Address, Kind};
use crate::plan::document::{Action, Cause, Field, FileChange, Operation, Rerender};
use crate::plan::input::Input;
use crate::plan::remembered::Remembered;
use std::collections::{BTreeMap, BTreeSet};

/// The requests that are there and that come to other bytes than they did, by request, with the planned changes that cause it.
pub(in crate::plan) fn rendered(
    operations: &[Operation],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Rerender> {
    if input.stores.is_empty() {
        return Vec::new();
    }
    let telling = telling(operations);
    let made = operations.iter().filter(|operation| operation.action == Action::Create);
    let made: BTreeSet<&Address> = made.filter_map(Operation::object_address).collect();
    let mut content = Contents::of(operations, input, remembered);
    let mut by_request: BTreeMap<&Address, Rerender> = BTreeMap::new();
    for operation in operations {
        let Some(file) = operation.file() else { continue };
        let there = |request: &&Address| request.kind == Kind::Request && !made.contains(request);
        let Some(request) = file.request.as_ref().filter(there) else { continue };
        if operation.keeps_bytes() || !content.is_new(file, request) {
            continue;
        }
        let entry = by_request.entry(request).or_insert_with(|| Rerender {
            request: request.clone(),
            owner: None,
            declared: None,
            because: causes(request, |address| telling.contains(address)),
            files: Vec::new(),
        });
        entry.files.push(format!("{}:{}", file.store, file.path));
    }
    by_request.into_values().collect()
}

/// What files come to, against what they were.
struct Contents<'i> {
    diffs: BTreeMap<(&'i str, &'i str), &'i FileDiff<'i>>,
    /// How many files of a request and a content leave their place and are not looked for elsewhere yet.
    leaving: BTreeMap<(Address, &'i str), usize>,
}

impl<'i> Contents<'i> {
    fn of(operations: &[Operation], input: &'i Input<'_>, remembered: &Remembered<'_>) -> Self {
        let mut contents = Self { diffs: BTreeMap::new(), leaving: BTreeMap::new() };
        for store in &input.stores {
            for diff in &store.diffs {
                contents.diffs.insert((&store.store, &diff.path), diff);
                let holder = remembered.holder(&store.store, &diff.path);
                if let (None, Some(holder), Some(live)) = (diff.desired, holder, &diff.live) {
                    *contents.leaving.entry((holder.request.clone(), &live.0)).or_default() += 1;
                }
            }
        }
        // What lies in a state store that is left is delivered once more.
        let left = input.former.values().filter_map(|former| former.left());
        for (left, holding) in left.flat_map(|left| left.holdings.iter().map(move |holding| (left, holding))) {
            let request = remembered.present(&holding.request);
            for content in holding.files.iter().filter_map(|path| left.files.get(path)) {
                *contents.leaving.entry((request.clone(), &content.0)).or_default() += 1;
            }
        }
        // What a file that only moves takes along comes to nothing else.
        for operation in operations.iter().filter(|operation| operation.keeps_bytes()) {
            if let Some(FileChange { store, path, request: Some(request), .. }) = operation.file()
                && let Some(diff) = contents.diffs.get(&(&**store, &**path)).copied()
            {
                contents.goes_on(request, diff);
            }
        }
        contents
    }

    /// Whether what is written at the place of a file is new to its request: neither what stood there last nor what leaves another place.
    fn is_new(&mut self, file: &FileChange, request: &Address) -> bool {
        let Some(diff) = self.diffs.get(&(&*file.store, &*file.path)).copied() else { return false };
        match diff.verdict {
            Verdict::Change | Verdict::Conflict | Verdict::Adopt => diff.wanted.is_some(),
            Verdict::Add => !self.goes_on(request, diff),
            Verdict::Same | Verdict::Refresh | Verdict::Remove | Verdict::Drift | Verdict::Foreign => false,
        }
    }

    /// Takes a file of the wanted content from those that leave; whether there was one.
    fn goes_on(&mut self, request: &Address, diff: &'i FileDiff<'i>) -> bool {
        let Some(wanted) = &diff.wanted else { return false };
        let left = self.leaving.get_mut(&(request.clone(), &*wanted.0)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

/// The planned changes of requests and promises that can change what something renders to: what is only set back was like that
/// before, and neither words for people nor a choice of destinations are in any file.
pub(in crate::plan) fn telling(operations: &[Operation]) -> BTreeSet<&Address> {
    let told = operations.iter().filter_map(|operation| {
        let (address, change) = operation.object()?;
        let is_told = match operation.action {
            Action::Update | Action::Move | Action::Adopt => change.all_fields().iter().any(changes_bytes),
            Action::Create | Action::Delete => true,
            Action::Vacate | Action::Release | Action::Forget | Action::Record => false,
        };
        is_told.then_some(address)
    });
    told.collect()
}

fn changes_bytes(field: &Field) -> bool {
    let is_ours = match field.cause {
        Cause::Drift => false,
        Cause::Added | Cause::Changed | Cause::Removed | Cause::Adopted | Cause::Forced | Cause::Renamed => true,
    };
    is_ours && !is_for_people(&field.path)
}

/// The planned changes, of a request and its promise, that can change what it renders to.
pub(in crate::plan) fn causes(request: &Address, is_telling: impl Fn(&Address) -> bool) -> Vec<Address> {
    let candidates = [Some(request.clone()), request.above()].into_iter().flatten();
    candidates.filter(is_telling).collect()
}
