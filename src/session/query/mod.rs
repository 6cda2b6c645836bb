//! What a catalog holds, as somebody asks for it: which objects, of which a condition holds, and which of their fields.

mod condition;
mod find;
mod subject;

pub use condition::{Condition, field};
pub use find::{Found, Held, held};
pub use subject::{Group, Selection, groups, select};
