/// Somebody set something back to what it was before the project last delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// What was set back.
    pub what: SetBack,
    /// The revision that shows it: the one that was delivered last and that the store does not come from any more, or one that it
    /// comes from and that the inventory does not know.
    pub revision: String,
    /// The files that the project once wrote, that are live as it wrote them, and that nobody owns by what is left.
    pub strays: Vec<String>,
}

/// What somebody set back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBack {
    /// The files, by the name of what they are on.
    Files(String),
    /// What says which of them the project owns, by its name.
    Inventory(String),
}
