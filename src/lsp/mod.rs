//! A language server: what [`editor`](crate::editor) knows, for editors that speak the Language Server Protocol 3.18.
//!
//! Takes messages from standard input, or from a channel, and gives messages. It holds the texts that are open, has the projects that they are
//! in read again when one changes, by a thread of its own, and translates places and things into those of the protocol. It decides nothing
//! about the language, and no message ends it but `exit`: what cannot be answered is an error of the protocol.

mod documents;
mod follows;
mod frames;
mod handlers;
mod initialize;
mod navigate;
mod place;
mod present;
mod projects;
mod reader;
mod rename;
mod server;
#[cfg(test)]
mod tests;

pub use server::serve;

use crate::resolve::LoadError;
use crate::session::Disk;
use std::path::Path;

/// Finds the project that a folder is in, with what is to be known to read it.
pub type Open<'o> = &'o dyn Fn(&Path) -> Result<Disk, LoadError>;

/// Whether a text may leave the process: none that holds a secret does.
pub type Pass<'o> = &'o dyn Fn(&str) -> bool;

/// Answers what an editor asks on standard input; whether it had said that it is enough when it ended.
///
/// # Errors
/// Where what comes is not the protocol, or the answers cannot be written.
pub fn stdio(open: Open<'_>, pass: Pass<'_>) -> Result<bool, String> {
    frames::serve(|connection| serve(connection, open, pass))
}
