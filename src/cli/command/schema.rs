use crate::cli::arguments::Schema;
use crate::cli::{Context, Failure};
use crate::report;
use crate::session::Ending;

/// `plat schema`: the JSON Schema of what plat writes.
pub(super) fn run(arguments: &Schema, context: &Context) -> Result<Ending, Failure> {
    let text = match &arguments.document {
        Some(name) => report::schema(name).map_err(Failure::Usage)?,
        None => report::schema_names(),
    };
    context.print(&text)?;
    Ok(Ending::Success)
}
