//! What a lifecycle does not let go unasked: an object, a request's place, and the files that a request consists of.

use super::{deletions, quoted};
use crate::diff::Desired;
use crate::model::{Address, Deletion, Kind, Lifecycle, shell_word};
use crate::plan::build::Input;
use crate::plan::document::{Action, Content, FileChange, Guard, Lost, Operation, Target};
use crate::plan::remembered::{Held, Remembered};
use std::collections::{BTreeMap, BTreeSet};

/// So many files are named.
const NAMED: usize = 3;

/// What would become of something.
enum Loss {
    /// It goes as a whole.
    All,
    /// It leaves destinations for another one.
    Place { from: Vec<String>, to: String },
    /// Some of its files go: their addresses.
    Files(Vec<String>),
}

/// A guard for each object that goes, and each request that loses files or its place, although its lifecycle says otherwise.
pub(super) fn guards(
    deleted: &[&Operation],
    operations: &[Operation],
    lost: &[Lost],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Guard> {
    let deleted = deleted.iter().filter_map(|operation| Some((operation.object_address()?, Loss::All)));
    let robbed = lost.iter().filter_map(|one| Some((Address::parse(&one.request)?, of_request(one, remembered))));
    let mut losses: Vec<(Address, Loss)> = deleted.chain(robbed).collect();
    losses.sort_by(|(one, _), (other, _)| one.cmp(other));
    let made = made(operations);
    let guard = |(address, loss): &(Address, Loss)| {
        let declared = input.text.binary_search_by(|declared| declared.address.cmp(address)).ok();
        let declared = declared.map(|at| &input.text[at]);
        let message = message(address, loss, &remembered.life(address), declared)?;
        let flag = format!("--allow-delete {}", shell_word(&address.to_string()));
        let allow = match (loss, declared) {
            // Nothing is said to be removed that the text declares.
            (Loss::All, Some(_)) => Some(flag),
            (_, _) => Some(Guard::way(&loss.line(address), &flag)),
        };
        let allowed = &input.options.allow_delete;
        let is_said = loss.is_meant(address, remembered)
            || loss.has_other_names(made.get(&address.to_string()).copied().unwrap_or(0), address, remembered);
        Some(match message {
            Stop::Never(message) => Guard { message, allow: None, allowed: false },
            Stop::Asked(message) => Guard {
                message,
                allow,
                allowed: is_said || allowed.contains(&address.to_string()) || loss.is_allowed(allowed),
            },
        })
    };
    losses.iter().filter_map(guard).collect()
}

fn of_request(lost: &Lost, remembered: &Remembered<'_>) -> Loss {
    let is_declared = Address::parse(&lost.request).is_some_and(|request| remembered.is_declared(&request));
    match remembered.moves(&lost.request) {
        _ if !is_declared => Loss::All,
        [] => Loss::Files(lost.files.clone()),
        moves @ [first, ..] => {
            Loss::Place { to: first.to.clone(), from: moves.iter().map(|one| one.from.clone()).collect() }
        }
    }
}

/// The requests that lose files and are not deleted themselves, in the order of their addresses. A file that goes on with the same
/// content elsewhere in its destination is not lost; one that becomes another request's is.
pub(in crate::plan) fn lost(operations: &[Operation], input: &Input<'_>, remembered: &Remembered<'_>) -> Vec<Lost> {
    let deleted: BTreeSet<Address> = deletions(operations).filter_map(Operation::object_address).collect();
    let written: BTreeSet<_> = operations.iter().filter_map(whole).collect();
    let mut robbed: BTreeMap<&Address, BTreeSet<String>> = BTreeMap::new();
    let mut lose = |request, address: String| {
        if !deleted.contains(request) {
            robbed.entry(request).or_default().insert(address);
        }
    };
    for operation in deletions(operations) {
        let Target::File(file) = &operation.target else { continue };
        let Some(holder) = remembered.holder(&file.store, &file.path) else { continue };
        if !goes_on(file, holder, input, &written) {
            lose(&holder.request, operation.address.clone());
        }
    }
    for store in &input.stores {
        for placed in &store.placed {
            let holder = remembered.holder(&store.store, &placed.path);
            if let Some(holder) = holder.filter(|holder| holder.request != placed.request) {
                lose(&holder.request, format!("file:{}:{}", store.store, placed.path));
            }
        }
    }
    let lost = |(request, files): (&Address, BTreeSet<String>)| Lost {
        request: request.to_string(),
        files: files.into_iter().collect(),
    };
    robbed.into_iter().map(lost).collect()
}

/// What is written for whom and where: the store, the destination, the request and the content.
type Written<'o> = (&'o str, &'o str, &'o str, &'o [u8]);

fn whole(operation: &Operation) -> Option<Written<'_>> {
    let Target::File(file) = &operation.target else { return None };
    let content = match (file.content.as_ref()?, operation.action) {
        (Content::Text(_) | Content::Bytes(_), Action::Create | Action::Update | Action::Adopt | Action::Record) => {
            file.content.as_ref()?.bytes()
        }
        _ => return None,
    };
    Some((&file.store, file.destination.as_deref()?, file.request.as_deref()?, content))
}

