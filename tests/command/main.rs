//! The binary, from outside: what a person at a terminal, a script or a CI job sees of `plat`.
//!
//! Each test has a folder of its own with a project in it. Nothing of the machine that runs the tests gets in: the
//! environment is empty but for `PATH`, the home is in the folder, and there is no terminal.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

#[cfg(unix)]
mod addresses;
mod adoption;
mod allowed;
mod backstage;
mod catalog;
mod change;
mod completions;
mod conditions;
mod damage;
mod data;
mod defaults;
mod declared_at;
mod demo;
mod dependencies;
mod destroy;
mod diff;
mod drift;
mod drift_asked;
mod drift_kinds;
mod drift_layout;
mod drift_secrets;
mod drift_taken;
mod drift_told;
mod editor;
mod elsewhere;
mod environments;
mod examples;
mod forged;
mod format;
#[cfg(unix)]
mod full_disk;
mod get;
mod habits;
mod hints;
mod impact;
#[cfg(unix)]
mod in_the_way;
mod init_team;
mod handed;
mod held;
mod held_secrets;
mod hostile;
mod identity;
mod kill;
mod kubernetes;
mod leaving;
mod library;
mod lifecycle;
mod limits;
mod links;
mod others_kept;
mod lost_catalog;
mod lineage;
mod lost_answer;
mod many_projects;
mod messages;
mod manifests;
mod mistakes;
mod modules;
mod moved;
mod moving_beside;
mod moving_in;
mod moving_out;
mod moving_secrets;
mod moving_values;
mod moving_whole;
mod others;
mod others_changing;
mod others_elsewhere;
mod others_places;
mod pages;
#[cfg(unix)]
mod named;
mod needs;
mod no_more;
mod partial;
mod parts;
mod passwords;
#[cfg(unix)]
mod pipelines;
mod progress;
mod placement;
mod places;
mod policy;
mod project;
mod proposals;
mod proposed_catalog;
mod prune;
mod readable;
mod readme;
mod renamed;
mod rendered;
mod reports;
#[cfg(unix)]
mod repository;
mod refused;
mod requests;
mod reuse;
mod review;
mod rights;
mod rollback;
mod saved;
mod schemas;
mod secrets;
mod selected;
mod setback;
mod shared_catalog;
mod shared;
mod stopped;
mod store;
mod taking;
mod together;
mod unlock;
mod unmanaged;
mod unreadable;
mod values;
mod watch;
mod why;
