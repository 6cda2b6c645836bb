use crate::cli::arguments::{Export, STANDARD};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure};
use crate::report::{clean, counted};
use crate::session::{Ending, export, write_into};
use std::path::Path;

/// `plat export WHAT [--out DIR]`: the project's objects as a neighbour takes them.
pub(super) fn run(arguments: &Export, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Ending::Configuration) };
    let exported = export(arguments.what.neighbour(), &loaded.project);
    context.tell(&exported.problems(), &loaded.sources, Beside::Result)?;
    let name = arguments.what.neighbour().name();
    for (what, number) in &exported.without {
        context.complain(&clean(&format!("{name} has no {what}: {} left out", counted(*number, "object"))))?;
    }
    let out = arguments.out.as_deref().filter(|folder| *folder != Path::new(STANDARD));
    let mut files = exported.files();
    // What is no longer exported is not left there as if it were.
    for (name, nothing) in exported.empty_files(arguments.what.neighbour()) {
        if out.is_some_and(|folder| folder.join(&name).symlink_metadata().is_ok()) {
            files.insert(name, nothing);
        }
    }
    match out {
        Some(folder) => {
            write_into(folder, &files, arguments.overwrite, context.environment.tripwire())?;
            let total: usize = exported.documents.values().map(Vec::len).sum();
            context.print(&format!("Wrote {} into {}.\n", counted(total, "object"), counted(files.len(), "file")))?;
        }
        None => files.values().try_for_each(|text| context.output.print_file(text))?,
    }
    Ok(Ending::Success)
}
