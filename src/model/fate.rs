worded! {
    /// What became of a proposal to a state store or to the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Fate {
        /// All of it has arrived.
        Merged = "merged",
        /// It waits, and it is the last one.
        Open = "open",
        /// It waits, and it is not what is wanted any more. A store itself knows no text, and never says it.
        Outdated = "outdated",
        /// A later one has taken its place, and for good. Of a project there is one in a catalog, which says never so.
        Superseded = "superseded",
        /// It was taken away, and not all of it has arrived.
        Closed = "closed",
    }
}
