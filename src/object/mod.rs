//! What the bodies of objects are made of, kind by kind.
//!
//! In: the grammar, which says of everything that can be written where it stands in a body. Out: the fields of a kind ([`members`]),
//! the one form of a value that is compared ([`canonical()`]), and what refers to what ([`Types`]). Promises that nothing else knows what a field is.

mod canonical;
mod references;
mod table;
pub mod typed;

pub use canonical::{canonical, canonical_body};
pub use references::{Reference, Types};
pub use table::{Field, members};
