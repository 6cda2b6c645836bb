use crate::model::{Address, Kind, Value};
use crate::plan::document::{Action, Field, ObjectChange, Operation, Target};
use std::collections::{BTreeMap, BTreeSet};

/// What others may depend on and operations touch.
pub(super) struct Touched<'p> {
    /// The blueprints and promises that stay and of which more than words for people changes, by address.
    pub(super) changed: BTreeMap<Address, Changed<'p>>,
    /// What will not be there under its name any more, with what takes it away.
    pub(super) gone: BTreeMap<Address, Gone<'p>>,
}

/// A blueprint or a promise that changes.
pub(super) struct Changed<'p> {
    /// The address of the operation.
    pub(super) because: &'p str,
    /// The properties, fields and relations that change, as paths of fields.
    pub(super) fields: BTreeSet<String>,
}

/// What is deleted or moved away.
pub(super) struct Gone<'p> {
    /// The operation.
    pub(super) operation: &'p Operation,
    /// Its new name, where it is moved.
    pub(super) moved_to: Option<&'p str>,
}

impl<'p> Touched<'p> {
    /// What operations touch.
    pub(super) fn of(operations: &'p [Operation]) -> Self {
        let mut touched = Self { changed: BTreeMap::new(), gone: BTreeMap::new() };
        for operation in operations {
            if let (Target::Object(change), Some(address)) = (&operation.target, operation.object_address()) {
                touched.add(operation, change, address);
            }
        }
        touched
    }

    fn add(&mut self, operation: &'p Operation, change: &'p ObjectChange, address: Address) {
        let stays = match operation.action {
            Action::Update | Action::Adopt | Action::Move => true,
            Action::Delete => {
                self.gone.insert(address, Gone { operation, moved_to: None });
                return;
            }
            Action::Create | Action::Vacate | Action::Release | Action::Forget | Action::Record => false,
        };
        if let Some(old) = operation.from.as_deref().and_then(Address::parse) {
            self.gone.insert(old, Gone { operation, moved_to: Some(&operation.address) });
        }
        if stays && matches!(address.kind, Kind::Blueprint | Kind::Promise) {
            let matters = change.fields.iter().filter(|field| !is_for_people(&field.path)).count() > 0;
            if matters {
                let fields = change.fields.iter().flat_map(named).collect();
                self.changed.insert(address, Changed { because: &operation.address, fields });
            }
        }
    }

    /// Whether nothing is touched.
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// Whether what is valid may change: a blueprint or a promise changes or goes.
    pub(super) fn may_invalidate(&self) -> bool {
        !self.changed.is_empty() || self.gone.keys().any(|address| is_type(address.kind))
    }
}

/// Whether a kind says what objects of another kind may hold.
pub(super) fn is_type(kind: Kind) -> bool {
    matches!(kind, Kind::Blueprint | Kind::Promise)
}

/// Whether a field of a blueprint or a promise is words about it and no more.
fn is_for_people(path: &str) -> bool {
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

/// What is not looked at for some operations, and why.
pub(in crate::plan) fn unseen(operations: &[Operation]) -> Vec<String> {
    let touched = Touched::of(operations);
    let mut sentences = Vec::new();
    if !touched.may_invalidate() {
        sentences
            .push("entities and requests of others were not looked at: no blueprint and no promise changes".to_owned());
    }
    if touched.gone.is_empty() {
        sentences.push("references to what goes were not looked for: nothing goes".to_owned());
    }
    sentences
}
