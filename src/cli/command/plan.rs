use crate::cli::arguments::{Adoption, Allow, Detail, Format, OnConflict, Plan as Arguments};
use crate::cli::{Context, Exit, Failure};
use crate::model;
use crate::plan::{self, Options, Plan};
use crate::report;
use crate::session::{Loaded, Planning, open_targets};

/// `plat plan`: what an apply would change.
pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets = open_targets(&disk, &loaded.project, &context.environment)?;
    let plan = make(&loaded, &mut targets, &arguments.allow, context)?;
    print(&plan, arguments.detail, context);
    if let Some(path) = &arguments.out {
        let failed = |source| Failure::File { doing: "write", path: path.display().to_string(), source };
        std::fs::write(path, plan.to_json() + "\n").map_err(failed)?;
        if context.format != Format::Json {
            Context::complain(&format!("saved; to apply exactly this: plat apply {}", path.display()));
        }
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
    let options = options(allow);
    let plan = crate::session::plan(loaded, targets, Planning { now: context.now, options })?;
    Ok(plan.of_source(crate::store::head_revision(context.disk()?.root())))
}

/// What the arguments allow.
pub(super) fn options(allow: &Allow) -> Options {
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
    }
}

/// Prints a plan in the form that was asked for.
pub(super) fn print(plan: &Plan, detail: Detail, context: &mut Context) {
    let text = match context.format {
        Format::Json => plan.to_json() + "\n",
        Format::Human | Format::Github => report::plan(plan, level(detail), context.style),
    };
    Context::print(&text);
}

fn level(detail: Detail) -> report::Detail {
    match (detail.summary, detail.full) {
        (true, _) => report::Detail::Summary,
        (false, true) => report::Detail::Full,
        (false, false) => report::Detail::Changes,
    }
}

/// Why a plan cannot be applied, where it cannot.
pub(super) fn stopped(plan: &Plan) -> Option<Exit> {
    let conflict = (!plan.conflicts.is_empty()).then_some(Exit::Stale);
    conflict.or_else(|| plan.refusals().next().map(|_| Exit::Refused))
}

/// Reads a saved plan.
pub(super) fn read(path: &std::path::Path) -> Result<Plan, Failure> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| Failure::File { doing: "read", path: name.clone(), source })?;
    Plan::from_json(&text).map_err(|source| Failure::Document { path: name, source })
}
