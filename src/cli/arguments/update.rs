use clap::Args;

#[derive(Debug, Args)]
pub(in crate::cli) struct Update {
    /// The module: its address, or the name of its folder; all where it is not given
    pub(in crate::cli) module: Option<String>,
    /// Only show what it would change
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Do not ask
    #[arg(short = 'y', long, alias = "yes")]
    pub(in crate::cli) auto_approve: bool,
}
