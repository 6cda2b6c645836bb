use crate::cli::arguments::{self, Format, STANDARD};
use crate::cli::chosen::chosen;
use crate::cli::context::{Beside, command, standard_input};
use crate::cli::{Context, Failure, reports};
use crate::model::Name;
use crate::report::{Subject, differing_text, imported_json, imported_text, one_line};
use crate::session::{Disk, Ending, Import, Imported, Intake, PROJECT_FILE, SessionError, import, write_import};
use std::path::Path;

/// `plat import WHAT PATH... --out DIR`: a project of what a neighbour holds.
pub(super) fn run(arguments: &arguments::Import, context: &Context) -> Result<Ending, Failure> {
    let arguments::Import { paths, exclude, out: folder, overwrite, .. } = arguments;
    if folder == Path::new(STANDARD) {
        return Err(Failure::Usage("a project is a folder, and `-` is none: name one with `--out`".to_owned()));
    }
    let neighbour = arguments.what.neighbour();
    let standard_input = paths.iter().any(|path| path == Path::new(STANDARD)).then(standard_input).transpose()?;
    let environment = environment(folder, context)?;
    let asked = Import { neighbour, paths, standard_input, exclude, folder, environment, overwrite: *overwrite };
    let Intake { mut imported, refused, reasons, idle } = import(&asked)?;
    for pattern in &idle {
        let line = format!("`--exclude {pattern}` fits no file and no folder of what was looked at");
        context.complain(&one_line(&line))?;
    }
    let tell = |imported: &Imported| context.tell(&imported.problems, &imported.sources, Beside::Result);
    // People are told by the last line why it is refused.
    let is_for_people = context.format == Format::Human;
    is_for_people.then(|| tell(&imported)).transpose()?;
    imported.problems.append(reasons);
    (!is_for_people).then(|| tell(&imported)).transpose()?;
    let subject =
        Subject { diagnostics: &imported.problems, sources: &imported.sources, ..Subject::of_command("import") };
    reports::write(&arguments.reports, &subject, &context.output)?;
    if refused.is_none() {
        context.tell_left_over(write_import(folder, &imported, context.guard())?)?;
    }
    match (context.format, refused) {
        (Format::Json, refused) => {
            context.print(&imported_json(&imported, refused.as_ref()))?;
            refused.map_or(Ok(Ending::of_import(&imported)), |refused| Err(refused.into()))
        }
        (Format::Human | Format::Github, Some(refused)) => {
            context.print(&differing_text(&imported, context.style))?;
            Err(refused.into())
        }
        (Format::Human | Format::Github, None) => {
            context.print(&imported_text(&imported, neighbour.name()))?;
            if !imported.objects.is_empty() {
                let (check, plan) = (command(folder, "check"), command(folder, "plan"));
                context.print(&format!("\n{}\n", one_line(&format!("Next: {check}, then {plan}"))))?;
            }
            Ok(Ending::of_import(&imported))
        }
    }
}

/// The environment of the project in a folder that is asked for.
fn environment(folder: &Path, context: &Context) -> Result<Option<Name>, Failure> {
    let Some(name) = context.env.as_deref() else { return Ok(None) };
    if !folder.join(PROJECT_FILE).is_file() {
        let folder = folder.display();
        return Err(Failure::Usage(format!(
            "`--env {name}` names an environment of a project, and {folder} holds none yet"
        )));
    }
    let disk = chosen(Disk::discover(folder).map_err(SessionError::from)?, Some(name))?;
    Ok(disk.environment().cloned())
}
