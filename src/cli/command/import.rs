use crate::cli::arguments::{Format, Import, STANDARD};
use crate::cli::context::{Beside, command};
use crate::cli::{Context, Failure, reports};
use crate::report::{Subject, counted, imported_json, imported_text, one_line};
use crate::session::{Ending, Misuse, import, no_links};
use std::collections::BTreeMap;
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
    write(&arguments.out, &imported.files, arguments.overwrite, context)?;
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

/// Writes files into a folder. One that is there and differs is left alone, and then none is written, unless it may be replaced.
pub(super) fn write(
    folder: &Path,
    files: &BTreeMap<String, String>,
    overwrite: bool,
    context: &Context,
) -> Result<(), Failure> {
    no_links(folder, files)?;
    let differs = |(name, text): &(&String, &String)| {
        let path = folder.join(name);
        path.symlink_metadata().is_ok() && std::fs::read(&path).ok().as_deref() != Some(text.as_bytes())
    };
    let other: Vec<&String> = files.iter().filter(differs).map(|(name, _)| name).collect();
    if let Some((first, others)) = other.split_first().filter(|_| !overwrite) {
        let more =
            if others.is_empty() { String::new() } else { format!(" and {} more", counted(others.len(), "file")) };
        return Err(Misuse::Differs { first: folder.join(first).display().to_string(), more }.into());
    }
    for (name, text) in files {
        let path = folder.join(name);
        let around = path.parent().unwrap_or(folder);
        let failed = |source| Failure::File { doing: "write", path: around.display().to_string(), source };
        std::fs::create_dir_all(around).map_err(failed)?;
        if !path.exists() {
            context.output.create(&path, text)?;
        } else if differs(&(name, text)) {
            context.output.replace(&path, text)?;
        }
    }
    Ok(())
}
