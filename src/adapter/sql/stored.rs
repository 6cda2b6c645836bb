use crate::catalog::{Presence, Unreadable};
use crate::model::{Address, Digest, Map, Value, parse_json};
use std::sync::Arc;

/// A body as it stands in a row, held to the digest beside it. Whoever changes a body by a statement leaves no digest, which a trigger
/// sees to; so a body that does not come to its digest was changed by no statement.
pub(crate) struct Stored<'r> {
    json: &'r [u8],
    digest: Option<Digest>,
}

impl<'r> Stored<'r> {
    /// A body and its digest; nothing where it does not come to it.
    pub(crate) fn held(json: &'r [u8], digest: Option<Digest>) -> Option<Self> {
        let is_held = digest.is_none_or(|digest| digest == Digest::of(json));
        is_held.then_some(Self { json, digest })
    }

    /// A body beside which no digest stands.
    pub(crate) fn of_others(json: &'r [u8]) -> Self {
        Self { json, digest: None }
    }

    /// The body. `removal` is what takes an object away that nobody can read, in the words of its catalog.
    pub(crate) fn body(&self, address: &Address, removal: impl FnOnce() -> String) -> Presence<Map> {
        let why = match parse_json(self.json) {
            Ok(Value::Object(body)) => return Presence::Read(body),
            Ok(other) => format!("{}, not an object", other.type_name()),
            Err(error) => error.to_string(),
        };
        let digest = Digest::of(self.json);
        let unreadable = Unreadable { address: address.clone(), digest, why, removal: removal() };
        Presence::Unreadable(Arc::new(unreadable))
    }

    /// The body, as what was written last: of one that others made unreadable nothing is known any more.
    pub(crate) fn known(&self) -> Map {
        match parse_json(self.json) {
            Ok(Value::Object(body)) => body,
            Ok(_) | Err(_) => Map::default(),
        }
    }

    /// The digest of the body in its canonical form, which only plat is sure to write.
    pub(crate) fn digest(&self, address: &Address, removal: impl FnOnce() -> String) -> Presence<Digest> {
        match self.digest {
            Some(digest) => Presence::Read(digest),
            None => self.body(address, removal).map(Digest::of_body),
        }
    }
}
