use super::proposals;
use crate::cli::arguments::{Adoption, Allow, Detail, Format, OnConflict, Plan as Arguments, Shown};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure, reports};
use crate::model::{self, Declared, Lifecycle};
use crate::plan::{self, Action, Options, Plan};
use crate::report::{self, Reader, ReportFormat, Subject, Telling, View};
use crate::secret::Secret;
use crate::session::{Loaded, Planning, Progress, open_targets, plan_watched};
use crate::store::head_revision;

/// `plat plan`: what an apply would change.
pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.reports)?;
    let disk = context.disk()?;
    let loaded = context.read(&disk)?;
    let root = context.github_root();
    let subject = reports::of_project("plan", &loaded, &root);
    if loaded.diagnostics.has_errors() {
        reports::write(&arguments.reports, &subject, &context.output)?;
        return Ok(Exit::Configuration);
    }
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project));
    context.meter.end();
    let mut targets = targets?;
    let plan = make(&loaded, &mut targets, &arguments.allow, context)?;
    print(&plan, &arguments.detail, context)?;
    proposals::tell(&mut targets, context)?;
    reports::write(&arguments.reports, &Subject { plan: Some(&plan), ..subject }, &context.output)?;
    if let Some(path) = &arguments.out {
        context.output.save(path, &report::harmless(&(plan.to_json() + "\n"), Reader::Program))?;
        if context.format != Format::Json {
            context.complain(&format!("saved; to apply exactly this: plat apply {}", path.display()))?;
        }
    } else if context.interactive && plan.has_changes() && stopped(&plan).is_none() {
        context.complain("to apply it: plat apply")?;
    }
    Ok(stopped(&plan).unwrap_or_else(|| {
        if plan.has_changes() && arguments.detailed_exitcode { Exit::Changes } else { Exit::Success }
    }))
}

/// Plans with what the arguments allow.
pub(super) fn make(
    loaded: &Loaded,
    targets: &mut crate::apply::Targets,
    allow: &Allow,
    context: &Context,
) -> Result<Plan, Failure> {
    let planning = planning(loaded, allow, context)?;
    let plan = plan_watched(loaded, targets, planning, &context.meter);
    context.meter.end();
    let plan = context.settled(plan, &loaded.sources)?;
    let plan = plan.of_source(head_revision(context.disk()?.root(), &loaded.files));
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
    Ok(Planning { now: context.now, options: options(allow) })
}

/// What the arguments allow.
fn options(allow: &Allow) -> Options {
    Options {
        max_deletes: allow.max_deletes,
        allow_delete: allow.allow_delete.iter().cloned().collect(),
        on_conflict: match allow.on_conflict {
            OnConflict::Fail => plan::OnConflict::Fail,
            OnConflict::Ours => plan::OnConflict::Ours,
        },
        adoption: allow.adoption.map(|adoption| match adoption {
            Adoption::Strict => model::Adoption::Strict,
            Adoption::IfUnowned => model::Adoption::IfUnowned,
            Adoption::Force => model::Adoption::Force,
        }),
        additive: allow.additive,
        rebalance: allow.rebalance.iter().cloned().collect(),
        ..Options::default()
    }
}

/// Prints a plan in the form that was asked for.
pub(super) fn print(plan: &Plan, detail: &Detail, context: &Context) -> Result<(), Failure> {
    match context.format {
        Format::Json => context.print(&(plan.to_json() + "\n"))?,
        Format::Human => context.print(&report::plan(plan, &view(detail), context.style))?,
        Format::Github => {
            context.print(&report::plan(plan, &view(detail), context.style))?;
            let root = context.github_root();
            let annotations = report::report(ReportFormat::Github, &bare("plan", plan, &root));
            context.output.print_to(Reader::Workflow, &annotations)?;
        }
    }
    Ok(())
}

/// A plan without the project that it was made of.
pub(super) fn bare<'a>(command: &'a str, plan: &'a Plan, root: &'a str) -> Subject<'a> {
    Subject { project: &plan.project, plan: Some(plan), root, ..Subject::of_command(command) }
}

fn view(detail: &Detail) -> View {
    let told = |listed: bool| if listed { Telling::Listed } else { Telling::Counted };
    View {
        detail: match (detail.summary, detail.full) {
            (true, _) => report::Detail::Summary,
            (false, true) => report::Detail::Full,
            (false, false) => report::Detail::Changes,
        },
        impact: told(detail.impact),
        rendered: told(detail.rendered),
        only: detail.only.iter().map(|shown| action(*shown)).collect(),
        addresses: detail.address.clone(),
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
pub(super) fn read(path: &std::path::Path, context: &Context) -> Result<Plan, Failure> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| Failure::File { doing: "read", path: name.clone(), source })?;
    let unusable = |source| Failure::Document { path: name.clone(), source };
    let plan = Plan::from_json(&text).map_err(unusable)?;
    if let Some(key) = key(context)? {
        plan.is_signed_with(&key).map_err(unusable)?;
    }
    crate::session::pass(&plan, context.environment.tripwire())?;
    Ok(plan)
}
