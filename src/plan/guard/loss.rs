//! What a lifecycle does not let go unasked: an object, a request's place, and the files that a request consists of.

use super::objects::{Contents, Staying};
use super::{deletions, lost_objects, quoted};
use crate::diff::Desired;
use crate::model::{Address, Kind, Lifecycle, Name, Stop, Thing};
use crate::plan::document::{Action, Content, FileChange, Flag, Guard, Leaving, Lost, LostObject, Operation};
use crate::plan::input::{Input, StoreFiles};
use crate::plan::remembered::{Holder, Remembered};
use std::collections::{BTreeMap, BTreeSet};

/// So many files and objects are named.
const NAMED: usize = 3;

/// What would become of something.
enum Loss {
    /// It goes as a whole.
    All,
    /// It leaves destinations for another one.
    Place { from: Vec<String>, to: String },
    /// Its files, by their addresses, leave state stores for another one, along with its destination.
    Store { from: Vec<String>, to: String, files: Vec<Thing> },
    /// Some of its files go, by their addresses, and some objects of files that stay.
    Part { files: Vec<Thing>, objects: Vec<LostObject> },
}

/// A guard for each object that goes, and each request that loses files or its place, although its lifecycle says otherwise.
pub(super) fn guards(
    deleted: &[&Operation],
    lost: &[Lost],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Guard> {
    let deleted = deleted.iter().filter_map(|operation| Some((operation.object_address()?, Loss::All)));
    let robbed = lost.iter().filter(|one| one.is_own()).map(|one| (&one.request, of_request(one, remembered)));
    let mut losses: Vec<(&Address, Loss)> = deleted.chain(robbed).collect();
    losses.sort_by_key(|(address, _)| *address);
    let guard = |(address, loss): &(&Address, Loss)| {
        let declared = remembered.objects.declared(address);
        let (stop, message) = message(address, loss, &remembered.life(address), declared)?;
        let line = match (loss, declared) {
            // Nothing is said to be removed that the text declares.
            (Loss::All, Some(_)) => None,
            (_, _) => Some(loss.line(address)),
        };
        let given = &input.options.allow_delete;
        let allowed = loss.is_meant(address, remembered)
            || loss.has_other_names(address, remembered)
            || given.contains(&address.to_string())
            || loss.is_allowed(given);
        Some(match stop {
            Stop::Never => Guard::new(message, None),
            Stop::Asked => Guard::open(message, line.as_deref(), Flag::allow_delete(address), allowed),
        })
    };
    losses.iter().filter_map(guard).collect()
}

fn of_request(lost: &Lost, remembered: &Remembered<'_>) -> Loss {
    match remembered.moves(&lost.request) {
        _ if !remembered.is_declared(&lost.request) => Loss::All,
        [] => Loss::Part { files: lost.files.clone(), objects: lost.own_objects().cloned().collect() },
        moves @ [first, ..] => {
            let [_, to] = first.ends();
            let from: Vec<String> = moves.iter().map(|one| one.ends()[0].clone()).collect();
            match &first.because {
                Leaving::StoreChanged { .. } => Loss::Store { from, to, files: lost.files.clone() },
                _ => Loss::Place { from, to },
            }
        }
    }
}

/// The requests that lose files, or objects of files that stay, and are not deleted themselves, in the order of their addresses. A file
/// that goes on with the same content elsewhere in its destination is not lost; one that becomes another request's is.
pub(in crate::plan) fn lost(operations: &[Operation], input: &Input<'_>, remembered: &Remembered<'_>) -> Vec<Lost> {
    let deleted: BTreeSet<&Address> = deletions(operations).filter_map(Operation::object_address).collect();
    let written: BTreeSet<_> = operations.iter().filter_map(whole).collect();
    let mut robbed: BTreeMap<Address, Robbed> = BTreeMap::new();
    let mut lose = |request: &Address, file: Thing| {
        if !deleted.contains(request) {
            robbed.entry(request.clone()).or_default().files.insert(file);
        }
    };
    for operation in deletions(operations) {
        let Some(file) = operation.file() else { continue };
        let Some(holder) = remembered.holder(&file.store, &file.path) else { continue };
        if !goes_on(file, holder, input, &written) {
            lose(&holder.request, operation.thing.clone());
        }
    }
    for store in &input.stores {
        for placed in &store.placed {
            let holder = remembered.holder(&store.store, &placed.path);
            if let Some(holder) = holder.filter(|holder| holder.request != placed.request) {
                lose(&holder.request, Thing::file(&store.store, &placed.path));
            }
        }
    }
    for (file, object) in lost_objects(operations, &Delivered { input, operations, remembered }) {
        let holder = remembered.holder(&file.store, &file.path).map(|holder| holder.request.clone());
        let request = holder.or_else(|| file.request.clone());
        if let Some(request) = request.filter(|request| !deleted.contains(request)) {
            robbed.entry(request).or_default().objects.push(object);
        }
    }
    let lost = |(request, robbed): (Address, Robbed)| Lost {
        request,
        files: robbed.files.into_iter().collect(),
        objects: robbed.objects,
    };
    robbed.into_iter().map(lost).collect()
}

/// The files that go while all that is in them goes on in other files of their destination.
pub(in crate::plan) fn going_on(
    operations: &[Operation],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Thing> {
    super::objects::going_on(operations, &Delivered { input, operations, remembered })
}

/// What files of the state stores hold.
struct Delivered<'a> {
    input: &'a Input<'a>,
    operations: &'a [Operation],
    remembered: &'a Remembered<'a>,
}

impl Delivered<'_> {
    fn store(&self, name: &str) -> Option<&StoreFiles<'_>> {
        self.input.stores.iter().find(|store| store.store == *name)
    }
}

