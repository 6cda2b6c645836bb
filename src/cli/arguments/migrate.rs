use super::Reports;
use crate::session::Neighbour;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A product that plat takes over from, or works beside.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum Other {
    /// JSON as Port's API gives and takes it
    Port,
    /// Resources of Kratix in YAML
    Kratix,
    /// Entities of Backstage's catalog, as `catalog-info.yaml` holds them
    Backstage,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// What they are of
    #[arg(value_enum)]
    pub(in crate::cli) what: Other,
    /// Files of JSON or YAML as its API or a repository holds them, and for Port of Terraform (.tf), and folders of such; `-` is standard input
    #[arg(required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The folder of the project; it is made where it does not exist
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,
    /// Pass over files and folders in the folders: by name, or with a `/` by path (`*`, `?`, `**`, `{a,b}`)
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Replace what the project says otherwise; all else stays as it is
    #[arg(long)]
    pub(in crate::cli) overwrite: bool,
    #[command(flatten)]
    pub(in crate::cli) reports: Reports,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Who it is for
    #[arg(value_enum)]
    pub(in crate::cli) what: Other,
    /// The folder that files are written to, which is made where it does not exist; standard output where this is `-` or not given
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Replace files that are there and differ
    #[arg(long)]
    pub(in crate::cli) overwrite: bool,
}

impl Other {
    /// The product.
    pub(in crate::cli) fn neighbour(self) -> Neighbour {
        match self {
            Self::Port => Neighbour::Port,
            Self::Kratix => Neighbour::Kratix,
            Self::Backstage => Neighbour::Backstage,
        }
    }
}
