use super::proposals;
use crate::cli::arguments::{Carrying, Format, Via};
use crate::cli::{Context, Failure, reports, signals};
use crate::plan::Plan;
use crate::report::{self, Ended, Subject};
use crate::session::{self, Delivery, Ending, Notice, Session, Targets, holder, levels_after};
use crate::wait::Wait;
use crate::workspace::Progress;

/// Carries out a plan that was agreed to, and tells what it came to. The targets were opened to wait as `wait` says.
pub(super) fn out(
    carrying: &Carrying,
    subject: &Subject<'_>,
    plan: &Plan,
    session: &Session<'_>,
    (targets, wait): (&mut Targets, &Wait),
    context: &Context,
) -> Result<Ending, Failure> {
    signals::interrupt(wait);
    let how = session::Carrying {
        holder: holder(|name| std::env::var(name).ok()),
        now: context.now,
        delivery: match carrying.via {
            Via::Commit => Delivery::Direct,
            Via::PullRequest => Delivery::Proposal,
        },
        lease: carrying.lease_ttl,
    };
    let carried = session.carry_out(plan, how, (targets, wait), |notice| tell(notice, context))?;
    context.meter.end();
    let applied = &carried.applied;
    let ended = Ended { run: &carried.run, applied, outcome: &carried.outcome };
    if context.format == Format::Json {
        context.print(&report::applied_json(&ended))?;
    }
    let reported = Subject { applied: Some(ended), ..*subject };
    if let Err(failure) = reports::write(&carrying.reports, &reported, &context.output) {
        // What became of the apply matters more than what is told of it.
        context.output.tell(&report::clean(&failure.to_string()));
    }
    if let Some(journal) = &applied.journal {
        context.complain(&report::clean(&format!(
            "The journal could not be written, so that the plan counts as not carried out, and nothing else depends on it: {journal}"
        )))?;
    }
    let unfinished = match &carried.outcome {
        Err(_) if applied.is_partly() => Some("The apply stopped on its way: run it again, and it goes on from here."),
        Ok(()) if applied.stopped => Some("Stopped cleanly before the end: run it again, and it goes on from here."),
        Ok(()) | Err(_) => None,
    };
    if let Some(line) = unfinished {
        context.complain(line)?;
        context.output.complain(&(report::written(applied) + &report::left(&applied.left)))?;
    }
    if carried.outcome.is_err() || applied.stopped {
        let ending = carried.ending;
        return carried.failed().map(|()| ending).map_err(Failure::from);
    }
    proposals::tell(plan, session.loaded, targets, context)?;
    if context.format != Format::Json && (plan.has_changes() || applied.is_proposed()) {
        // Those that are proposed are the catalog's only once they are merged.
        let levels = if applied.catalog.is_some() { Vec::new() } else { levels_after(plan, targets)? };
        context.print(&report::applied(applied, plan, &session.loaded.project, &levels, context.style))?;
    }
    Ok(carried.ending)
}

fn tell(notice: Notice<'_>, context: &Context) {
    match notice {
        Notice::Step(step) => match report::step(step) {
            Some(line) => context.meter.begin(&line, None),
            None => context.meter.end(),
        },
        Notice::Rests => context.meter.end(),
        Notice::Waits(occupied, seconds) => {
            context.output.tell(&report::waiting(occupied, seconds, &context.command("unlock")));
        }
        Notice::TakesOver(former, standing) => context.output.tell(&report::taken_over(former, standing)),
    }
}
