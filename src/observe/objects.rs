use super::ObserveError;
use crate::apply::Targets;
use crate::catalog::{Entry, Observed, Presence, Stray};
use crate::diff::{Desired, FieldDiff, Move, Moves, Pair, Pairs, Remembered, Verdict, compare_object, moves, pair};
use crate::model::{Address, Lifecycle, Map, Name, OnDrift, Project, Scopes, Stop};
use crate::plan::Opened;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a catalog holds, paired with what a project wants there.
#[derive(Debug)]
pub struct Objects {
    /// What the catalog holds, by address.
    pub entries: Vec<Entry>,
    /// What is in it and no address leads to.
    pub strays: Vec<Stray>,
    /// Which of them get another name.
    pub moves: Moves,
    /// Which of them differ.
    pub pairs: Pairs,
}

impl Objects {
    /// Looks at the catalog; `desired` is in the order of addresses.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn observe(project: &Project, desired: &[Desired<'_>], targets: &Targets) -> Result<Self, ObserveError> {
        let looked = targets.looked.take();
        let looked = looked.map_or_else(|| targets.catalog.observe(&targets.identity.id), Ok)?;
        let Observed { entries, strays } = looked;
        let moves = moves(project, desired, &entries);
        let cleared = Scopes::of(&project.cleared, |line| &line.scope.value);
        let pairs =
            pair(desired, &entries, &moves, |entry| entry.is_nobodys() && cleared.of_object(&entry.address).is_some());
        Ok(Self { entries, strays, moves, pairs })
    }

    /// The live objects of some pairs, and what the project wrote into them, read in one go.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn open(&self, pairs: &[Pair], targets: &Targets) -> Result<Vec<Opened>, ObserveError> {
        let known = self.addresses(pairs);
        let mut live = targets.catalog.objects(&known)?.into_iter();
        let mut owned = targets.catalog.owned_fields(&targets.identity.id, &known)?.into_iter();
        let mut written = targets.catalog.written(&targets.identity.id, &known)?.into_iter();
        let mut others = self.written_by_others(pairs, targets)?;
        let mut theirs = self.lifecycles_of_others(pairs, targets)?;
        let opened = pairs.iter().map(|pair| match pair.observed {
            Some(index) => Opened {
                live: live.next().flatten(),
                remembered: Remembered {
                    owned: owned.next().unwrap_or_default(),
                    written: written.next().unwrap_or_default(),
                    others: self.entries.get(index).and_then(|entry| others.remove(&entry.address)).unwrap_or_default(),
                },
                theirs: self.entries.get(index).and_then(|entry| theirs.remove(&entry.address)),
            },
            None => Opened::default(),
        });
        Ok(opened.collect())
    }

    /// What other projects wrote into the objects of some pairs.
    fn written_by_others(&self, pairs: &[Pair], targets: &Targets) -> Result<BTreeMap<Address, Map>, ObserveError> {
        let mut of_others: BTreeMap<&Name, Vec<Address>> = BTreeMap::new();
        for entry in pairs.iter().filter_map(|pair| self.entries.get(pair.observed?)) {
            let Some(owner) = &entry.other_owner else { continue };
            of_others.entry(owner).or_default().push(entry.address.clone());
        }
        let mut found = BTreeMap::new();
        for (owner, addresses) in of_others {
            let written = targets.catalog.written(owner, &addresses)?;
            found.extend(addresses.into_iter().zip(written));
        }
        Ok(found)
    }

    /// What other projects say may happen to the objects of some pairs that are declared here too, where that is not what is so by itself.
    fn lifecycles_of_others(
        &self,
        pairs: &[Pair],
        targets: &Targets,
    ) -> Result<BTreeMap<Address, Arc<Lifecycle>>, ObserveError> {
        let wanted = pairs.iter().filter(|pair| pair.desired.is_some());
        let entries = wanted.filter_map(|pair| self.entries.get(pair.observed?)).filter(|entry| entry.owner.is_none());
        let mut taken: BTreeMap<&str, BTreeSet<&Address>> = BTreeMap::new();
        for entry in entries {
            let Some(owner) = &entry.other_owner else { continue };
            taken.entry(owner).or_default().insert(&entry.address);
        }
        let mut found = BTreeMap::new();
        for (owner, addresses) in taken {
            for Entry { address, owner, .. } in targets.catalog.observe(owner)?.entries {
                let said = owner.and_then(|owner| owner.lifecycle).filter(|_| addresses.contains(&address));
                found.extend(said.map(|lifecycle| (address, lifecycle)));
            }
        }
        Ok(found)
    }

    /// Everything that is known of the objects of some pairs.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn sides<'a>(
        &'a self,
        pairs: &[Pair],
        desired: &'a [Desired<'a>],
        targets: &Targets,
    ) -> Result<Vec<Sides<'a>>, ObserveError> {
        let opened = self.open(pairs, targets)?;
        let sides = pairs.iter().zip(opened).map(|(pair, opened)| Sides {
            desired: pair.desired.and_then(|index| desired.get(index)),
            entry: pair.observed.and_then(|index| self.entries.get(index)),
            opened,
        });
        Ok(sides.collect())
    }

    /// The object of an address, whether it differs or not; nothing where it is neither declared nor in the catalog. One that gets
    /// another name has both addresses.
    pub fn pair(&self, desired: &[Desired<'_>], address: &Address) -> Option<Pair> {
        let place = desired.binary_search_by(|one| one.address.cmp(address)).ok();
        let known = self.entries.binary_search_by(|entry| entry.address.cmp(address)).ok();
        let is_it = |moved: &&Move| Some(moved.desired) == place || place.is_none() && Some(moved.observed) == known;
        let moved = self.moves.moves.iter().find(is_it);
        let place = place.or(moved.map(|moved| moved.desired));
        let observed = moved.map(|moved| moved.observed).or(known);
        (place.is_some() || observed.is_some()).then(|| Pair {
            desired: place,
            observed,
            moved: moved.map(|moved| moved.span),
        })
    }

    fn addresses(&self, pairs: &[Pair]) -> Vec<Address> {
        let entries = pairs.iter().filter_map(|pair| self.entries.get(pair.observed?));
        entries.map(|entry| entry.address.clone()).collect()
    }
}

