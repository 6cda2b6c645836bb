use super::{Allow, Carrying};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct Rollback {
    /// A run of `plat runs`, by the beginning of its name, or a revision in the words of Git
    #[arg(value_name = "RUN|REVISION")]
    pub(in crate::cli) then: String,
    /// Save the plan to a file, for `plat show` and `plat apply`, and change nothing; `-` for standard output
    #[arg(long, value_name = "FILE", conflicts_with = "auto_approve")]
    pub(in crate::cli) out: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) carrying: Carrying,
    #[command(flatten)]
    pub(in crate::cli) allow: Allow,
}
