//! The one vocabulary of problems: a [`Diagnostic`] for every mistake in what users wrote.
//!
//! Takes spans and words, gives values that any front end can render. Nothing here renders, and
//! nothing here knows the model.

mod codes;
mod diagnostic;
mod sink;
mod suggest;

pub use codes::{CODES, Code};
pub use diagnostic::{Cause, Diagnostic, Edit, Fix, Label, Severity};
pub use sink::Diagnostics;
pub use suggest::{Suggestions, suggest};

/// The codes by name, as in `code::UNKNOWN_NODE`.
pub mod code {
    pub use super::codes::names::*;
}
