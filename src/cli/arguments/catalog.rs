use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Catalog {
    /// Show the projects that share the catalog: what they own, and when they last applied
    Projects,
    /// Write down what other projects own and this one uses by `extern`, so that it is checked without the catalog
    Pull(Pull),
    /// Copy all that a catalog holds into an empty one, every project's inventory and journal with it
    Copy(Copy),
    /// Let the catalog forget what an abandoned project owns: its objects stay, and nobody owns them
    Forget(Forget),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Pull {
    /// Also where the catalog was set back, or replaced, since this machine saw it
    #[arg(long)]
    pub(in crate::cli) allow_set_back: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Forget {
    /// The project, by its id, or by its name where no other one has that
    pub(in crate::cli) project: String,
    /// Also where it applied within the last 30 days
    #[arg(long)]
    pub(in crate::cli) allow_recent: bool,
    /// Also where lifecycles protect what it owns
    #[arg(long)]
    pub(in crate::cli) allow_protected: bool,
    /// Do not ask
    #[arg(short = 'y', long, alias = "yes")]
    pub(in crate::cli) auto_approve: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Copy {
    /// Where from: `declared`, what `plat.kdl` says; `embedded`, the one in `.plat`; or the folder of another project, which declares it
    pub(in crate::cli) from: String,
    /// Where to, in the same words; it has to be empty
    pub(in crate::cli) to: String,
    /// Do not ask
    #[arg(short = 'y', long, alias = "yes")]
    pub(in crate::cli) auto_approve: bool,
}
