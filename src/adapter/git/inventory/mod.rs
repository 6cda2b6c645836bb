//! What projects remember in a repository: the files that each last wrote, and what protects them.

pub(crate) mod ledger;
pub(crate) mod obstruction;
pub(crate) mod setback;
pub(crate) mod sight;
pub(crate) mod view;
