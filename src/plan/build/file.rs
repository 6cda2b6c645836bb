use super::Builder;
use super::adoption::{Claim, Whose};
use crate::align::hunks;
use crate::diff::{FileDiff, Verdict};
use crate::model::{Address, Json, Kind, Name, OnDrift, Thing, Value};
use crate::plan::document::{
    Action, Conflict, Content, Drift, FileChange, Flag, Guard, Guarded, InTheWay, Operation, Phase, Reason, Target,
};
use crate::plan::guard::quoted;
use crate::plan::impact;
use crate::plan::input::{Aim, StoreFiles};
use crate::store::Unread;
use crate::worded::counted;
use std::collections::BTreeSet;

impl Builder<'_, '_> {
    /// Every file that differs; to be called once all objects are planned.
    pub(super) fn files(&mut self) {
        let input = self.input;
        if input.stores.is_empty() {
            return;
        }
        let released = self.released();
        let telling: BTreeSet<Address> = impact::telling(&self.operations).into_iter().cloned().collect();
        for store in &input.stores {
            let mut unknown = Vec::new();
            let going = store.diffs.iter().filter(|diff| self.goes(store, diff, &released));
            let going = going.map(|diff| diff.path.as_str());
            let going: BTreeSet<&str> = going.collect();
            for diff in &store.diffs {
                if self.file(store, diff, (&telling, &going), &released) {
                    unknown.push(Thing::file(&store.store, &diff.path));
                }
            }
            self.guards.extend(self.whose(store, &released, &unknown));
        }
    }

    /// The requests whose files stay although they are no longer declared: those that the catalog lets go of, and those that
    /// only the stores remember.
    fn released(&self) -> BTreeSet<Address> {
        let requests = || {
            self.operations
                .iter()
                .filter(|one| one.object_address().is_some_and(|address| address.kind == Kind::Request))
        };
        let planned: BTreeSet<&Address> = requests().filter_map(Operation::object_address).collect();
        let of_catalog = requests().filter(|operation| operation.action == Action::Release);
        let of_catalog = of_catalog.filter_map(Operation::object_address).cloned();
        let is_gone = |request: &&Address| !planned.contains(request);
        let of_stores = self
            .remembered
            .undeclared()
            .into_iter()
            .filter(|request| is_gone(request) && self.remembered.stays(request));
        of_catalog.chain(of_stores.cloned()).collect()
    }

    /// A file that differs; whether it goes although nobody knows which request it is of, where that makes a difference.
    fn file(
        &mut self,
        store: &StoreFiles<'_>,
        diff: &FileDiff<'_>,
        (telling, going): (&BTreeSet<Address>, &BTreeSet<&str>),
        released: &BTreeSet<Address>,
    ) -> bool {
        let thing = Thing::file(&store.store, &diff.path);
        let options = &self.input.options;
        if !options.may_be_about(&thing) || diff.desired.is_none() && self.leaves(store, diff) {
            return false;
        }
        if let Some(placed) = diff.desired.filter(|_| diff.base.is_none()) {
            let exists = diff.live.is_some() || diff.other_owner.is_some();
            let shared = diff.is_shared.then_some(&*self.input.identity.name);
            let other = owner(diff);
            let whose = Whose { other: other.as_ref(), shared };
            let claim = exists.then(|| self.adoptions.claim(&thing, &placed.request, whose));
            if matches!(claim, Some(Claim::Denied(_))) && self.meets(&thing, diff, placed) {
                return false;
            }
            if let Some(guard) = self.collides(store, diff, &placed.request).or_else(|| may_be_of_others(store, diff)) {
                self.guards.push(guard);
                return false;
            }
            match claim {
                None | Some(Claim::Granted) => {}
                Some(Claim::Asked(guard)) => self.guards.push(guard),
                Some(Claim::Denied(denied)) => {
                    self.denied.push(denied);
                    return false;
                }
            }
        }
        let holder = self.remembered.holder(&store.store, &diff.path);
        let lets_go = diff.desired.is_none() && self.lets_go(store, diff, released);
        let obstacle = in_the_way(diff, going);
        if !lets_go && self.stops(&thing, store, diff, obstacle.as_ref()) {
            return false;
        }
        let action = action(diff, lets_go);
        self.operations.push(self.file_operation((thing, action), store, diff, obstacle, telling));
        let makes_a_difference = !released.is_empty() || store.remembers.is_some();
        action == Action::Delete && holder.is_none() && !diff.is_cleared() && makes_a_difference
    }

