use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct Render {
    /// Only requests with this name, `namespace/name` or address
    pub(in crate::cli) request: Option<String>,
    /// Write them into this folder, each as `STORE/PATH`; what an earlier call wrote there and is not rendered any more is taken away, and a
    /// folder that holds something else is refused
    #[arg(long, value_name = "DIR", conflicts_with = "watch")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Go on, and show what of them changes each time when a file of the project has changed
    #[arg(long)]
    pub(in crate::cli) watch: bool,
}
