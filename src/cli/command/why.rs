use super::open;
use crate::cli::arguments::Why;
use crate::cli::{Context, Failure};
use crate::report;
use crate::session::{Ending, why};

/// `plat why`: why a thing is as it is.
pub(super) fn run(arguments: &Why, context: &Context) -> Result<Ending, Failure> {
    let Some(mut opened) = open::to_look(context)? else { return Ok(Ending::Configuration) };
    let (session, targets) = opened.at(context);
    let found = context.looked(session.loaded, targets, |targets| why(session.loaded, targets, &arguments.address))?;
    context.show(|| report::why_json(&found), || report::why(&found, context.style))
}
