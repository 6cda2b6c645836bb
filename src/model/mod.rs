//! The domain: what a project declares, as types.
//!
//! Values carry the place that they were written at, to the end of the run; they compare without
//! it. Nothing here reads or writes the world, and nothing here knows KDL.

mod action;
mod argument;
mod blueprint;
mod body;
mod call;
mod composed;
mod database;
mod declaration;
mod declared_at;
mod destination;
mod digest;
mod entity;
mod environment;
mod escape;
mod externs;
mod fact;
mod fate;
mod git;
mod git_module;
mod guards;
mod hand_over;
mod holding;
mod identity;
mod json;
mod lease;
mod lifecycle;
mod location;
mod locked;
mod lookup;
mod made;
mod name;
mod object;
mod parameters;
mod path;
mod pattern;
mod policy;
mod predicate;
mod project;
mod promise;
mod renames;
mod repository;
mod request;
mod schema;
mod scope;
mod scorecard;
mod signature;
mod store_place;
mod secret_name;
mod server;
mod shared_catalog;
mod shell;
mod team;
mod template;
mod test;
mod thing;
mod time;
mod value;
mod verb;
mod versions;
mod wire;

pub use action::{Action, ActionOperation, Backend, BackendKind};
pub use argument::{first_word, in_quotes, quoted, split_outside_quotes, unquoted};
pub use blueprint::{BackstageKind, BackstagePlace, BackstageRule, Blueprint, Relation};
pub use body::{Declared, Visit};
pub use call::{Argument, Call, Function};
pub use composed::{Branch, Composed, Control, ControlKind, Part, control_line};
pub use database::{Database, NoDatabase, Parameter};
pub use declaration::Declaration;
pub use declared_at::{DeclaredAt, is_commit};
pub use destination::{Auth, AuthMethod, Destination, EncryptedFolder, GitFolder, Layout, StateStore, StoreType};
pub use digest::Digest;
pub use entity::{Beyond, Entity};
pub use environment::Environment;
pub use escape::{has_control_character, percent_decoded};
pub use externs::{Asked, Extern, Externs, extern_file, extern_lock, is_extern_file};
pub use fact::Fact;
pub use fate::Fate;
pub use git::{
    branch_fault, fits_a_reference, held_path_fault, is_apart, part_of_file_name, path_fault, repository_folder,
};
pub use git_module::{GitModule, Pin};
pub use guards::{Adoption, Guards};
pub use hand_over::{HandOver, HandOvers};
pub use holding::Holding;
pub use identity::{Evidence, Identity};
pub use json::{Json, JsonError, SECRET_MEMBER, float_holds, inexact, parse_json, write_json, write_map};
pub use lease::{Lease, Leased, Standing};
pub use lifecycle::{Adopt, Cleared, Deletion, Lifecycle, Moved, NewName, OnDrift, Relocated, Removed, Renamed, Stop};
pub use location::{Location, Lost, Remote, Scheme};
pub use locked::{Locked, contents_digest};
pub use made::Made;
pub use name::Name;
pub use object::{Address, Kind, Object};
pub use parameters::{Arguments, Parameters};
pub use path::Path;
pub use pattern::{PatternFault, linear_pattern};
pub use policy::{Policy, PolicySeverity, PolicySubject, Tense};
pub use predicate::{
    COUNT, Combinator, Duration, FIELD, FieldPath, Leaf, Operator, Predicate, Selection, Test as PredicateTest,
};
pub use project::{Lookups, Project};
pub use promise::{
    About, Api, Case, Dependencies, Each, Files, If, KRATIX_API, Let, Match, Otherwise, Promise, Resource, Row, Step,
    Table, Workflow,
};
pub use renames::Renames;
pub use repository::{Protocol, Repository, Server};
pub use request::Request;
pub use schema::{
    BLUEPRINT, BY_SCHEMAS, Base, EnumValue, Format, INT_OR_STRING, Limits, Naming, Property, Schema, Spec, VALIDATIONS,
};
pub use scope::{Scope, Scopes, covers};
pub use scorecard::{Level, Rule, Scorecard};
pub use secret_name::is_secret_name;
pub use server::addresses;
pub use shared_catalog::{CatalogType, DatabaseSchema, DatabaseUrl, SharedCatalog, same_database};
pub use shell::shell_word;
pub use signature::Signature;
pub use store_place::StorePlace;
pub use team::{Team, User};
pub use template::{Piece, Template};
pub use test::{Expectation, Given, Test};
pub use thing::Thing;
pub use time::{Timestamp, days_to};
#[cfg(test)]
pub(crate) use value::LOOKS;
pub use value::{Index, Map, Member, Number, Value};
pub use verb::{Gives, OfItems, Takes, Usage, ValueType, Verb};
pub use versions::Versions;

pub use crate::source::{password, without_password};
