use super::named;
use clap::Args;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the command line")]
pub(in crate::cli) struct Drift {
    /// Write what others changed back into the KDL: an object's address, `ADDRESS#FIELD`, or either with `*` for any text
    #[arg(long, value_name = "ADDRESS", num_args = 1.., value_parser = named)]
    pub(in crate::cli) adopt: Vec<String>,
    /// Show the objects that no project owns as well; with --adopt, write those that are named into the KDL
    #[arg(long)]
    pub(in crate::cli) unmanaged: bool,
    /// With --adopt: print what would change in the KDL, and write nothing
    #[arg(long, requires = "adopt")]
    pub(in crate::cli) dry_run: bool,
    /// With --adopt: write also what other environments of the project read
    #[arg(long, requires = "adopt")]
    pub(in crate::cli) every_env: bool,
    /// Show long values whole
    #[arg(long, conflicts_with = "adopt")]
    pub(in crate::cli) full: bool,
    /// Ending with 2 where others changed something
    #[arg(long, conflicts_with = "adopt")]
    pub(in crate::cli) detailed_exitcode: bool,
}