impl Contents for Delivered<'_> {
    fn live(&self, store: &str, path: &str) -> Option<&[u8]> {
        self.store(store)?.live(path)
    }

    fn written(&self, store: &str, path: &str) -> Option<&[u8]> {
        self.store(store)?.written.get(path).map(Vec::as_slice)
    }

    fn staying(&self, requests: &BTreeSet<&Address>) -> Vec<Staying<'_>> {
        let changes = self.operations.iter().filter_map(Operation::file);
        let changes: BTreeSet<(&str, &str)> = changes.map(|file| (&*file.store, &*file.path)).collect();
        let mut staying = Vec::new();
        for store in &self.input.stores {
            let name = &*store.store;
            let stays = |path: &str| !changes.contains(&(name, path));
            let differs: BTreeSet<&str> = store.diffs.iter().map(|diff| diff.path.as_str()).collect();
            let as_it_should = store.placed.iter().filter(|placed| {
                requests.contains(&placed.request) && stays(&placed.path) && !differs.contains(placed.path.as_str())
            });
            staying.extend(as_it_should.map(|placed| Staying {
                store: name,
                destination: &placed.destination,
                path: &placed.path,
                content: &placed.content,
            }));
            // What is in conflict, is kept as others made it, or is let be.
            staying.extend(store.diffs.iter().filter(|diff| stays(&diff.path)).filter_map(|diff| {
                let held = || Some(&*self.remembered.holder(name, &diff.path)?.destination);
                let destination = diff.desired.map(|placed| &*placed.destination).or_else(held)?;
                Some(Staying { store: name, destination, path: &diff.path, content: store.live(&diff.path)? })
            }));
        }
        staying
    }
}

/// What a request loses.
#[derive(Default)]
struct Robbed {
    files: BTreeSet<Thing>,
    objects: Vec<LostObject>,
}

/// What is written for whom and where: the store, the destination, the request and the content.
type Written<'o> = (&'o Name, &'o Name, &'o Address, &'o [u8]);

fn whole(operation: &Operation) -> Option<Written<'_>> {
    let file = operation.file()?;
    let content = match (file.content.as_ref()?, operation.action) {
        (Content::Text(_) | Content::Bytes(_), Action::Create | Action::Update | Action::Adopt | Action::Record) => {
            file.content.as_ref()?.bytes()
        }
        _ => return None,
    };
    Some((&file.store, file.destination.as_ref()?, file.request.as_ref()?, content))
}

/// Whether a file that goes comes again with the same content, for the same request, in the same folder of a destination.
fn goes_on(file: &FileChange, holder: &Holder, input: &Input<'_>, written: &BTreeSet<Written<'_>>) -> bool {
    let store = input.stores.iter().find(|store| store.store == file.store);
    let live = store.and_then(|store| store.contents.get(&*file.path));
    let destination = input.project.destination(&holder.destination);
    destination.is_some_and(|destination| destination.holds(&file.store, &file.path))
        && live.is_some_and(|live| written.contains(&(&file.store, &holder.destination, &holder.request, live)))
}

/// What stops a loss that a lifecycle does not let pass, and what is said of it.
fn message(
    address: &Address,
    loss: &Loss,
    lifecycle: &Lifecycle,
    declared: Option<&Desired<'_>>,
) -> Option<(Stop, String)> {
    let stop = lifecycle.stop()?;
    let would = loss.would();
    let message = match stop {
        Stop::Never => {
            let way = loss.way(declared);
            format!("{address} must not {would}, as its `deletion forbid` says: {way}")
        }
        Stop::Asked if lifecycle.protect => format!("{address} is protected and would {would}"),
        Stop::Asked => format!("{address} would {would}, and its `deletion confirm` asks for a word"),
    };
    Some((stop, message))
}

