/// Somebody set something back to what it was before the project last delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// What was set back.
    pub what: SetBack,
    /// The commit that shows it: the one that was delivered last and is not on the branch any more, or one on the branch that the
    /// inventory does not know.
    pub commit: String,
    /// The files that the project once wrote, that are live as it wrote them, and that nobody owns by what is left.
    pub strays: Vec<String>,
}

/// What somebody set back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBack {
    /// The branch.
    Branch(String),
    /// The reference that says what the project owns.
    Inventory(String),
}
