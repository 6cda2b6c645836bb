//! What a catalog holds of each declaration, and what restrains plans in the same form.

mod condition;
mod entity;
mod lifecycle;
mod lift;
mod policy;
mod put;
mod request;
mod template;

use super::object::each_field;
use super::{Address, Lifecycle, Map, Value, write_json};
use crate::source::{Origin, Spanned};

/// Who is shown the fields of a body: of each the group, if it is a member of one, its name and its value.
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

    /// Visits the fields of the body ([`super::fields`]).
    fn each_field(&self, visit: &mut Visit<'_>) {
        each_field(&self.body(), visit);
    }

    /// Appends the canonical JSON of the body.
    fn write_body(&self, out: &mut Vec<u8>) {
        write_json(&Value::Object(self.body()), out);
    }
}
