use crate::cli::arguments::{self, Format, STANDARD};
use crate::cli::context::{Beside, command, standard_input};
use crate::cli::{Context, Failure, reports};
use crate::report::{Subject, imported_json, imported_text, one_line};
use crate::session::{Ending, Import, import, write_import};
use std::path::Path;

/// `plat import WHAT PATH... --out DIR`: a project of what a neighbour holds.
pub(super) fn run(arguments: &arguments::Import, context: &Context) -> Result<Ending, Failure> {
    let arguments::Import { paths, exclude, out: folder, overwrite, .. } = arguments;
    if folder == Path::new(STANDARD) {
        return Err(Failure::Usage("a project is a folder, and `-` is none: name one with `--out`".to_owned()));
    }
    reports::prepare(&arguments.reports)?;
    let neighbour = arguments.what.neighbour();
    let standard_input = paths.iter().any(|path| path == Path::new(STANDARD)).then(standard_input).transpose()?;
    let imported = import(&Import { neighbour, paths, standard_input, exclude, folder, overwrite: *overwrite })?;
    context.tell(&imported.problems, &imported.sources, Beside::Result)?;
    let subject =
        Subject { diagnostics: &imported.problems, sources: &imported.sources, ..Subject::of_command("import") };
    reports::write(&arguments.reports, &subject, &context.output)?;
    write_import(folder, &imported, context.environment.tripwire())?;
    match context.format {
        Format::Json => context.print(&imported_json(&imported))?,
        Format::Human | Format::Github => {
            context.print(&imported_text(&imported, neighbour.name()))?;
            if !imported.objects.is_empty() {
                let (check, plan) = (command(folder, "check"), command(folder, "plan"));
                context.print(&format!("\n{}\n", one_line(&format!("Next: {check}, then {plan}"))))?;
            }
        }
    }
    Ok(Ending::of_import(&imported))
}
