use crate::cli::arguments::{Drift as Arguments, Format};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure};
use crate::report::{self, Written};
use crate::session::{Disk, Drift, Loaded, adopt, drift, is_known, near, open_targets, write_adoption};
use crate::wait::Wait;

/// `plat drift`: what others changed.
pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets =
        open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project), &Wait::default())?;
    let drift = context.settled(drift(&loaded, &mut targets), &loaded.sources)?;
    if !arguments.adopt.is_empty() {
        return take_over(arguments, &disk, &loaded, &drift, context);
    }
    context.output.pass(&report::drift_json(&drift, &loaded.sources), "the drift")?;
    let text = match context.format {
        Format::Json => report::drift_json(&drift, &loaded.sources),
        Format::Human | Format::Github => {
            report::drift(&drift, &loaded.sources, &context.command("drift --adopt"), context.style)
        }
    };
    context.print(&text)?;
    Ok(if !drift.is_empty() && arguments.detailed_exitcode { Exit::Changes } else { Exit::Success })
}

/// `plat drift --adopt`: what others changed, written into the KDL.
fn take_over(
    arguments: &Arguments,
    disk: &Disk,
    loaded: &Loaded,
    drift: &Drift,
    context: &Context,
) -> Result<Exit, Failure> {
    let adoption = adopt(disk, loaded, drift, &arguments.adopt)?;
    for asked in adoption.unmet.iter().filter(|asked| !asked.contains('*')) {
        if !is_known(loaded, asked) {
            let near = near(loaded, asked).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            return Err(Failure::Usage(format!("nothing is called `{asked}` in this project{near}")));
        }
    }
    let written = if arguments.dry_run { Written::DryRun } else { Written::Yes };
    if written == Written::Yes {
        write_adoption(disk, &adoption.rewrites, context.environment.tripwire())?;
    }
    let text = match context.format {
        Format::Json => report::adoption_json(&adoption, &loaded.sources, written),
        Format::Human | Format::Github => report::adoption(&adoption, &loaded.sources, written, context.style),
    };
    context.print(&text)?;
    Ok(if adoption.refused.is_empty() { Exit::Success } else { Exit::Refused })
}