/// The pattern of some files: the file alone, or all of the innermost folder that they are in.
fn pattern(files: &BTreeSet<String>) -> String {
    let mut others = files.iter();
    let Some(first) = others.next() else { return String::new() };
    if files.len() == 1 {
        return first.clone();
    }
    let is_in = |folder: &str| others.clone().all(|file| file.starts_with(folder));
    let ends = first.rmatch_indices(['/', ':']).map(|(end, _)| first.get(..=end).unwrap_or_default());
    format!("{}*", ends.into_iter().find(|folder| is_in(folder)).unwrap_or_default())
}

/// How many there are of something, and the first of them; nothing where there is none.
fn named(all: &[impl ToString], noun: &str) -> Option<String> {
    let plural = if all.len() == 1 { "" } else { "s" };
    let more = if all.len() > NAMED { ", ..." } else { "" };
    let first = all.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    (!all.is_empty()).then(|| format!("{} {noun}{plural} ({first}{more})", all.len()))
}

impl Loss {
    /// What would happen, as it is said behind a `would`.
    fn would(&self) -> String {
        match self {
            Self::All => "be deleted".to_owned(),
            Self::Place { from, to } | Self::Store { from, to, .. } => {
                format!("move from {} to {to}", from.join(" and "))
            }
            Self::Part { files, objects } => {
                let objects = objects.iter().map(|one| format!("{} of {}", one.object, one.file)).collect::<Vec<_>>();
                let lost: Vec<String> =
                    [named(files, "file"), named(&objects, "object")].into_iter().flatten().collect();
                format!("lose {}", lost.join(" and "))
            }
        }
    }

    /// The files that it touches: those that go, and those that objects go out of.
    fn touched(&self) -> BTreeSet<String> {
        match self {
            Self::All | Self::Place { .. } => BTreeSet::new(),
            Self::Store { files, .. } => files.iter().map(ToString::to_string).collect(),
            Self::Part { files, objects } => {
                let of_objects = objects.iter().map(|one| &one.file);
                files.iter().chain(of_objects).map(ToString::to_string).collect()
            }
        }
    }

    /// The line of the text that says that it is on purpose.
    fn line(&self, address: &Address) -> String {
        match self {
            Self::All => format!("removed {}", quoted(address)),
            Self::Place { from, to } => {
                let to = quoted(&Address::new(Kind::Destination, to.as_str().into()));
                let line = |from: &String| {
                    let from = quoted(&Address::new(Kind::Destination, from.as_str().into()));
                    format!("moved {} from={from} to={to}", quoted(address))
                };
                from.iter().map(line).collect::<Vec<_>>().join("` and `")
            }
            Self::Part { .. } | Self::Store { .. } => format!("removed {}", quoted(&pattern(&self.touched()))),
        }
    }

    /// Whether the text says so.
    fn is_meant(&self, address: &Address, remembered: &Remembered<'_>) -> bool {
        let meant = &remembered.meant;
        match self {
            Self::All => meant.removed(address).is_some(),
            Self::Place { from, to } => from.iter().all(|from| meant.moves(address, from, to)),
            Self::Part { .. } | Self::Store { .. } => {
                self.touched().iter().all(|file| meant.removed_as(file).is_some())
            }
        }
    }

    /// Whether all that it loses comes again under the name that a `moved` node gives the request.
    fn has_other_names(&self, address: &Address, remembered: &Remembered<'_>) -> bool {
        match self {
            Self::All | Self::Place { .. } | Self::Store { .. } => false,
            Self::Part { files, objects } => {
                files.is_empty()
                    && objects.iter().all(|one| one.replaced_by.is_some())
                    && remembered.is_renamed(address)
            }
        }
    }

    /// Whether the caller names each file that goes, or that objects go out of.
    fn is_allowed(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Self::All | Self::Place { .. } => false,
            Self::Part { .. } | Self::Store { .. } => self.touched().is_subset(allowed),
        }
    }

    /// What to do where nothing allows it, with an object that is still declared or not.
    fn way(&self, declared: Option<&Desired<'_>>) -> &'static str {
        match self {
            Self::All if declared.is_some() => "give it another lifecycle first",
            Self::All => "declare it again, or give it another lifecycle first",
            Self::Place { .. } | Self::Store { .. } => "let it stay, or give it another lifecycle first",
            Self::Part { .. } => "deliver what it had, or give it another lifecycle first",
        }
    }
}