/// Whether a file that goes comes again with the same content, for the same request, in the same folder of a destination.
fn goes_on(file: &FileChange, holder: &Held, input: &Input<'_>, written: &BTreeSet<Written<'_>>) -> bool {
    let request = holder.request.to_string();
    let store = input.stores.iter().find(|store| store.store == file.store);
    let live = store.and_then(|store| store.contents.get(&file.path));
    let destination = input.project.destination(&holder.destination);
    destination.is_some_and(|destination| destination.holds(&file.store, &file.path))
        && live.is_some_and(|live| {
            written.contains(&(&*file.store, &*holder.destination, request.as_str(), live.as_slice()))
        })
}

/// How a loss is stopped.
enum Stop {
    /// Until the text says something else of what is lost.
    Never(String),
    /// Until somebody allows it.
    Asked(String),
}

/// What is said of a loss that a lifecycle does not let pass.
fn message(address: &Address, loss: &Loss, lifecycle: &Lifecycle, declared: Option<&Desired<'_>>) -> Option<Stop> {
    let would = loss.would();
    Some(match (lifecycle.deletion, lifecycle.protect) {
        (Deletion::Forbid, _) => {
            let way = loss.way(declared);
            Stop::Never(format!("{address} must not {would}, as its `deletion forbid` says: {way}"))
        }
        (_, true) => Stop::Asked(format!("{address} is protected and would {would}")),
        (Deletion::Confirm, false) => {
            Stop::Asked(format!("{address} would {would}, and its `deletion confirm` asks for a word"))
        }
        (Deletion::Delete | Deletion::Orphan, false) => return None,
    })
}

/// How many files are made for each request.
fn made(operations: &[Operation]) -> BTreeMap<String, usize> {
    let mut made = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.action == Action::Create) {
        if let Target::File(FileChange { request: Some(request), .. }) = &operation.target {
            *made.entry(request.clone()).or_default() += 1;
        }
    }
    made
}

/// The pattern of some files: the file alone, or all of the innermost folder that they are in.
fn pattern(files: &[String]) -> String {
    let Some((first, others)) = files.split_first() else { return String::new() };
    if others.is_empty() {
        return first.clone();
    }
    let is_in = |folder: &str| others.iter().all(|file| file.starts_with(folder));
    let ends = first.rmatch_indices(['/', ':']).map(|(end, _)| first.get(..=end).unwrap_or_default());
    format!("{}*", ends.into_iter().find(|folder| is_in(folder)).unwrap_or_default())
}

impl Loss {
    /// What would happen, as it is said behind a `would`.
    fn would(&self) -> String {
        match self {
            Self::All => "be deleted".to_owned(),
            Self::Place { from, to } => format!("move from {} to {to}", from.join(" and ")),
            Self::Files(files) => {
                let noun = if files.len() == 1 { "file" } else { "files" };
                let named: Vec<&str> = files.iter().take(NAMED).map(String::as_str).collect();
                let more = if files.len() > NAMED { ", ..." } else { "" };
                format!("lose {} {noun} ({}{more})", files.len(), named.join(", "))
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
            Self::Files(files) => format!("removed {}", quoted(&pattern(files))),
        }
    }

    /// Whether the text says so.
    fn is_meant(&self, address: &Address, remembered: &Remembered<'_>) -> bool {
        let meant = &remembered.meant;
        match self {
            Self::All => meant.removed(address).is_some(),
            Self::Place { from, to } => from.iter().all(|from| meant.moves(address, from, to)),
            Self::Files(files) => files.iter().all(|file| meant.removed_as(file).is_some()),
        }
    }

    /// Whether all that it loses is made again under the name that a `moved` node gives the request.
    fn has_other_names(&self, made: usize, address: &Address, remembered: &Remembered<'_>) -> bool {
        match self {
            Self::All | Self::Place { .. } => false,
            Self::Files(files) => remembered.is_renamed(address) && files.len() <= made,
        }
    }

    /// Whether the caller names each file that goes.
    fn is_allowed(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Self::All | Self::Place { .. } => false,
            Self::Files(files) => files.iter().all(|file| allowed.contains(file)),
        }
    }

    /// What to do where nothing allows it, with an object that is still declared or not.
    fn way(&self, declared: Option<&Desired<'_>>) -> &'static str {
        match self {
            Self::All if declared.is_some() => "give it another lifecycle first",
            Self::All => "declare it again, or give it another lifecycle first",
            Self::Place { .. } => "let it stay, or give it another lifecycle first",
            Self::Files(_) => "deliver what it had, or give it another lifecycle first",
        }
    }
}
