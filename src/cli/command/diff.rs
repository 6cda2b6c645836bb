use super::plan;
use crate::cli::arguments::{Diff, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, reports};
use crate::report::counted;
use crate::session::{self, Difference, Ending, Planning, Version};

/// `plat diff`: what a change of the KDL means, between two revisions of it.
pub(super) fn run(arguments: &Diff, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let (from, to) = session::load_range(&disk, arguments.revisions.as_deref().unwrap_or_default())?;
    // A warning of the older text is no business of who reviews the newer one.
    let broken = [&from, &to].map(|version| version.loaded.diagnostics.has_errors());
    if broken[0] {
        tell(&from, context)?;
    }
    tell(&to, context)?;
    if broken.contains(&true) {
        let told = if broken[0] { &from } else { &to };
        reports::write(&arguments.showing.reports, &reports::of_project("diff", &told.loaded), &context.output)?;
        return Ok(Ending::Configuration);
    }
    let names = format!("{} -> {}", from.name, to.name);
    let planning = Planning { now: context.now, options: plan::options(&arguments.allow), source: None };
    let difference = session::diff(from, to, planning)?;
    for note in &difference.notes {
        context.complain(&format!("note: {note}"))?;
    }
    print(&difference, &names, arguments, context)?;
    reports::write(&arguments.showing.reports, &plan::bare("diff", &difference.plan), &context.output)?;
    let ending = difference.ending();
    Ok(if arguments.detailed_exitcode { ending } else { ending.without_detail() })
}

fn print(difference: &Difference, names: &str, arguments: &Diff, context: &Context) -> Result<(), Failure> {
    let plan = &difference.plan;
    let nothing = difference.ending() == Ending::Success;
    match context.format {
        Format::Json => plan::print(plan, &arguments.showing.view(), context),
        Format::Human | Format::Github if nothing => {
            let files = match difference.files {
                0 => "no file of KDL differs".to_owned(),
                1 => "1 file differs, in what no target sees".to_owned(),
                count => format!("{} differ, in what no target sees", counted(count, "file")),
            };
            Ok(context.print(&format!("No changes. {names}: {files}.\n"))?)
        }
        Format::Human | Format::Github => {
            context.print(&format!("{names}, without a look at the catalog and the repositories\n"))?;
            plan::print(plan, &arguments.showing.view(), context)
        }
    }
}

fn tell(version: &Version, context: &Context) -> Result<(), Failure> {
    Ok(context.tell(&version.loaded.diagnostics, &version.loaded.sources, Beside::Result)?)
}
