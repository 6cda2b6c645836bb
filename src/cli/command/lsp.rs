use crate::cli::{Context, Failure};
use crate::lsp;
use crate::session::{Disk, Ending};
use std::path::Path;

/// `plat lsp`: what editors ask, on standard input, answered on standard output.
pub(super) fn run(context: &Context) -> Result<Ending, Failure> {
    let open = |folder: &Path| Ok(Disk::discover(folder)?.with_modules(context.modules()));
    let is_told = lsp::stdio(&open, &|text| context.output.pass(text, "an answer to the editor").is_ok());
    match is_told {
        Ok(true) => Ok(Ending::Success),
        Ok(false) => Ok(Ending::World),
        Err(error) => Err(Failure::Protocol(error)),
    }
}
