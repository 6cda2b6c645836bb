//! What text came from where: files, byte spans, lines and columns.
//!
//! Takes bytes, gives [`Sources`]. Promises that a [`Span`] stays valid for as long as the
//! [`Sources`] it came from, and that line lookup costs the logarithm of the number of lines.
//! Nothing here knows what the text means, but for what nobody is shown of it: secrets.

mod entries;
mod file;
mod hidden;
mod lines;
mod made;
mod path;
mod span;
mod token;
mod told;
mod written;

pub use file::{SourceFile, Sources, TYPED, is_of_library};
pub use hidden::{
    holds_secret, password, without_login, without_password, without_passwords, without_references, without_secrets,
};
pub use lines::{LineIndex, Position};
pub use made::{Asking, Making};
pub use path::joined;
pub use span::{FileId, Origin, Span, Spanned};
pub use token::{names_secret, tokens};
pub use told::{HELD, VALUES};
pub use written::{Through, Written};
