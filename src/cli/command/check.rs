use crate::cli::arguments::{Check, Form, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, reports, signals};
use crate::report::{self, Reader};
use crate::session::{Disk, Ending, SessionError, check_again, judged, way_from_here};
use crate::workspace::Loaded;
use std::path::Path;

/// `plat check`: every problem of the project.
pub(super) fn run(arguments: &Check, context: &Context) -> Result<Ending, Failure> {
    let disk = if context.env.is_some() { context.disk()? } else { context.with_modules(context.folder()?)? };
    if arguments.watch {
        return watch(arguments, &disk, context);
    }
    let read = judged(&disk, context.now, &context.meter);
    context.meter.end();
    let (loaded, ending) = read.map_err(SessionError::from)?;
    tell(arguments, (&disk, &loaded), context)?;
    Ok(ending)
}

/// `plat check --watch`: the same, each time when a file has changed.
fn watch(arguments: &Check, disk: &Disk, context: &Context) -> Result<Ending, Failure> {
    signals::interrupt(&context.wait);
    let own: Vec<&Path> = arguments.reports.to.iter().map(|report| &*report.path).collect();
    check_again((disk, &own), &context.wait, &context.meter, |loaded| {
        context.meter.end();
        // What reads the problems as they come sees where those of one reading begin and end.
        if context.form == Form::Compact {
            context.print("checking\n")?;
        }
        tell(arguments, (disk, loaded), context)?;
        match context.format {
            Format::Json => context.print(&report::checked_json(&loaded.diagnostics))?,
            Format::Github => context.print(&report::checked(&loaded.diagnostics))?,
            Format::Human => {}
        }
        Ok(context.complain("Watching the files. An interrupt ends it.")?)
    })
}

fn tell(arguments: &Check, (disk, loaded): (&Disk, &Loaded), context: &Context) -> Result<(), Failure> {
    if context.form == Form::Compact {
        let problems = report::compact(&loaded.diagnostics, &loaded.sources, &way_from_here(disk.root()));
        context.output.print_to(Reader::Log, &(problems + &report::checked(&loaded.diagnostics)))?;
        return reports::write(&arguments.reports, &reports::of_project("check", loaded), &context.output);
    }
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Nothing)?;
    reports::write(&arguments.reports, &reports::of_project("check", loaded), &context.output)?;
    if context.format == Format::Human && loaded.diagnostics.is_empty() {
        context.print("No problems.\n")?;
    }
    // Where something is wrong, that comes first.
    if context.format == Format::Human
        && !loaded.diagnostics.has_errors()
        && let Some(told) = report::unknown_kinds(&loaded.project.unknown_kinds())
    {
        context.complain(&told)?;
    }
    Ok(())
}
