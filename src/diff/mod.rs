//! Desired against observed: what differs, field by field and file by file. Pure.
//!
//! Three values decide about a field: what was last written (the base, kept in the inventory), what is live,
//! and what is desired. [`judge`] is the table; everything else here pairs things up for it. Nothing is
//! looked at twice: an object whose digests agree is never opened.

mod canonical;
mod desired;
mod field;
mod file;
mod moves;
mod pair;
mod verdict;

pub use canonical::canonical;
pub use desired::{Desired, desired};
pub use field::{FieldDiff, diff_object};
pub use file::{FileDiff, diff_files};
pub use moves::{Move, Moves, Obstacle, Unmovable, moves};
pub use pair::{Pair, Pairs, pair};
pub use verdict::{Verdict, judge};
