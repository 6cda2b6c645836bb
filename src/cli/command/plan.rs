use super::{open, proposals};
use crate::cli::arguments::{
    Adoption, Allow, Detail, Format, Losses, OnConflict, Plan as Arguments, STANDARD, Showing, Shown,
};
use crate::cli::context::typed;
use crate::cli::{Context, Exit, Failure, reports};
use crate::model::{self, Declared, Lifecycle};
use crate::plan::{self, Action, Options, Plan};
use crate::report::{self, Reader, ReportFormat, Subject, Telling, View};
use crate::secret::Secret;
use crate::session::{Loaded, Planning, head_revision, known_allowances, plan_watched};
use crate::wait::Wait;
use std::io::Read;
use std::path::Path;

/// `plat plan`: what an apply would change.
pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    arguments.out.iter().try_for_each(|path| reports::spares(path))?;
    let Some((loaded, mut targets)) = open::project("plan", &arguments.showing.reports, context, &Wait::default())?
    else {
        return Ok(Exit::Configuration);
    };
    let subject = reports::of_project("plan", &loaded);
    let plan = make(&loaded, &mut targets, &arguments.allow, context)?;
    print(&plan, &arguments.showing.view(), context)?;
    proposals::tell(&loaded, &mut targets, context)?;
    reports::write(&arguments.showing.reports, &Subject { plan: Some(&plan), ..subject }, &context.output)?;
    if let Some(path) = &arguments.out {
        save(&plan, path, context)?;
    } else if context.interactive && plan.has_changes() && stopped(&plan).is_none() {
        context.complain(&format!("to apply it: {}", context.command("apply")))?;
    }
    Ok(stopped(&plan).unwrap_or_else(|| {
        if plan.has_changes() && arguments.detailed_exitcode { Exit::Changes } else { Exit::Success }
    }))
}

/// Saves a plan, and says how to apply it.
pub(super) fn save(plan: &Plan, path: &Path, context: &Context) -> Result<(), Failure> {
    context.output.replace(path, &report::harmless(&(plan.to_json() + "\n"), Reader::Program))?;
    if context.format != Format::Json && path != Path::new(STANDARD) {
        let apply = context.command(&format!("apply {}", typed(path, &context.directory)));
        context.complain(&match stopped(plan) {
            None => format!("saved; to apply exactly this: {apply}"),
            Some(_) => "saved, to be looked at: it cannot be applied as it is".to_owned(),
        })?;
    }
    Ok(())
}

/// Plans with what the arguments allow.
pub(super) fn make(
    loaded: &Loaded,
    targets: &mut crate::apply::Targets,
    allow: &Allow,
    context: &Context,
) -> Result<Plan, Failure> {
    let planning = planning(loaded, allow, context)?;
    make_with(loaded, targets, planning, context)
}

/// Plans, and holds that every deletion that is allowed is of something.
pub(super) fn make_with(
    loaded: &Loaded,
    targets: &mut crate::apply::Targets,
    planning: Planning,
    context: &Context,
) -> Result<Plan, Failure> {
    let allowed = planning.options.allow_delete.clone();
    let planning = Planning { source: source(loaded, context)?, ..planning };
    let plan = plan_watched(loaded, targets, planning, &context.meter);
    context.meter.end();
    let plan = context.settled(plan, &loaded.sources)?;
    known_allowances(&allowed, loaded, &plan, targets)?;
    Ok(match key(context)? {
        Some(key) => plan.signed(&key),
        None => plan,
    })
}

/// The key that plans are signed with, where there is one.
pub(super) fn key(context: &Context) -> Result<Option<Secret>, Failure> {
    context.environment.plan_key().map_err(Failure::Usage)
}

/// What a plan depends on, as the arguments say it.
pub(super) fn planning(loaded: &Loaded, allow: &Allow, context: &Context) -> Result<Planning, Failure> {
    let names_one = |pattern: &String| {
        loaded.project.requests.iter().any(|request| Lifecycle::covers(pattern, &request.address().to_string()))
    };
    if let Some(pattern) = allow.rebalance.iter().find(|pattern| !names_one(pattern)) {
        return Err(Failure::Usage(format!("`--rebalance {pattern}` names no request of the project")));
    }
    Ok(Planning { now: context.now, options: options(allow), ..Planning::default() })
}

/// The commit of a text, where one is known.
fn source(loaded: &Loaded, context: &Context) -> Result<Option<String>, Failure> {
    match head_revision(context.disk()?.root(), &loaded.files) {
        Ok(source) => Ok(source),
        Err(foreign) => {
            context.complain(&report::clean(&format!("The plan names no commit: {foreign}")))?;
            Ok(None)
        }
    }
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
fn options(allow: &Allow) -> Options {
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
    if context.format != Format::Json && stopped(plan).is_none() {
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
    pub(super) fn view(&self) -> View {
        let only = self.only.iter().map(|shown| action(*shown)).collect();
        View { only, addresses: self.address.clone(), ..view(&self.detail) }
    }
}

fn action(shown: Shown) -> Action {
    match shown {
        Shown::Create => Action::Create,
        Shown::Update => Action::Update,
        Shown::Move => Action::Move,
        Shown::Adopt => Action::Adopt,
        Shown::Delete => Action::Delete,
        Shown::Release => Action::Release,
    }
}

/// Why a plan cannot be applied, where it cannot.
pub(super) fn stopped(plan: &Plan) -> Option<Exit> {
    let conflict = (!plan.conflicts.is_empty()).then_some(Exit::Stale);
    conflict.or_else(|| (plan.refusals().next().is_some() || plan.denials().next().is_some()).then_some(Exit::Refused))
}

/// Reads a saved plan, by whoever has the key where there is one. One that holds a secret, as somebody may have written into it, is not
/// shown in any form.
pub(super) fn read(path: &Path, context: &Context) -> Result<Plan, Failure> {
    let name = path.display().to_string();
    let text = if path == Path::new(STANDARD) { standard_input() } else { std::fs::read_to_string(path) };
    let text = text.map_err(|source| Failure::File { doing: "read", path: name.clone(), source })?;
    let unusable = |source| Failure::Document { path: name.clone(), source };
    let plan = Plan::from_json(&text).map_err(unusable)?;
    if let Some(key) = key(context)? {
        plan.is_signed_with(&key).map_err(unusable)?;
    }
    crate::session::pass(&plan, context.environment.tripwire())?;
    Ok(plan)
}

fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}
