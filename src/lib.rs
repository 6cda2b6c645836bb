//! `plat` reconciles an internal developer platform from files written in KDL.
//!
//! The story, in the order in which data flows; each module is a step and `docs/architecture.md` is the map:
//!
//! 0. [`align`] says what two lists of texts have in common; [`yaml`] how YAML is read.
//! 1. [`source`] holds the texts, [`diag`] the problems found in them; [`kubernetes`] knows the names and kinds of Kubernetes.
//! 2. [`syntax`] reads KDL into trees; [`grammar`] says what the nodes may be.
//! 3. [`model`] is the domain, [`object`] says what objects are made of and [`writer`] writes them as KDL, and [`secret`] what no output may hold; [`resolve`] lowers trees into it; [`check`] judges the whole.
//! 4. [`render`] turns requests into manifests, [`scorecard`] entities into levels; [`policy`] says what may not be;
//!    [`verify`] runs tests on them.
//! 5. [`catalog`] and [`store`] are the targets, as everybody sees them; [`credentials`] log in to them.
//! 6. [`diff`] compares desired with observed, [`plan`] orders and guards the changes, [`apply`] makes them. [`workspace`] is the project to all of
//!    them, [`observe`] what its targets hold; [`mod@drift`] tells what others changed there, and [`mod@why`] why a thing is as it is.
//!    [`review`] says which hunk of a text a change follows from.
//! 7. [`adapter`] keeps targets on disks and servers.
//! 8. [`session`] composes the phases, [`report`] shows results, [`cli`] is the front end.

#[macro_use]
mod worded;
#[cfg(test)]
mod laws;

pub mod align;
pub mod yaml;
pub mod source;
pub mod diag;
pub mod kubernetes;
pub mod backstage;
pub mod syntax;
pub mod grammar;
pub mod model;
pub mod scorecard;
pub mod function;
pub mod jq;
pub mod object;
pub mod writer;
pub mod secret;
pub mod wait;
pub mod file;
pub mod credentials;
pub mod rows;
pub mod resolve;
pub mod neighbour;
pub mod render;
pub mod check;
pub mod policy;
pub mod verify;
pub mod catalog;
pub mod store;
pub mod diff;
pub mod workspace;
pub mod editor;
pub mod migrate;
pub mod plan;
pub mod review;
pub mod apply;
pub mod observe;
pub mod drift;
pub mod why;
pub mod adapter;
pub mod session;
pub mod report;
pub mod lsp;
pub mod cli;
