use super::plan;
use crate::cli::arguments::Show;
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure, reports};
use crate::plan::Plan;
use crate::report;
use crate::session::{Misfit, misfits, open_targets};

/// `plat show FILE`: a saved plan, which needs neither the project nor any target. Where it is shown in its own project, what an apply
/// would refuse it for is told too.
pub(super) fn run(arguments: &Show, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.showing.reports)?;
    let plan = plan::read(&arguments.file, context)?;
    plan::print(&plan, &arguments.showing.view(), context)?;
    // It is the plan that a poster looks for, whoever shows it.
    reports::write(&arguments.showing.reports, &plan::bare("plan", &plan), &context.output)?;
    if !plan.has_changes() || plan::stopped(&plan).is_some() {
        return Ok(Exit::Success);
    }
    match misfits_here(&plan, context) {
        Ok(misfits) if misfits.is_empty() => Ok(Exit::Success),
        Ok(misfits) => {
            context.complain(&report::misfits(&misfits))?;
            Ok(Exit::Stale)
        }
        Err(failure) => {
            context
                .complain(&report::clean(&format!("Whether an apply would take it was not found out: {failure}")))?;
            Ok(Exit::Success)
        }
    }
}

/// What keeps a plan from being applied in this folder, as an apply judges it; nothing where the folder is not the plan's project.
fn misfits_here(plan: &Plan, context: &Context) -> Result<Vec<Misfit>, Failure> {
    let Ok(disk) = context.disk() else { return Ok(Vec::new()) };
    let loaded = context.load_silently(&disk)?;
    if loaded.diagnostics.has_errors() {
        return Ok(Vec::new());
    }
    let mut targets = open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project))?;
    let is_of_it = plan.identity.as_ref() == Some(&targets.identity.id) && plan.project == targets.identity.name;
    if is_of_it { Ok(misfits(plan, &loaded, &mut targets)?) } else { Ok(Vec::new()) }
}