    /// That a file of another project's request would be written over by another request: no line makes one of them the other.
    fn collides(&self, store: &StoreFiles<'_>, diff: &FileDiff<'_>, request: &Address) -> Option<Guard> {
        let (theirs, owner) = (store.theirs.get(&diff.path)?, diff.other_owner.as_deref()?);
        if theirs == request || self.remembered.present(theirs) == *request {
            return None;
        }
        let thing = Thing::file(&store.store, &diff.path);
        let message = format!("{request} comes to {thing}, which project {owner} delivers for {theirs}");
        let way = "another destination for one of the two, or a `layout` of the destination that keeps requests apart";
        Some(Guard::new(message, Some(way.to_owned())))
    }

    /// Whether a file stays as it is although nothing of the text comes to it.
    fn leaves(&self, store: &StoreFiles<'_>, diff: &FileDiff<'_>) -> bool {
        let holder = self.remembered.holder(&store.store, &diff.path);
        let goes_over = |request: &Address| {
            self.remembered.meant.is_handed(request) || self.remembered.owner_instead(request).is_some()
        };
        let by_text_alone = diff.is_cleared() && self.input.options.aim != Aim::Declared;
        self.input.options.additive || by_text_alone || holder.is_some_and(|holder| goes_over(&holder.request))
    }

    /// Whether a file is deleted.
    fn goes(&self, store: &StoreFiles<'_>, diff: &FileDiff<'_>, released: &BTreeSet<Address>) -> bool {
        let lets_go = self.lets_go(store, diff, released);
        let is_wanted = diff.desired.is_some() || self.leaves(store, diff);
        let is_told = diff.verdict == Verdict::Conflict && !self.forces();
        diff.live.is_some() && !is_wanted && !is_told && !lets_go
    }

    /// Whether a file that is no longer wanted stays: its request is let go of, or the text says so of the file itself.
    fn lets_go(&self, store: &StoreFiles<'_>, diff: &FileDiff<'_>, released: &BTreeSet<Address>) -> bool {
        let holder = self.remembered.holder(&store.store, &diff.path);
        let line = || self.remembered.meant.removed_as(&Thing::file(&store.store, &diff.path).to_string());
        holder.is_some_and(|holder| released.contains(&holder.request))
            || line().is_some_and(|line| line.keep.is_some())
    }

    /// Files that go and of which nobody can tell whose they are: where the store says that of each, something was lost, which may
    /// have protected them; else they may be those of a request that is let go of.
    fn whose(&self, store: &StoreFiles<'_>, released: &BTreeSet<Address>, unknown: &[Thing]) -> Option<Guard> {
        let pattern = Thing::every_file_of(&store.store);
        let files = counted(unknown.len(), "file");
        let would = format!("{files} of state store {} would be deleted", store.store);
        let message = match (&store.remembers, released.first()) {
            _ if unknown.is_empty() => return None,
            (Some(reference), _) => {
                format!(
                    "{would} for which {reference} names no request, so that nobody knows what protects it: it is damaged"
                )
            }
            (None, Some(first)) => format!("{first} is let go of, and {would} that may be its own: nobody remembers"),
            (None, None) => return None,
        };
        let allowed = unknown.iter().all(|file| self.remembered.meant.removed_as(&file.to_string()).is_some())
            || self.input.options.allow_delete.contains(&pattern);
        let line = format!("removed {}", quoted(&pattern));
        Some(Guard::open(message, Some(&line), Flag::allow_delete(&pattern), allowed))
    }

