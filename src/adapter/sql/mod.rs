//! What the catalogs in SQL databases write alike: the texts and bytes of their columns.
//!
//! In: what a catalog keeps. Out: the values of columns, and back; what is not understood is nothing, never a default.

pub(crate) mod fields;
pub(crate) mod lifecycle;
pub(crate) mod shared;
pub(crate) mod steps;
pub(crate) mod stored;
