//! What the bodies of objects are made of, kind by kind.
//!
//! In: the grammar, which says of everything that can be written where it stands in a body. Out: the fields of a kind ([`members()`]),
//! the one form of a value that is compared ([`canonical()`]), how its parts are called ([`Written`]), and what refers to what ([`Types`]). Promises that nothing else knows what a field is.

mod canonical;
mod fields;
#[cfg(test)]
pub(crate) mod fixture;
mod keyed;
mod line;
mod members;
mod needed;
mod references;
mod schema;
mod spoken;
mod table;
pub mod typed;

pub use canonical::{canonical, canonical_body};
pub use fields::{field_at, fields, set_field, set_fields};
pub use keyed::{common_key, key_of};
pub use line::{Membership, Word, Written, can_have, combined, head, knows, said_by, shapes, told, value_at};
pub use needed::lacking;
pub use references::{Reference, Types};
pub use schema::{about, is_open, schema};
pub use spoken::{goes_along, hangs_together};
pub use table::{Field, members};

/// A text of the grammar in which `{name}` is the name of the object, and `{PART}` and `{PART:lower}` are parts of a node, as `given`
/// knows them.
pub fn filled<'g>(text: &str, name: &str, given: impl Fn(&str) -> Option<&'g str>) -> String {
    let mut filled = String::new();
    for (index, piece) in text.split(['{', '}']).enumerate() {
        let (part, lower) = piece.split_once(':').map_or((piece, false), |(part, _)| (part, true));
        match (index % 2, part) {
            (0, _) => filled.push_str(piece),
            (_, "name") => filled.push_str(name),
            (_, _) if lower => filled.push_str(&given(part).unwrap_or_default().to_lowercase()),
            (_, _) => filled.push_str(given(part).unwrap_or_default()),
        }
    }
    filled
}
