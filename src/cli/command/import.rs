use crate::cli::arguments::{Format, Import, STANDARD};
use crate::cli::context::{Beside, command};
use crate::cli::{Context, Failure, reports};
use crate::report::{Subject, imported_json, imported_text, one_line};
use crate::session::{Ending, import, write_into};
use std::path::Path;

/// `plat import WHAT PATH... --out DIR`: a project of what a neighbour holds. Where it lacks whole objects of that, whoever goes on with it in
/// a script would plan to delete them: that is no plain success.
pub(super) fn run(arguments: &Import, context: &Context) -> Result<Ending, Failure> {
    if arguments.out == Path::new(STANDARD) {
        return Err(Failure::Usage("a project is a folder, and `-` is none: name one with `--out`".to_owned()));
    }
    reports::prepare(&arguments.reports)?;
    let neighbour = arguments.what.neighbour();
    let imported = import(neighbour, &arguments.paths, &arguments.out)?;
    context.tell(&imported.problems, &imported.sources, Beside::Result)?;
    let subject =
        Subject { diagnostics: &imported.problems, sources: &imported.sources, ..Subject::of_command("import") };
    reports::write(&arguments.reports, &subject, &context.output)?;
    write_into(&arguments.out, &imported.files, arguments.overwrite, context.environment.tripwire())?;
    let is_nothing = imported.objects.is_empty();
    match context.format {
        Format::Json => context.print(&imported_json(&imported))?,
        Format::Human | Format::Github => {
            context.print(&imported_text(&imported, neighbour.name()))?;
            if !is_nothing {
                let (check, plan) = (command(&arguments.out, "check"), command(&arguments.out, "plan"));
                context.print(&format!("\n{}\n", one_line(&format!("Next: {check}, then {plan}"))))?;
            }
        }
    }
    Ok(if is_nothing {
        Ending::Configuration
    } else if imported.unread() > 0 || imported.left_out().next().is_some() {
        Ending::Changes
    } else {
        Ending::Success
    })
}
