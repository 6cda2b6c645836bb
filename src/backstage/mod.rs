//! What Backstage holds to be a name and a reference: the rules of its catalog (`@backstage/catalog-model`, as of 1.10), which an
//! installation may replace.
//!
//! In: texts. Out: whether they are what they claim to be. Never: what plat makes of that.

mod name;
mod reference;

pub use name::{Rule, is_address};
pub use reference::{DEFAULT_NAMESPACE, Key, Reference};
