//! What may be done to a value: the closed set of functions of the language, for whoever evaluates its texts.
//!
//! Takes values and gives values. Total and pure: no clock, no file, no network, and a cost that is known before.

mod apply;
mod error;
mod key;
mod list;
#[cfg(test)]
mod manual;
mod number;
mod object;
mod output;
mod scalar;
#[cfg(test)]
mod tests;
mod text;

pub use apply::{apply, compared, cost};
pub use error::FunctionError;
pub use key::Key;
pub use object::merged;
pub use output::{Output, weight};
pub use scalar::text_of;
