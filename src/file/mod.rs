//! What a path leads to on this machine: which file it is, whether it is one at all, who may look into it, and whether it is on the disk.
//!
//! Takes paths, gives answers of the file system. It knows no target and no text.

mod identity;
mod plain;
mod private;
mod sync;

pub use identity::{Identity, Known};
#[cfg(all(test, unix))]
pub(crate) use plain::tests;
pub use plain::{is_folder, open_plain};
pub use private::make_private;
pub use sync::{sync_file, sync_folder};
