use crate::source::Origin;

/// What a plan may do without an explicit allowance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// The line that says it; nothing where none does.
    pub span: Option<Origin>,
    /// The most objects and files, together, that one apply may delete; nothing for [`Guards::FEW_DELETES`], or a tenth of
    /// what the project owns where that is more.
    pub max_deletes: Option<u64>,
    /// What may be taken over.
    pub adoption: Adoption,
}

worded! {
    /// What a plan may take over: an object or a file that exists and that the project does not own.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Adoption {
        /// What an `adopt` node names.
        Strict = "strict",
        /// What nobody owns.
        #[default]
        IfUnowned = "if-unowned",
        /// Also what another project owns.
        Force = "force",
    }
}

impl Guards {
    /// How many deletions are few in a project of any size.
    pub const FEW_DELETES: u64 = 5;
}
