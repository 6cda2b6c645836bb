use super::document::{Action, Field, ObjectChange, Operation, Phase, Plan, Target};

/// A part of an operation on an object, as a catalog that looks at references can take it: what it refers to is there by then,
/// and nothing refers any more to what it takes away.
#[derive(Clone, Debug)]
pub struct Part<'p> {
    /// The operation.
    pub operation: &'p Operation,
    /// The fields that this part sets or removes; all those of the object where it is deleted.
    pub fields: Vec<Field>,
    /// Whether it is the last part: the record is as it should be after it, and what goes is gone.
    pub is_last: bool,
}

/// Which of an object's fields belong to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    /// Those that are set, but for those that close a cycle.
    Set,
    /// Those that are set and close a cycle.
    Apart,
    /// Those that are removed from an object that stays.
    Removed,
    /// Those of an object that goes that close a cycle.
    Unlinked,
    /// The object as a whole.
    Gone,
}

impl Plan {
    /// The operations on objects in the parts, and in the order, that a catalog that looks at references takes: the model grows,
    /// then what closes cycles in it; objects, then what closes cycles among them; then the model shrinks; and last, first
    /// without what closes cycles, goes what is no longer declared. Files come before the model shrinks.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        for (phases, share) in [
            (&[Phase::Expand, Phase::Contract][..], Share::Set),
            (&[Phase::Expand, Phase::Contract], Share::Apart),
            (&[Phase::Objects], Share::Set),
            (&[Phase::Objects], Share::Apart),
            (&[Phase::Contract], Share::Removed),
            (&[Phase::Prune], Share::Unlinked),
            (&[Phase::Prune], Share::Gone),
        ] {
            for phase in phases {
                let of_phase = self.operations.iter().filter(|operation| operation.phase == *phase);
                parts.extend(of_phase.filter_map(|operation| part(operation, share)));
            }
        }
        parts
    }
}

/// A share of an operation; nothing where there is nothing in it.
fn part(operation: &Operation, share: Share) -> Option<Part<'_>> {
    let Target::Object(change) = &operation.target else { return None };
    let in_share = |field: &&Field| {
        let apart = change.apart.binary_search(&field.path).is_ok();
        match share {
            // Objects that are no part of the model lose fields along with what they get.
            Share::Set => !apart && (field.after.is_some() || operation.phase == Phase::Objects),
            Share::Apart => apart,
            Share::Removed => field.after.is_none(),
            Share::Unlinked => apart && operation.action == Action::Delete,
            Share::Gone => true,
        }
    };
    let fields: Vec<Field> = change.all_fields().iter().filter(in_share).cloned().collect();
    let always = matches!(share, Share::Set | Share::Gone);
    (always || !fields.is_empty()).then(|| Part { operation, fields, is_last: is_last(operation, change, share) })
}

fn is_last(operation: &Operation, change: &ObjectChange, share: Share) -> bool {
    match share {
        Share::Gone | Share::Removed => true,
        Share::Unlinked => false,
        Share::Apart => operation.phase != Phase::Contract,
        Share::Set => operation.phase != Phase::Contract && change.apart.is_empty(),
    }
}
