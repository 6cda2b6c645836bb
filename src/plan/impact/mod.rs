//! What follows from operations, for whomever. Pure.
//!
//! Some of it is in the operations themselves ([`rendered()`], [`transitions`]). The rest needs live objects that the plan does
//! not touch: [`Look`] says which, and only where an operation is of a kind that others can depend on; whoever makes the plan
//! reads them, and [`Seen`] works out what becomes of them. A plan without such an operation costs nothing here.

mod closure;
mod judge;
mod levels;
mod look;
mod looked;
mod others;
mod referring;
mod renamed;
mod rendered;
mod touched;
mod world;

pub(super) use levels::transitions;
pub use look::{Consequences, Look, Seen};
pub(super) use looked::looked;
pub use others::{LevelsOfOthers, OfOthers};
pub(super) use renamed::renamed;
pub(super) use rendered::{causes, rendered, telling};
