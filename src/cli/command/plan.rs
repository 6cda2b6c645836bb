use super::{open, proposals};
use crate::cli::arguments::{
    Adoption, Allow, Detail, Format, Losses, OnConflict, Plan as Arguments, STANDARD, Showing,
};
use crate::cli::context::{command, typed};
use crate::cli::{Context, Failure, reports};
use crate::model;
use crate::plan::{self, Options, Plan};
use crate::report::{self, Reader, ReportFormat, Subject, Telling, View};
use crate::session::{self, Ending, Made, Planning, Session, Targets, read_plan};
use std::io::Read;
use std::path::Path;

/// `plat plan`: what an apply would change.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Ending, Failure> {
    Ok(plan_of(arguments, context)?.0)
}

/// The same, with the plan; nothing where the project has errors.
pub(in crate::cli) fn plan_of(arguments: &Arguments, context: &Context) -> Result<(Ending, Option<Plan>), Failure> {
    if arguments.since.is_some() && !arguments.showing.reports.ask_for_markdown() {
        let way = "`--since` is for the report that a reviewer reads: `--report markdown=FILE` writes it";
        return Err(Failure::Usage(way.to_owned()));
    }
    let Some(mut opened) = open::project("plan", &arguments.showing.reports, context, &context.wait)? else {
        return Ok((Ending::Configuration, None));
    };
    let (session, targets) = opened.at(context);
    let since =
        arguments.since.as_deref().map(|since| session::since(session.disk, since, session.loaded)).transpose()?;
    let Made { plan, ending, .. } = make(&session, targets, options(&arguments.allow), context)?;
    print(&plan, &arguments.showing.view(), context)?;
    proposals::tell(&plan, session.loaded, targets, context)?;
    let review = since.map(|since| since.review(session.loaded, &plan));
    let subject = Subject {
        plan: Some(&plan),
        review: review.as_ref(),
        host: context.host.as_ref(),
        ..reports::of_project("plan", session.loaded)
    };
    reports::write(&arguments.showing.reports, &subject, &context.output)?;
    if let Some(path) = &arguments.out {
        save(&plan, path, context)?;
    } else if context.interactive && ending == Ending::Changes {
        context.complain(&format!("to apply it: {}", context.command("apply")))?;
    }
    Ok((if arguments.detailed_exitcode { ending } else { ending.without_detail() }, Some(plan)))
}

/// Saves a plan, and says how to apply it.
pub(super) fn save(plan: &Plan, path: &Path, context: &Context) -> Result<(), Failure> {
    context.output.replace(path, &report::harmless(&(plan.to_json() + "\n"), Reader::Program))?;
    if context.format != Format::Json && path != Path::new(STANDARD) {
        // It brings along what was given for parameters.
        let apply = command(&context.directory, &format!("apply {}", typed(path, &context.directory)));
        context.complain(&if Ending::of_plan(plan).stops() {
            "saved, to be looked at: it cannot be applied as it is".to_owned()
        } else {
            format!("saved; to apply exactly this: {apply}")
        })?;
    }
    Ok(())
}

/// Plans, and says where it is not known what the text is.
pub(super) fn make(
    session: &Session<'_>,
    targets: &mut Targets,
    options: Options,
    context: &Context,
) -> Result<Made, Failure> {
    let made = session.plan(targets, Planning { now: context.now, options, ..Planning::default() }, &context.meter);
    context.meter.end();
    let made = context.settled(made, &session.loaded.sources)?;
    if let Some(foreign) = &made.unnamed {
        context.complain(&report::clean(&format!("The plan names no commit: {foreign}")))?;
    }
    Ok(made)
}

/// What may go, as the arguments say it.
pub(super) fn losses(losses: &Losses) -> Options {
    Options {
        max_deletes: losses.max_deletes,
        allow_delete: losses.allow_delete.iter().cloned().collect(),
        on_conflict: match losses.on_conflict {
            OnConflict::Fail => plan::OnConflict::Fail,
            OnConflict::Ours => plan::OnConflict::Ours,
        },
        ..Options::default()
    }
}

/// What the arguments allow.
pub(super) fn options(allow: &Allow) -> Options {
    Options {
        adoption: allow.adoption.map(|adoption| match adoption {
            Adoption::Strict => model::Adoption::Strict,
            Adoption::IfUnowned => model::Adoption::IfUnowned,
            Adoption::Force => model::Adoption::Force,
        }),
        additive: allow.additive,
        rebalance: allow.rebalance.iter().cloned().collect(),
        ..losses(&allow.losses)
    }
}

/// Prints a plan in the form that was asked for.
pub(super) fn print(plan: &Plan, view: &View, context: &Context) -> Result<(), Failure> {
    match context.format {
        Format::Json => context.print(&(plan.to_json() + "\n"))?,
        Format::Human => context.print(&report::plan(plan, view, context.style))?,
        Format::Github => {
            context.print(&report::plan(plan, view, context.style))?;
            let annotations = report::report(ReportFormat::Github, &bare("plan", plan));
            context.output.print_to(Reader::Workflow, &annotations)?;
        }
    }
    if context.format != Format::Json && !Ending::of_plan(plan).stops() {
        for line in report::departing(plan) {
            context.complain(&line)?;
        }
    }
    Ok(())
}

/// A plan without the project that it was made of.
pub(super) fn bare<'a>(command: &'a str, plan: &'a Plan) -> Subject<'a> {
    Subject { project: &plan.project, plan: Some(plan), folder: &plan.folder, ..Subject::of_command(command) }
}

/// All changes, as far as they are shown.
pub(super) fn view(detail: &Detail) -> View {
    let told = |listed: bool| if listed { Telling::Listed } else { Telling::Counted };
    View {
        detail: match (detail.summary, detail.full) {
            (true, _) => report::Detail::Summary,
            (false, true) => report::Detail::Full,
            (false, false) => report::Detail::Changes,
        },
        impact: told(detail.impact),
        rendered: told(detail.rendered),
        only: Vec::new(),
        addresses: Vec::new(),
    }
}

impl Showing {
    /// The changes that are shown.
    pub(in crate::cli) fn view(&self) -> View {
        View { only: self.only.clone(), addresses: self.address.clone(), ..view(&self.detail) }
    }
}

/// Reads a saved plan.
pub(super) fn read(path: &Path, context: &Context) -> Result<Plan, Failure> {
    let name = path.display().to_string();
    let text = if path == Path::new(STANDARD) { standard_input() } else { std::fs::read_to_string(path) };
    let text = text.map_err(|source| Failure::File { doing: "read", path: name.clone(), source })?;
    Ok(read_plan(&name, &text, &context.environment)?)
}

fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}
