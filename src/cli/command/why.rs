use crate::cli::arguments::{Format, Why};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::session::{Unknown, open_targets, why};
use crate::wait::Wait;

/// `plat why`: why a thing is as it is.
pub(super) fn run(arguments: &Why, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets =
        open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project), &Wait::default())?;
    let asked = &arguments.address;
    let meant = |near: Option<String>| near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    let found = context.settled(why(&loaded, &mut targets, asked), &loaded.sources)?.map_err(|unknown| {
        Failure::Usage(match unknown {
            Unknown::Address(near) => format!("nothing is called `{asked}`{}", meant(near)),
            Unknown::Field(near) => format!("there is no field `{asked}`{}", meant(near)),
        })
    })?;
    let text = match context.format {
        Format::Json => report::why_json(&found, &loaded.sources),
        Format::Human | Format::Github => report::why(&found, &loaded.sources, context.style),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}
