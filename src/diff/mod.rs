//! Desired against observed: what differs, field by field, part by part and file by file; and values as they are written. Pure.
//!
//! Three values decide about a field: what was last written (the base, kept in the inventory), what is live,
//! and what is desired. [`judge`] is the table; everything else here pairs things up for it. Nothing is
//! looked at twice: an object whose digests agree is never opened.

mod desired;
mod field;
mod file;
mod moves;
mod pair;
mod part;
mod veil;
mod verdict;
mod written;

pub use desired::{Desired, desired};
pub use field::{FieldDiff, Remembered, compare_object, diff_object};
pub use file::{FileDiff, diff_files};
pub use moves::{Move, Moves, Obstacle, Unmovable, moves};
pub use pair::{Pair, Pairs, pair};
pub use part::{Notation, Part, notation, parts};
pub use veil::{Hidden, Veil};
pub use verdict::{Verdict, judge};
pub use written::written;
