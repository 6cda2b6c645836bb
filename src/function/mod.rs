//! What may be done to a value: the closed set of functions of the language, for whoever evaluates its texts.
//!
//! Takes values and gives values. Total and pure: no clock, no file, no network, and a cost that is known before.

mod filter;
mod key;
mod output;

pub use filter::{FilterError, apply, cost, text_of};
pub use key::Key;
pub use output::{Output, weight};