    /// Whether nothing is done to a file: what others changed too stops the plan, or stays, and so does what is in its way.
    fn stops(
        &mut self,
        thing: &Thing,
        store: &StoreFiles<'_>,
        diff: &FileDiff<'_>,
        obstacle: Option<&InTheWay>,
    ) -> bool {
        let source = diff.desired.map(|placed| self.place(placed.span));
        let linked = diff.linked();
        let live = diff.live.as_ref().and_then(|_| shown(store, diff, linked.as_deref()));
        let hidden = diff.live.as_ref().filter(|_| store.confidential.contains(&diff.path));
        let live = live.or(hidden.map(|_| CONFIDENTIAL.as_bytes()));
        let live = live.map(|live| if diff.is_executable() { text(&[EXECUTABLE, live].concat()) } else { text(live) });
        let desired = diff.desired.map(|placed| text(&placed.content));
        match (diff.verdict, self.on_drift(diff)) {
            (Verdict::Drift, OnDrift::Keep) => {
                self.unchanged += 1;
                let (thing, parts) = (thing.clone(), Vec::new());
                self.kept.push(Drift { thing, field: None, live, unreadable: None, desired, parts, source });
                true
            }
            (verdict, on_drift) => {
                let told = on_drift == OnDrift::Fail && verdict == Verdict::Drift || verdict == Verdict::Conflict;
                let stays = obstacle.is_some_and(|obstacle| obstacle.stays.is_some());
                let stops = stays || (told || obstacle.is_some()) && !self.forces();
                if stops {
                    let (base, thing) = (desired.clone().filter(|_| verdict == Verdict::Drift), thing.clone());
                    let obstacle = obstacle.cloned();
                    let conflict = Conflict {
                        thing,
                        field: None,
                        base,
                        live,
                        unreadable: None,
                        desired,
                        parts: Vec::new(),
                        source,
                        fails: told && verdict == Verdict::Drift && obstacle.is_none(),
                        obstacle,
                        waits: Vec::new(),
                    };
                    self.conflicts.push(conflict);
                }
                stops
            }
        }
    }

    /// What becomes of drift in a file: what the lifecycle of its request says.
    fn on_drift(&self, diff: &FileDiff<'_>) -> OnDrift {
        let lifecycle = diff.desired.and_then(|placed| {
            let found = self.input.desired.binary_search_by(|desired| desired.address.cmp(&placed.request)).ok()?;
            self.input.desired[found].lifecycle
        });
        lifecycle.map(|lifecycle| lifecycle.on_drift).unwrap_or_default()
    }

    fn file_operation(
        &self,
        (thing, action): (Thing, Action),
        store: &StoreFiles<'_>,
        diff: &FileDiff<'_>,
        replaces: Option<InTheWay>,
        telling: &BTreeSet<Address>,
    ) -> Operation {
        let linked = diff.linked();
        let before = shown(store, diff, linked.as_deref()).unwrap_or_default();
        let after = match action {
            // What is let go of stays as it is.
            Action::Release => before,
            _ => diff.desired.map(|placed| &*placed.content).unwrap_or_default(),
        };
        let hidden = store.confidential.contains(&diff.path);
        let (patch, added, removed) = if hidden { (None, 0, 0) } else { patch(before, after) };
        let holder = self.remembered.holder(&store.store, &diff.path);
        let request = diff.desired.map(|placed| &placed.request).or_else(|| Some(&holder?.request));
        let stays = diff.desired.is_some() || action == Action::Release;
        let line = || self.remembered.meant.cleared_as(&thing.to_string());
        let cleared = diff.is_cleared().then(line).flatten().map(|line| line.span);
        Operation {
            action,
            thing,
            from: None,
            needs: Vec::new(),
            phase: Phase::Files,
            reasons: self.file_reasons(store, diff, telling),
            source: diff.desired.map(|placed| placed.span).or(cleared).map(|span| self.place(span)),
            target: Target::File(Box::new(FileChange {
                store: store.store.clone(),
                destination: match (diff.desired, holder) {
                    (Some(placed), _) => Some(placed.destination.clone()),
                    (None, Some(holder)) => Some(holder.destination.clone()),
                    (None, None) => self.destination(&store.store, &diff.path),
                },
                path: diff.path.as_str().into(),
                before: diff.live.clone(),
                content: stays.then(|| content(store, diff)),
                request: request.cloned(),
                taken_from: owner(diff).filter(|_| diff.desired.is_some()),
                replaces,
                patch,
                added,
                removed,
            })),
        }
    }

