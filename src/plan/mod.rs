//! Differences to a plan: ordered, guarded operations with their reasons and consequences. Pure.
//!
//! A [`Plan`] is a document that stands for itself: it can be saved, shown and applied without the project that
//! it was made of. It holds no secret, because nothing that it is made of can.

mod build;
mod document;
mod guard;
mod impact;
mod order;

pub use build::{Input, OnConflict, Opened, Options, StoreFiles, build};
pub use document::{
    Action, Cause, Conflict, Content, DocumentError, Field, FileChange, Guard, Impact, LevelAfter, ObjectChange,
    Operation, Phase, Place, Plan, Reason, Rerender, Standing, Target, Transition,
};
