use super::open;
use crate::cli::arguments::Drift as Arguments;
use crate::cli::{Context, Failure};
use crate::drift::{Drift, Extent};
use crate::report::{self, Detail};
use crate::session::{Ending, Reach, Session, Written, drift};

/// `plat drift`: what others changed.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Ending, Failure> {
    let Some(mut opened) = open::to_look(context)? else { return Ok(Ending::Configuration) };
    let (session, targets) = opened.at(context);
    let sources = &session.loaded.sources;
    let extent = if arguments.unmanaged { Extent::Unmanaged } else { Extent::Own };
    let drift = context.looked(session.loaded, targets, |targets| drift(session.loaded, targets, extent))?;
    drift.unread.iter().try_for_each(|told| context.complain(&report::clean(told)))?;
    if !arguments.adopt.is_empty() {
        return take_over(arguments, &session, &drift, context);
    }
    context.output.pass(&report::drift_json(&drift, sources), "the drift")?;
    let detail = if arguments.full { Detail::Full } else { Detail::Changes };
    let text =
        || report::drift(&drift, sources, &format!("{} --adopt", context.command("drift")), (detail, context.style));
    context.show(|| report::drift_json(&drift, sources), text)?;
    let ending = Ending::of_drift(&drift);
    Ok(if arguments.detailed_exitcode { ending } else { ending.without_detail() })
}

/// `plat drift --adopt`: what others changed, written into the KDL.
fn take_over(
    arguments: &Arguments,
    session: &Session<'_>,
    drift: &Drift,
    context: &Context,
) -> Result<Ending, Failure> {
    let written = if arguments.dry_run { Written::DryRun } else { Written::Yes };
    let reach = if arguments.every_env { Reach::Everywhere } else { Reach::Here };
    let asked = (&*arguments.adopt, reach);
    let (adoption, left_over) = session.take_over(drift, asked, (written, context.now, &context.wait))?;
    context.tell_left_over(left_over)?;
    let sources = &session.loaded.sources;
    let text = || report::adoption(&adoption, sources, written, context.style);
    if let Some(told) = report::adopted_secrets(&adoption, written) {
        context.complain(&told)?;
    }
    context.show(|| report::adoption_json(&adoption, sources, written), text)?;
    Ok(if adoption.refused.is_empty() { Ending::Success } else { Ending::Refused })
}