    /// The declared destination in whose folder a file lies: the innermost.
    fn destination(&self, store: &str, path: &str) -> Option<Name> {
        let all = self.input.project.destinations.iter();
        let holds = all.filter(|destination| destination.holds(store, path));
        let innermost = holds.max_by_key(|destination| destination.path.value.len());
        innermost.map(|destination| destination.name.value.clone())
    }

    /// Why a file is in the plan.
    fn file_reasons(&self, store: &StoreFiles<'_>, diff: &FileDiff<'_>, telling: &BTreeSet<Address>) -> Vec<Reason> {
        let Some(placed) = diff.desired else {
            let Some(holder) = self.remembered.holder(&store.store, &diff.path) else { return reasons(diff, telling) };
            let moves = self.remembered.moves(&holder.request);
            return match moves.iter().find(|one| one.leaves(&holder.destination, &store.store)) {
                Some(one) => vec![Reason::MovesTo(one.ends()[1].clone())],
                None if diff.verdict == Verdict::Remove && self.remembered.is_declared(&holder.request) => {
                    vec![Reason::NotRendered]
                }
                None => reasons(diff, telling),
            };
        };
        let moves = self.remembered.moves(&placed.request);
        let here = moves.iter().filter(|_| diff.verdict == Verdict::Add);
        let here: Vec<Reason> = here.map(|one| Reason::MovesFrom(one.ends()[0].clone())).collect();
        here.into_iter().chain(reasons(diff, telling)).collect()
    }
}

/// That nobody can tell whether a file is the one of another project that it would be taken from.
fn may_be_of_others(store: &StoreFiles<'_>, diff: &FileDiff<'_>) -> Option<Guard> {
    let Unread { project, why } = store.unread.iter().find(|one| diff.other_owner.as_ref() == Some(&one.project))?;
    let thing = Thing::file(&store.store, &diff.path);
    Some(Guard::new(
        format!("{thing} may be one of project {project}, of which nobody can read what it owns there ({why})"),
        None,
    ))
}

/// What is shown of what is live: the content of a file, or that it is a link.
fn shown<'s>(store: &'s StoreFiles<'_>, diff: &FileDiff<'_>, linked: Option<&'s str>) -> Option<&'s [u8]> {
    store.contents.get(&diff.path).map(Vec::as_slice).or(linked.map(str::as_bytes))
}

/// What stands in the way of a file when those that go are gone.
fn in_the_way(diff: &FileDiff<'_>, going: &BTreeSet<&str>) -> Option<InTheWay> {
    let obstacle = diff.obstacle.as_ref().filter(|obstacle| !obstacle.goes_with(|path| going.contains(path)))?;
    // What stands in the very place of the file is what is replaced, though it was the project's.
    let kept = obstacle.own.iter().find(|path| **path != diff.path && !going.contains(path.as_str()));
    let stays = match (&obstacle.other_owner, kept) {
        (Some(project), _) => Some(format!("project `{project}` owns it, or something in it")),
        (None, Some(path)) => Some(format!("the project keeps {path}")),
        (None, None) => None,
    };
    let (path, id, others) = (obstacle.path.clone(), obstacle.id.clone(), obstacle.others);
    Some(InTheWay { path, kind: obstacle.kind.word().to_owned(), id, others, stays })
}

