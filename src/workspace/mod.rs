//! A project from its texts, read again and again: everything that can be told without a target.
//!
//! Takes a [`Loader`](crate::resolve::Loader), gives a [`Loaded`]: the project, what its requests come to, and every problem of it. A
//! [`Workspace`] keeps what each file says, so that reading it again costs the files that changed. What was read before never changes what is
//! said.

mod consequence;
mod ground;
mod known;
mod load;
mod loaded;
mod progress;
#[cfg(test)]
mod tests;
mod written;

pub use crate::resolve::{Resolved, Workspace, project_file};
pub use ground::repository;
pub use known::{addresses, is_known, near, unknown_field};
pub use load::{load, load_watched};
pub use loaded::Loaded;
pub use progress::{Progress, Unwatched};
