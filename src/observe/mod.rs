//! What the targets hold of a project, looked at once and paired with what it declares: the same look, the same pairs and the same verdicts
//! for whoever plans, tells what others changed, or tells why a thing is as it is.
//!
//! Takes a loaded project and its open targets. Reads and compares; writes nothing and locks nothing.

mod confidential;
mod error;
mod files;
mod objects;
mod settle;

pub use confidential::Confidential;
pub use error::ObserveError;
pub use files::{Files, files};
pub use objects::{Objects, Sides};
pub use settle::{Settled, settle};
