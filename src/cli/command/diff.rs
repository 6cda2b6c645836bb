use super::plan;
use crate::cli::arguments::{Diff, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, chosen, reports};
use crate::report::{Subject, counted};
use crate::session::{self, Difference, Ending, Planning, Version};

/// `plat diff`: what a change of the KDL means, between two revisions of it.
pub(super) fn run(arguments: &Diff, context: &Context) -> Result<Ending, Failure> {
    let (from, to) = versions(arguments, context)?;
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
    let planning = Planning { now: context.now, options: plan::options(&arguments.allow), ..Planning::default() };
    let difference = session::diff(from, to, planning)?;
    for note in &difference.notes {
        context.complain(&format!("note: {note}"))?;
    }
    print(&difference, &names, arguments, context)?;
    let review = arguments.showing.reports.ask_for_markdown().then(|| difference.review());
    let subject =
        Subject { review: review.as_ref(), host: context.host.as_ref(), ..plan::bare("diff", &difference.plan) };
    reports::write(&arguments.showing.reports, &subject, &context.output)?;
    let ending = difference.ending();
    Ok(if arguments.detailed_exitcode { ending } else { ending.without_detail() })
}

/// What is compared: two environments of the text as it is, or two revisions of it.
fn versions(arguments: &Diff, context: &Context) -> Result<(Version, Version), Failure> {
    let revisions = arguments.revisions.as_deref();
    match chosen::compared(&context.folder()?, context.env.as_deref())? {
        Some(_) if revisions.is_some() => {
            let message =
                "two environments are compared, or two revisions: with revisions, `--env` names one environment";
            Err(Failure::Usage(message.to_owned()))
        }
        Some((from, to)) => {
            Ok(session::load_environments(&context.with_modules(context.folder()?)?, (&from.into(), &to.into()))?)
        }
        None => Ok(session::load_range(&context.disk()?, revisions.unwrap_or_default())?),
    }
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
