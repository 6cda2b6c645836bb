//! What projects remember in a repository: the files that each last wrote, what protects them, and who may write.

mod lease;
pub(crate) mod ledger;
pub(crate) mod obstruction;
pub(crate) mod setback;
pub(crate) mod sight;
pub(crate) mod view;
