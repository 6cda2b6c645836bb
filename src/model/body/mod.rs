//! What a catalog holds of each declaration, and what restrains plans in the same form.

mod condition;
mod entity;
mod guards;
mod lifecycle;
mod lift;
mod put;
mod request;
mod template;

use super::{Address, Lifecycle, Map, Value, write_json};
use crate::source::{Origin, Spanned};

/// Who is shown what a body is made of: of each part the member that it stands in, if it is not one itself, its name and its value.
pub type Visit<'v> = dyn FnMut(Option<&str>, &str, &Spanned<Value>) + 'v;

/// A declaration that becomes an object of the catalog.
pub trait Declared {
    /// What the object is called.
    fn address(&self) -> Address;

    /// The line that declares it.
    fn span(&self) -> Origin;

    /// What the object holds. Every member carries the place of the line that says it.
    fn body(&self) -> Map;

    /// What may happen to it in its life; nothing where it does not say.
    fn lifecycle(&self) -> Option<&Lifecycle>;

    /// Visits the members of the body; of one that is not there as a whole, each of its own members.
    fn each_part(&self, visit: &mut Visit<'_>) {
        each_part(&self.body(), visit);
    }

    /// Appends the canonical JSON of the body.
    fn write_body(&self, out: &mut Vec<u8>) {
        write_json(&Value::Object(self.body()), out);
    }
}

pub(super) fn each_part(body: &Map, visit: &mut Visit<'_>) {
    body.members.iter().for_each(|member| visit(None, &member.name.value, &member.value));
}