/// Everything that is known of an object: what is desired, what was written last, and what is live.
#[derive(Clone)]
pub struct Sides<'a> {
    /// Its declaration; nothing for one that is no longer declared.
    pub desired: Option<&'a Desired<'a>>,
    /// What the catalog says of it; nothing for one that it does not know.
    pub entry: Option<&'a Entry>,
    /// What is live, and what the project wrote.
    pub opened: Opened,
}

impl Sides<'_> {
    /// The fields that are asked for, by path, each with what follows from its three sides, and with what was written last where that is
    /// known. Of a live object that nobody can read none is live.
    pub fn fields(&self, is_asked: impl Fn(&str, Verdict) -> bool) -> Vec<FieldDiff> {
        let Some(address) = self.address() else { return Vec::new() };
        let body = self.desired.map(|desired| desired.declared.body()).unwrap_or_default();
        let nothing = Map::default();
        let live = self.opened.live.as_ref().and_then(Presence::read).map_or(&nothing, |object| &object.body);
        compare_object(address.kind, (&body, live), &self.opened.remembered, is_asked)
    }

    /// What it is called: as it is declared, or as it was.
    pub fn address(&self) -> Option<&Address> {
        self.desired.map(|desired| &desired.address).or_else(|| self.entry.map(|entry| &entry.address))
    }

    /// Whether the project owns it.
    pub fn is_owned(&self) -> bool {
        self.entry.is_some_and(|entry| entry.owner.is_some())
    }

    /// Whether it gets another name.
    pub fn is_moved(&self) -> bool {
        self.desired.zip(self.entry).is_some_and(|(desired, entry)| desired.address != entry.address)
    }

    /// Whether what is declared is another one than was written last.
    pub fn is_changed(&self) -> bool {
        let owner = self.entry.and_then(|entry| entry.owner.as_ref());
        let both = self.desired.zip(owner);
        both.is_some_and(|(desired, owner)| desired.is_changed(owner, &self.opened.remembered.owned))
    }

    /// Another project that owns it.
    pub fn other_owner(&self) -> Option<&Name> {
        self.entry.and_then(|entry| entry.other_owner.as_ref())
    }

    /// What is declared counts, and what was declared last for what is no longer declared.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        let last = || self.entry.and_then(|entry| entry.owner.as_ref()).and_then(|owner| owner.lifecycle.as_deref());
        self.desired.map_or_else(last, |desired| desired.lifecycle)
    }

    /// What stops it from going: what protects most counts of what is declared and of what was declared last.
    pub fn stop(&self) -> Option<Stop> {
        let last = self.entry.and_then(|entry| entry.owner.as_ref()?.lifecycle.as_deref());
        let both = self.desired.and_then(|desired| desired.lifecycle).into_iter().chain(last).cloned();
        both.reduce(|one, other| one.stricter(&other))?.stop()
    }

    /// What becomes of what others change.
    pub fn on_drift(&self) -> OnDrift {
        self.lifecycle().map(|lifecycle| lifecycle.on_drift).unwrap_or_default()
    }

    /// Whether the lifecycle leaves a field alone.
    pub fn ignores(&self, path: &str) -> bool {
        self.lifecycle().is_some_and(|lifecycle| lifecycle.ignores(path))
    }
}
