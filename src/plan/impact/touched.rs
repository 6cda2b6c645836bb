use crate::catalog::Entry;
use crate::model::{Address, Kind, Value};
use crate::plan::document::{Action, Field, Following, Looked, ObjectChange, Operation};
use std::collections::{BTreeMap, BTreeSet};

/// What others may depend on and operations touch.
pub(super) struct Touched<'p> {
    /// The blueprints and promises that stay and of which more than words for people changes, with the properties, fields and relations
    /// that change, as paths of fields.
    pub(super) changed: BTreeMap<&'p Address, BTreeSet<String>>,
    /// The blueprints and promises that come to a name, made or moved, of which objects are there already.
    pub(super) made: BTreeSet<&'p Address>,
    /// What will not be there under its name any more, with what takes it away.
    pub(super) gone: BTreeMap<&'p Address, Gone<'p>>,
}

/// What is deleted or moved away.
pub(super) struct Gone<'p> {
    /// The operation.
    pub(super) operation: &'p Operation,
    /// What the operation is about.
    pub(super) by: &'p Address,
    /// Its new name, where it is moved.
    pub(super) moved_to: Option<&'p Address>,
}

impl<'p> Touched<'p> {
    /// What operations touch. `observed` is everything that is live, by address.
    pub(super) fn of(operations: &'p [Operation], observed: &[Entry]) -> Self {
        let mut touched = Self { changed: BTreeMap::new(), made: BTreeSet::new(), gone: BTreeMap::new() };
        for operation in operations {
            if let Some((address, change)) = operation.object() {
                let comes = change.is_whole() || operation.former_address().is_some();
                if comes && has_members(address, observed) {
                    touched.made.insert(address);
                }
                touched.add(operation, change, address);
            }
        }
        touched
    }

    fn add(&mut self, operation: &'p Operation, change: &'p ObjectChange, address: &'p Address) {
        let stays = match operation.action {
            Action::Update | Action::Adopt | Action::Move => true,
            Action::Delete => {
                self.gone.insert(address, Gone { operation, by: address, moved_to: None });
                return;
            }
            Action::Create | Action::Vacate | Action::Release | Action::Forget | Action::Record => false,
        };
        if let Some(old) = operation.former_address() {
            self.gone.insert(old, Gone { operation, by: address, moved_to: Some(address) });
        }
        if !stays || !is_type(address.kind) {
            return;
        }
        let fields = change.all_fields();
        if fields.iter().any(|field| !is_for_people(&field.path)) {
            self.changed.insert(address, fields.iter().flat_map(named).collect());
        }
    }

    /// Whether nothing is touched.
    pub(super) fn is_empty(&self) -> bool {
        !self.may_invalidate() && self.gone.is_empty()
    }

    /// Whether what is valid may change: a blueprint or a promise comes, changes or goes.
    pub(super) fn may_invalidate(&self) -> bool {
        !self.changed.is_empty() || !self.made.is_empty() || self.gone.keys().any(|address| is_type(address.kind))
    }

    /// Whether an operation changes what objects of a blueprint or a promise may hold.
    pub(super) fn changes(&self, of_type: &Address) -> bool {
        self.changed.contains_key(of_type) || self.made.contains(of_type)
    }

    /// How much is looked at of what becomes of others, all but what the clauses say.
    pub(super) fn looked(&self, unread: &[String]) -> [Looked; 4] {
        let takes_along = self.gone.iter().any(|(address, gone)| gone.moved_to.is_none() && takes_along(address.kind));
        let looked = |kind, is_looked_at: bool, why: &str| {
            if is_looked_at { Looked::all_but(kind, unread.to_vec()) } else { Looked::not_at_all(kind, why) }
        };
        [
            looked(Following::Invalid, self.may_invalidate(), "no blueprint and no promise changes"),
            looked(Following::Broken, !self.gone.is_empty(), "nothing goes"),
            looked(Following::Referring, !self.is_empty(), "no blueprint and no promise changes, and nothing goes"),
            looked(Following::Closures, takes_along, "no blueprint, promise, state store or destination is deleted"),
        ]
    }
}

/// Whether a kind says what objects of another kind may hold.
pub(super) fn is_type(kind: Kind) -> bool {
    matches!(kind, Kind::Blueprint | Kind::Promise)
}

/// Whether a field of a blueprint or a promise is words about it and no more.
pub(super) fn is_for_people(path: &str) -> bool {
    matches!(path, "title" | "description" | "icon")
}

/// The paths of the properties and relations that a changed field is about: for the list of the required ones, those
/// that come to it or leave it.
fn named(field: &Field) -> Vec<String> {
    if field.path != "required" {
        let is_named = field.path.starts_with("properties.") || field.path.starts_with("relations.");
        return if is_named { vec![field.path.clone()] } else { Vec::new() };
    }
    let names = |value: &Option<crate::model::Json>| -> BTreeSet<String> {
        let items = value.as_ref().and_then(|json| json.0.as_array()).unwrap_or_default();
        items.iter().filter_map(|item| Value::as_str(item)).map(|name| format!("properties.{name}")).collect()
    };
    names(&field.before).symmetric_difference(&names(&field.after)).cloned().collect()
}

/// Whether something of a blueprint or a promise is live.
fn has_members(of_type: &Address, observed: &[Entry]) -> bool {
    let Some(kind) = of_type.kind.below() else { return false };
    let first = Address::below(kind, of_type.name.clone(), "".into());
    let start = observed.partition_point(|entry| entry.address < first);
    let members = observed.iter().skip(start);
    let mut members = members.take_while(|entry| entry.address.kind == kind && entry.address.parent == of_type.name);
    members.any(|entry| entry.live.is_some())
}

/// Whether others lie in an object of a kind, so that they go along with it.
pub(super) fn takes_along(kind: Kind) -> bool {
    kind.below().is_some() || matches!(kind, Kind::StateStore | Kind::Destination)
}
