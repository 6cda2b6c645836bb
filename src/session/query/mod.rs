//! What a catalog holds, as somebody asks for it: which objects, of which a condition holds, and which of their fields.

mod condition;
mod defaults;
mod find;
mod subject;

pub use condition::{Condition, field};
pub use defaults::Defaults;
pub use find::{Found, Held, Meant, held};
pub use subject::{Group, Selection, groups, select};
