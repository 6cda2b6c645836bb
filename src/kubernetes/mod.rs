//! What Kubernetes holds to be a name, a kind and an object: its own rules, as its documentation and its validation say them.
//!
//! In: texts. Out: whether they are what they claim to be, and which object a manifest speaks of. Never: what plat makes of that.

mod identity;
mod kind;
mod name;
mod schema;

pub use identity::Identity;
pub use kind::name_rule;
pub use name::{Fault, NameRule, Part, group};
pub use schema::{
    Described, Kinds, Known, METADATA, Mismatch, Nature, OF_EVERY_OBJECT, Object, Plain, Schema, SchemaFault, Scope,
    Sort, TYPES, Unreadable, described, documents, scope, version,
};
