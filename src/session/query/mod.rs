//! What a catalog holds, as somebody asks for it: which objects, of which a condition holds, and which of their fields.

mod condition;
mod fields;
mod find;
mod status;
mod subject;

pub use condition::Condition;
pub use fields::Fields;
pub use find::{Found, Held, Meant, held};
pub use subject::{Group, Selection, groups, select};
