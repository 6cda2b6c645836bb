use crate::cli::arguments::{Export, Format, STANDARD};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure};
use crate::report::{clean, counted, exported_json, exported_text};
use crate::session::{Ending, export, write_export};
use std::path::Path;

/// `plat export WHAT [--out DIR]`: the project's objects as a neighbour takes them.
pub(super) fn run(arguments: &Export, context: &Context) -> Result<Ending, Failure> {
    let folder = arguments.out.as_deref().filter(|folder| *folder != Path::new(STANDARD));
    if folder.is_none() && context.format == Format::Json {
        let reason = "`--format json` says what was written, and what goes out would stand beside it: name a folder with `--out`";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Ending::Configuration) };
    let neighbour = arguments.what.neighbour();
    let exported = export(neighbour, &loaded.project);
    context.tell(&exported.problems(), &loaded.sources, Beside::Result)?;
    for (what, number) in &exported.without {
        let left_out = counted(*number, "object");
        context.complain(&clean(&format!("{} has no {what}: {left_out} left out", neighbour.name())))?;
    }
    let Some(folder) = folder else {
        context.output.print_file(&exported.text())?;
        return Ok(Ending::Success);
    };
    let outgoing = write_export(folder, (neighbour, &exported), arguments.overwrite, context.guard())?;
    context.tell_left_over(outgoing.left_over)?;
    let (json, text) = (|| exported_json(&exported, &outgoing), || exported_text(&exported, &outgoing, context.style));
    let shown = context.show(json, text)?;
    outgoing.refused.map_or(Ok(shown), |(refused, _)| Err(refused.into()))
}