/// What a plan says before the content of a file that is in conflict, or stays, where others made it executable.
const EXECUTABLE: &[u8] = b"(mode 100755)\n";

/// What a plan says in place of a content that may hold secrets.
const CONFIDENTIAL: &str = "(not shown: it may hold secrets)";

/// What a plan holds of a file that is wanted, or that is let go of.
fn content(store: &StoreFiles<'_>, diff: &FileDiff<'_>) -> Content {
    match diff.desired {
        Some(placed) => match (store.identities.get(&placed.path), std::str::from_utf8(&placed.content)) {
            (Some(with_values), Ok(text)) => Content::Guarded(Guarded {
                text: text.to_owned(),
                secrets: placed.secrets.clone(),
                identity: with_values.clone(),
            }),
            (_, _) => Content::new(&placed.content),
        },
        None => match diff.live.as_ref().filter(|_| store.confidential.contains(&diff.path)) {
            Some(live) => Content::Kept { kept: live.plain() },
            None => Content::new(store.contents.get(&diff.path).map(Vec::as_slice).unwrap_or_default()),
        },
    }
}

fn action(diff: &FileDiff<'_>, lets_go: bool) -> Action {
    let taken = diff.other_owner.is_some();
    match (diff.verdict, diff.live.is_some(), diff.desired.is_some()) {
        (_, true, false) if lets_go => Action::Release,
        (Verdict::Refresh, true, true) if !taken => Action::Record,
        (Verdict::Refresh | Verdict::Adopt, true, true) => Action::Adopt,
        (_, true, false) => Action::Delete,
        (_, false, false) => Action::Forget,
        (_, false, true) => Action::Create,
        (_, true, true) => Action::Update,
    }
}

/// Another project that owns a file.
fn owner(diff: &FileDiff<'_>) -> Option<Name> {
    diff.other_owner.as_deref().map(Into::into)
}

fn text(bytes: &[u8]) -> Json {
    Json(Value::string(String::from_utf8_lossy(bytes)))
}

/// Why a file is in the plan, wherever its request stands.
fn reasons(diff: &FileDiff<'_>, telling: &BTreeSet<Address>) -> Vec<Reason> {
    if let Some(project) = owner(diff).filter(|_| diff.desired.is_some()) {
        return vec![Reason::TakenFrom(project)];
    }
    let is_telling = |address: &Address| telling.contains(address);
    let causes = diff.desired.map(|placed| impact::causes(&placed.request, is_telling)).unwrap_or_default();
    let causes: Vec<Reason> = causes.into_iter().map(Reason::Because).collect();
    let mode = diff.is_executable() && diff.desired.is_some();
    let reasons = match diff.verdict {
        Verdict::Drift if diff.live.is_none() => vec![Reason::DeletedOutside],
        Verdict::Drift => vec![Reason::Drifted],
        Verdict::Adopt => vec![Reason::Unowned],
        Verdict::Refresh => vec![Reason::InventoryBehind],
        Verdict::Remove if diff.is_cleared() => vec![Reason::Unowned],
        Verdict::Remove => vec![Reason::NotDeclared],
        Verdict::Conflict => vec![Reason::Drifted, Reason::Changed],
        Verdict::Add | Verdict::Change if causes.is_empty() => vec![Reason::Changed],
        Verdict::Add | Verdict::Change => causes,
        Verdict::Same | Verdict::Foreign => Vec::new(),
    };
    reasons.into_iter().chain(mode.then_some(Reason::Mode)).collect()
}

/// A change of text as hunks of a unified diff, with how many lines come and go; no hunks where it is not text.
pub(super) fn patch(before: &[u8], after: &[u8]) -> (Option<String>, usize, usize) {
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        return (None, 0, 0);
    };
    let hunks = hunks(before, after, 3);
    (Some(hunks.text), hunks.added, hunks.removed)
}
