//! How an operation is carried out, which every catalog does in the same steps.

use super::guard::{self, Written};
use super::{CatalogError, Change, GuardedChange, Outcome, OwnedFields, Presence};
use crate::model::{Address, DeclaredAt, Digest, HandOver, HandOvers, Lifecycle, Made, Map, Name};

/// What a catalog does with its objects, and with a project's records of them, while a batch of that project is carried out. Each step sees
/// those before it.
pub(crate) trait Keeper {
    /// What goes wrong.
    type Error: From<CatalogError>;

    /// The project that writes, and when, in seconds since 1970 (UTC).
    fn writer(&self) -> (Name, i64);

    /// Makes an object, all of which the project owns from now on, where there is none; whether it did. One that says no is asked step by
    /// step.
    fn make(&mut self, address: &Address, made: &Made, lifecycle: Option<&Lifecycle>) -> Result<bool, Self::Error>;

    /// Whether there is an object.
    fn is_there(&mut self, address: &Address) -> Result<bool, Self::Error>;

    /// What is live, as others left it.
    fn live(&mut self, address: &Address) -> Result<Option<Presence<Map>>, Self::Error>;

    /// The digest of what is live.
    fn digest(&mut self, address: &Address) -> Result<Option<Presence<Digest>>, Self::Error>;

    /// Gives an object a body; one that is not there is made.
    fn put(&mut self, address: &Address, body: &Map) -> Result<(), Self::Error>;

    /// Takes an object away that is there.
    fn remove(&mut self, address: &Address) -> Result<(), Self::Error>;

    /// Gives an object that is there the name of one that is not.
    fn rename(&mut self, from: &Address, to: &Address) -> Result<(), Self::Error>;

    /// Gives the project's record of an object, with all that stands beside it, another name, in the place of one that has it already; whether
    /// there was one.
    fn rename_record(&mut self, from: &Address, to: &Address) -> Result<bool, Self::Error>;

    /// Keeps the project's record of an object, with the values of what it owns as far as they are known
    /// ([`guard::known_values`]); whether it says something else than before.
    fn keep(&mut self, address: &Address, live: &Map, record: &Kept<'_>) -> Result<bool, Self::Error>;

    /// Whether the project has a record of an object.
    fn is_own(&mut self, address: &Address) -> Result<bool, Self::Error>;

    /// Another project that has a record of an object, as it is now: who takes something over holds the object first.
    fn other_owner(&mut self, address: &Address) -> Result<Option<Name>, Self::Error>;

    /// Keeps where the project declares an object of which it has a record, or that nobody knows it any more.
    fn locate(&mut self, address: &Address, declared: Option<&DeclaredAt>) -> Result<(), Self::Error>;

    /// From whom an object came to a project that has a record of it, to the writing one where none is named.
    fn came_by(&mut self, owner: Option<&Name>, address: &Address) -> Result<HandOvers, Self::Error>;

    /// Keeps from whom an object came of which the project has a record.
    fn hand_over(&mut self, address: &Address, came_by: &HandOvers) -> Result<(), Self::Error>;

    /// Takes the record of a project away, of the writing one where none is named, with all that stands beside it; whether there was one.
    fn forget(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Self::Error>;
}

/// What a record says of an object.
pub(crate) struct Kept<'a> {
    /// The owned fields.
    pub(crate) owned: &'a OwnedFields,
    /// See [`Owned::base`](super::Owned::base).
    pub(crate) base: Digest,
    /// See [`Owned::lifecycle`](super::Owned::lifecycle).
    pub(crate) lifecycle: Option<&'a Lifecycle>,
}

/// Carries out one operation; `alone` as in a [`Batch`](super::Batch).
pub(crate) fn carry_out<K: Keeper>(
    keeper: &mut K,
    operation: &GuardedChange,
    alone: bool,
) -> Result<Outcome, K::Error> {
    let address = &operation.address;
    if let Change::Make { made, base, lifecycle, from: None, taken_from: None, declared, .. } = &operation.change
        && made.digest() == *base
        && keeper.make(address, made, lifecycle.as_deref())?
    {
        keeper.locate(address, declared.as_deref())?;
        return Ok(Outcome::Done);
    }
    let done = match &*operation.change.spelled() {
        Change::Write { fields, owned, base, lifecycle, from, taken_from, declared } => {
            let moved = rename(keeper, from.as_ref(), address)?;
            let was_own = keeper.is_own(address)?;
            let taken = taken_from.as_ref().map_or(Ok(None), |owner| take(keeper, owner, address))?;
            if alone && !was_own {
                owned_by_no_other(keeper, address)?;
            }
            let live = keeper.live(address)?;
            let (body, changed) = match guard::write(address, live, fields, owned, operation.change.replaces())? {
                Written::Unchanged(body) => (body, false),
                Written::Body(body) => (body, true),
            };
            if changed {
                keeper.put(address, &body)?;
            }
            let record = Kept { owned, base: *base, lifecycle: lifecycle.as_deref() };
            let recorded = keeper.keep(address, &body, &record)?;
            let done = moved || taken.is_some() || changed || recorded;
            if let Some(came_by) = taken.or_else(|| (!was_own).then(HandOvers::default)) {
                keeper.hand_over(address, &came_by)?;
            }
            if done {
                keeper.locate(address, declared.as_deref())?;
            }
            done
        }
        Change::Delete { before } => {
            let live = keeper.digest(address)?;
            if let Some(live) = &live {
                if live.digest() != *before {
                    return Err(CatalogError::Conflict { address: address.clone(), field: None }.into());
                }
                if alone {
                    owned_by_no_other(keeper, address)?;
                }
                keeper.remove(address)?;
            }
            keeper.forget(None, address)?;
            live.is_some()
        }
        Change::Forget => keeper.forget(None, address)?,
        Change::Hold { before } => {
            if keeper.digest(address)?.map(|live| live.digest()) != Some(*before) {
                return Err(CatalogError::Conflict { address: address.clone(), field: None }.into());
            }
            false
        }
        Change::Make { .. } => false,
    };
    Ok(if done { Outcome::Done } else { Outcome::Already })
}

/// Holds that no other project owns an object: at no time does one come to own what another one owns, nor take it away.
fn owned_by_no_other<K: Keeper>(keeper: &mut K, address: &Address) -> Result<(), K::Error> {
    match keeper.other_owner(address)? {
        Some(owner) => Err(CatalogError::Owned { address: address.clone(), owner }.into()),
        None => Ok(()),
    }
}

/// Takes the record of another project away, where it still has one, and gives from whom the object has come then.
fn take<K: Keeper>(keeper: &mut K, owner: &Name, address: &Address) -> Result<Option<HandOvers>, K::Error> {
    let known = keeper.came_by(None, address)?.into_iter().chain(keeper.came_by(Some(owner), address)?);
    let known: HandOvers = known.collect();
    let (to, at) = keeper.writer();
    let taken = keeper.forget(Some(owner), address)?;
    Ok(taken.then(|| known.and(HandOver { at, from: owner.clone(), to })))
}

/// Gives an object, and the project's record of it, another name; whether that was still to be done.
fn rename<K: Keeper>(keeper: &mut K, from: Option<&Address>, to: &Address) -> Result<bool, K::Error> {
    let Some(from) = from else { return Ok(false) };
    let moved = keeper.is_there(from)?;
    if moved {
        if keeper.is_there(to)? {
            return Err(CatalogError::Conflict { address: to.clone(), field: None }.into());
        }
        keeper.rename(from, to)?;
    }
    Ok(keeper.rename_record(from, to)? || moved)
}
