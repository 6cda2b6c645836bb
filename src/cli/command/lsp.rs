use crate::cli::chosen::chosen;
use crate::cli::{Context, Failure};
use crate::lsp;
use crate::session::{Disk, Ending, environments};
use std::path::Path;

/// `plat lsp`: what editors ask, on standard input, answered on standard output.
pub(super) fn run(context: &Context) -> Result<Ending, Failure> {
    let given = context.given()?;
    // Where it is started in a project, that has to have the environment.
    if let (Some(name), Ok(disk)) = (context.env.as_deref(), context.folder()) {
        chosen(disk, Some(name))?;
    }
    let open = |folder: &Path| {
        let disk = Disk::discover(folder)?.with(given.clone()).with_modules(context.modules());
        // Of several projects one may have no such environment, and is read in each that it has.
        let named = context.env.as_deref().filter(|name| environments(&disk).iter().any(|one| **one == **name));
        Ok(match named {
            Some(name) => disk.in_environment(Some(name.into())),
            None => disk,
        })
    };
    let is_told = lsp::stdio(&open, &|text| context.output.pass(text, "an answer to the editor").is_ok());
    match is_told {
        Ok(true) => Ok(Ending::Success),
        Ok(false) => Ok(Ending::World),
        Err(error) => Err(Failure::Protocol(error)),
    }
}
