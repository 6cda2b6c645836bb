use crate::session::Pipeline;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// The folder; it is made where it does not exist
    pub(in crate::cli) folder: Option<PathBuf>,
    /// Keep the catalog, and what is delivered, on branches of the repository that the folder is in, and write the pipeline of its host
    #[arg(long)]
    pub(in crate::cli) team: bool,
    /// The repository of the catalog; that of the remote `origin`, or of the only one, where it is not given
    #[arg(long, value_name = "URL", requires = "team")]
    pub(in crate::cli) catalog: Option<String>,
    /// Whose pipeline to write; that of the host that the remote names where it is not given
    #[arg(long, value_name = "HOST", requires = "team", value_parser = pipelines())]
    pub(in crate::cli) pipeline: Option<Pipeline>,
}

fn pipelines() -> impl TypedValueParser<Value = Pipeline> {
    let words = Pipeline::ALL.map(|(_, word)| word);
    PossibleValuesParser::new(words).map(|word| Pipeline::from_word(&word).unwrap_or(Pipeline::None))
}
